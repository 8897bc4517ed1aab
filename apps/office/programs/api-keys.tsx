import { Button, MultiSelect, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { findSession } from '../../client/api.ts';
import {
  createApiKey,
  getSandbox,
  listApiKeys,
  resetSandbox,
  revokeApiKey,
  rotateApiKey,
  type ApiKey,
} from '../../client/programs.ts';
import { NOT_FOR_KEYS } from '../../../src/staff/api-key.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant, Quantity } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useLimitText } from '../people/limits.ts';
import { useAct } from '../shared/act.ts';
import { ConfirmDialog } from '../shared/confirm-dialog.tsx';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useLocations } from '../shared/reference.ts';
import { Dialog, Ending, Facts, TellOnce, type ToldOnce } from './dialogs.tsx';

const touches = ['api-keys'];

/** Keys of programs: what each may do and when it was used last; making, rotating and ending them; the sandbox. */
export function ApiKeys() {
  const t = useTranslations('programs');
  const { error, retry, ...list } = usePages(['api-keys', 'list'], listApiKeys);
  const [open, setOpen] = useState<ApiKey>();
  const [making, setMaking] = useState(false);
  const [told, setTold] = useState<ToldOnce>();
  const tell = (value: string | null, oldUntil: string | null): void =>
    setTold({
      label: t('secret'),
      text: t('secretText'),
      lost: t('secretLost'),
      value,
      until: oldUntil === null ? null : { label: t('oldUntil'), at: oldUntil },
    });
  const make = (
    <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      {t('newKey')}
    </Button>
  );
  return (
    <>
      <PageHead
        title={t('keys')}
        actions={
          <>
            <Button variant="default" component="a" href="/api/docs">
              {t('docs')}
            </Button>
            {make}
          </>
        }
      />
      <div className="os-stack">
        <DataList
          label={t('keys')}
          rowKey={(key) => key.id}
          onOpen={setOpen}
          {...list}
          error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
          empty={<EmptyState title={t('noKeys')} text={t('noKeysText')} />}
          columns={[
            { key: 'name', header: t('name'), cell: (key) => key.name },
            { key: 'start', header: t('start'), cell: (key) => <code>{key.start}…</code> },
            { key: 'may', header: t('may'), cell: (key) => t('permissions', { count: key.permissions.length }) },
            { key: 'where', header: t('where'), cell: (key) => <Where of={key} /> },
            {
              key: 'lastUsed',
              header: t('lastUsed'),
              cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('never') : <Instant value={lastUsedAt} />),
            },
            { key: 'state', header: t('state'), phone: 'corner', cell: (key) => <KeyState of={key} /> },
          ]}
        />
        <SandboxCard />
      </div>
      {making && (
        <NewKey
          onClose={() => setMaking(false)}
          onMade={(secret) => {
            setMaking(false);
            tell(secret, null);
          }}
        />
      )}
      {open !== undefined && (
        <OneKey
          of={open}
          onClose={() => setOpen(undefined)}
          onRotated={(secret, oldUntil) => {
            setOpen(undefined);
            tell(secret, oldUntil);
          }}
        />
      )}
      {told !== undefined && <TellOnce told={told} onDone={() => setTold(undefined)} />}
    </>
  );
}

function Where({ of: { entityIds, locationIds } }: { of: ApiKey }) {
  const t = useTranslations('programs');
  const count = entityIds.length + locationIds.length;
  return count === 0 ? t('everywhere') : t('places', { count });
}

function isOver({ revokedAt, expiresAt }: ApiKey): boolean {
  return revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) <= Date.now());
}

function KeyState({ of: key }: { of: ApiKey }) {
  const t = useTranslations('programs.states');
  if (key.revokedAt !== null) return <Pill>{t('revoked')}</Pill>;
  if (isOver(key)) return <Pill tone="warn">{t('expired')}</Pill>;
  if (key.kind === 'sandbox') return <Pill>{t('sandbox')}</Pill>;
  return <Pill tone="good">{t('works')}</Pill>;
}

const UNTILS = ['d30', 'd90', 'd365', 'never'] as const;

