import { isCurrencyCode } from '../../../src/kernel/currency.ts';
import { normaliseCouponCode } from '../../../src/pricing/promotion/coupon-code.ts';
import type { Effect, Promotion as StoredPromotion, Target } from '../../../src/pricing/promotion/promotion.ts';
import { namesAmounts, promotionProblem } from '../../../src/pricing/promotion/save-promotion.ts';
import type { Promotion, PromotionEffect, PromotionTarget, PromotionWish } from '../../client/promotions.ts';

/** Everything but shipping: what a promotion is about as long as nobody says otherwise. */
export const ORDER: PromotionTarget = { kind: 'order' };

/** A promotion as it is asked for again: all its terms, and none of what became of it. */
export function wishOf({
  id: _,
  state: __,
  uses: ___,
  spentMinor: ____,
  goods: _____,
  version: ______,
  ...wish
}: Promotion): PromotionWish {
  return wish;
}

/** The terms of a promotion for another one. A code opens one promotion only, so codes stay behind; that one is needed does not. */
export function copyOf(promotion: Promotion, name: string): PromotionWish {
  const { codes: _, ...wish } = wishOf(promotion);
  return { ...wish, name };
}

/** The kind's first terms; what the effect before was on, a price and a number of pieces stay where the kind has them. */
export function effectOf(kind: PromotionEffect['kind'], before: PromotionEffect): PromotionEffect {
  const of = before.of ?? before.buy ?? before.parts?.[0]?.of ?? ORDER;
  const minor = before.minor ?? 500;
  const ppm = before.ppm ?? 100_000;
  switch (kind) {
    case 'percentage':
      return { kind, of, ppm };
    case 'amount':
      return { kind, of, minor, each: false };
    case 'price':
      return { kind, of, minor };
    case 'n_for_m':
      return { kind, of, n: 3, m: 2, pick: 'cheapest' };
    case 'buy_get':
      return { kind, buy: of, buyQuantity: 2, get: of, getQuantity: 1, ppm: 500_000, pick: 'cheapest' };
    case 'group':
      return { kind, of, quantity: 3, minor };
    case 'bundle':
      return {
        kind,
        parts: [
          { of, quantity: 1 },
          { of: ORDER, quantity: 1 },
        ],
        minor,
      };
    case 'tiers':
      return {
        kind,
        of,
        by: 'quantity',
        tiers: [
          { from: 2, ppm: 100_000 },
          { from: 3, ppm: 200_000 },
        ],
      };
    case 'gift':
      return { kind, quantity: 1 };
    case 'voucher':
      return { kind, of, minor };
  }
}

/** A refusal as the server words it (`promotionReasons`), or a field that still lacks something (`fieldProblems`). */
export type WishProblem = { readonly key: string; readonly numbers: Readonly<Record<string, string | number>> };

/** What is wrong with a promotion that is being written, by the field where it is said (`effect.m`, `when.until`). Empty: the server will take it as far as it itself is concerned. */
export function problemsOf(wish: PromotionWish): ReadonlyMap<string, WishProblem> {
  const problems = new Map<string, WishProblem>();
  const tell = (field: string, key: string, numbers = {}): void => {
    if (!problems.has(field)) problems.set(field, { key, numbers });
  };
  const target = (field: string, of: PromotionTarget | undefined): void => {
    const lacks = of === undefined ? 'needsChoice' : lackOf(of);
    if (lacks !== undefined) tell(field, lacks);
  };
  const { effect, when = {}, except, codes = [] } = wish;
  if (wish.name.trim() === '') tell('name', 'needsName');
  for (const field of NEEDED[effect.kind]) {
    if (field === 'of' || field === 'buy' || field === 'get') target(`effect.${field}`, effect[field]);
    else if (field === 'skuId') {
      if (effect.skuId === undefined) tell('effect.skuId', 'needsGoods');
    } else if (!((effect[field] ?? -1) >= (field === 'minor' ? 0 : 1))) tell(`effect.${field}`, 'needsNumber');
  }
  effect.parts?.forEach((part, at) => {
    target(`effect.parts.${at}`, part.of);
    if (!(part.quantity >= 1)) tell(`effect.parts.${at}.quantity`, 'needsNumber');
  });
  effect.tiers?.forEach((tier, at) => {
    if (!(tier.from >= 0)) tell(`effect.tiers.${at}.from`, 'needsNumber');
    if (tier.ppm === undefined ? tier.minor === undefined : tier.ppm < 1) tell(`effect.tiers.${at}.off`, 'needsNumber');
  });
  if (when.minimum !== undefined) target('when.minimum', when.minimum.of);
  if (except !== undefined) target('except', except);
  if (codes.some((code) => normaliseCouponCode(code) === undefined)) tell('codes', 'badCode');
  if (problems.size > 0) return problems;
  const refused = promotionProblem(promotionOf(wish));
  if (refused !== undefined) {
    const { reason, ...numbers } = refused;
    tell(FIELD_OF[reason](effect), reason, numbers);
  }
  return problems;
}

/** Whether a promotion says an amount of money somewhere, so that it needs a currency. */
export function needsCurrency(wish: PromotionWish): boolean {
  return namesAmounts(promotionOf(wish));
}

