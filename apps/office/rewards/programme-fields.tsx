import { Button, Checkbox, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { getProduct, listProducts } from '../../client/api.ts';
import type { ProgrammeWish } from '../../client/rewards.ts';
import { MoneyField, QuantityField } from '../../kit/fields.tsx';
import { DateField, thisMonth } from '../money/date-field.tsx';
import { useCategories, useChannels } from '../shared/reference.ts';

type Rule = ProgrammeWish['earn'][number];
type Days = ProgrammeWish['multiplierDays'][number];
type Tier = ProgrammeWish['tiers'][number];
type Reward = ProgrammeWish['rewards'][number];
type PartsOf<T> = {
  readonly of: readonly T[];
  readonly onChange: (parts: T[]) => void;
  /** What is wrong with a row, once somebody wanted to save. */
  readonly errorAt: (field: string) => string | undefined;
};

const ONCE = 1_000_000;

/** What earns points or cash-back: everything, or some products, categories or channels; rules that fit add up. */
export function EarnRules({ of, onChange, errorAt, currency }: PartsOf<Rule> & { readonly currency: string }) {
  const t = useTranslations('rewards');
  const channels = useChannels();
  const categories = useCategories();
  const options = (things: readonly { id: string; name: string }[]) =>
    things.map(({ id, name }) => ({ value: id, label: name }));
  const fresh: Rule = {
    name: t('ruleName', { n: of.length + 1 }),
    points: 1,
    perMinor: 100,
    cashBackPpm: 0,
    channelIds: [],
    productIds: [],
    categoryIds: [],
  };
  return (
    <Rows of={of} onChange={onChange} title={(n) => t('rule', { n })} add={t('addRule')} fresh={fresh} most={20}>
      {(rule, put, at) => (
        <>
          <TextInput
            label={t('name')}
            value={rule.name}
            maxLength={100}
            error={errorAt(`earn.${at}.name`)}
            onChange={(event) => put({ name: event.currentTarget.value })}
          />
          <div className="os-fields-2">
            <QuantityField
              label={t('points')}
              value={rule.points}
              onValue={(points) => points !== undefined && put({ points })}
              min={0}
              max={100}
            />
            <MoneyField
              label={t('forEach')}
              currency={currency}
              value={rule.perMinor}
              onValue={(perMinor) => perMinor !== undefined && perMinor > 0 && put({ perMinor })}
            />
            <Percent label={t('cashBack')} ppm={rule.cashBackPpm} onPpm={(cashBackPpm) => put({ cashBackPpm })} />
          </div>
          <MultiSelect
            searchable
            label={t('onlyCategories')}
            data={options(categories)}
            value={[...rule.categoryIds]}
            onChange={(categoryIds) => put({ categoryIds })}
          />
          <ProductsField ids={rule.productIds} onIds={(productIds) => put({ productIds })} />
          <MultiSelect
            searchable
            label={t('onlyChannels')}
            data={options(channels)}
            value={[...rule.channelIds]}
            onChange={(channelIds) => put({ channelIds })}
          />
        </>
      )}
    </Rows>
  );
}

/** Days on which points count more. */
export function MultiplierDays({ of, onChange, errorAt }: PartsOf<Days>) {
  const t = useTranslations('rewards');
  const locale = useLocale();
  const today = thisMonth().to;
  const fresh: Days = { name: t('daysName'), from: today, until: today, weekdays: [], multiplierPpm: 2 * ONCE };
  const weekday = (day: number): string =>
    // The first of January 2024 was a Monday.
    new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, day));
  return (
    <Rows of={of} onChange={onChange} title={(n) => t('days', { n })} add={t('addDays')} fresh={fresh} most={100}>
      {(days, put, at) => (
        <>
          <div className="os-fields-2">
            <TextInput
              label={t('name')}
              value={days.name}
              maxLength={100}
              error={errorAt(`days.${at}.name`)}
              onChange={(event) => put({ name: event.currentTarget.value })}
            />
            <Times ppm={days.multiplierPpm} onPpm={(multiplierPpm) => put({ multiplierPpm })} />
          </div>
          <div className="os-row">
            <DateField label={t('from')} value={days.from} onChange={(from) => from !== undefined && put({ from })} />
            <DateField
              label={t('until')}
              value={days.until}
              min={days.from}
              onChange={(until) => until !== undefined && put({ until })}
            />
          </div>
          {errorAt(`days.${at}.until`) !== undefined && (
            <p role="alert" className="os-minus os-small">
              {errorAt(`days.${at}.until`)}
            </p>
          )}
          <Checkbox.Group
            label={t('weekdays')}
            value={days.weekdays.map(String)}
            onChange={(chosen) => put({ weekdays: chosen.map(Number).toSorted((a, b) => a - b) })}
          >
            <div className="os-row">
              {[1, 2, 3, 4, 5, 6, 7].map((day) => (
                <Checkbox key={day} value={String(day)} label={weekday(day)} />
              ))}
            </div>
          </Checkbox.Group>
        </>
      )}
    </Rows>
  );
}

