import { useParams } from '@tanstack/react-router';

/** A part of the address, e.g. the order of `/orders/$orderId`. */
export function useParam(name: string): string {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  return params[name] ?? '';
}
