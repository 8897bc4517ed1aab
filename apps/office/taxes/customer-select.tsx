import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { listCustomers } from '../../client/api.ts';

/** Finds a customer by name, e-mail or number. */
export function CustomerSelect({
  value,
  onChange,
  required = true,
}: {
  value: string | null;
  onChange: (id: string | null) => void;
  required?: boolean;
}) {
  const t = useTranslations('taxes.exemptions');
  const [search, setSearch] = useState('');
  const customers = useQuery({
    queryKey: ['customers', 'search', search],
    queryFn: ({ signal }) => listCustomers({ search: search === '' ? undefined : search, limit: 20 }, signal),
    placeholderData: (before) => before,
  }).data?.items;
  return (
    <Select
      label={t('customer')}
      required={required}
      clearable={!required}
      searchable
      data={(customers ?? []).map(({ id, name, number }) => ({ value: id, label: `${name} (${number})` }))}
      filter={({ options }) => options}
      value={value}
      onChange={onChange}
      onSearchChange={(text) => setSearch(text.replace(/ \(.*\)$/, ''))}
      nothingFoundMessage={t('nobody')}
    />
  );
}
