import { Button, Input, SegmentedControl, Select, Switch } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PromotionEffect } from '../../client/promotions.ts';
import { VOUCHER_DAYS } from '../../../src/pricing/earned-voucher.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { SkuSearch } from '../shared/sku-search.tsx';
import { CountField, PercentField, useEditing } from './editing.tsx';
import { TargetFields } from './target-fields.tsx';
import { effectOf, ORDER, withoutEmpty } from './wish.ts';

const KINDS = [
  'percentage',
  'amount',
  'price',
  'n_for_m',
  'buy_get',
  'group',
  'bundle',
  'tiers',
  'gift',
  'voucher',
] as const;

/** As many parts and steps as the server takes. */
const MOST = 20;

type EffectOf = {
  readonly effect: PromotionEffect;
  readonly currency: string;
  readonly onEffect: (effect: PromotionEffect) => void;
};
type Numbers = 'n' | 'm' | 'quantity' | 'buyQuantity' | 'getQuantity';

/** What a promotion does: its kind, and every field that the kind has. */
export function EffectFields({ effect, currency, onEffect }: EffectOf) {
  const t = useTranslations('promotions');
  const o = useTranslations('offers');
  const { kind } = effect;
  const change = (part: { readonly [Part in keyof PromotionEffect]?: PromotionEffect[Part] | undefined }): void =>
    onEffect({ ...withoutEmpty({ ...effect, ...part }), kind });
  const count = (field: Numbers, label: string) => (
    <CountField
      field={`effect.${field}`}
      label={label}
      value={effect[field]}
      onCount={(value) => change({ [field]: value })}
    />
  );
  const percent = (
    <PercentField field="effect.ppm" label={t('percent')} ppm={effect.ppm} onPpm={(ppm) => change({ ppm })} />
  );
  const money = (label: string) => (
    <Amount
      label={label}
      field="effect.minor"
      value={effect.minor}
      currency={currency}
      onValue={(minor) => change({ minor })}
    />
  );
  return (
    <>
      <Select
        label={t('kind')}
        description={t(`kindTexts.${kind}`)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={KINDS.map((one) => ({ value: one, label: t(`kinds.${one}`) }))}
        value={kind}
        allowDeselect={false}
        onChange={(one) => one !== null && one !== kind && onEffect(effectOf(one, effect))}
      />
      {kind === 'percentage' && percent}
      {(kind === 'amount' || kind === 'voucher') && money(t('amount'))}
      {(kind === 'price' || kind === 'bundle') && money(t('price'))}
      {kind === 'amount' && (
        <Switch
          label={t('each')}
          checked={effect.each === true}
          onChange={(event) => change({ each: event.currentTarget.checked })}
        />
      )}
      {kind === 'voucher' && (
        <Amount
          label={t('forEach')}
          field="effect.forEachMinor"
          value={effect.forEachMinor}
          currency={currency}
          onValue={(forEachMinor) => change({ forEachMinor: forEachMinor === 0 ? undefined : forEachMinor })}
        />
      )}
      {kind === 'voucher' && (
        <CountField
          field="effect.validDays"
          label={o('voucherDays')}
          value={effect.validDays ?? VOUCHER_DAYS}
          max={3_650}
          onCount={(validDays) => change({ validDays })}
        />
      )}
      {kind === 'n_for_m' && (
        <div className="os-fields-2">
          {count('n', t('take'))}
          {count('m', t('pay'))}
        </div>
      )}
      {kind === 'group' && (
        <div className="os-fields-2">
          {count('quantity', t('pieces'))}
          {money(t('price'))}
        </div>
      )}
      {kind === 'gift' && <GiftFields effect={effect} change={change} quantity={count('quantity', t('pieces'))} />}
      {kind === 'buy_get' && (
        <>
          <div className="os-fields-2">
            {count('buyQuantity', t('buy'))}
            {count('getQuantity', t('get'))}
            {percent}
          </div>
          <TargetFields
            label={t('buyOf')}
            field="effect.buy"
            target={effect.buy ?? ORDER}
            onTarget={(buy) => change({ buy })}
          />
          <TargetFields
            label={t('getOf')}
            field="effect.get"
            target={effect.get ?? ORDER}
            onTarget={(get) => change({ get })}
          />
        </>
      )}
      {(kind === 'n_for_m' || kind === 'buy_get') && (
        <Select
          label={t('pick')}
          data={(['cheapest', 'dearest'] as const).map((one) => ({ value: one, label: t(`picks.${one}`) }))}
          value={effect.pick ?? 'cheapest'}
          allowDeselect={false}
          onChange={(pick) => change({ pick: pick === 'dearest' ? 'dearest' : 'cheapest' })}
        />
      )}
      {kind === 'bundle' && <Parts effect={effect} change={change} />}
      {effect.of !== undefined && (
        <TargetFields label={t('on')} field="effect.of" target={effect.of} onTarget={(of) => change({ of })} />
      )}
      {kind === 'tiers' && <Steps effect={effect} currency={currency} change={change} />}
    </>
  );
}

type Change = (part: Partial<PromotionEffect>) => void;

/** An amount with what is wrong with it. */
function Amount({
  field,
  ...rest
}: {
  readonly field: string;
  readonly label: string;
  readonly value: number | undefined;
  readonly currency: string;
  readonly onValue: (minor: number | undefined) => void;
}) {
  const { errorAt } = useEditing();
  return <MoneyField {...rest} error={errorAt(field)} />;
}

function GiftFields({
  effect,
  change,
  quantity,
}: {
  readonly effect: PromotionEffect;
  readonly change: Change;
  readonly quantity: React.ReactNode;
}) {
  const t = useTranslations('promotions');
  const { errorAt, learn, nameOf } = useEditing();
  return (
    <>
      <SkuSearch
        label={t('gift')}
        scans={false}
        error={errorAt('effect.skuId')}
        onPick={(sku) => {
          learn(sku.id, sku.name);
          change({ skuId: sku.id });
        }}
      />
      {effect.skuId !== undefined && (
        <p style={{ margin: 0 }}>
          <strong>{nameOf(effect.skuId) ?? effect.skuId}</strong>
        </p>
      )}
      {quantity}
    </>
  );
}

/** What is in a bundle, and how many of each. */
function Parts({ effect, change }: { readonly effect: PromotionEffect; readonly change: Change }) {
  const t = useTranslations('promotions');
  const { errorAt } = useEditing();
  const parts = effect.parts ?? [];
  const put = (at: number, part: (typeof parts)[number]): void =>
    change({ parts: parts.map((one, n) => (n === at ? part : one)) });
  return (
    <>
      {parts.map((part, at) => (
        // Parts have no names of their own; a changed one stays where it is.
        <fieldset key={at} className="os-group">
          <legend>{t('part', { n: at + 1 })}</legend>
          <TargetFields
            label={t('partOf')}
            field={`effect.parts.${at}`}
            target={part.of}
            onTarget={(of) => put(at, { ...part, of })}
          />
          <div className="os-row os-group-foot">
            <CountField
              field={`effect.parts.${at}.quantity`}
              label={t('pieces')}
              value={part.quantity}
              onCount={(quantity) => put(at, { ...part, quantity: quantity ?? 0 })}
            />
            <TakeOut
              label={t('takeOut', { name: t('part', { n: at + 1 }) })}
              disabled={parts.length === 1}
              onClick={() => change({ parts: parts.filter((_, n) => n !== at) })}
            />
          </div>
        </fieldset>
      ))}
      <Wrong text={errorAt('effect.parts')} />
      <Add
        label={t('addPart')}
        disabled={parts.length >= MOST}
        onClick={() => change({ parts: [...parts, { of: { kind: 'sku' }, quantity: 1 }] })}
      />
    </>
  );
}

/** The steps of the more, the cheaper. */
function Steps({
  effect,
  currency,
  change,
}: {
  readonly effect: PromotionEffect;
  readonly currency: string;
  readonly change: Change;
}) {
  const t = useTranslations('promotions');
  const { errorAt } = useEditing();
  const [tiers, by] = [effect.tiers ?? [], effect.by ?? 'quantity'];
  const put = (at: number, tier: (typeof tiers)[number]): void =>
    change({ tiers: tiers.map((one, n) => (n === at ? tier : one)) });
  return (
    <>
      <Select
        label={t('stepsBy')}
        data={(['quantity', 'amount'] as const).map((one) => ({ value: one, label: t(`bys.${one}`) }))}
        value={by}
        allowDeselect={false}
        onChange={(one) => change({ by: one === 'amount' ? 'amount' : 'quantity' })}
      />
      {tiers.map((tier, at) => (
        <fieldset key={at} className="os-group">
          <legend>{t('step', { n: at + 1 })}</legend>
          <div className="os-fields-2">
            {by === 'quantity' ? (
              <CountField
                field={`effect.tiers.${at}.from`}
                label={t('fromPieces')}
                min={0}
                value={tier.from}
                onCount={(from) => put(at, { ...tier, from: from ?? 0 })}
              />
            ) : (
              <Amount
                field={`effect.tiers.${at}.from`}
                label={t('fromAmount')}
                value={tier.from}
                currency={currency}
                onValue={(from) => put(at, { ...tier, from: from ?? 0 })}
              />
            )}
            {tier.minor === undefined ? (
              <PercentField
                field={`effect.tiers.${at}.off`}
                label={t('percentOff')}
                ppm={tier.ppm}
                onPpm={(ppm) => put(at, withFrom(tier.from, { ppm: ppm ?? 0 }))}
              />
            ) : (
              <Amount
                field={`effect.tiers.${at}.off`}
                label={t('amountOff')}
                value={tier.minor}
                currency={currency}
                onValue={(minor) => put(at, withFrom(tier.from, { minor: minor ?? 0 }))}
              />
            )}
          </div>
          <div className="os-row os-group-foot">
            <SegmentedControl
              size="xs"
              aria-label={t('stepKind')}
              data={[
                { value: 'ppm', label: t('percent') },
                { value: 'minor', label: t('amount') },
              ]}
              value={tier.minor === undefined ? 'ppm' : 'minor'}
              onChange={(what) => put(at, withFrom(tier.from, what === 'ppm' ? { ppm: 100_000 } : { minor: 500 }))}
            />
            <TakeOut
              label={t('takeOut', { name: t('step', { n: at + 1 }) })}
              disabled={tiers.length === 1}
              onClick={() => change({ tiers: tiers.filter((_, n) => n !== at) })}
            />
          </div>
        </fieldset>
      ))}
      <Wrong text={errorAt('effect.tiers')} />
      <Add
        label={t('addStep')}
        disabled={tiers.length >= MOST}
        onClick={() => change({ tiers: [...tiers, nextStep(tiers.at(-1))] })}
      />
    </>
  );
}

function withFrom(from: number, off: { readonly ppm: number } | { readonly minor: number }) {
  return { from, ...off };
}

/** One more of the last step's kind, further up. */
function nextStep(last: NonNullable<PromotionEffect['tiers']>[number] | undefined) {
  if (last === undefined) return { from: 2, ppm: 100_000 };
  const from = last.from < 100 ? last.from + 1 : last.from * 2;
  return last.minor === undefined ? { from, ppm: last.ppm ?? 100_000 } : { from, minor: last.minor };
}

function TakeOut({
  label,
  ...rest
}: {
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
}) {
  const t = useTranslations('promotions');
  return (
    <Button
      {...rest}
      variant="subtle"
      size="compact-sm"
      aria-label={label}
      leftSection={<X size={14} aria-hidden="true" />}
    >
      {t('out')}
    </Button>
  );
}

function Add({ label, ...rest }: { readonly label: string; readonly disabled: boolean; readonly onClick: () => void }) {
  return (
    <div>
      <Button {...rest} variant="default" size="compact-sm" leftSection={<Plus size={14} aria-hidden="true" />}>
        {label}
      </Button>
    </div>
  );
}

/** What is wrong with a group of fields. */
export function Wrong({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : <Input.Error role="alert">{text}</Input.Error>;
}
