import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { createReferenceCache } from '../../../platform/db/reference-cache.ts';
import type { CurrencyCode } from '../../kernel/currency.ts';
import type { DayRule, InstantMs } from '../../kernel/time.ts';
import { ceilingInForce, type PriceCeiling } from '../price-ceiling.ts';
import { startAt, type ChangeWindow } from '../price-change.ts';
import { comparePrices, priceInForce, type Price, type PriceList, type StartsAndEnds } from '../price-list.ts';
import { compareRank, type OverrideList } from '../price-override.ts';
import {
  heldSince,
  keepLower,
  resolvePrice,
  type OverrideEntry,
  type PriceReason,
  type ResolvedPrice,
} from '../price-resolution.ts';
import { loadChangeWindows } from './price-changes.store.ts';
import {
  findCeilings,
  findGroupsOf,
  findOverridesSince,
  findWhatThereIs,
  loadOverrideLists,
} from './price-lists.store.ts';
import { findPricesSince, loadPriceLists } from './pricing.store.ts';

/** A price as the path of a sale needs it: `amount / 10^scale` minor units of the list's currency for `per` base units, and why. */
export type PriceRef = {
  readonly amount: number;
  readonly scale: number;
  readonly per: number;
  readonly taxInclusive: boolean;
  readonly listId: string;
  readonly why: readonly PriceReason[];
};

/** Who asks for prices, where and when. */
export type PriceAsk = {
  readonly channelId: string;
  readonly currency: CurrencyCode;
  readonly locationId: string;
  readonly groupIds: readonly string[];
  readonly at: InstantMs;
};

/** What is priced. Lines of one SKU count together for quantity breaks; `addedAt` is when a line was put into the basket. */
export type LineToPrice = {
  readonly skuId: string;
  readonly quantity: number;
  readonly addedAt?: InstantMs | undefined;
};

/** Prices in force for the path of a sale. */
export type PriceCache = {
  /** By SKU; those without a price are missing. A map at once when all are known, else a promise of one. */
  get(
    ask: PriceAsk,
    lines: readonly LineToPrice[],
  ): ReadonlyMap<string, PriceRef> | Promise<ReadonlyMap<string, PriceRef>>;
  /** The statutory ceilings in force by SKU, of those that have one, also of SKUs without a price; at once when known. */
  ceilings(
    ask: PriceAsk,
    skuIds: readonly string[],
  ): ReadonlyMap<string, PriceCeiling> | Promise<ReadonlyMap<string, PriceCeiling>>;
  /** The price of so many of a SKU with what every list said to it; undefined when none has one. */
  explain(ask: PriceAsk, line: LineToPrice): Promise<PriceRef | undefined>;
  /** The customer groups of a customer; at once when known. */
  groupsOf(customerId: string): readonly string[] | Promise<readonly string[]>;
  /** Told of every event by the follower of the composition root; those of other topics do nothing. */
  invalidate(event: { readonly topic: string; readonly body: Readonly<Record<string, unknown>> }): void;
  readonly size: number;
};

/** Pairs of list and SKU kept at most; about 300 bytes each. */
export const MAX_CACHED_PRICES = 400_000;

/** Customers whose groups are kept, where there are groups. */
const MAX_CACHED_CUSTOMERS = 100_000;

/** Requests may be priced at an instant a little before the moment of loading; an hour covers every clock we would believe, and baskets that keep a price. */
const LOOK_BACK_MS = 3_600_000;

/** Prices of a list and SKU, oldest first, complete from `since` on. */
type Entry<P> = {
  readonly prices: readonly P[];
  readonly since: InstantMs;
  /** No price ends or is one of a change: then the last that has begun holds, and nobody need ask about the others. */
  readonly plain: boolean;
};

function entryOf<P extends Pick<Price, 'changeId' | 'validUntil'>>(prices: readonly P[], since: InstantMs): Entry<P> {
  const plain = prices.every(({ changeId, validUntil }) => changeId === undefined && validUntil === undefined);
  return { prices, since, plain };
}