/** Levels that customers reach by what they spend. */
export function Tiers({ of, onChange, errorAt, currency }: PartsOf<Tier> & { readonly currency: string }) {
  const t = useTranslations('rewards');
  const fresh: Tier = {
    code: freeCode(of, 'tier'),
    name: '',
    fromMinor: (of.at(-1)?.fromMinor ?? 0) + 50_000,
    windowMonths: 12,
    multiplierPpm: 1_250_000,
  };
  return (
    <Rows of={of} onChange={onChange} title={(n) => t('tierN', { n })} add={t('addTier')} fresh={fresh} most={10}>
      {(tier, put, at) => (
        <div className="os-fields-2">
          <TextInput
            label={t('name')}
            value={tier.name}
            maxLength={100}
            error={errorAt(`tiers.${at}.name`)}
            onChange={(event) => put({ name: event.currentTarget.value })}
          />
          <MoneyField
            label={t('tierFrom')}
            currency={currency}
            value={tier.fromMinor}
            onValue={(fromMinor) => fromMinor !== undefined && fromMinor >= 0 && put({ fromMinor })}
          />
          <QuantityField
            label={t('tierMonths')}
            value={tier.windowMonths}
            min={1}
            max={36}
            onValue={(windowMonths) => windowMonths !== undefined && windowMonths > 0 && put({ windowMonths })}
          />
          <Times ppm={tier.multiplierPpm} onPpm={(multiplierPpm) => put({ multiplierPpm })} />
        </div>
      )}
    </Rows>
  );
}

/** What points can be changed for. */
export function Rewards({ of, onChange, errorAt, currency }: PartsOf<Reward> & { readonly currency: string }) {
  const t = useTranslations('rewards');
  const fresh: Reward = { code: freeCode(of, 'reward'), name: '', points: 500, creditMinor: 500 };
  return (
    <Rows of={of} onChange={onChange} title={(n) => t('rewardN', { n })} add={t('addReward')} fresh={fresh} most={50}>
      {(reward, put, at) => (
        <div className="os-fields-2">
          <TextInput
            label={t('name')}
            value={reward.name}
            maxLength={100}
            error={errorAt(`rewards.${at}.name`)}
            onChange={(event) => put({ name: event.currentTarget.value })}
          />
          <QuantityField
            label={t('rewardPoints')}
            value={reward.points}
            min={1}
            onValue={(points) => points !== undefined && points > 0 && put({ points })}
          />
          <MoneyField
            label={t('rewardCredit')}
            currency={currency}
            value={reward.creditMinor}
            onValue={(creditMinor) => creditMinor !== undefined && creditMinor > 0 && put({ creditMinor })}
          />
        </div>
      )}
    </Rows>
  );
}

