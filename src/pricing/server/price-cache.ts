import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { createReferenceCache } from '../../../platform/db/reference-cache.ts';
import type { CurrencyCode } from '../../kernel/currency.ts';
import type { InstantMs } from '../../kernel/time.ts';
import { priceInForce, type Price, type PriceList } from '../price-list.ts';
import { findPricesSince, loadPriceLists } from './pricing.store.ts';

/** A price as the path of a sale needs it: `amount / 10^scale` minor units of the list's currency for `per` base units. */
export type PriceRef = {
  readonly amount: number;
  readonly scale: number;
  readonly per: number;
  readonly taxInclusive: boolean;
};

/** Prices in force for the path of a sale. */
export type PriceCache = {
  /** By SKU; those without a price are missing. A map at once when all are known, else a promise of one. */
  get(
    channelId: string,
    currency: CurrencyCode,
    skuIds: readonly string[],
    at: InstantMs,
  ): ReadonlyMap<string, PriceRef> | Promise<ReadonlyMap<string, PriceRef>>;
  /** Told of every event by the follower of the composition root; those of other topics do nothing. */
  invalidate(event: { readonly topic: string; readonly body: Readonly<Record<string, unknown>> }): void;
  readonly size: number;
};

/** Pairs of list and SKU kept at most; about 300 bytes each. */
export const MAX_CACHED_PRICES = 400_000;

/** Requests may be priced at an instant a little before the moment of loading; an hour covers every clock we would believe. */
const LOOK_BACK_MS = 3_600_000;

/** Prices of a list and SKU, oldest first, complete from `since` on. */
type Entry = { readonly prices: readonly Price[]; readonly since: InstantMs };

/** Opens the cache over a retailer's prices. `now` is the clock of the process: it says from when on prices are worth keeping. */
export function createPriceCache(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly now: () => InstantMs;
  readonly max?: number;
}): PriceCache {
  const reading = { schema: deps.schema, readOnly: true };
  const entries = createReferenceCache<Entry>({
    max: deps.max ?? MAX_CACHED_PRICES,
    async load(keys) {
      const since = deps.now() - LOOK_BACK_MS;
      const found = await withTransaction(deps.pool, reading, (tx) => findPricesSince(tx, keys.map(splitKey), since));
      // An entry also for what has no price, so that it is not asked for again and again.
      return new Map(keys.map((key, index) => [key, { prices: found[index] ?? [], since }]));
    },
  });
  let lists: Promise<readonly PriceList[]> | readonly PriceList[] | undefined;

  const knownLists = (): readonly PriceList[] | Promise<readonly PriceList[]> => {
    if (lists !== undefined) return lists;
    const loading = withTransaction(deps.pool, reading, loadPriceLists);
    lists = loading;
    loading.then(
      (loaded) => lists === loading && (lists = loaded),
      () => lists === loading && (lists = undefined),
    );
    return loading;
  };

  const pick = (
    list: PriceList | undefined,
    skuIds: readonly string[],
    at: InstantMs,
  ): ReturnType<PriceCache['get']> => {
    if (list === undefined) return new Map();
    const found = entries.get(skuIds.map((skuId) => list.id + skuId));
    return found instanceof Promise
      ? found.then((loaded) => priced(list, skuIds, at, loaded))
      : priced(list, skuIds, at, found);
  };

  const priced = (
    list: PriceList,
    skuIds: readonly string[],
    at: InstantMs,
    found: ReadonlyMap<string, Entry>,
  ): ReturnType<PriceCache['get']> => {
    const prices = new Map<string, PriceRef>();
    let earlier: string[] | undefined;
    for (const skuId of skuIds) {
      const entry = found.get(list.id + skuId);
      if (entry === undefined) continue;
      if (at < entry.since) (earlier ??= []).push(skuId);
      else keep(prices, skuId, list, priceInForce(entry.prices, at));
    }
    return earlier === undefined ? prices : askEarlier(prices, list, earlier, at);
  };

  /** What was sold long ago is rarely asked for and not worth keeping. */
  const askEarlier = async (
    prices: Map<string, PriceRef>,
    list: PriceList,
    skuIds: readonly string[],
    at: InstantMs,
  ) => {
    const keys = skuIds.map((skuId) => ({ priceListId: list.id, skuId }));
    const found = await withTransaction(deps.pool, reading, (tx) => findPricesSince(tx, keys, at));
    skuIds.forEach((skuId, index) => keep(prices, skuId, list, priceInForce(found[index] ?? [], at)));
    return prices;
  };

  return {
    get(channelId, currency, skuIds, at) {
      const find = (known: readonly PriceList[]) =>
        known.find((list) => list.channelId === channelId && list.currency === currency);
      const known = knownLists();
      return known instanceof Promise
        ? known.then((loaded) => pick(find(loaded), skuIds, at))
        : pick(find(known), skuIds, at);
    },
    invalidate({ topic, body }) {
      if (topic !== 'price') return;
      const { skuIds } = body;
      if (Array.isArray(skuIds) && Array.isArray(lists)) {
        for (const list of lists as readonly PriceList[])
          entries.invalidate((skuIds as string[]).map((skuId) => list.id + skuId));
      } else {
        entries.clear();
        lists = undefined;
      }
    },
    get size() {
      return entries.size;
    },
  };
}

function keep(prices: Map<string, PriceRef>, skuId: string, list: PriceList, price: Price | undefined): void {
  if (price !== undefined)
    prices.set(skuId, { amount: price.amount, scale: price.scale, per: price.per, taxInclusive: list.taxInclusive });
}

const UUID_LENGTH = 36;

function splitKey(key: string): { priceListId: string; skuId: string } {
  return { priceListId: key.slice(0, UUID_LENGTH), skuId: key.slice(UUID_LENGTH) };
}
