import { Modal, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import {
  listStateRegistrations,
  listTaxPlaces,
  registerWithState,
  setTaxPlace,
  type LocationTaxPlace,
  type StateTaxRegistration,
} from '../../client/taxes.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Day } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { toast } from '../../kit/toast.tsx';
import { DateField, thisMonth } from '../money/date-field.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useEntities, useOpenEntities, useOpenLocations } from '../shared/reference.ts';
import { Postcodes } from './postcodes.tsx';
import { placeText } from './words.ts';

type Place = ReturnType<typeof useOpenLocations>[number];

/** In which state, county and city places are, with which states and schemes companies are registered, and where postcodes lie. */
export function TaxWhere() {
  return (
    <>
      <Places />
      <Registrations />
      <Postcodes />
    </>
  );
}

function Places() {
  const t = useTranslations('taxes');
  const locale = useLocale();
  const mayWrite = useMay('tax:write');
  const places = useOpenLocations().filter(({ kind }) => kind !== 'transit');
  const [edited, setEdited] = useState<Place>();
  const query = useQuery({ queryKey: ['taxes', 'places'], queryFn: listTaxPlaces });
  const of = (place: Place): LocationTaxPlace | undefined =>
    query.data?.find(({ locationId }) => locationId === place.id);
  return (
    <>
      <h2>{t('where.places')}</h2>
      <p className="os-soft os-lead">{t('where.placesText')}</p>
      <DataList
        label={t('where.places')}
        rows={query.data === undefined ? undefined : places}
        rowKey={(place) => place.id}
        {...(mayWrite ? { onOpen: setEdited } : {})}
        error={
          query.error === null ? undefined : (
            <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
          )
        }
        empty={<EmptyState title={t('where.noPlaces')} text={t('where.placesText')} />}
        columns={[
          { key: 'name', header: t('where.place'), cell: ({ name }) => name },
          { key: 'country', header: t('country'), cell: ({ country }) => placeText(locale, country) },
          { key: 'region', header: t('where.region'), cell: (place) => of(place)?.region ?? '–' },
          { key: 'county', header: t('where.county'), cell: (place) => of(place)?.county ?? '–' },
          { key: 'city', header: t('where.city'), cell: (place) => of(place)?.city ?? '–' },
          { key: 'district', header: t('where.district'), cell: (place) => of(place)?.district ?? '–' },
        ]}
      />
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited?.name}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {edited !== undefined && (
          <PlaceForm
            start={of(edited) ?? { locationId: edited.id, region: '' }}
            onDone={() => {
              toast(t('saved'));
              setEdited(undefined);
            }}
          />
        )}
      </Modal>
    </>
  );
}

