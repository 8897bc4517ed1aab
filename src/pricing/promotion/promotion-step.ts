import { compareCodePoints } from '../../kernel/compare.ts';
import { mulDiv } from '../../kernel/money.ts';
import type { Ppm } from '../../kernel/rate.ts';
import {
  comparePromotions,
  promotionById,
  type CompiledPromotion,
  type CompiledPromotions,
  type IndexEntry,
} from './compile-promotions.ts';
import { indexLines, INDEXED_BY, joinLines, NO_LINES, type LinesBy } from './line-index.ts';
import type { PromotionBasket, PromotionLine } from './promotion-basket.ts';
import { budgetLeft, conditionObstacle, type Opened, type PromotionObstacle } from './promotion-conditions.ts';
import type { Promotion, Target } from './promotion.ts';

/**
 * When in the calculation a promotion has its turn: units that make up sets, then each line by itself, then several lines together, then the whole order;
 * `promise` is what takes nothing off (gifts and vouchers).
 */
export type Stage = 'sets' | 'line' | 'together' | 'order' | 'promise';

/** What is taken off: a share, an amount (of each unit at the stage `line`, else once), or down to a price of each unit. Sets and promises have rules of their own. */
export type Taking =
  | { readonly kind: 'share'; readonly ppm: Ppm }
  | { readonly kind: 'amount'; readonly minor: number }
  | { readonly kind: 'down_to'; readonly minor: number }
  | { readonly kind: 'own' };

/**
 * A promotion whose conditions hold for a basket, with the lines that it may lower: their places among the basket's open lines, for each slot of its effect.
 * `off`, `watched` and `optional` are the search's: left out for now; the number of its group where that has to be watched across stages, else -1; it may be left out.
 */
export type Step = {
  readonly promotion: Promotion;
  readonly opened: Opened | undefined;
  readonly stage: Stage;
  readonly taking: Taking;
  readonly slots: readonly (readonly number[])[];
  readonly lines: readonly number[];
  off: boolean;
  watched: number;
  optional: boolean;
  /** What it would take off alone, once somebody asked. */
  aloneMinor: number | undefined;
  /** What is left of its budget, and what it has taken in the calculation under way; the second is only kept where there is a budget. */
  readonly budgetMinor: number | undefined;
  takenMinor: number;
};

/** The open lines of a basket in an order that does not depend on how they were given, and what can be done with them. */
export type Prepared = {
  readonly lines: readonly PromotionLine[];
  readonly amounts: readonly number[];
  /** Pieces, or 1 for what is weighed. */
  readonly units: readonly number[];
  readonly steps: readonly Step[];
  /** Why each other promotion does not apply; empty unless a trace is wanted. */
  readonly obstacles: ReadonlyMap<string, PromotionObstacle>;
};

/** Finds the promotions that may apply to a basket. With `explain` it looks at every promotion there is, and says what stood in the way. */
export function prepareSteps(compiled: CompiledPromotions, basket: PromotionBasket, explain: boolean): Prepared {
  const lines = openLines(basket.lines);
  const amounts = lines.map((line) => line.amountMinor);
  const units = lines.map((line) => (line.countable ? line.quantity : 1));
  const obstacles = new Map<string, PromotionObstacle>();
  const places = lines.map((_, at) => at);
  const goods = places.filter((at) => lines[at]?.kind !== 'shipping');
  const shipping = places.filter((at) => lines[at]?.kind === 'shipping');
  const rank = rankByUnitPrice(amounts, units);
  const index = indexLines(lines);
  const sorted = new Map<readonly number[], readonly number[]>();
  const around: Around = { basket, lines, amounts, units, goods, shipping, rank, sorted, index, obstacles, explain };
  const steps: Step[] = [];
  for (const [candidate, found] of candidates(compiled, around)) {
    if (found === undefined) continue;
    const step = stepOf(candidate, found, around);
    if ('reason' in step) note(around, candidate, step);
    else steps.push(step);
  }
  if (explain) explainOthers(compiled, around, steps);
  steps.sort((a, b) => comparePromotions(a.promotion, b.promotion));
  return { lines, amounts, units, steps, obstacles };
}

