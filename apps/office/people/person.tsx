import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Intent } from '../../client/http.ts';
import {
  deactivate,
  editStaff,
  explainPermissions,
  getStaff,
  giveRole,
  listRoles,
  previewDeactivation,
  reactivate,
  takeRole,
  type Explained,
  type StaffPerson,
} from '../../client/staff.ts';
import { Day } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { DateField } from '../money/date-field.tsx';
import { useAct } from '../shared/act.ts';
import { ConfirmDialog } from '../shared/confirm-dialog.tsx';
import { LocationSelect } from '../shared/location-select.tsx';
import { useParam } from '../shared/param.ts';
import { PersonalData } from '../shared/personal-data.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { WaysIn } from './at-registers.tsx';
import { useLimitText } from './limits.ts';
import { permissionText, roleName, usePlaceText } from './words.ts';

const touches = ['people', 'roles', 'approvals'];

/** One person: who they are, their roles, what they may do and why, and letting them go. */
export function PersonPage() {
  const t = useTranslations('people');
  const personId = useParam('personId');
  const person = useQuery({ queryKey: ['people', personId], queryFn: () => getStaff(personId) });
  const back = { href: '/people', label: t('back') };
  if (person.data === undefined) {
    return (
      <>
        <PageHead title={t('title')} back={back} />
        {person.error !== null && (
          <ProblemView problem={person.error} while="reading" retry={() => void person.refetch()} />
        )}
      </>
    );
  }
  const shown = person.data;
  return (
    <>
      <PageHead
        title={shown.name}
        back={back}
        badge={shown.deactivatedAt !== null && <Pill tone="warn">{t('left')}</Pill>}
        actions={<Leaving person={shown} />}
      />
      <div className="os-stack">
        <div className="os-split">
          <Roles person={shown} />
          <Details key={shown.version} person={shown} />
          <WaysIn person={shown} />
          <PersonalData kind="person" id={personId} touches={touches} />
        </div>
        <Why personId={personId} />
      </div>
    </>
  );
}

function Details({ person }: { person: StaffPerson }) {
  const t = useTranslations('people');
  const [name, setName] = useState(person.name);
  const [email, setEmail] = useState(person.email);
  const saving = useAct(
    (body: { version: number; name: string; email: string }, intent: Intent) => editStaff(person.id, body, intent),
    { touches, onDone: () => toast(t('saved')) },
  );
  const same = name === person.name && email === person.email;
  const reason = name.trim() === '' ? t('needsName') : same ? t('nothingChanged') : undefined;
  return (
    <Card title={t('details')}>
      <div className="os-fields">
        <TextInput label={t('name')} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput
          label={t('email')}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {saving.error !== null && <ProblemView problem={saving.error} while="acting" />}
        <div className="os-row" style={{ justifyContent: 'flex-end' }}>
          <ReasonButton
            reason={reason}
            loading={saving.isPending}
            onClick={() => saving.mutate({ version: person.version, name: name.trim(), email: email.trim() })}
          >
            {t('save')}
          </ReasonButton>
        </div>
      </div>
    </Card>
  );
}

function Roles({ person }: { person: StaffPerson }) {
  const t = useTranslations('people');
  const roles = useQuery({ queryKey: ['roles'], queryFn: listRoles }).data?.items ?? [];
  const placeText = usePlaceText();
  const [roleId, setRoleId] = useState<string | null>(null);
  const [locationId, setLocationId] = useState<string | null>(null);
  const [until, setUntil] = useState<string>();
  const giving = useAct((body: Parameters<typeof giveRole>[1], intent: Intent) => giveRole(person.id, body, intent), {
    touches,
    onDone: () => {
      toast(t('given'));
      setRoleId(null);
    },
  });
  const taking = useAct((grantId: string, intent: Intent) => takeRole(person.id, grantId, intent), {
    touches,
    onDone: () => toast(t('taken')),
  });
  const give = (): void =>
    giving.mutate({
      roleId: roleId ?? '',
      ...(locationId === null ? {} : { locationId }),
      ...(until === undefined ? {} : { validUntil: new Date(`${until}T23:59:59`).toISOString() }),
    });
  const problem = giving.error ?? taking.error;
  return (
    <Card title={t('roles')}>
      <div className="os-fields">
        {person.grants.length === 0 && <p className="os-soft">{t('noRoles')}</p>}
        <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {person.grants.map((grant) => (
            <li key={grant.id} className="os-row" style={{ justifyContent: 'space-between', padding: '4px 0' }}>
              <span>
                <strong>{roleName(roles, grant.role)}</strong>, {placeText(grant)}
                {grant.validUntil !== null && (
                  <>
                    {' '}
                    · {t('until')} <Day value={grant.validUntil.slice(0, 10)} />
                  </>
                )}{' '}
                {!grant.holds && <Pill>{t('over')}</Pill>}
              </span>
              <Button
                variant="default"
                size="compact-sm"
                aria-label={t('takeRole', { role: roleName(roles, grant.role) })}
                onClick={() => taking.mutate(grant.id)}
              >
                {t('take')}
              </Button>
            </li>
          ))}
        </ul>
        <div className="os-row" style={{ alignItems: 'flex-end' }}>
          <Select
            label={t('role')}
            data={roles.filter((one) => !one.archived).map((one) => ({ value: one.id, label: one.name }))}
            value={roleId}
            onChange={setRoleId}
            w={170}
          />
          <LocationSelect
            label={t('where')}
            placeholder={t('everywhere')}
            clearable
            value={locationId}
            onChange={setLocationId}
            w={190}
          />
          <DateField label={t('until')} value={until} onChange={setUntil} />
          <ReasonButton reason={roleId === null ? t('needsRole') : undefined} loading={giving.isPending} onClick={give}>
            {t('give')}
          </ReasonButton>
        </div>
        {problem !== null && <ProblemView problem={problem} while="acting" />}
      </div>
    </Card>
  );
}