/** A basket that fills a promotion's set: of what, how many. The first part carries a minimum of pieces. */
export function exampleOf({
  effect,
  when,
}: PromotionWish): { readonly of: PromotionTarget; readonly quantity: number }[] {
  const least = when?.minimum?.quantity ?? 1;
  const some = (of: PromotionTarget | undefined, quantity = 1) => ({ of: of ?? ORDER, quantity });
  switch (effect.kind) {
    case 'n_for_m':
      return [some(effect.of, Math.max(least, effect.n ?? 1))];
    case 'group':
      return [some(effect.of, Math.max(least, effect.quantity ?? 1))];
    case 'buy_get':
      return [some(effect.buy, effect.buyQuantity), some(effect.get, effect.getQuantity)];
    case 'bundle':
      return (effect.parts ?? []).map((part) => some(part.of, part.quantity));
    case 'tiers': {
      const first = Math.min(...(effect.tiers ?? []).map((tier) => tier.from));
      return [some(effect.of, effect.by === 'quantity' && Number.isFinite(first) ? Math.max(least, first, 1) : least)];
    }
    case 'gift':
      return [some(when?.minimum?.of, least)];
    case 'percentage':
    case 'amount':
    case 'price':
    case 'voucher':
      return [some(effect.of, least)];
  }
}

/** What is not said is left out: the server knows no undefined. */
export function withoutEmpty<T extends object>(parts: T): { [Part in keyof T]?: Exclude<T[Part], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as never;
}

type NeededField =
  | 'of'
  | 'buy'
  | 'get'
  | 'ppm'
  | 'minor'
  | 'n'
  | 'm'
  | 'quantity'
  | 'buyQuantity'
  | 'getQuantity'
  | 'skuId';

const NEEDED: Readonly<Record<PromotionEffect['kind'], readonly NeededField[]>> = {
  percentage: ['of', 'ppm'],
  amount: ['of', 'minor'],
  price: ['of', 'minor'],
  n_for_m: ['of', 'n', 'm'],
  buy_get: ['buy', 'buyQuantity', 'get', 'getQuantity', 'ppm'],
  group: ['of', 'quantity', 'minor'],
  bundle: ['minor'],
  tiers: ['of'],
  gift: ['skuId', 'quantity'],
  voucher: ['of', 'minor'],
};

type Refused = NonNullable<ReturnType<typeof promotionProblem>>['reason'];

/** Where a refusal is shown. */
const FIELD_OF: Readonly<Record<Refused, (effect: PromotionEffect) => string>> = {
  currency_missing: () => 'currency',
  ends_before_it_begins: () => 'when.until',
  hours_empty: () => 'when.hours',
  set_pays_for_all: () => 'effect.m',
  tiers_repeat: () => 'effect.tiers',
  set_of_one: ({ kind }) => (kind === 'bundle' ? 'effect.parts' : 'effect.quantity'),
  gift_without_minimum: () => 'when.minimum.amount',
  gift_not_alone: () => 'exclusive',
  code_and_offer: () => 'when.offer',
  all_excepted: () => 'except',
};

function lackOf({ kind, skuIds, productIds, categoryIds, name, values }: PromotionTarget): string | undefined {
  switch (kind) {
    case 'order':
    case 'shipping':
      return undefined;
    case 'sku':
      return (skuIds ?? []).length === 0 ? 'needsGoods' : undefined;
    case 'product':
      return (productIds ?? []).length === 0 ? 'needsGoods' : undefined;
    case 'category':
      return (categoryIds ?? []).length === 0 ? 'needsCategory' : undefined;
    case 'attribute':
      return (name ?? '').trim() === '' || (values ?? []).length === 0 ? 'needsAttribute' : undefined;
  }
}

/** A wish as the pure deciders look at it; it must lack nothing. Ids stay as the API writes them: they are only compared with each other. */
function promotionOf(wish: PromotionWish): StoredPromotion {
  const { effect, when = {}, codes = [], currency, except } = wish;
  const { from, until, minimum, ...conditions } = when;
  const parts = effect.parts?.map((part) => ({ ...part, of: targetOf(part.of) }));
  const targets = withoutEmpty({
    of: effect.of === undefined ? undefined : targetOf(effect.of),
    buy: effect.buy === undefined ? undefined : targetOf(effect.buy),
    get: effect.get === undefined ? undefined : targetOf(effect.get),
    parts,
  });
  return {
    id: '',
    name: wish.name,
    effect: { ...effect, ...targets } as Effect,
    when: {
      ...conditions,
      ...(from === undefined ? {} : { from: Date.parse(from) }),
      ...(until === undefined ? {} : { until: Date.parse(until) }),
      ...(minimum === undefined ? {} : { minimum: { ...minimum, of: targetOf(minimum.of) } }),
      ...(codes.length > 0 ? { coupon: true } : {}),
    },
    limits: wish.limits ?? {},
    ...(currency !== undefined && isCurrencyCode(currency) ? { currency } : {}),
    ...(except === undefined ? {} : { except: targetOf(except) }),
    priority: wish.priority ?? 0,
    choice: wish.choice ?? 'best',
    exclusive: wish.exclusive ?? false,
    stackingGroup: wish.stackingGroup ?? '',
  };
}

function targetOf({ kind, skuIds, productIds, categoryIds, name = '', values = [] }: PromotionTarget): Target {
  switch (kind) {
    case 'order':
    case 'shipping':
      return { kind };
    case 'sku':
      return { kind, ids: skuIds ?? [] };
    case 'product':
      return { kind, ids: productIds ?? [] };
    case 'category':
      return { kind, ids: categoryIds ?? [] };
    case 'attribute':
      return { kind, name, values };
  }
}
