import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';

/** The text of a search field at once, and the search itself a moment after the last letter. */
export function useSearchText(
  searched: string | undefined,
  onSearch: (search: string | undefined) => void,
): [string, (text: string) => void] {
  const [text, setText] = useState(searched ?? '');
  const search = useDebouncedCallback((value: string) => onSearch(value.trim() === '' ? undefined : value.trim()), 200);
  return [
    text,
    (value) => {
      setText(value);
      search(value);
    },
  ];
}
