import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { listRegisters } from '../../client/programs.ts';
import { listTaxRates, listTaxRegistrations } from '../../client/setup.ts';
import { DataList, type Column } from '../../kit/data-list.tsx';
import { Day } from '../../kit/numbers.tsx';
import type { Channel, LegalEntity, Location } from '../../client/types.ts';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { PageHead, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useEntities, useLocations } from '../shared/reference.ts';
import { ChannelForm } from './channel-form.tsx';
import { EditChannel, EditEntity, EditLocation } from './edit-forms.tsx';
import { EntityForm } from './entity-form.tsx';
import { LocationForm } from './location-form.tsx';
import { RegisterForm } from './register-form.tsx';
import { TaxRateForm } from './tax-rate-form.tsx';

type Adding = 'entity' | 'location' | 'channel' | 'register' | 'taxRate';
/** What is being changed. */
type Editing =
  | { readonly what: 'entity'; readonly of: LegalEntity }
  | { readonly what: 'location'; readonly of: Location }
  | { readonly what: 'channel'; readonly of: Channel };

/** Who we are: companies, places, ways to sell, registers, tax. */
export function CompanyPage() {
  const t = useTranslations('company');
  const [adding, setAdding] = useState<Adding>();
  const [editing, setEditing] = useState<Editing>();
  const done = (): void => {
    toast(t('done'));
    setAdding(undefined);
    setEditing(undefined);
  };
  return (
    <>
      <PageHead title={t('title')} />
      <div className="os-stack">
        <Entities onAdd={() => setAdding('entity')} onEdit={(of) => setEditing({ what: 'entity', of })} />
        <Locations onAdd={() => setAdding('location')} onEdit={(of) => setEditing({ what: 'location', of })} />
        <Channels onAdd={() => setAdding('channel')} onEdit={(of) => setEditing({ what: 'channel', of })} />
        <Registers onAdd={() => setAdding('register')} />
        <TaxRates onAdd={() => setAdding('taxRate')} />
      </div>
      <Modal
        opened={adding !== undefined}
        onClose={() => setAdding(undefined)}
        size="lg"
        title={adding === undefined ? '' : t(`add.${adding}`)}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {adding === 'entity' && <EntityForm onDone={done} />}
        {adding === 'location' && <LocationForm onDone={done} />}
        {adding === 'channel' && <ChannelForm onDone={done} />}
        {adding === 'register' && <RegisterForm onDone={done} />}
        {adding === 'taxRate' && <TaxRateForm onDone={done} />}
      </Modal>
      <Modal
        opened={editing !== undefined}
        onClose={() => setEditing(undefined)}
        size="lg"
        title={editing === undefined ? '' : t(`edit.${editing.what}`)}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {editing?.what === 'entity' && <EditEntity of={editing.of} onDone={done} />}
        {editing?.what === 'location' && <EditLocation of={editing.of} onDone={done} />}
        {editing?.what === 'channel' && <EditChannel of={editing.of} onDone={done} />}
      </Modal>
    </>
  );
}

type Adder = { onAdd: () => void };
type Editor<Row> = { onEdit: (row: Row) => void };

/** The short code of whatever has one. */
function codeColumn<Row extends { readonly code: string }>(header: string): Column<Row> {
  return { key: 'code', header, phone: 'corner', cell: ({ code }) => <span className="os-code">{code}</span> };
}

/** A name, with a word beside it when what it names is closed. */
function NameCell({ of: { name, archived } }: { of: { readonly name: string; readonly archived: boolean } }) {
  const t = useTranslations('company');
  if (!archived) return name;
  return (
    <>
      {name} <Pill>{t('archived')}</Pill>
    </>
  );
}

/** The head of a list: what it is, and adding to it. */
function Head({ title, what, onAdd }: { title: string; what: Adding } & Adder): ReactNode {
  const t = useTranslations('company');
  const may = useMay('company:edit');
  return (
    <>
      <h2 className="os-part os-grow">{title}</h2>
      <ReasonButton
        variant="default"
        size="compact-sm"
        reason={may ? undefined : t('mayNot')}
        leftSection={<Plus size={14} aria-hidden="true" />}
        onClick={onAdd}
      >
        {t(`add.${what}`)}
      </ReasonButton>
    </>
  );
}

function Entities({ onAdd, onEdit }: Adder & Editor<LegalEntity>) {
  const t = useTranslations('company');
  const country = useCountryText();
  const registrations = useQuery({ queryKey: ['company', 'tax-registrations'], queryFn: listTaxRegistrations }).data;
  return (
    <DataList
      label={t('entities')}
      rowKey={({ id }) => id}
      onOpen={onEdit}
      rows={useEntities()}
      filters={<Head title={t('entities')} what="entity" onAdd={onAdd} />}
      empty={<EmptyState title={t('noEntities')} text={t('noEntitiesText')} action={<ToStart />} />}
      columns={[
        { key: 'name', header: t('name'), cell: (row) => <NameCell of={row} /> },
        codeColumn(t('code')),
        { key: 'country', header: t('country'), cell: (entity) => country(entity.country) },
        { key: 'currency', header: t('currency'), cell: (entity) => entity.functionalCurrency },
        {
          key: 'tax',
          header: t('taxNumber'),
          cell: ({ id }) =>
            (registrations ?? [])
              .filter(({ entityId }) => entityId === id)
              .map(({ taxNumber }) => taxNumber)
              .join(', ') || '–',
        },
      ]}
    />
  );
}