/** A share as people write it; its value is whole parts per million. */
export function Percent({
  label,
  description,
  ppm,
  onPpm,
}: {
  label: string;
  description?: string;
  ppm: number;
  onPpm: (ppm: number) => void;
}) {
  return (
    <NumberInput
      label={label}
      {...(description === undefined ? {} : { description })}
      value={ppm / 10_000}
      min={0}
      max={100}
      decimalScale={4}
      onChange={(value) => typeof value === 'number' && onPpm(Math.round(value * 10_000))}
    />
  );
}

/** How many times the points: 1.25 is a quarter more. */
function Times({ ppm, onPpm }: { ppm: number; onPpm: (ppm: number) => void }) {
  const t = useTranslations('rewards');
  return (
    <NumberInput
      label={t('times')}
      value={ppm / ONCE}
      min={1}
      max={5}
      step={0.25}
      decimalScale={4}
      onChange={(value) => typeof value === 'number' && value >= 1 && onPpm(Math.round(value * ONCE))}
    />
  );
}

/** Rows that can be added and taken out, each a group of fields. */
function Rows<T>({
  of,
  onChange,
  title,
  add,
  fresh,
  most,
  children,
}: {
  readonly of: readonly T[];
  readonly onChange: (rows: T[]) => void;
  readonly title: (n: number) => string;
  readonly add: string;
  readonly fresh: T;
  readonly most: number;
  readonly children: (row: T, put: (part: Partial<T>) => void, at: number) => ReactNode;
}) {
  const t = useTranslations('rewards');
  return (
    <div className="os-fields">
      {of.map((row, at) => (
        // Rows stay where they are while they are written.
        <fieldset key={at} className="os-group">
          <legend>{title(at + 1)}</legend>
          {children(row, (part) => onChange(of.map((one, n) => (n === at ? { ...one, ...part } : one))), at)}
          <div>
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={t('takeOut', { name: title(at + 1) })}
              leftSection={<X size={14} aria-hidden="true" />}
              onClick={() => onChange(of.filter((_, n) => n !== at))}
            >
              {t('out')}
            </Button>
          </div>
        </fieldset>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          disabled={of.length >= most}
          leftSection={<Plus size={14} aria-hidden="true" />}
          onClick={() => onChange([...of, fresh])}
        >
          {add}
        </Button>
      </div>
    </div>
  );
}

/** Products by name. */
function ProductsField({ ids, onIds }: { ids: readonly string[]; onIds: (ids: string[]) => void }) {
  const t = useTranslations('rewards');
  const [search, setSearch] = useState('');
  const found = useQuery({
    queryKey: ['catalog', 'products', 'search', search],
    queryFn: ({ signal }) => listProducts({ search: search === '' ? undefined : search, limit: 10 }, signal),
    placeholderData: (before) => before,
  }).data?.items;
  const chosen =
    useQuery({
      queryKey: ['catalog', 'products', 'named', ids],
      queryFn: () => Promise.all(ids.slice(0, 50).map((id) => getProduct(id))),
      enabled: ids.length > 0,
      placeholderData: (before) => before,
    }).data ?? [];
  const known = new Map([...chosen, ...(found ?? [])].map(({ id, name }) => [id, name]));
  return (
    <MultiSelect
      searchable
      label={t('onlyProducts')}
      data={[...new Set([...ids, ...known.keys()])].map((id) => ({ value: id, label: known.get(id) ?? id }))}
      value={[...ids]}
      onChange={onIds}
      searchValue={search}
      onSearchChange={setSearch}
    />
  );
}

/** A code that no other row has: codes are how the books know a tier or a reward, and nobody needs to see them. */
function freeCode(of: readonly { readonly code: string }[], word: string): string {
  for (let n = of.length + 1; ; n += 1) if (!of.some(({ code }) => code === `${word}-${n}`)) return `${word}-${n}`;
}

/** A choice of one of some words. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onValue,
}: {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onValue: (value: T) => void;
}) {
  return (
    <Select
      label={label}
      data={options}
      value={value}
      allowDeselect={false}
      onChange={(given) => {
        const one = options.find((option) => option.value === given);
        if (one !== undefined) onValue(one.value);
      }}
    />
  );
}
