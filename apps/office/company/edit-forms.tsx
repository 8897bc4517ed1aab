import { NumberInput, Switch, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { editChannel, editEntity, editLocation } from '../../client/setup.ts';
import type { Channel, LegalEntity, Location } from '../../client/types.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { useAct } from '../shared/act.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { AddressFields, ClockFields, type Whereabouts } from './place-fields.tsx';

type Done = { readonly onDone: () => void };
const touches = ['company', 'setup'] as const;

/** Changes a company: its name and its seat. */
export function EditEntity({ of, onDone }: { of: LegalEntity } & Done) {
  const t = useTranslations('company');
  const [name, setName] = useState(of.name);
  const [address, setAddress] = useState(of.address);
  const act = useAct(editEntity, { touches, onDone });
  return (
    <EditForm
      what="entity"
      fixed={t('fixed')}
      archived={of.archived}
      name={name}
      onName={setName}
      problem={act.error}
      busy={act.isPending}
      onSave={() => act.mutate({ id: of.id, version: of.version, name: name.trim(), address })}
      onArchive={(archived) => act.mutate({ id: of.id, version: of.version, archived })}
    >
      <AddressFields value={address} onChange={(part) => setAddress({ ...address, ...part })} />
    </EditForm>
  );
}

/** Changes a location: its name, its address and its clock. */
export function EditLocation({ of, onDone }: { of: Location } & Done) {
  const t = useTranslations('company');
  const [name, setName] = useState(of.name);
  const { city, timeZone, cutOffHour } = of;
  const [place, setPlace] = useState<Whereabouts>({ ...of.address, city, timeZone, cutOffHour });
  const act = useAct(editLocation, { touches, onDone });
  const change = (part: Partial<Whereabouts>): void => setPlace({ ...place, ...part });
  const save = (): void => {
    const { line1, postcode, timeZone: zone, ...rest } = place;
    const address = { line1, postcode };
    const { id, version } = of;
    act.mutate({ id, version, name: name.trim(), ...rest, address, ...(zone === null ? {} : { timeZone: zone }) });
  };
  return (
    <EditForm
      what="location"
      fixed={t('fixedLocation')}
      archived={of.archived}
      name={name}
      onName={setName}
      problem={act.error}
      busy={act.isPending}
      onSave={save}
      onArchive={(archived) => act.mutate({ id: of.id, version: of.version, archived })}
    >
      <AddressFields value={place} onChange={change} />
      <div className="os-fields-2" data-even="">
        <ClockFields value={place} onChange={change} />
      </div>
    </EditForm>
  );
}

/** Changes a way to sell: its name, where its goods come from, and what its marketplace keeps. */
export function EditChannel({ of, onDone }: { of: Channel } & Done) {
  const t = useTranslations('company');
  const [name, setName] = useState(of.name);
  const [defaultLocationId, setLocation] = useState(of.defaultLocationId);
  const [percent, setPercent] = useState<number | ''>(of.commissionPpm / 10_000);
  const [theirTax, setTheirTax] = useState(of.taxCollectedBy === 'marketplace');
  const act = useAct(editChannel, { touches, onDone });
  const { id, version } = of;
  const where = { defaultLocationId };
  const commissionPpm = Math.round((percent === '' ? 0 : percent) * 10_000);
  const taxCollectedBy = theirTax ? ('marketplace' as const) : ('us' as const);
  return (
    <EditForm
      what="channel"
      fixed={t('fixedChannel')}
      archived={of.archived}
      name={name}
      onName={setName}
      problem={act.error}
      busy={act.isPending}
      onSave={() => act.mutate({ id, version, name: name.trim(), ...where, commissionPpm, taxCollectedBy })}
      // The place it sold from may be closed by now, so the one that is chosen comes with it.
      onArchive={(archived) => act.mutate({ id, version, archived, ...(archived ? {} : where) })}
      open={
        <LocationSelect
          label={t('goodsFrom')}
          description={t('goodsFromText')}
          allowDeselect={false}
          value={defaultLocationId}
          onChange={(value) => value !== null && setLocation(value)}
        />
      }
    >
      {of.kind === 'marketplace' && (
        <>
          <NumberInput
            label={t('commission')}
            min={0}
            max={100}
            decimalScale={3}
            suffix=" %"
            value={percent}
            onChange={(value) => setPercent(typeof value === 'number' ? value : '')}
          />
          <Switch
            label={t('marketplaceTax')}
            description={t('marketplaceTaxText')}
            checked={theirTax}
            onChange={(event) => setTheirTax(event.currentTarget.checked)}
          />
        </>
      )}
    </EditForm>
  );
}

/** What the three have in common: a name, fields, what cannot be changed, saving, closing and opening again. `open`: fields that count when it is opened again too. */
function EditForm({
  what,
  fixed,
  archived,
  name,
  onName,
  problem,
  busy,
  onSave,
  onArchive,
  open,
  children,
}: {
  what: 'entity' | 'location' | 'channel';
  fixed: string;
  archived: boolean;
  name: string;
  onName: (name: string) => void;
  problem: Error | null;
  busy: boolean;
  onSave: () => void;
  onArchive: (archived: boolean) => void;
  open?: ReactNode;
  children: ReactNode;
}) {
  const t = useTranslations('company');
  const may = useMay('company:edit');
  const mayNot = may ? undefined : t('mayNot');
  const reason = mayNot ?? (name.trim() === '' ? t('needsName') : undefined);
  if (archived)
    return (
      <div className="os-fields">
        <p>{t('reopenText')}</p>
        {open}
        {problem !== null && <ProblemView problem={problem} while="acting" />}
        <div className="os-row" style={{ justifyContent: 'flex-end' }}>
          <ReasonButton reason={mayNot} loading={busy} onClick={() => onArchive(false)}>
            {t('reopen')}
          </ReasonButton>
        </div>
      </div>
    );
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason === undefined) onSave();
      }}
    >
      <TextInput
        label={t('name')}
        required
        maxLength={200}
        value={name}
        onChange={(event) => onName(event.currentTarget.value)}
      />
      {children}
      {open}
      <p className="os-soft">{fixed}</p>
      <p className="os-soft">{t('shutText')}</p>
      {problem !== null && <ProblemView problem={problem} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'space-between' }}>
        <ReasonButton variant="default" reason={mayNot} disabled={busy} onClick={() => onArchive(true)}>
          {t(`shut.${what}`)}
        </ReasonButton>
        <ReasonButton type="submit" reason={reason} loading={busy}>
          {t('save')}
        </ReasonButton>
      </div>
    </form>
  );
}
