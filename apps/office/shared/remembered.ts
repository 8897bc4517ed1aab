import { useState } from 'react';

/** A choice that this machine remembers: the store one sells in, the place one receives at. */
export function useRemembered(name: string): [string | undefined, (value: string) => void] {
  const key = `oneshelf.${name}`;
  const [value, setValue] = useState<string | undefined>(() => {
    try {
      return localStorage.getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  });
  const set = (next: string): void => {
    setValue(next);
    try {
      localStorage.setItem(key, next);
    } catch {
      // Remembered until the tab is closed.
    }
  };
  return [value, set];
}