function PlaceForm({ start, onDone }: { start: LocationTaxPlace; onDone: () => void }) {
  const t = useTranslations('taxes');
  const [{ locationId, region, ...below }, setPlace] = useState(start);
  const [asked, setAsked] = useState(false);
  const change = (part: Partial<LocationTaxPlace>): void => setPlace((before) => ({ ...before, ...part }));
  const saving = useAct(setTaxPlace, { touches: ['taxes'], onDone });
  const wrong = /^[A-Z0-9]{1,3}$/.test(region) ? undefined : t('where.needsRegion');
  return (
    <form
      noValidate
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        const said = Object.fromEntries(Object.entries(below).filter(([, name]) => name.trim() !== ''));
        if (wrong === undefined) saving.mutate({ locationId, region, ...said });
      }}
    >
      <TextInput
        label={t('where.region')}
        description={t('where.regionText')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        required
        data-autofocus
        value={region}
        error={asked ? wrong : undefined}
        onChange={(event) => change({ region: event.currentTarget.value.trim().toUpperCase() })}
      />
      {(['county', 'city', 'district'] as const).map((field) => (
        <TextInput
          key={field}
          label={t(`where.${field}`)}
          maxLength={60}
          value={below[field] ?? ''}
          onChange={(event) => change({ [field]: event.currentTarget.value })}
        />
      ))}
      {saving.error !== null && <ProblemView problem={saving.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={undefined} loading={saving.isPending}>
          {t('save')}
        </ReasonButton>
      </div>
    </form>
  );
}

type Wish = Omit<StateTaxRegistration, 'validUntil'> & { readonly validUntil: string | null };

function Registrations() {
  const t = useTranslations('taxes');
  const mayWrite = useMay('tax:write');
  const entities = useEntities();
  const first = useOpenEntities()[0]?.id ?? '';
  const [edited, setEdited] = useState<Wish>();
  const query = useQuery({ queryKey: ['taxes', 'registrations'], queryFn: listStateRegistrations });
  return (
    <>
      <h2>{t('where.registrations')}</h2>
      <p className="os-soft os-lead">{t('where.registrationsText')}</p>
      <DataList
        label={t('where.registrations')}
        rows={query.data}
        rowKey={(row) => `${row.entityId} ${row.jurisdiction} ${row.validFrom}`}
        {...(mayWrite ? { onOpen: setEdited } : {})}
        error={
          query.error === null ? undefined : (
            <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
          )
        }
        empty={<EmptyState title={t('where.noRegistrations')} text={t('where.noRegistrationsText')} />}
        filters={
          <>
            <span className="os-grow" />
            <ReasonButton
              reason={mayWrite ? undefined : t('mayNot')}
              leftSection={<Plus size={16} aria-hidden="true" />}
              onClick={() =>
                setEdited({
                  entityId: first,
                  jurisdiction: '',
                  taxNumber: '',
                  validFrom: thisMonth().to,
                  validUntil: null,
                })
              }
            >
              {t('where.register')}
            </ReasonButton>
          </>
        }
        columns={[
          {
            key: 'company',
            header: t('where.company'),
            cell: (row) => entities.find(({ id }) => id === row.entityId)?.name ?? '',
          },
          {
            key: 'where',
            header: t('jurisdiction'),
            cell: (row) => <span className="os-code">{row.jurisdiction}</span>,
          },
          { key: 'number', header: t('where.number'), cell: (row) => row.taxNumber },
          { key: 'from', header: t('validFrom'), cell: (row) => <Day value={row.validFrom} /> },
          {
            key: 'until',
            header: t('validUntil'),
            cell: (row) => (row.validUntil === null ? t('exemptions.open') : <Day value={row.validUntil} />),
          },
        ]}
      />
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={t('where.register')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {edited !== undefined && (
          <RegistrationForm
            start={edited}
            onDone={() => {
              toast(t('saved'));
              setEdited(undefined);
            }}
          />
        )}
      </Modal>
    </>
  );
}

function RegistrationForm({ start, onDone }: { start: Wish; onDone: () => void }) {
  const t = useTranslations('taxes');
  const entities = useOpenEntities();
  const [wish, setWish] = useState(start);
  const [asked, setAsked] = useState(false);
  const change = (part: Partial<Wish>): void => setWish((before) => ({ ...before, ...part }));
  const saving = useAct(registerWithState, { touches: ['taxes'], onDone });
  // A row is known by its company, place and first day: these do not change.
  const known = start.jurisdiction !== '';
  const wrong = {
    jurisdiction: /^[A-Z]{2}-[A-Z0-9]+$/.test(wish.jurisdiction) ? undefined : t('where.needsState'),
    taxNumber: wish.taxNumber.trim() === '' ? t('where.needsNumber') : undefined,
    from: wish.validFrom === '' ? t('exemptions.needsDay') : undefined,
  };
  return (
    <form
      noValidate
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        const { validUntil, ...rest } = wish;
        if (Object.values(wrong).every((text) => text === undefined))
          saving.mutate({ ...rest, ...(validUntil === null ? {} : { validUntil }) });
      }}
    >
      <Select
        label={t('where.company')}
        disabled={known}
        allowDeselect={false}
        data={entities.map(({ id, name }) => ({ value: id, label: name }))}
        value={wish.entityId}
        onChange={(entityId) => change({ entityId: entityId ?? wish.entityId })}
      />
      <TextInput
        label={t('jurisdiction')}
        description={t('where.stateText')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        required
        disabled={known}
        value={wish.jurisdiction}
        error={asked ? wrong.jurisdiction : undefined}
        onChange={(event) => change({ jurisdiction: event.currentTarget.value.trim().toUpperCase() })}
      />
      <TextInput
        label={t('where.number')}
        required
        maxLength={40}
        value={wish.taxNumber}
        error={asked ? wrong.taxNumber : undefined}
        onChange={(event) => change({ taxNumber: event.currentTarget.value })}
      />
      <div className="os-fields-2" data-even="">
        {!known && (
          <DateField
            label={t('validFrom')}
            value={wish.validFrom}
            onChange={(validFrom) => change({ validFrom: validFrom ?? '' })}
          />
        )}
        <DateField
          label={t('validUntil')}
          value={wish.validUntil ?? undefined}
          min={wish.validFrom}
          onChange={(validUntil) => change({ validUntil: validUntil ?? null })}
        />
      </div>
      {saving.error !== null && <ProblemView problem={saving.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={asked ? wrong.from : undefined} loading={saving.isPending}>
          {t('save')}
        </ReasonButton>
      </div>
    </form>
  );
}
