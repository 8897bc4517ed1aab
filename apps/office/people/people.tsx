import { Button, Modal, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Search, UserRoundPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { invite, listRoles, listStaff, type StaffPerson } from '../../client/staff.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useFilters } from '../shared/filters.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useSearchText } from '../shared/search-text.ts';
import { roleName, usePlaceText } from './words.ts';

type PeopleFilters = { search?: string | undefined; role?: string | undefined; left?: string | undefined };

/** Everybody who works here, with their roles. */
export function People() {
  const t = useTranslations('people');
  const [filters, setFilters] = useFilters<PeopleFilters>();
  const { search, role, left } = filters;
  const [text, setText] = useSearchText(search, (value) => setFilters({ search: value }));
  const roles = useQuery({ queryKey: ['roles'], queryFn: listRoles }).data?.items ?? [];
  const [inviting, setInviting] = useState(false);
  const placeText = usePlaceText();
  const deactivated = left === 'yes' ? true : undefined;
  const { error, retry, ...list } = usePages(['people', 'list', { search, role, left }], (after, signal) =>
    listStaff({ search, role, deactivated, after }, signal),
  );
  const rolesText = (person: StaffPerson): string =>
    person.grants
      .filter((grant) => grant.holds)
      .map((grant) => `${roleName(roles, grant.role)} (${placeText(grant)})`)
      .join(', ') || t('noRoles');
  return (
    <>
      <PageHead
        title={t('title')}
        actions={
          <Button leftSection={<UserRoundPlus size={16} aria-hidden="true" />} onClick={() => setInviting(true)}>
            {t('invite')}
          </Button>
        }
      />
      <DataList
        label={t('title')}
        rowKey={(person) => person.id}
        href={(person) => `/people/${person.id}`}
        csvName="people"
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('empty')} text={t('emptyText')} />}
        columns={[
          { key: 'name', header: t('name'), cell: (person) => person.name, csv: (person) => person.name },
          { key: 'email', header: t('email'), cell: (person) => person.email, csv: (person) => person.email },
          { key: 'roles', header: t('roles'), cell: rolesText, csv: rolesText },
          {
            key: 'seen',
            header: t('lastSeen'),
            cell: (person) => (person.lastSeenAt === null ? t('never') : <Instant value={person.lastSeenAt} />),
          },
        ]}
        filters={
          <>
            <TextInput
              className="os-grow"
              type="search"
              aria-label={t('search')}
              placeholder={t('search')}
              leftSection={<Search size={16} aria-hidden="true" />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Select
              aria-label={t('role')}
              placeholder={t('allRoles')}
              clearable
              w={180}
              data={roles.map(({ code, name }) => ({ value: code, label: name }))}
              value={role ?? null}
              onChange={(value) => setFilters({ role: value ?? undefined })}
            />
            <SegmentedControl
              data={[
                { value: 'no', label: t('here') },
                { value: 'yes', label: t('left') },
              ]}
              value={left ?? 'no'}
              onChange={(value) => setFilters({ left: value === 'yes' ? 'yes' : undefined })}
            />
          </>
        }
      />
      <Modal
        opened={inviting}
        onClose={() => setInviting(false)}
        title={t('inviteTitle')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <Invite onDone={() => setInviting(false)} />
      </Modal>
    </>
  );
}

function Invite({ onDone }: { onDone: () => void }) {
  const t = useTranslations('people');
  const roles = useQuery({ queryKey: ['roles'], queryFn: listRoles }).data?.items ?? [];
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roleId, setRoleId] = useState<string | null>(null);
  const [locationId, setLocationId] = useState<string | null>(null);
  const inviting = useAct(invite, {
    touches: ['people'],
    onDone: () => {
      toast(t('invited'));
      onDone();
    },
  });
  const reason =
    name.trim() === ''
      ? t('needsName')
      : email.trim() === ''
        ? t('needsEmail')
        : roleId === null
          ? t('needsRole')
          : undefined;
  const send = (): void =>
    inviting.mutate({
      name: name.trim(),
      email: email.trim(),
      roleId: roleId ?? '',
      ...(locationId === null ? {} : { locationId }),
    });
  return (
    <div className="os-fields">
      <p className="os-soft">{t('inviteText')}</p>
      <TextInput label={t('name')} value={name} onChange={(event) => setName(event.currentTarget.value)} required />
      <TextInput
        label={t('email')}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        required
      />
      <Select
        label={t('role')}
        required
        data={roles.filter((one) => !one.archived).map((one) => ({ value: one.id, label: one.name }))}
        value={roleId}
        onChange={setRoleId}
      />
      <LocationSelect
        label={t('where')}
        placeholder={t('everywhere')}
        clearable
        value={locationId}
        onChange={setLocationId}
      />
      {inviting.error !== null && <ProblemView problem={inviting.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton reason={reason} loading={inviting.isPending} onClick={send}>
          {t('send')}
        </ReasonButton>
      </div>
    </div>
  );
}
