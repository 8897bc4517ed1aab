import { Button, Modal, TextInput } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { getCustomer } from '../../client/api.ts';
import { changeGroupCustomers, createCustomerGroup, listGroupCustomers } from '../../client/prices.ts';
import type { CustomerGroup } from '../../client/prices.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant, Quantity } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { CustomerSelect } from '../taxes/customer-select.tsx';

/** The groups of customers that lists and promotions are for; each opens the customers in it. */
export function CustomerGroups({ groups }: { groups: readonly CustomerGroup[] }) {
  const t = useTranslations('prices');
  const [opened, setOpened] = useState<CustomerGroup>();
  return (
    <>
      <DataList
        label={t('groups.title')}
        rows={groups}
        rowKey={(group) => group.id}
        onOpen={setOpened}
        empty={<EmptyState title={t('groups.none')} text={t('groups.noneText')} />}
        columns={[
          { key: 'name', header: t('lists.groupName'), cell: ({ name }) => name },
          { key: 'code', header: t('groups.code'), cell: ({ code }) => <span className="os-code">{code}</span> },
          {
            key: 'members',
            header: t('groups.members'),
            numeric: true,
            cell: ({ members }) => <Quantity value={members} />,
          },
        ]}
      />
      <Modal
        opened={opened !== undefined}
        onClose={() => setOpened(undefined)}
        title={opened?.name}
        size="lg"
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {opened !== undefined && <Members group={opened} />}
      </Modal>
    </>
  );
}

function Members({ group }: { group: CustomerGroup }) {
  const t = useTranslations('prices');
  const mayEdit = useMay('price:edit');
  const [customerId, setCustomerId] = useState<string | null>(null);
  const { error, retry, ...list } = usePages(['prices', 'group', group.id], (after, signal) =>
    listGroupCustomers(group.id, after, signal),
  );
  const change = useAct(changeGroupCustomers, { touches: ['prices'], onDone: () => setCustomerId(null) });
  const names = useQueries({
    queries: (list.rows ?? []).map((row) => ({
      queryKey: ['customers', 'named', row.customerId],
      queryFn: () => getCustomer(row.customerId),
      staleTime: 60_000,
    })),
    combine: (answers) =>
      new Map(answers.flatMap(({ data }) => (data === undefined ? [] : [[data.id, `${data.name} (${data.number})`]]))),
  });
  const nameOf = (id: string): string => names.get(id) ?? id;
  return (
    <div className="os-fields">
      {mayEdit && (
        <form
          className="os-fields"
          onSubmit={(event) => {
            event.preventDefault();
            if (customerId !== null) change.mutate({ id: group.id, customerIds: [customerId], how: 'add' });
          }}
        >
          <CustomerSelect value={customerId} onChange={setCustomerId} required={false} />
          <Button type="submit" disabled={customerId === null} loading={change.isPending}>
            {t('groups.put')}
          </Button>
        </form>
      )}
      {change.error !== null && <ProblemView problem={change.error} while="acting" />}
      <DataList
        label={t('groups.members')}
        rowKey={(row) => row.customerId}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('groups.empty')} text={t('groups.emptyText')} />}
        columns={[
          { key: 'name', header: t('groups.customer'), cell: (row) => nameOf(row.customerId) },
          { key: 'since', header: t('groups.since'), cell: (row) => <Instant value={row.since} /> },
          {
            key: 'out',
            header: '',
            phone: 'corner',
            cell: (row) =>
              mayEdit && (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  aria-label={t('groups.takeOut', { name: nameOf(row.customerId) })}
                  onClick={() => change.mutate({ id: group.id, customerIds: [row.customerId], how: 'remove' })}
                >
                  {t('groups.out')}
                </Button>
              ),
          },
        ]}
      />
    </div>
  );
}

/** A new group of customers. */
export function GroupForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations('prices');
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const create = useAct(createCustomerGroup, { touches: ['prices'], onDone });
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ code, name });
      }}
    >
      <TextInput
        label={t('lists.groupCode')}
        value={code}
        required
        maxLength={30}
        onChange={(event) => setCode(event.currentTarget.value.toUpperCase().replace(/[^A-Z0-9_-]/g, ''))}
      />
      <TextInput
        label={t('lists.groupName')}
        value={name}
        required
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {create.error !== null && <ProblemView problem={create.error} while="acting" />}
      <Button type="submit" loading={create.isPending}>
        {t('save')}
      </Button>
    </form>
  );
}