function Locations({ onAdd, onEdit }: Adder & Editor<Location>) {
  const t = useTranslations('company');
  const country = useCountryText();
  return (
    <DataList
      label={t('locations')}
      rowKey={({ id }) => id}
      onOpen={onEdit}
      rows={useLocations()}
      filters={<Head title={t('locations')} what="location" onAdd={onAdd} />}
      empty={<EmptyState title={t('noLocations')} text={t('noLocationsText')} />}
      columns={[
        { key: 'name', header: t('name'), cell: (row) => <NameCell of={row} /> },
        codeColumn(t('code')),
        { key: 'kind', header: t('kind'), cell: ({ kind }) => t(`kinds.${kind as 'store'}`) },
        {
          key: 'where',
          header: t('where'),
          cell: (place) => [place.city, country(place.country)].filter((part) => part !== '').join(', '),
        },
        { key: 'zone', header: t('timeZone'), phone: 'hidden', cell: ({ timeZone }) => timeZone },
      ]}
    />
  );
}

function Channels({ onAdd, onEdit }: Adder & Editor<Channel>) {
  const t = useTranslations('company');
  const locations = useLocations();
  return (
    <DataList
      label={t('channels')}
      rowKey={({ id }) => id}
      onOpen={onEdit}
      rows={useChannels()}
      filters={<Head title={t('channels')} what="channel" onAdd={onAdd} />}
      empty={<EmptyState title={t('noChannels')} text={t('noChannelsText')} />}
      columns={[
        { key: 'name', header: t('name'), cell: (row) => <NameCell of={row} /> },
        codeColumn(t('code')),
        { key: 'kind', header: t('channelKind'), cell: ({ kind }) => t(`channelKinds.${kind as 'store'}`) },
        { key: 'currency', header: t('currency'), cell: ({ currency }) => currency },
        {
          key: 'from',
          header: t('goodsFrom'),
          cell: ({ defaultLocationId }) => locations.find(({ id }) => id === defaultLocationId)?.name ?? '–',
        },
      ]}
    />
  );
}

function Registers({ onAdd }: Adder) {
  const t = useTranslations('company');
  const locations = useLocations();
  const found = useQuery({ queryKey: ['company', 'registers'], queryFn: listRegisters });
  return (
    <DataList
      label={t('registers')}
      rowKey={({ id }) => id}
      rows={found.data}
      error={
        found.error === null ? undefined : (
          <ProblemView problem={found.error} while="reading" retry={() => void found.refetch()} />
        )
      }
      filters={<Head title={t('registers')} what="register" onAdd={onAdd} />}
      empty={<EmptyState title={t('noRegisters')} text={t('noRegistersText')} />}
      columns={[
        { key: 'name', header: t('name'), cell: ({ name }) => name },
        codeColumn(t('code')),
        {
          key: 'location',
          header: t('location'),
          cell: ({ locationId }) => locations.find(({ id }) => id === locationId)?.name ?? '–',
        },
      ]}
    />
  );
}

function TaxRates({ onAdd }: Adder) {
  const t = useTranslations('company');
  const locale = useLocale();
  const country = useCountryText();
  const found = useQuery({ queryKey: ['company', 'tax-rates'], queryFn: listTaxRates });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 3 });
  return (
    <DataList
      label={t('taxRates')}
      rowKey={(rate) => `${rate.country} ${rate.taxClass} ${rate.validFrom}`}
      rows={found.data}
      error={
        found.error === null ? undefined : (
          <ProblemView problem={found.error} while="reading" retry={() => void found.refetch()} />
        )
      }
      filters={<Head title={t('taxRates')} what="taxRate" onAdd={onAdd} />}
      empty={<EmptyState title={t('noTaxRates')} text={t('noTaxRatesText')} />}
      columns={[
        { key: 'name', header: t('taxName'), cell: ({ name }) => name },
        {
          key: 'rate',
          header: t('rate'),
          numeric: true,
          phone: 'corner',
          cell: (rate) => percent.format(rate.ratePpm / 1e6),
        },
        { key: 'country', header: t('country'), cell: (rate) => country(rate.country) },
        { key: 'class', header: t('taxClass'), cell: (rate) => rate.taxClass.replaceAll('_', ' ') },
        { key: 'from', header: t('validFrom'), cell: (rate) => <Day value={rate.validFrom} /> },
      ]}
    />
  );
}

function ToStart() {
  const t = useTranslations('company');
  return (
    <Button component="a" href="/getting-started">
      {t('toStart')}
    </Button>
  );
}

function useCountryText(): (code: string) => string {
  const locale = useLocale();
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  return (code) => names.of(code) ?? code;
}