/** A base list and the two reasons that it gives, made once. */
type BaseList = PriceList & { readonly why: readonly PriceReason[]; readonly whyMarkdown: readonly PriceReason[] };

/** What is small enough to be known whole. */
type Tables = {
  readonly base: readonly BaseList[];
  readonly overrides: readonly OverrideList[];
  readonly windows: ReadonlyMap<string, ChangeWindow>;
  readonly hasCeilings: boolean;
  readonly hasGroups: boolean;
  /** Instants at which changes begin, by change, clock and waiting: asking a time zone takes long. */
  readonly starts: Map<string, InstantMs>;
};

const NONE: ReadonlyMap<string, never> = new Map<string, never>();
const NOBODY: readonly string[] = [];
const NO_KEYS: readonly string[] = [];

/** Opens the cache over a retailer's prices. `now` is the clock of the process: it says from when on prices are worth keeping. `placeOf` knows the clock and country of a location. */
export function createPriceCache(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly now: () => InstantMs;
  readonly placeOf: (locationId: string) => (DayRule & { readonly country: string }) | undefined;
  readonly max?: number;
}): PriceCache {
  const { pool, schema, placeOf } = deps;
  const reading = { schema, readOnly: true };
  const max = deps.max ?? MAX_CACHED_PRICES;
  const entries = createReferenceCache<Entry<Price>>({
    max,
    load: (keys) =>
      loadEntries(keys, (tx, split, since) =>
        findPricesSince(
          tx,
          split.map(({ listId, skuId }) => ({ priceListId: listId, skuId })),
          since,
        ),
      ),
  });
  const ownEntries = createReferenceCache<Entry<OverrideEntry>>({
    max,
    load: (keys) => loadEntries(keys, findOverridesSince),
  });
  const ceilings = createReferenceCache<readonly PriceCeiling[]>({
    max,
    async load(skuIds) {
      const found = await withTransaction(pool, reading, (tx) => findCeilings(tx, skuIds));
      return new Map(skuIds.map((skuId) => [skuId, found.get(skuId) ?? []]));
    },
  });
  const groups = createReferenceCache<readonly string[]>({
    max: MAX_CACHED_CUSTOMERS,
    async load(customerIds) {
      const found = await withTransaction(pool, reading, (tx) => findGroupsOf(tx, customerIds));
      return new Map(customerIds.map((id) => [id, found.get(id) ?? NOBODY]));
    },
  });

  /** An entry also for what has no price, so that it is not asked for again and again. */
  async function loadEntries<P extends Pick<Price, 'changeId' | 'validUntil'>>(
    keys: readonly string[],
    find: (
      tx: Parameters<typeof findOverridesSince>[0],
      keys: readonly { listId: string; skuId: string }[],
      at: number,
    ) => Promise<P[][]>,
  ): Promise<Map<string, Entry<P>>> {
    const since = deps.now() - LOOK_BACK_MS;
    const found = await withTransaction(pool, reading, (tx) => find(tx, keys.map(splitKey), since));
    return new Map(keys.map((key, index) => [key, entryOf(found[index] ?? [], since)]));
  }

  let tables: Promise<Tables> | Tables | undefined;
  const knownTables = (): Tables | Promise<Tables> => {
    if (tables !== undefined) return tables;
    const loading = withTransaction(pool, { schema, snapshot: true }, async (tx): Promise<Tables> => {
      const base = (await loadPriceLists(tx)).map(withReasons);
      const overrides = (await loadOverrideLists(tx)).toSorted(compareRank);
      const { ceilings: hasCeilings, groups: hasGroups } = await findWhatThereIs(tx);
      return { base, overrides, windows: await loadChangeWindows(tx), hasCeilings, hasGroups, starts: new Map() };
    });
    tables = loading;
    loading.then(
      (loaded) => tables === loading && (tables = loaded),
      () => tables === loading && (tables = undefined),
    );
    return loading;
  };

  const price = (
    known: Tables,
    ask: PriceAsk,
    lines: readonly LineToPrice[],
    trace: boolean,
  ): ReturnType<PriceCache['get']> => {
    const { channelId, currency } = ask;
    const base = known.base.find((list) => list.channelId === channelId && list.currency === currency);
    const lists = listsFor(known.overrides, ask, trace);
    if (base === undefined && lists.length === 0) return NONE;
    const skuIds = lines.map((line) => line.skuId);
    const keys = base === undefined ? NO_KEYS : skuIds.map((skuId) => base.id + skuId);
    const found = base === undefined ? NONE : entries.get(keys);
    const own =
      lists.length === 0 ? NONE : ownEntries.get(lists.flatMap((list) => skuIds.map((skuId) => list.id + skuId)));
    const most = known.hasCeilings ? ceilings.get(skuIds) : NONE;
    const of = { known, ask, lines, keys, base, lists, trace };
    return found instanceof Promise || own instanceof Promise || most instanceof Promise
      ? Promise.all([found, own, most]).then(([one, two, three]) => priced(of, one, two, three))
      : priced(of, found, own, most);
  };

  const priced = (
    of: Asked,
    found: ReadonlyMap<string, Entry<Price>>,
    own: ReadonlyMap<string, Entry<OverrideEntry>>,
    most: ReadonlyMap<string, readonly PriceCeiling[]>,
  ): ReturnType<PriceCache['get']> => {
    const { known, ask, lines, base, lists } = of;
    if (isLongGone(of, found, own)) return askEarlier(of, most);
    const spanOf = spansOf(known, ask.locationId);
    const prices = new Map<string, PriceRef>();
    const isPlain = lists.length === 0 && most.size === 0 && !of.trace;
    const quantities = isPlain ? NONE : quantitiesOf(lines);
    for (let index = 0; index < lines.length; index += 1) {
      const line = lines[index] as LineToPrice;
      const { skuId } = line;
      const entry = base === undefined ? undefined : found.get(of.keys[index] as string);
      if (isPlain && base !== undefined) {
        if (entry !== undefined) keepCheapest(prices, skuId, plainPrice(base, entry, line, ask.at, spanOf));
        continue;
      }
      const history = entry?.prices ?? [];
      const ceiling = ceilingAt(most.get(skuId), ask);
      const resolved = (at: InstantMs): ResolvedPrice | undefined =>
        resolvePrice({
          currency: ask.currency,
          asker: ask,
          quantity: quantities.get(skuId) ?? line.quantity,
          at,
          base,
          prices: history,
          lists,
          entriesOf: (listId) => own.get(listId + skuId)?.prices ?? [],
          ceiling,
          spanOf,
          trace: of.trace,
        });
      const held = heldSince(line.addedAt, ask.at);
      const kept = keepLower(resolved(ask.at), held === undefined ? undefined : resolved(held), ceiling);
      if (kept === undefined) continue;
      keepCheapest(prices, skuId, {
        ...kept,
        taxInclusive: base?.taxInclusive ?? lists.find((list) => list.id === kept.listId)?.taxInclusive ?? true,
      });
    }
    return prices;
  };

  /** What was sold long ago is rarely asked for and not worth keeping. */
  const askEarlier = async (of: Asked, most: ReadonlyMap<string, readonly PriceCeiling[]>) => {
    const { ask, lines, base, lists } = of;
    const skuIds = [...new Set(lines.map((line) => line.skuId))];
    const keys = lists.flatMap((list) => skuIds.map((skuId) => ({ listId: list.id, skuId })));
    const since = ask.at - LOOK_BACK_MS;
    const [prices, own] = await withTransaction(pool, reading, async (tx) => [
      base === undefined
        ? []
        : await findPricesSince(
            tx,
            skuIds.map((skuId) => ({ priceListId: base.id, skuId })),
            since,
          ),
      keys.length === 0 ? [] : await findOverridesSince(tx, keys, since),
    ]);
    return priced(
      of,
      new Map(skuIds.map((skuId, index) => [(base?.id ?? '') + skuId, entryOf(prices[index] ?? [], since)])),
      new Map(keys.map(({ listId, skuId }, index) => [listId + skuId, entryOf(own[index] ?? [], since)])),
      most,
    );
  };

  const ceilingAt = (known: readonly PriceCeiling[] | undefined, ask: PriceAsk): PriceCeiling | undefined => {
    const country = known === undefined || known.length === 0 ? undefined : placeOf(ask.locationId)?.country;
    return country === undefined
      ? undefined
      : ceilingInForce(known ?? [], { country, currency: ask.currency, at: ask.at });
  };

  const ceilingsIn = (
    known: ReadonlyMap<string, readonly PriceCeiling[]>,
    ask: PriceAsk,
  ): ReadonlyMap<string, PriceCeiling> => {
    const inForce = new Map<string, PriceCeiling>();
    for (const [skuId, some] of known) {
      const one = ceilingAt(some, ask);
      if (one !== undefined) inForce.set(skuId, one);
    }
    return inForce;
  };

  const spansOf = (known: Tables, locationId: string): StartsAndEnds => {
    const place = placeOf(locationId) ?? UTC;
    return ({ changeId = '', validUntil = Infinity, waits = false }) => {
      const window = known.windows.get(changeId);
      // A row of a change that nobody told us of yet: its begin is told later than its rows.
      if (window === undefined) return { from: Infinity, until: Infinity };
      const until = Math.min(validUntil, window.until ?? Infinity);
      if (window.start.local === undefined && !waits) return { from: startAt(window, UTC, false), until };
      const key = `${changeId} ${place.timeZone} ${place.cutOffHour} ${waits ? 1 : 0}`;
      let from = known.starts.get(key);
      if (from === undefined) known.starts.set(key, (from = startAt(window, place, waits)));
      return { from, until };
    };
  };

  return {
    get(ask, lines) {
      const known = knownTables();
      return known instanceof Promise
        ? known.then((loaded) => price(loaded, ask, lines, false))
        : price(known, ask, lines, false);
    },
    ceilings(ask, skuIds) {
      const of = (known: Tables): ReturnType<PriceCache['ceilings']> => {
        if (!known.hasCeilings) return NONE;
        const found = ceilings.get(skuIds);
        return found instanceof Promise ? found.then((loaded) => ceilingsIn(loaded, ask)) : ceilingsIn(found, ask);
      };
      const known = knownTables();
      return known instanceof Promise ? known.then(of) : of(known);
    },
    async explain(ask, line) {
      return (await price(await knownTables(), ask, [line], true)).get(line.skuId);
    },
    groupsOf(customerId) {
      const of = (known: Tables): readonly string[] | Promise<readonly string[]> => {
        if (!known.hasGroups) return NOBODY;
        const found = groups.get([customerId]);
        return found instanceof Promise
          ? found.then((loaded) => loaded.get(customerId) ?? NOBODY)
          : (found.get(customerId) ?? NOBODY);
      };
      const known = knownTables();
      return known instanceof Promise ? known.then(of) : of(known);
    },
    invalidate({ topic, body }) {
      if (topic !== 'price') return;
      const { skuIds, customerIds } = body;
      if (Array.isArray(customerIds)) {
        groups.invalidate(customerIds as string[]);
      } else if (Array.isArray(skuIds) && tables !== undefined && !(tables instanceof Promise)) {
        const named = skuIds as string[];
        for (const list of tables.base) entries.invalidate(named.map((skuId) => list.id + skuId));
        for (const list of tables.overrides) ownEntries.invalidate(named.map((skuId) => list.id + skuId));
        ceilings.invalidate(named);
      } else if (!Array.isArray(skuIds) && body['priceTables'] === true) {
        // Lists, groups, and when a change begins: prices themselves stay as they are.
        tables = undefined;
      } else {
        entries.clear();
        ownEntries.clear();
        ceilings.clear();
        groups.clear();
        tables = undefined;
      }
    },
    get size() {
      return entries.size;
    },
  };
}

