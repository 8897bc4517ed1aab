import { Modal, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { listTaxJurisdictions, setTaxJurisdiction, type TaxJurisdiction } from '../../client/taxes.ts';
import { DataList } from '../../kit/data-list.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { isJurisdiction, placeText } from './words.ts';

const FRESH: TaxJurisdiction = {
  code: '',
  name: '',
  system: 'vat',
  taxCode: 'VAT',
  rounding: { scope: 'line', parts: 'each', stepMinor: 1 },
  shipping: 'own',
  deposits: 'taxed',
  sourcing: 'destination',
};

/** How each jurisdiction taxes: rounding, shipping, deposits. What the program knows by itself can be said otherwise. */
export function TaxJurisdictions() {
  const t = useTranslations('taxes');
  const locale = useLocale();
  const mayWrite = useMay('tax:write');
  const [edited, setEdited] = useState<TaxJurisdiction>();
  const query = useQuery({ queryKey: ['taxes', 'jurisdictions'], queryFn: listTaxJurisdictions });
  const rows = query.data?.toSorted((a, b) => a.code.localeCompare(b.code));
  return (
    <>
      <p className="os-soft os-lead">{t('jurisdictions.text')}</p>
      <DataList
        label={t('views.jurisdictions')}
        rows={rows}
        rowKey={(row) => row.code}
        {...(mayWrite ? { onOpen: setEdited } : {})}
        error={
          query.error !== null && rows === undefined ? (
            <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
          ) : undefined
        }
        empty={<EmptyState title={t('jurisdictions.none')} text={t('jurisdictions.text')} />}
        filters={
          <>
            <span className="os-grow" />
            <ReasonButton
              reason={mayWrite ? undefined : t('mayNot')}
              leftSection={<Plus size={16} aria-hidden="true" />}
              onClick={() => setEdited(FRESH)}
            >
              {t('jurisdictions.add')}
            </ReasonButton>
          </>
        }
        columns={[
          {
            key: 'place',
            header: t('jurisdiction'),
            cell: (row) => (
              <span>
                {placeText(locale, row.code)} <span className="os-code">{row.code}</span>
              </span>
            ),
          },
          { key: 'system', header: t('jurisdictions.system'), cell: (row) => t(`jurisdictions.systems.${row.system}`) },
          {
            key: 'rounding',
            header: t('jurisdictions.rounding'),
            cell: ({ rounding: { scope, stepMinor } }) =>
              t(`jurisdictions.scopes.${scope}`) +
              (stepMinor === 1 ? '' : `, ${t('jurisdictions.steps', { step: stepMinor })}`),
          },
          {
            key: 'shipping',
            header: t('jurisdictions.shipping'),
            cell: (row) => t(`jurisdictions.shippings.${row.shipping}`),
          },
          {
            key: 'deposits',
            header: t('jurisdictions.deposits'),
            cell: (row) => t(`jurisdictions.depositKinds.${row.deposits}`),
          },
        ]}
      />
      <Modal
        opened={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={edited?.code === '' ? t('jurisdictions.add') : placeText(locale, edited?.code ?? '')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {edited !== undefined && (
          <JurisdictionForm
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

function JurisdictionForm({ start, onDone }: { start: TaxJurisdiction; onDone: () => void }) {
  const t = useTranslations('taxes');
  const [wish, setWish] = useState(start);
  const [asked, setAsked] = useState(false);
  const change = (part: Partial<TaxJurisdiction>): void => setWish((before) => ({ ...before, ...part }));
  const round = (part: Partial<TaxJurisdiction['rounding']>): void =>
    change({ rounding: { ...wish.rounding, ...part } });
  const saving = useAct(setTaxJurisdiction, { touches: ['taxes'], onDone });
  const wrong = {
    code: isJurisdiction(wish.code) ? undefined : t('exemptions.needsPlace'),
    name: wish.name.trim() === '' ? t('jurisdictions.needsName') : undefined,
    taxCode: /^[A-Z][A-Z0-9_]{0,19}$/.test(wish.taxCode) ? undefined : t('jurisdictions.needsTax'),
  };
  const choice = <Field extends 'system' | 'shipping' | 'deposits' | 'sourcing'>(
    field: Field,
    label: string,
    options: readonly { value: TaxJurisdiction[Field]; label: string }[],
  ) => (
    <Select
      label={label}
      data={options}
      value={wish[field]}
      allowDeselect={false}
      onChange={(value) => value !== null && change({ [field]: value })}
    />
  );
  return (
    <form
      noValidate
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (Object.values(wrong).every((text) => text === undefined)) saving.mutate(wish);
      }}
    >
      <div className="os-fields-2">
        <TextInput
          label={t('jurisdiction')}
          description={t('exemptions.placeText')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          required
          disabled={start.code !== ''}
          value={wish.code}
          error={asked ? wrong.code : undefined}
          onChange={(event) => change({ code: event.currentTarget.value.trim().toUpperCase() })}
        />
        <TextInput
          label={t('jurisdictions.name')}
          required
          maxLength={100}
          value={wish.name}
          error={asked ? wrong.name : undefined}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      </div>
      <div className="os-fields-2">
        {choice(
          'system',
          t('jurisdictions.system'),
          (['vat', 'gst_split', 'sales_tax'] as const).map((value) => ({
            value,
            label: t(`jurisdictions.systems.${value}`),
          })),
        )}
        <TextInput
          label={t('jurisdictions.taxCode')}
          required
          value={wish.taxCode}
          error={asked ? wrong.taxCode : undefined}
          onChange={(event) => change({ taxCode: event.currentTarget.value.trim().toUpperCase() })}
        />
      </div>
      <div className="os-fields-2">
        <Select
          label={t('jurisdictions.rounding')}
          data={(['line', 'document'] as const).map((value) => ({ value, label: t(`jurisdictions.scopes.${value}`) }))}
          value={wish.rounding.scope}
          allowDeselect={false}
          onChange={(scope) => round({ scope: scope === 'document' ? 'document' : 'line' })}
        />
        <Select
          label={t('jurisdictions.parts')}
          data={(['each', 'together'] as const).map((value) => ({
            value,
            label: t(`jurisdictions.partKinds.${value}`),
          }))}
          value={wish.rounding.parts}
          allowDeselect={false}
          onChange={(parts) => round({ parts: parts === 'together' ? 'together' : 'each' })}
        />
        <NumberInput
          label={t('jurisdictions.step')}
          description={t('jurisdictions.stepText')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          min={1}
          max={100_000}
          allowDecimal={false}
          value={wish.rounding.stepMinor}
          onChange={(value) => typeof value === 'number' && value >= 1 && round({ stepMinor: value })}
        />
      </div>
      {choice(
        'shipping',
        t('jurisdictions.shipping'),
        (['own', 'goods', 'untaxed'] as const).map((value) => ({
          value,
          label: t(`jurisdictions.shippings.${value}`),
        })),
      )}
      {choice(
        'deposits',
        t('jurisdictions.deposits'),
        (['taxed', 'outside'] as const).map((value) => ({ value, label: t(`jurisdictions.depositKinds.${value}`) })),
      )}
      {choice(
        'sourcing',
        t('jurisdictions.sourcing'),
        (['destination', 'origin'] as const).map((value) => ({
          value,
          label: t(`jurisdictions.sourcings.${value}`),
        })),
      )}
      <p className="os-soft os-small">{t('jurisdictions.cash')}</p>
      {saving.error !== null && <ProblemView problem={saving.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={undefined} loading={saving.isPending}>
          {t('save')}
        </ReasonButton>
      </div>
    </form>
  );
}
