import { Select } from '@mantine/core';
import { DateField } from './date-field.tsx';
import { useTranslations } from 'use-intl';
import { useEntities } from '../shared/reference.ts';
import { useRemembered } from '../shared/remembered.ts';

/** The company whose books are shown: the address says, else what was looked at last, else the first. Books of two are never mixed. */
export function useEntity(wanted: string | undefined) {
  const entities = useEntities();
  const [remembered, remember] = useRemembered('books.entity');
  const entity =
    entities.find(({ id }) => id === wanted) ?? entities.find(({ id }) => id === remembered) ?? entities[0];
  return { entity, entities, remember };
}

/** Chooses the company. */
export function EntitySelect({ value, onChange }: { value: string | undefined; onChange: (id: string) => void }) {
  const t = useTranslations('books');
  const entities = useEntities();
  return (
    <Select
      label={t('entity')}
      allowDeselect={false}
      w={240}
      data={entities.map(({ id, name, functionalCurrency }) => ({
        value: id,
        label: `${name} (${functionalCurrency})`,
      }))}
      value={value ?? null}
      onChange={(id) => id !== null && onChange(id)}
    />
  );
}

/** From a day to a day, both included. */
export function Period({
  from,
  to,
  onChange,
}: {
  from: string | undefined;
  to: string | undefined;
  onChange: (change: { from?: string | undefined; to?: string | undefined }) => void;
}) {
  const t = useTranslations('books');
  return (
    <>
      <DateField label={t('from')} value={from} max={to} onChange={(value) => onChange({ from: value })} />
      <DateField label={t('to')} value={to} min={from} onChange={(value) => onChange({ to: value })} />
    </>
  );
}

/** The office's own address for the entries that the API links a figure to. */
export function journalPath(url: string): string {
  return url.replace(/^\/api\/v1\/journal/, '/money/journal');
}