const UTC: DayRule = { timeZone: 'UTC', cutOffHour: 0 };

/** What one call is about, as far as it does not change on the way. */
type Asked = {
  readonly known: Tables;
  readonly ask: PriceAsk;
  readonly lines: readonly LineToPrice[];
  /** Of the lines' prices in the base list, in their order. */
  readonly keys: readonly string[];
  readonly base: BaseList | undefined;
  readonly lists: readonly OverrideList[];
  readonly trace: boolean;
};

/** Lists of the currency that can hold for the asker at all; all of the currency when somebody wants to know why not. */
function listsFor(overrides: readonly OverrideList[], ask: PriceAsk, trace: boolean): readonly OverrideList[] {
  if (overrides.length === 0) return overrides;
  return overrides.filter(
    ({ currency, channelIds, locationIds, groupIds }) =>
      currency === ask.currency &&
      (trace ||
        ((channelIds.length === 0 || channelIds.includes(ask.channelId)) &&
          (locationIds.length === 0 || locationIds.includes(ask.locationId)) &&
          (groupIds.length === 0 || groupIds.some((id) => ask.groupIds.includes(id))))),
  );
}

function isLongGone(
  { ask, lines, keys, lists }: Asked,
  found: ReadonlyMap<string, Entry<Price>>,
  own: ReadonlyMap<string, Entry<OverrideEntry>>,
): boolean {
  for (const key of keys) if (ask.at < (found.get(key)?.since ?? 0)) return true;
  if (lists.length === 0) return false;
  for (const { skuId } of lines) {
    for (const list of lists) {
      const other = own.get(list.id + skuId);
      if (other !== undefined && ask.at < other.since) return true;
    }
  }
  return false;
}