type Around = {
  readonly basket: PromotionBasket;
  readonly lines: readonly PromotionLine[];
  readonly amounts: readonly number[];
  readonly units: readonly number[];
  /** All lines but those of shipping, and those. */
  readonly goods: readonly number[];
  readonly shipping: readonly number[];
  /** The place of each line when the dearest unit comes first. */
  readonly rank: readonly number[];
  readonly sorted: Map<readonly number[], readonly number[]>;
  readonly index: LinesBy;
  readonly obstacles: Map<string, PromotionObstacle>;
  readonly explain: boolean;
};

function note({ obstacles, explain }: Around, { promotion }: CompiledPromotion, obstacle: PromotionObstacle): void {
  if (explain) obstacles.set(promotion.id, obstacle);
}

/** The lines of each slot of a candidate, in the order of the lines. */
type Found = { readonly slots: (readonly number[])[]; readonly opened: Opened | undefined };

/** Kinds of lines that promotions touch at all. */
const OPEN_KINDS: readonly string[] = ['goods', 'service', 'bundle', 'shipping'];

/** Dearest first; the key only tells twins apart, so that neither the order nor the numbering of the lines matters. */
function openLines(lines: readonly PromotionLine[]): PromotionLine[] {
  return lines
    .filter(
      (line) => line.closed !== true && line.amountMinor > 0 && line.quantity > 0 && OPEN_KINDS.includes(line.kind),
    )
    .sort(
      (a, b) =>
        b.amountMinor - a.amountMinor ||
        compareCodePoints(a.skuId, b.skuId) ||
        a.quantity - b.quantity ||
        compareCodePoints(a.key, b.key),
    );
}

function rankByUnitPrice(amounts: readonly number[], units: readonly number[]): number[] {
  const order = amounts.map((_, line) => line).sort((a, b) => compareUnits(amounts, units, a, b) || a - b);
  const rank = amounts.map(() => 0);
  order.forEach((line, place) => (rank[line] = place));
  return rank;
}

/** Negative when a unit of line `a` costs more than one of line `b`. Compares the fractions, exactly. */
function compareUnits(amounts: readonly number[], units: readonly number[], a: number, b: number): number {
  const amountA = amounts[a] ?? 0;
  const amountB = amounts[b] ?? 0;
  const unitsA = units[a] ?? 1;
  const unitsB = units[b] ?? 1;
  const left = amountB * unitsA;
  const right = amountA * unitsB;
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left - right;
  const wide = BigInt(amountB) * BigInt(unitsA) - BigInt(amountA) * BigInt(unitsB);
  return wide < 0n ? -1 : wide > 0n ? 1 : 0;
}

function candidates(compiled: CompiledPromotions, around: Around): Map<CompiledPromotion, Found | undefined> {
  const found = new Map<CompiledPromotion, Found | undefined>();
  openByCode(compiled, around, found);
  for (const by of INDEXED_BY) {
    const index = compiled[by];
    if (index.size > 0) for (const [key, lines] of around.index(by)) meet(index.get(key), lines, around, found);
  }
  meetWhole(compiled.whole.get('order'), around.goods, around, found);
  meetWhole(compiled.whole.get('shipping'), around.shipping, around, found);
  return found;
}

/** A line may meet a slot more than once: by two of its categories. */
function meet(
  entries: readonly IndexEntry[] | undefined,
  lines: readonly number[],
  around: Around,
  found: Map<CompiledPromotion, Found | undefined>,
): void {
  if (entries === undefined) return;
  for (const { compiled, slot } of entries) {
    const own = foundOf(compiled, around, found);
    if (own !== undefined) own.slots[slot] = joinLines(own.slots[slot] ?? NO_LINES, lines);
  }
}

/** Promotions of all goods, or of shipping, share one list of lines. */
function meetWhole(
  entries: readonly IndexEntry[] | undefined,
  lines: readonly number[],
  around: Around,
  found: Map<CompiledPromotion, Found | undefined>,
): void {
  if (entries === undefined || lines.length === 0) return;
  for (const { compiled, slot } of entries) {
    const own = foundOf(compiled, around, found);
    if (own !== undefined) own.slots[slot] = lines;
  }
}

