import { NumberInput, Select, Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PromotionEffect } from '../../client/promotions.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { SkuSearch } from '../shared/sku-search.tsx';
import { TargetFields } from './target-fields.tsx';

/** The kinds that have fields here; the others are written through the API. */
const KINDS = ['percentage', 'amount', 'price', 'n_for_m', 'buy_get', 'group', 'gift', 'voucher'] as const;

const ORDER = { kind: 'order' } as const;

/** What a kind begins with. */
function freshEffect(kind: PromotionEffect['kind']): PromotionEffect {
  switch (kind) {
    case 'percentage':
      return { kind, of: ORDER, ppm: 100_000 };
    case 'amount':
      return { kind, of: ORDER, minor: 500, each: false };
    case 'n_for_m':
      return { kind, of: ORDER, n: 3, m: 2, pick: 'cheapest' };
    case 'buy_get':
      return { kind, buy: ORDER, buyQuantity: 2, get: ORDER, getQuantity: 1, ppm: 500_000, pick: 'cheapest' };
    case 'group':
      return { kind, of: ORDER, quantity: 3, minor: 1000 };
    case 'gift':
      return { kind, quantity: 1 };
    case 'voucher':
      return { kind, of: ORDER, minor: 500 };
    case 'price':
    case 'bundle':
    case 'tiers':
      return { kind, of: ORDER, minor: 1000 };
  }
}

/** What a promotion does. */
export function EffectFields({
  effect,
  currency,
  onEffect,
}: {
  effect: PromotionEffect;
  currency: string;
  onEffect: (effect: PromotionEffect) => void;
}) {
  const t = useTranslations('promotions');
  const { kind } = effect;
  const fixed = kind === 'bundle' || kind === 'tiers';
  const kinds = fixed ? [...KINDS, kind] : KINDS;
  const count = (field: 'n' | 'm' | 'quantity' | 'buyQuantity' | 'getQuantity', label: string) => (
    <NumberInput
      label={label}
      value={effect[field] ?? ''}
      min={1}
      allowDecimal={false}
      onChange={(value) => onEffect({ ...effect, [field]: Number(value) })}
    />
  );
  const percent = (
    <NumberInput
      label={t('percent')}
      value={(effect.ppm ?? 0) / 10_000}
      min={0.01}
      max={100}
      decimalScale={2}
      onChange={(value) => onEffect({ ...effect, ppm: Math.round(Number(value) * 10_000) })}
    />
  );
  const money = (label: string) => (
    <MoneyField
      label={label}
      value={effect.minor}
      currency={currency}
      onValue={(minor) => onEffect({ ...effect, minor: minor ?? 0 })}
    />
  );
  return (
    <>
      <Select
        label={t('kind')}
        data={kinds.map((one) => ({ value: one, label: t(`kinds.${one}`) }))}
        value={kind}
        allowDeselect={false}
        onChange={(one) => onEffect(freshEffect(one ?? kind))}
      />
      {fixed && <p className="os-soft">{t('fixed')}</p>}
      {kind === 'percentage' && percent}
      {(kind === 'amount' || kind === 'voucher') && money(t('amount'))}
      {kind === 'price' && money(t('price'))}
      {kind === 'amount' && (
        <Switch
          label={t('each')}
          checked={effect.each === true}
          onChange={(event) => onEffect({ ...effect, each: event.currentTarget.checked })}
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
      {kind === 'gift' && <GiftField effect={effect} onEffect={onEffect} />}
      {kind === 'buy_get' && (
        <>
          <div className="os-fields-2">
            {count('buyQuantity', t('buy'))}
            {count('getQuantity', t('get'))}
          </div>
          {percent}
          <TargetFields
            label={t('buyOf')}
            target={effect.buy ?? ORDER}
            onTarget={(buy) => onEffect({ ...effect, buy })}
          />
          <TargetFields
            label={t('getOf')}
            target={effect.get ?? ORDER}
            onTarget={(get) => onEffect({ ...effect, get })}
          />
        </>
      )}
      {(kind === 'n_for_m' || kind === 'buy_get') && (
        <Select
          label={t('pick')}
          data={(['cheapest', 'dearest'] as const).map((one) => ({ value: one, label: t(`picks.${one}`) }))}
          value={effect.pick ?? 'cheapest'}
          allowDeselect={false}
          onChange={(pick) => onEffect({ ...effect, pick: pick === 'dearest' ? 'dearest' : 'cheapest' })}
        />
      )}
      {!fixed && kind !== 'gift' && kind !== 'buy_get' && (
        <TargetFields label={t('on')} target={effect.of ?? ORDER} onTarget={(of) => onEffect({ ...effect, of })} />
      )}
    </>
  );
}

function GiftField({ effect, onEffect }: { effect: PromotionEffect; onEffect: (effect: PromotionEffect) => void }) {
  const t = useTranslations('promotions');
  const [name, setName] = useState('');
  return (
    <>
      <SkuSearch
        label={t('gift')}
        onPick={(sku) => {
          setName(sku.name);
          onEffect({ ...effect, skuId: sku.id });
        }}
      />
      {effect.skuId !== undefined && <p>{name === '' ? effect.skuId : name}</p>}
    </>
  );
}