function NewKey({ onClose, onMade }: { onClose: () => void; onMade: (secret: string | null) => void }) {
  const t = useTranslations('programs');
  const session = useQuery({ queryKey: ['session'], queryFn: findSession, staleTime: Infinity });
  const locations = useLocations();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'key' | 'sandbox'>('key');
  const [permissions, setPermissions] = useState<string[]>([]);
  const [places, setPlaces] = useState<string[]>([]);
  const [until, setUntil] = useState<(typeof UNTILS)[number]>('d365');
  // The moment at which the form was opened counts, so that pressing the button again is the same wish.
  const [now] = useState(() => Date.now());
  const making = useAct(createApiKey, { touches, onDone: ({ secret }) => onMade(secret) });
  const held = (session.data?.permissions ?? []).filter((one) => !NOT_FOR_KEYS.includes(one));
  const reason = name.trim() === '' ? t('needsName') : permissions.length === 0 ? t('needsPermissions') : undefined;
  return (
    <Dialog title={t('newKey')} opened onClose={onClose} careful>
      <TextInput
        label={t('name')}
        description={t('nameText')}
        maxLength={100}
        value={name}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div>
        <SegmentedControl
          fullWidth
          aria-label={t('kind')}
          value={kind}
          onChange={(value) => setKind(value)}
          data={(['key', 'sandbox'] as const).map((one) => ({ value: one, label: t(`kinds.${one}`) }))}
        />
        {kind === 'sandbox' && <p className="os-soft">{t('sandboxText')}</p>}
      </div>
      <MultiSelect
        label={t('pickPermissions')}
        description={t('pickPermissionsText')}
        data={held}
        searchable
        value={permissions}
        onChange={setPermissions}
      />
      {kind === 'key' && (
        <MultiSelect
          label={t('pickPlaces')}
          description={t('pickPlacesText')}
          data={locations.map(({ id, name: label }) => ({ value: id, label }))}
          searchable
          value={places}
          onChange={setPlaces}
        />
      )}
      <Select
        label={t('until')}
        allowDeselect={false}
        data={UNTILS.map((one) => ({ value: one, label: t(`untils.${one}`) }))}
        value={until}
        onChange={(value) => setUntil(UNTILS.find((one) => one === value) ?? 'd365')}
      />
      {making.error !== null && <ProblemView problem={making.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <ReasonButton
          reason={reason}
          loading={making.isPending}
          onClick={() =>
            making.mutate({
              name: name.trim(),
              kind,
              permissions,
              locationIds: kind === 'key' ? places : [],
              expiresAt: until === 'never' ? null : new Date(now + Number(until.slice(1)) * 86_400_000).toISOString(),
            })
          }
        >
          {t('make')}
        </ReasonButton>
      </div>
    </Dialog>
  );
}

const GRACES = ['s0', 's3600', 's86400', 's604800'] as const;

function OneKey({
  of: key,
  onClose,
  onRotated,
}: {
  of: ApiKey;
  onClose: () => void;
  onRotated: (secret: string | null, oldUntil: string) => void;
}) {
  const t = useTranslations('programs');
  const limitText = useLimitText();
  const locations = useLocations();
  const [grace, setGrace] = useState<(typeof GRACES)[number]>('s86400');
  const [ending, setEnding] = useState(false);
  const rotating = useAct(rotateApiKey, {
    touches,
    onDone: ({ secret, oldSecretUntil }) => onRotated(secret, oldSecretUntil),
  });
  if (ending)
    return (
      <Ending
        id={key.id}
        title={t('revoke')}
        text={t('revokeText')}
        done={t('revoked')}
        end={revokeApiKey}
        touches={touches}
        onEnded={onClose}
        onClose={() => setEnding(false)}
      />
    );
  const names = key.locationIds.map((id) => locations.find((one) => one.id === id)?.name ?? id);
  return (
    <Dialog title={key.name} opened onClose={onClose}>
      <Facts
        facts={[
          [t('start'), <code key="start">{key.start}…</code>],
          [t('may'), key.permissions.join(', ')],
          [t('where'), names.length === 0 ? <Where of={key} /> : names.join(', ')],
          ...(Object.keys(key.limits).length === 0 ? [] : [[t('upTo'), limitText(key.limits).join(', ')] as const]),
          [t('limit'), <Quantity key="limit" value={key.perMinute} />],
          [t('createdBy'), key.createdByName],
          [t('created'), <Instant key="created" value={key.createdAt} />],
          [t('expires'), key.expiresAt === null ? t('untils.never') : <Instant key="until" value={key.expiresAt} />],
          [t('lastUsed'), key.lastUsedAt === null ? t('never') : <Instant key="used" value={key.lastUsedAt} />],
          ...(key.oldSecretUntil === null
            ? []
            : [[t('oldUntil'), <Instant key="old" value={key.oldSecretUntil} />] as const]),
        ]}
      />
      {!isOver(key) && (
        <>
          <Select
            label={t('grace')}
            description={t('rotateText')}
            allowDeselect={false}
            data={GRACES.map((one) => ({ value: one, label: t(`graces.${one}`) }))}
            value={grace}
            onChange={(value) => setGrace(GRACES.find((one) => one === value) ?? 's86400')}
          />
          {rotating.error !== null && <ProblemView problem={rotating.error} while="acting" />}
          <div className="os-row" style={{ justifyContent: 'flex-end' }}>
            <Button variant="default" onClick={() => setEnding(true)}>
              {t('revoke')}
            </Button>
            <Button
              loading={rotating.isPending}
              onClick={() => rotating.mutate({ id: key.id, graceSeconds: Number(grace.slice(1)) })}
            >
              {t('rotate')}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function SandboxCard() {
  const t = useTranslations('programs');
  const sandbox = useQuery({ queryKey: ['api-keys', 'sandbox'], queryFn: getSandbox, refetchInterval: 5_000 });
  const [asked, setAsked] = useState(false);
  const resetting = useAct(resetSandbox, {
    touches,
    onDone: () => {
      setAsked(false);
      toast(t('resetDone'));
    },
  });
  if (sandbox.data === undefined) return null;
  return (
    <Card
      title={t('sandbox')}
      side={
        <Button variant="default" size="xs" onClick={() => setAsked(true)}>
          {t('reset')}
        </Button>
      }
    >
      <p>{t('sandboxText')}</p>
      <p className="os-soft" role="status">
        {t(`sandboxStates.${sandbox.data.state}`)}
      </p>
      {asked && (
        <ConfirmDialog
          title={t('reset')}
          does={t('reset')}
          busy={resetting.isPending}
          problem={resetting.error}
          onConfirm={() => resetting.mutate(undefined)}
          onClose={() => setAsked(false)}
        >
          <p>{t('resetText')}</p>
        </ConfirmDialog>
      )}
    </Card>
  );
}
