import { Select, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { openLocation, type LocationWish } from '../../client/setup.ts';
import type { Location } from '../../client/types.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useLocations, useOpenEntities } from '../shared/reference.ts';
import { CodeField, useCode } from './code-field.tsx';
import { countriesIn, isCode } from './countries.ts';
import { EntitySelect } from './entity-select.tsx';
import { AddressFields, ClockFields, type Whereabouts } from './place-fields.tsx';

const KINDS = ['store', 'warehouse', 'third_party', 'drop_ship'] as const;

/** Opens a place where goods are: what it is called, where it is, and by whose clock its days end. */
export function LocationForm({ onDone }: { onDone: (location: Location) => void }) {
  const t = useTranslations('company');
  const locale = useLocale();
  const countries = useMemo(() => countriesIn(locale), [locale]);
  const entities = useOpenEntities();
  const taken = useLocations().map((location) => location.code);
  const [chosenEntity, setEntity] = useState<string>();
  const entity = entities.find(({ id }) => id === chosenEntity) ?? entities[0];
  const [kind, setKind] = useState<LocationWish['kind']>('store');
  const [name, setName] = useState('');
  const code = useCode(name, taken);
  const [place, setPlace] = useState<Whereabouts>({
    line1: '',
    postcode: '',
    city: '',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    cutOffHour: 0,
  });
  const change = (part: Partial<Whereabouts>): void => setPlace({ ...place, ...part });
  const [chosenCountry, setCountry] = useState<string>();
  const country = chosenCountry ?? entity?.country ?? null;
  const opening = useAct(openLocation, { touches: ['company', 'setup'], onDone });
  const reason =
    entity === undefined
      ? t('needsEntity')
      : name.trim() === ''
        ? t('needsName')
        : !isCode(code.value)
          ? t('needsCode')
          : country === null
            ? t('needsCountry')
            : place.timeZone === null
              ? t('needsTimeZone')
              : undefined;
  const submit = (): void => {
    if (reason !== undefined || entity === undefined) return;
    opening.mutate({
      entityId: entity.id,
      code: code.value,
      name: name.trim(),
      kind,
      city: place.city.trim(),
      address: { line1: place.line1.trim(), postcode: place.postcode.trim() },
      country: country ?? '',
      timeZone: place.timeZone ?? '',
      cutOffHour: place.cutOffHour,
    });
  };
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <EntitySelect value={entity?.id} onChange={setEntity} />
      <div className="os-fields-2" data-even="">
        <TextInput
          label={t('locationName')}
          description={t('locationNameText')}
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t('kind')}
          description={t('kindText')}
          allowDeselect={false}
          data={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
          value={kind}
          onChange={(value) => setKind(value ?? 'store')}
        />
      </div>
      <AddressFields value={place} onChange={change} />
      <div className="os-fields-2" data-even="">
        <Select
          label={t('country')}
          required
          searchable
          allowDeselect={false}
          data={countries}
          value={country}
          onChange={(value) => setCountry(value ?? undefined)}
          nothingFoundMessage={t('nothingFound')}
        />
      </div>
      <div className="os-fields-2" data-even="">
        <ClockFields value={place} onChange={change} />
        <CodeField code={code} description={t('locationCodeText')} />
      </div>
      {opening.error !== null && <ProblemView problem={opening.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={reason} loading={opening.isPending}>
          {t('openLocation')}
        </ReasonButton>
      </div>
    </form>
  );
}
