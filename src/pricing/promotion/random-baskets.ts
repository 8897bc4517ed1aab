import type { CurrencyCode } from '../../kernel/currency.ts';
import type { PromotionBasket, PromotionLine } from './promotion-basket.ts';
import type { Effect, Promotion, PromotionConditions, Target } from './promotion.ts';

/**
 * Promotions and baskets out of a number, the same ones on every machine: so that two engines can be compared on a million baskets without a file of them.
 * For tests and measurements.
 */

/** Dice that follow from a seed: whole numbers from 0, below `sides`. */
export type Dice = (sides: number) => number;

/** Dice after Tommy Ettinger's mulberry32: one multiplication a throw, whole 32-bit numbers only. */
export function openDice(seed: number): Dice {
  let state = seed | 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** What exists where the random baskets are bought: so many SKUs and categories, and how promotions are spread over them. */
export type RandomWorld = {
  readonly skus: number;
  readonly categories: number;
  /** Of 1,000 targets so many are the whole order, and of 100 promotions so many need a code. */
  readonly wholeOrder: number;
  readonly withCode: number;
};

/** A small shop in which everything meets everything. */
export const CROWDED: RandomWorld = { skus: 12, categories: 4, wholeOrder: 150, withCode: 10 };

/** A large one, as the figures are measured: most promotions are for a few SKUs or a category. */
export const ROOMY: RandomWorld = { skus: 20_000, categories: 1500, wholeOrder: 3, withCode: 10 };

const EUR = 'EUR' as CurrencyCode;
const GROUPS = ['', '', '', 'a', 'b', 'sale'] as const;
const HOUR = 60;

/** A promotion of a world. */
export function randomPromotion(dice: Dice, world: RandomWorld, number: number): Promotion {
  const id = `promotion-${String(number).padStart(6, '0')}`;
  const effect = randomEffect(dice, world);
  const coupon = dice(100) < world.withCode;
  const promised = effect.kind === 'gift' || effect.kind === 'voucher';
  return {
    id,
    name: id,
    effect,
    when: randomConditions(dice, world, { coupon, promised }),
    limits: dice(20) === 0 ? { uses: 1 + dice(5), budgetMinor: 200 + dice(5000) } : {},
    currency: EUR,
    ...(coupon ? { codes: [`CODE${dice(10)}`] } : {}),
    ...(dice(20) === 0 ? { except: randomTarget(dice, world) } : {}),
    priority: dice(4),
    choice: 'best',
    exclusive: !promised && dice(25) === 0,
    stackingGroup: GROUPS[dice(GROUPS.length)] ?? '',
    ...(dice(10) === 0 ? { supplier: { name: 'Supplier', sharePpm: dice(1_000_001) } } : {}),
  };
}

function randomTarget(dice: Dice, world: RandomWorld): Target {
  if (dice(1000) < world.wholeOrder) return { kind: dice(6) === 0 ? 'shipping' : 'order' };
  switch (dice(5)) {
    case 0:
    case 1:
      return { kind: 'sku', ids: Array.from({ length: 1 + dice(4) }, () => `sku-${dice(world.skus)}`) };
    case 2:
      return { kind: 'category', ids: [`category-${dice(world.categories)}`] };
    case 3:
      return { kind: 'product', ids: [`product-${dice(world.skus)}`] };
    default:
      return { kind: 'attribute', name: 'colour', values: [`colour-${dice(world.skus)}`] };
  }
}

function randomEffect(dice: Dice, world: RandomWorld): Effect {
  const of = randomTarget(dice, world);
  const minor = dice(4) === 0 ? dice(30) : dice(3000);
  const ppm = dice(21) * 50_000;
  const pick = dice(3) === 0 ? 'dearest' : 'cheapest';
  switch (dice(12)) {
    case 0:
    case 1:
    case 2:
      return { kind: 'percentage', of, ppm };
    case 3:
      return { kind: 'amount', of, minor, each: true };
    case 4:
      return { kind: 'amount', of, minor, each: false };
    case 5:
      return { kind: 'price', of, minor };
    case 6:
      return {
        kind: 'buy_get',
        buy: of,
        buyQuantity: 1 + dice(3),
        get: dice(2) === 0 ? of : randomTarget(dice, world),
        getQuantity: 1 + dice(2),
        ppm,
        pick,
      };
    case 7:
      return { kind: 'n_for_m', of, n: 3, m: 1 + dice(2), pick };
    case 8:
      return { kind: 'group', of, quantity: 1 + dice(4), minor };
    case 9:
      return {
        kind: 'bundle',
        parts: [
          { of, quantity: 1 },
          { of: randomTarget(dice, world), quantity: 1 + dice(2) },
        ],
        minor,
      };
    case 10:
      return {
        kind: 'tiers',
        of,
        by: dice(2) === 0 ? 'amount' : 'quantity',
        tiers: [
          { from: 1 + dice(5), ppm: 50_000 },
          { from: 6 + dice(3000), minor },
        ],
      };
    default:
      return dice(2) === 0
        ? { kind: 'gift', skuId: `sku-${dice(world.skus)}`, quantity: 1 }
        : { kind: 'voucher', of, minor, forEachMinor: 1000 };
  }
}

function randomConditions(
  dice: Dice,
  world: RandomWorld,
  { coupon, promised }: { readonly coupon: boolean; readonly promised: boolean },
): PromotionConditions {
  return {
    ...(coupon ? { coupon } : {}),
    ...(dice(8) === 0 ? { from: 1000, until: 1000 + dice(3000) } : {}),
    ...(dice(10) === 0 ? { hours: [{ from: 9 * HOUR, to: 12 * HOUR }] } : {}),
    ...(dice(10) === 0 ? { channelIds: ['shop'] } : {}),
    ...(dice(10) === 0 ? { groupIds: ['friends'] } : {}),
    ...(promised || dice(5) === 0 ? { minimum: { of: randomTarget(dice, world), amountMinor: dice(6000) } } : {}),
  };
}

/** A basket of a world with so many lines, some of them odd: at nought, by weight, closed, negative. */
export function randomBasket(dice: Dice, world: RandomWorld, lines: number): PromotionBasket {
  return {
    currency: dice(30) === 0 ? 'JPY' : 'EUR',
    at: 1000 + dice(3000),
    weekMinute: dice(2) === 0 ? 10 * HOUR : dice(10_080),
    businessDay: '2026-11-22',
    channelId: dice(2) === 0 ? 'shop' : 'stores',
    locationId: 'here',
    ...(dice(2) === 0
      ? { customer: { id: 'somebody', groupIds: ['friends'], firstOrder: dice(2) === 0, employee: false } }
      : {}),
    couponCodes: dice(3) === 0 ? [`CODE${dice(10)}`] : [],
    offerIds: [],
    refused: [],
    lines: Array.from({ length: lines }, (_, at) => randomLine(dice, world, at)),
  };
}

function randomLine(dice: Dice, world: RandomWorld, at: number): PromotionLine {
  const sku = dice(world.skus);
  const odd = dice(40);
  const weighed = odd === 0;
  const quantity = weighed ? 1 + dice(3000) : 1 + dice(dice(4) === 0 ? 12 : 3);
  const amountMinor = odd === 1 ? 0 : odd === 2 ? -dice(5000) : weighed ? dice(9000) : quantity * (1 + dice(5000));
  return {
    key: String(at + 1),
    skuId: `sku-${sku}`,
    productId: `product-${sku % Math.max(1, Math.floor(world.skus / 3))}`,
    categoryIds: [`category-${sku % world.categories}`, `category-${(sku + 1) % world.categories}`],
    attributes: { colour: `colour-${sku % Math.max(1, Math.floor(world.skus / 4))}` },
    kind: odd === 3 ? 'shipping' : 'goods',
    quantity,
    countable: !weighed,
    amountMinor,
    ...(odd === 4 ? { closed: true } : {}),
  };
}

/** A fingerprint of anything that JSON can write: two FNV-1a sums of 32 bits side by side, going on from the one before. */
export function fingerprint(value: unknown, before = '811c9dc5cbf29ce4'): string {
  const text = JSON.stringify(value);
  let one = Number.parseInt(before.slice(0, 8), 16);
  let two = Number.parseInt(before.slice(8), 16);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x01000193) ^ (one >>> 13);
  }
  return [one, two].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('');
}
