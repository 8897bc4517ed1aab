import { Select } from '@mantine/core';
import type { SelectProps } from '@mantine/core';
import { useLocations } from './reference.ts';

/** Chooses a place. `kinds` narrows it, e.g. to stores. Closed ones are there only to look at what was (`closed`), or when one is chosen already. */
export function LocationSelect({
  kinds,
  closed = false,
  ...rest
}: { kinds?: readonly string[]; closed?: boolean } & Omit<SelectProps, 'data'>) {
  const locations = useLocations().filter(
    ({ id, kind, archived }) =>
      kind !== 'transit' && (kinds === undefined || kinds.includes(kind)) && (closed || !archived || id === rest.value),
  );
  return (
    <Select
      data={locations.map(({ id, name }) => ({ value: id, label: name }))}
      searchable={locations.length > 12}
      {...rest}
    />
  );
}