/** What was found for a candidate so far; undefined when its conditions do not hold. */
function foundOf(
  compiled: CompiledPromotion,
  around: Around,
  found: Map<CompiledPromotion, Found | undefined>,
): Found | undefined {
  const known = found.get(compiled);
  if (known !== undefined || found.has(compiled)) return known;
  const { basket } = around;
  const holds = compiled.plain && basket.refused.length === 0 && isOfCurrency(compiled, basket.currency);
  const obstacle = holds ? undefined : conditionObstacle(compiled.promotion, basket, undefined);
  if (obstacle !== undefined) note(around, compiled, obstacle);
  const own = obstacle === undefined ? { slots: compiled.slots.map(() => NO_LINES), opened: undefined } : undefined;
  found.set(compiled, own);
  return own;
}

function isOfCurrency({ currency }: CompiledPromotion, wanted: string): boolean {
  return currency === undefined || currency === wanted;
}

/** Promotions behind codes and personal offers. The first code, by code point, is the one that is used. */
function openByCode(
  compiled: CompiledPromotions,
  around: Around,
  found: Map<CompiledPromotion, Found | undefined>,
): void {
  const { basket } = around;
  const open = (id: string | undefined, opened: Opened): void => {
    const one = id === undefined ? undefined : promotionById(compiled, id);
    if (one === undefined || found.get(one) !== undefined) return;
    const { when } = one.promotion;
    if (when.coupon !== true && when.offer !== true) return;
    const obstacle = conditionObstacle(one.promotion, basket, opened);
    if (obstacle !== undefined) {
      note(around, one, obstacle);
      found.set(one, undefined);
      return;
    }
    found.set(one, { slots: one.slots.map((_, slot) => linesOfSlot(one, slot, around)), opened });
  };
  for (const couponCode of basket.couponCodes.toSorted(compareCodePoints)) {
    for (const id of compiled.codes.get(couponCode) ?? []) open(id, { couponCode });
    open(basket.couponPromotions?.[couponCode], { couponCode });
  }
  for (const offerId of basket.offerIds.toSorted(compareCodePoints))
    open(basket.offerPromotions?.[offerId], { offerId });
}

function stepOf(compiled: CompiledPromotion, found: Found, around: Around): Step | PromotionObstacle {
  const { promotion, minimumSlot, exceptSlot } = compiled;
  const spared = exceptSlot < 0 ? NO_LINES : linesOfSlot(compiled, exceptSlot, around);
  const counted = minimumSlot < 0 ? NO_LINES : without(spared, linesOfSlot(compiled, minimumSlot, around));
  const obstacle = minimumObstacle(promotion, counted, around);
  if (obstacle !== undefined) return obstacle;
  const slots: (readonly number[])[] = [];
  const count = compiled.slots.length - Number(minimumSlot >= 0) - Number(exceptSlot >= 0);
  for (let slot = 0; slot < count; slot += 1) {
    const lines = without(spared, found.slots[slot] ?? NO_LINES);
    if (lines.length === 0) return { reason: 'no_matching_lines' };
    slots.push(lines);
  }
  const [first = counted] = slots;
  const turn = turnOf(promotion, first, around);
  if ('reason' in turn) return turn;
  const { stage, taking } = turn;
  return {
    promotion,
    opened: found.opened,
    stage,
    taking,
    slots: stage === 'sets' ? slots.map((lines) => dearestFirst(lines, around)) : slots,
    lines: slots.length < 2 ? first : slots.reduce(joinLines),
    off: false,
    watched: -1,
    optional: false,
    aloneMinor: undefined,
    budgetMinor: budgetLeft(promotion, around.basket),
    takenMinor: 0,
  };
}

function without(spared: readonly number[], lines: readonly number[]): readonly number[] {
  return spared.length === 0 ? lines : lines.filter((line) => !spared.includes(line));
}

/** Lists of lines are shared, so that each is sorted once. */
function dearestFirst(lines: readonly number[], { rank, sorted }: Around): readonly number[] {
  if (lines.length < 2) return lines;
  let own = sorted.get(lines);
  if (own === undefined) {
    own = lines.toSorted((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0));
    sorted.set(lines, own);
  }
  return own;
}

