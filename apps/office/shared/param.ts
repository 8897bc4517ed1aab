import { useParams } from '@tanstack/react-router';

/** A part of the address, e.g. the order of `/orders/$orderId`. */
export function useParam(name: string): string {
  const params = useParams({ strict: false }) as Readonly<Record<string, string | undefined>>;
  return params[name] ?? '';
}