/** The price of a channel with one list and nothing else: the ordinary case, and the one that must cost nothing. */
function plainPrice(
  base: BaseList,
  entry: Entry<Price>,
  line: LineToPrice,
  at: InstantMs,
  spanOf: StartsAndEnds,
): PriceRef | undefined {
  const price = inForce(entry, at, spanOf);
  if (price === undefined) return undefined;
  const now = plainRef(base, price);
  const held = heldSince(line.addedAt, at);
  const then = held === undefined ? undefined : inForce(entry, held, spanOf);
  if (then === undefined) return now;
  const kept = keepLower(now, plainRef(base, then));
  return kept === now || kept === undefined ? now : { ...kept, taxInclusive: base.taxInclusive };
}

function inForce({ prices, plain }: Entry<Price>, at: InstantMs, spanOf: StartsAndEnds): Price | undefined {
  if (!plain) return priceInForce(prices, at, spanOf);
  for (let last = prices.length - 1; last >= 0; last -= 1) {
    const price = prices[last] as Price;
    if (price.validFrom <= at) return price;
  }
  return undefined;
}

function plainRef(base: BaseList, { amount, scale, per, markdown }: Price): PriceRef {
  const { taxInclusive, id: listId } = base;
  return { amount, scale, per, taxInclusive, listId, why: markdown === true ? base.whyMarkdown : base.why };
}

/** Of two lines of one SKU, of which one keeps an older price, both get it: a basket says one price for one thing. */
function keepCheapest(prices: Map<string, PriceRef>, skuId: string, price: PriceRef | undefined): void {
  if (price === undefined) return;
  const before = prices.get(skuId);
  if (before === undefined || comparePrices(price, before) < 0) prices.set(skuId, price);
}

function quantitiesOf(lines: readonly LineToPrice[]): ReadonlyMap<string, number> {
  const quantities = new Map<string, number>();
  for (const { skuId, quantity } of lines) quantities.set(skuId, (quantities.get(skuId) ?? 0) + quantity);
  return quantities;
}

function withReasons(list: PriceList): BaseList {
  const told = { listId: list.id, name: list.name, took: true } as const;
  return { ...list, why: [{ ...told, reason: 'base' }], whyMarkdown: [{ ...told, reason: 'markdown' }] };
}

const UUID_LENGTH = 36;

function splitKey(key: string): { listId: string; skuId: string } {
  return { listId: key.slice(0, UUID_LENGTH), skuId: key.slice(UUID_LENGTH) };
}
