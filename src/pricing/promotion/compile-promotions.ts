import { compareCodePoints } from '../../kernel/compare.ts';
import { targetsOf, type Promotion, type Target } from './promotion.ts';

/** A promotion with what is worked out once: its slots, those of its effect first, then that of its minimum and that of its exceptions. */
export type CompiledPromotion = {
  readonly promotion: Promotion;
  readonly slots: readonly Slot[];
  /** Where in `slots` its minimum and its exceptions stand; -1 when it has none. */
  readonly minimumSlot: number;
  readonly exceptSlot: number;
  /** Its conditions hold in any basket of the currency: nothing depends on time, place, customer, code or uses. Most are like this, and need not be looked into. */
  readonly plain: boolean;
  readonly currency: Promotion['currency'];
};

/** A target as keys of an index: what of a line is looked at, and what it may be. */
type Slot = { readonly by: IndexName; readonly keys: readonly string[] };

/** One slot of one promotion, as the index leads to it. */
export type IndexEntry = { readonly compiled: CompiledPromotion; readonly slot: number };

type Index = ReadonlyMap<string, readonly IndexEntry[]>;

/**
 * Promotions with an index from what a line is (SKU, product, category, attribute) to those that name it, so that a basket looks only at candidates.
 * Promotions that need a code or an offer are in none of these: they are found by the code alone.
 */
export type CompiledPromotions = {
  readonly byId: ReadonlyMap<string, CompiledPromotion>;
  /** Of one basket alone; see {@link withBrought}. */
  readonly brought: ReadonlyMap<string, CompiledPromotion>;
  readonly skus: Index;
  readonly products: Index;
  readonly categories: Index;
  /** By name and value, see {@link attributeKey}. */
  readonly attributes: Index;
  /** Of all goods, or of shipping. */
  readonly whole: Index;
  readonly codes: ReadonlyMap<string, readonly string[]>;
};

type IndexName = 'skus' | 'products' | 'categories' | 'attributes' | 'whole';
type Draft = { readonly [Part in IndexName]: Map<string, readonly IndexEntry[]> } & {
  byId: Map<string, CompiledPromotion>;
  brought: Map<string, CompiledPromotion>;
  codes: Map<string, readonly string[]>;
};

type Place = { readonly index: IndexName; readonly key: string; readonly entry: IndexEntry };

/** Compiles promotions: the later of two with one id holds. */
export function compilePromotions(promotions: readonly Promotion[]): CompiledPromotions {
  const draft: Draft = {
    byId: new Map(),
    brought: new Map(),
    skus: new Map(),
    products: new Map(),
    categories: new Map(),
    attributes: new Map(),
    whole: new Map(),
    codes: new Map(),
  };
  const lists: Draft['skus'][] = [draft.skus, draft.products, draft.categories, draft.attributes, draft.whole];
  const growing = new Map(lists.map((list) => [list, new Map<string, IndexEntry[]>()]));
  for (const promotion of new Map(promotions.map((each) => [each.id, each])).values()) {
    for (const { index, key, entry } of enter(draft, promotion)) {
      const own = growing.get(draft[index]);
      const list = own?.get(key);
      if (list === undefined) own?.set(key, [entry]);
      else list.push(entry);
    }
  }
  for (const [list, own] of growing) for (const [key, entries] of own) list.set(key, entries);
  return draft;
}

/** The same with one promotion added, changed or taken out. What was compiled before stays as it was. */
export function changePromotion(
  compiled: CompiledPromotions,
  change: Promotion | { readonly id: string; readonly removed: true },
): CompiledPromotions {
  const draft: Draft = {
    byId: new Map(compiled.byId),
    brought: new Map(compiled.brought),
    skus: new Map(compiled.skus),
    products: new Map(compiled.products),
    categories: new Map(compiled.categories),
    attributes: new Map(compiled.attributes),
    whole: new Map(compiled.whole),
    codes: new Map(compiled.codes),
  };
  const before = compiled.byId.get(change.id);
  if (before !== undefined) takeOut(draft, before);
  if ('removed' in change) return draft;
  for (const { index, key, entry } of enter(draft, change))
    draft[index].set(key, [...(draft[index].get(key) ?? []), entry]);
  return draft;
}

