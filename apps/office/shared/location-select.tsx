import { Select } from '@mantine/core';
import type { SelectProps } from '@mantine/core';
import { useLocations } from './reference.ts';

/** Chooses a place. `kinds` narrows it, e.g. to stores. */
export function LocationSelect({ kinds, ...rest }: { kinds?: readonly string[] } & Omit<SelectProps, 'data'>) {
  const locations = useLocations().filter(
    ({ kind }) => kind !== 'transit' && (kinds === undefined || kinds.includes(kind)),
  );
  return (
    <Select
      data={locations.map(({ id, name }) => ({ value: id, label: name }))}
      searchable={locations.length > 12}
      {...rest}
    />
  );
}
