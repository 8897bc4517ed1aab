import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { createPairingCode, listDevices, listRegisters, revokeDevice, type Device } from '../../client/programs.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { PageHead, Pill } from '../../kit/stat-tile.tsx';
import { useAct } from '../shared/act.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useLocations } from '../shared/reference.ts';
import { Dialog, Ending, Facts, TellOnce, type ToldOnce } from './dialogs.tsx';

const touches = ['devices'];

function useRegisters() {
  return useQuery({ queryKey: ['company', 'registers'], queryFn: listRegisters, staleTime: 300_000 }).data ?? [];
}

/** Paired devices, and pairing another one by a code. */
export function Devices() {
  const t = useTranslations('programs');
  const locations = useLocations();
  const registers = useRegisters();
  const { error, retry, ...list } = usePages(['devices', 'list'], listDevices);
  const [open, setOpen] = useState<Device>();
  const [pairing, setPairing] = useState(false);
  const [told, setTold] = useState<ToldOnce>();
  const nameOf = (id: string): string => locations.find((one) => one.id === id)?.name ?? '–';
  const registerOf = (id: string | null): string => registers.find((one) => one.id === id)?.name ?? '–';
  return (
    <>
      <PageHead
        title={t('devices')}
        actions={
          <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => setPairing(true)}>
            {t('pair')}
          </Button>
        }
      />
      <DataList
        label={t('devices')}
        rowKey={(device) => device.id}
        onOpen={setOpen}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('noDevices')} text={t('noDevicesText')} />}
        columns={[
          { key: 'name', header: t('device'), cell: (device) => device.name },
          { key: 'location', header: t('location'), cell: (device) => nameOf(device.locationId) },
          { key: 'register', header: t('register'), cell: (device) => registerOf(device.registerId) },
          {
            key: 'lastUsed',
            header: t('lastUsed'),
            cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('never') : <Instant value={lastUsedAt} />),
          },
          {
            key: 'state',
            header: t('state'),
            phone: 'corner',
            cell: ({ revokedAt }) =>
              revokedAt === null ? <Pill tone="good">{t('states.works')}</Pill> : <Pill>{t('states.revoked')}</Pill>,
          },
        ]}
      />
      {pairing && (
        <Pair
          onClose={() => setPairing(false)}
          onCode={(code, at) => {
            setPairing(false);
            const value = code === null ? null : `${code.slice(0, 4)}-${code.slice(4)}`;
            const until = { label: t('codeUntil'), at };
            setTold({ label: t('code'), text: t('codeText'), lost: t('codeLost'), value, until });
          }}
        />
      )}
      {open !== undefined && <OneDevice of={open} place={nameOf(open.locationId)} onClose={() => setOpen(undefined)} />}
      {told !== undefined && <TellOnce told={told} onDone={() => setTold(undefined)} />}
    </>
  );
}

function Pair({ onClose, onCode }: { onClose: () => void; onCode: (code: string | null, until: string) => void }) {
  const t = useTranslations('programs');
  const registers = useRegisters();
  const [name, setName] = useState('');
  const [locationId, setLocation] = useState<string | null>(null);
  const [registerId, setRegister] = useState<string | null>(null);
  const making = useAct(createPairingCode, { touches, onDone: ({ code, expiresAt }) => onCode(code, expiresAt) });
  const here = registers.filter((one) => one.locationId === locationId && !one.archived);
  const reason = name.trim() === '' ? t('needsName') : locationId === null ? t('needsLocation') : undefined;
  return (
    <Dialog title={t('pair')} opened onClose={onClose} careful>
      <TextInput
        label={t('deviceName')}
        description={t('deviceNameText')}
        maxLength={100}
        value={name}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <LocationSelect
        label={t('location')}
        value={locationId}
        onChange={(value) => {
          setLocation(value);
          setRegister(null);
        }}
      />
      <Select
        label={t('register')}
        placeholder={t('noRegister')}
        clearable
        disabled={here.length === 0}
        data={here.map((one) => ({ value: one.id, label: one.name }))}
        value={registerId}
        onChange={setRegister}
      />
      {registerId !== null && <p className="os-soft">{t('replaces')}</p>}
      {making.error !== null && <ProblemView problem={making.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <ReasonButton
          reason={reason}
          loading={making.isPending}
          onClick={() => making.mutate({ name: name.trim(), locationId: locationId ?? '', registerId })}
        >
          {t('makeCode')}
        </ReasonButton>
      </div>
    </Dialog>
  );
}

function OneDevice({ of: device, place, onClose }: { of: Device; place: string; onClose: () => void }) {
  const t = useTranslations('programs');
  const [ending, setEnding] = useState(false);
  if (ending)
    return (
      <Ending
        id={device.id}
        title={t('endDevice')}
        text={t('endDeviceText')}
        done={t('deviceEnded')}
        end={revokeDevice}
        touches={touches}
        onEnded={onClose}
        onClose={() => setEnding(false)}
      />
    );
  return (
    <Dialog title={device.name} opened onClose={onClose}>
      <Facts
        facts={[
          [t('location'), place],
          [t('start'), <code key="start">{device.start}…</code>],
          [t('may'), device.permissions.join(', ')],
          [t('pairedBy'), device.pairedByName],
          [t('paired'), <Instant key="paired" value={device.pairedAt} />],
          [t('lastUsed'), device.lastUsedAt === null ? t('never') : <Instant key="used" value={device.lastUsedAt} />],
        ]}
      />
      {device.revokedAt === null && (
        <div className="os-row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={() => setEnding(true)}>
            {t('endDevice')}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
