import { Select } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useOpenEntities } from '../shared/reference.ts';

/** Chooses a company; where there is one only, there is nothing to choose. */
export function EntitySelect({ value, onChange }: { value: string | undefined; onChange: (id: string) => void }) {
  const t = useTranslations('company');
  const entities = useOpenEntities();
  if (entities.length < 2) return null;
  return (
    <Select
      label={t('entity')}
      allowDeselect={false}
      data={entities.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(id) => id !== null && onChange(id)}
    />
  );
}