function Why({ personId }: { personId: string }) {
  const t = useTranslations('people');
  const [wanted, setWanted] = useState('');
  const found = useQuery({ queryKey: ['people', personId, 'why'], queryFn: () => explainPermissions(personId) });
  const rows = (found.data ?? []).filter(({ permission }) =>
    permissionText(permission).includes(wanted.trim().toLowerCase()),
  );
  return (
    <Card title={t('why')} flush>
      <div style={{ padding: '0 16px 12px' }}>
        <TextInput
          type="search"
          aria-label={t('whySearch')}
          placeholder={t('whySearch')}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      </div>
      {found.error !== null && <ProblemView problem={found.error} while="reading" />}
      {found.data !== undefined && rows.length === 0 && (
        <p className="os-soft" style={{ padding: '0 16px 16px' }}>
          {t('whyNothing')}
        </p>
      )}
      {rows.length > 0 && (
        <table className="os-table os-cards" aria-label={t('why')}>
          <thead>
            <tr>
              <th scope="col">{t('permission')}</th>
              <th scope="col">{t('because')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.permission}>
                <td data-primary>{permissionText(row.permission)}</td>
                <td data-label={t('because')}>
                  <Sources of={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function Sources({ of }: { of: Explained }) {
  const t = useTranslations('people');
  const roles = useQuery({ queryKey: ['roles'], queryFn: listRoles }).data?.items ?? [];
  const placeText = usePlaceText();
  const limitText = useLimitText();
  return of.sources.map((source) => {
    const words = { role: roleName(roles, source.role), place: placeText(source) };
    const until = source.validUntil?.slice(0, 10);
    return (
      <div key={source.grantId}>
        {until === undefined ? t('byRole', words) : t('byRoleUntil', { ...words, until })}
        {limitText(source.limits).map((what) => (
          <span key={what}>, {t('upTo', { what })}</span>
        ))}{' '}
        {!source.holds && <Pill>{t('notNow')}</Pill>}
      </div>
    );
  });
}

function Leaving({ person }: { person: StaffPerson }) {
  const t = useTranslations('people');
  const [open, setOpen] = useState(false);
  const ends = useQuery({
    queryKey: ['people', person.id, 'ends'],
    queryFn: () => previewDeactivation(person.id),
    enabled: open,
    retry: false,
    staleTime: 0,
  });
  const leaving = useAct((_: string, intent: Intent) => deactivate(person.id, intent), {
    touches,
    onDone: () => {
      toast(t('deactivated'));
      setOpen(false);
    },
  });
  const returning = useAct((_: string, intent: Intent) => reactivate(person.id, intent), {
    touches,
    onDone: () => toast(t('reactivated')),
  });
  if (person.deactivatedAt !== null) {
    return (
      <Button variant="default" loading={returning.isPending} onClick={() => returning.mutate(person.id)}>
        {t('reactivate')}
      </Button>
    );
  }
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t('deactivate')}
      </Button>
      {open && (
        <ConfirmDialog
          title={t('deactivateTitle', { name: person.name })}
          does={t('deactivate')}
          busy={leaving.isPending}
          ready={ends.data !== undefined}
          problem={leaving.error ?? ends.error}
          onConfirm={() => leaving.mutate(person.id)}
          onClose={() => setOpen(false)}
        >
          {ends.data !== undefined && (
            <ul aria-label={t('ends')} style={{ margin: 0, paddingInlineStart: 20 }}>
              <li>{t('endsSessions', { count: ends.data.sessions })}</li>
              <li>{t('endsApprovals', { count: ends.data.approvals })}</li>
              <li>{t('endsGrants', { count: ends.data.grants })}</li>
              <li>{t('endsStays')}</li>
            </ul>
          )}
        </ConfirmDialog>
      )}
    </>
  );
}