/** The lines of a slot that the index of promotions does not lead to. */
function linesOfSlot(compiled: CompiledPromotion, at: number, around: Around): readonly number[] {
  const { by, keys } = compiled.slots[at] ?? NO_SLOT;
  if (by === 'whole') return keys[0] === 'shipping' ? around.shipping : around.goods;
  const index = around.index(by);
  let lines = NO_LINES;
  for (const key of keys) lines = joinLines(lines, index.get(key) ?? NO_LINES);
  return lines;
}

const NO_SLOT: CompiledPromotion['slots'][number] = { by: 'skus', keys: [] };

function minimumObstacle(
  promotion: Promotion,
  lines: readonly number[],
  around: Around,
): PromotionObstacle | undefined {
  const { minimum } = promotion.when;
  if (minimum?.amountMinor !== undefined) {
    const reached = sumOf(around.amounts, lines);
    if (reached < minimum.amountMinor)
      return { reason: 'below_minimum', numbers: { neededMinor: minimum.amountMinor, reachedMinor: reached } };
  }
  if (minimum?.quantity !== undefined) {
    const reached = sumOf(around.units, lines);
    if (reached < minimum.quantity) return { reason: 'below_minimum', numbers: { needed: minimum.quantity, reached } };
  }
  return undefined;
}

/** The sum of a column over some lines. */
export function sumOf(column: readonly number[], lines: readonly number[]): number {
  let sum = 0;
  for (const line of lines) sum += column[line] ?? 0;
  return sum;
}

type Turn = { readonly stage: Stage; readonly taking: Taking };

function turnOf({ effect }: Promotion, lines: readonly number[], around: Around): Turn | PromotionObstacle {
  switch (effect.kind) {
    case 'percentage':
      return shareOf(effect.of, effect.ppm);
    case 'amount':
      return effect.each
        ? { stage: 'line', taking: { kind: 'amount', minor: effect.minor } }
        : amountOff(effect.of, effect.minor);
    case 'price':
      return { stage: 'line', taking: { kind: 'down_to', minor: effect.minor } };
    case 'buy_get':
    case 'n_for_m':
    case 'group':
    case 'bundle':
      return { stage: 'sets', taking: { kind: 'own' } };
    case 'tiers': {
      const reached = sumOf(effect.by === 'amount' ? around.amounts : around.units, lines);
      let best: (typeof effect.tiers)[number] | undefined;
      for (const tier of effect.tiers)
        if (tier.from <= reached && (best === undefined || tier.from > best.from)) best = tier;
      if (best === undefined) {
        const needed = effect.tiers.reduce((least, tier) => Math.min(least, tier.from), Number.MAX_SAFE_INTEGER);
        return {
          reason: 'below_first_tier',
          numbers: effect.by === 'amount' ? { neededMinor: needed, reachedMinor: reached } : { needed, reached },
        };
      }
      return 'ppm' in best ? shareOf(effect.of, best.ppm) : amountOff(effect.of, best.minor);
    }
    case 'gift':
    case 'voucher':
      return { stage: 'promise', taking: { kind: 'own' } };
  }
}

function shareOf(of: Target, ppm: Ppm): Turn {
  return { stage: of.kind === 'order' ? 'order' : 'line', taking: { kind: 'share', ppm } };
}

function amountOff(of: Target, minor: number): Turn {
  return { stage: of.kind === 'order' ? 'order' : 'together', taking: { kind: 'amount', minor } };
}

function explainOthers(compiled: CompiledPromotions, around: Around, steps: readonly Step[]): void {
  const known = new Set(steps.map((step) => step.promotion.id));
  for (const { promotion } of [...compiled.byId.values(), ...compiled.brought.values()]) {
    if (known.has(promotion.id) || around.obstacles.has(promotion.id)) continue;
    around.obstacles.set(
      promotion.id,
      conditionObstacle(promotion, around.basket, undefined) ?? { reason: 'no_matching_lines' },
    );
  }
}

/** What the first so many units of a line cost: cumulative, so that all units together cost exactly the line. */
export function costOfUnits(prepared: Pick<Prepared, 'amounts' | 'units'>, line: number, count: number): number {
  const amount = prepared.amounts[line] ?? 0;
  const units = prepared.units[line] ?? 1;
  return count === 0 ? 0 : count === units ? amount : mulDiv(amount, count, units);
}