/**
 * The same for one basket that brings promotions of its own: vouchers, which a code or an offer of the basket opens. They stand in no index, so nothing is copied,
 * however many promotions there are.
 */
export function withBrought(compiled: CompiledPromotions, promotions: readonly Promotion[]): CompiledPromotions {
  if (promotions.length === 0) return compiled;
  return { ...compiled, brought: new Map(promotions.map((each) => [each.id, compileOne(each)])) };
}

/** A promotion by its id, one that the basket brings too. */
export function promotionById(
  compiled: Pick<CompiledPromotions, 'byId' | 'brought'>,
  id: string,
): CompiledPromotion | undefined {
  return compiled.brought.get(id) ?? compiled.byId.get(id);
}

/** Takes a promotion in by its id and codes and says where in the index it goes. */
function enter(draft: Draft, promotion: Promotion): Place[] {
  const compiled = compileOne(promotion);
  draft.byId.set(promotion.id, compiled);
  for (const code of promotion.codes ?? []) draft.codes.set(code, [...(draft.codes.get(code) ?? []), promotion.id]);
  return placesOf(compiled);
}

function takeOut(draft: Draft, compiled: CompiledPromotion): void {
  const { promotion } = compiled;
  draft.byId.delete(promotion.id);
  for (const code of promotion.codes ?? []) {
    const left = (draft.codes.get(code) ?? []).filter((id) => id !== promotion.id);
    if (left.length === 0) draft.codes.delete(code);
    else draft.codes.set(code, left);
  }
  for (const { index, key } of placesOf(compiled)) {
    const left = (draft[index].get(key) ?? []).filter((entry) => entry.compiled !== compiled);
    if (left.length === 0) draft[index].delete(key);
    else draft[index].set(key, left);
  }
}

function compileOne(promotion: Promotion): CompiledPromotion {
  const targets = [...targetsOf(promotion.effect)];
  const { minimum } = promotion.when;
  const minimumSlot = minimum === undefined ? -1 : targets.push(minimum.of) - 1;
  const exceptSlot = promotion.except === undefined ? -1 : targets.push(promotion.except) - 1;
  const { minimum: _, ...conditions } = promotion.when;
  const plain = Object.keys(conditions).length === 0 && Object.keys(promotion.limits).length === 0;
  return { promotion, slots: targets.map(compileTarget), minimumSlot, exceptSlot, plain, currency: promotion.currency };
}

function compileTarget(target: Target): Slot {
  switch (target.kind) {
    case 'order':
    case 'shipping':
      return { by: 'whole', keys: [target.kind] };
    case 'sku':
      return { by: 'skus', keys: unique(target.ids) };
    case 'product':
      return { by: 'products', keys: unique(target.ids) };
    case 'category':
      return { by: 'categories', keys: unique(target.ids) };
    case 'attribute':
      return { by: 'attributes', keys: unique(target.values.map((value) => attributeKey(target.name, value))) };
  }
}

/** Where a promotion stands in the index; nowhere when only a code or an offer opens it. */
function placesOf(compiled: CompiledPromotion): Place[] {
  const { when } = compiled.promotion;
  if (when.coupon === true || when.offer === true) return [];
  return indexedSlots(compiled).flatMap((slot) => {
    const entry = { compiled, slot };
    const { by, keys } = compiled.slots[slot] as Slot;
    return keys.map((key) => ({ index: by, key, entry }));
  });
}

/** The slots of the effect lead to a promotion. A gift has none and is found by what its minimum counts. */
function indexedSlots({ promotion, slots, minimumSlot }: CompiledPromotion): number[] {
  const ofEffect = targetsOf(promotion.effect).length;
  if (ofEffect === 0) return minimumSlot < 0 ? [] : [minimumSlot];
  return slots.slice(0, ofEffect).map((_, slot) => slot);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** An attribute and its value as one text. */
export function attributeKey(name: string, value: string): string {
  return `${name}\u0000${value}`;
}

/** The order in which promotions of one rank are worked off: those that insist first, then higher priority, then the id. */
export function comparePromotions(a: Promotion, b: Promotion): number {
  const insisting = Number(b.choice === 'priority') - Number(a.choice === 'priority');
  return insisting || b.priority - a.priority || compareCodePoints(a.id, b.id);
}
