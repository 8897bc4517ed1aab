import { currencyCode } from '../../src/kernel/currency.ts';
import { ceilingInForce, type PriceCeiling } from '../../src/pricing/price-ceiling.ts';
import {
  decideCancel,
  decideSchedule,
  decideUndo,
  plannedAt,
  spansAt,
  type ChangeWindow,
  type PriceChangeStart,
  type StartPlace,
} from '../../src/pricing/price-change.ts';
import { priorPrice } from '../../src/pricing/price-history.ts';
import {
  comparePrices,
  decideSetPrices,
  priceInForce,
  type Price,
  type PriceList,
} from '../../src/pricing/price-list.ts';
import { compareRank, decideOverrideList, type OverrideList } from '../../src/pricing/price-override.ts';
import { heldSince, keepLower, resolvePrice, type OverrideEntry } from '../../src/pricing/price-resolution.ts';
import type { Dice } from './dice.ts';
import type { PriceAsked, PriceNote, PricePlace } from './price-notes.ts';
import { worldId, type World } from './world.ts';

/** The functions of the program that say what a price is; a test replaces one to see that the auditor notices. */
export const PRICE_ENGINE = {
  resolvePrice,
  keepLower,
  priorPrice,
  spansAt,
  ceilingInForce,
  decideCancel,
  decideUndo,
  decideSchedule,
};

/** Them, or others in their place. */
export type PriceEngine = typeof PRICE_ENGINE;

/** Somebody who keeps prices, and the lists as every process knows them. */
export type PriceOffice = {
  /** Does something to prices. */
  edit(at: number): void;
  /** What so many of some SKUs cost, by SKU; those without a price are missing. `asked` is to be filed under the order that comes of it. */
  quote(ask: Omit<PriceAsked, 'skus' | 'lines' | 'addedAt'>, wanted: ReadonlyMap<string, number>): Quote;
  /** Files what was asked for an order, with the lines that cost what the lists say. */
  file(orderId: string, quote: Quote, lines: readonly number[]): void;
  asked(orderId: string): PriceAsked | undefined;
  readonly notes: readonly PriceNote[];
  readonly places: readonly PricePlace[];
};

/** An answer of the lists. */
export type Quote = {
  readonly asked: Omit<PriceAsked, 'lines'>;
  readonly prices: ReadonlyMap<string, { readonly amount: number; readonly scale: number }>;
};

type Change = {
  readonly id: string;
  window: ChangeWindow;
  readonly rows: {
    readonly listId: string;
    readonly skuId: string;
    readonly amount: number;
    readonly minQuantity: number;
    readonly markdown: boolean;
  }[];
  written: number;
  readonly start: PriceChangeStart;
  readonly forced: boolean;
};

const DAY_MS = 86_400_000;
const BEFORE_MS = 60 * DAY_MS;
/** "Now" is a second ahead, so that every process has heard of it. */
const AHEAD_MS = 1000;
/** So many rows of a change are written at once; sales go on between two pieces. */
const PIECE = 3;
const ENDINGS = ['none', '00', '95', '99'] as const;

/** Opens the office with base lists that have had prices for two months. Everything follows from the dice. */
export function createPriceOffice(
  world: World,
  dice: Dice,
  { startsAt, engine }: { startsAt: number; engine: PriceEngine },
): PriceOffice {
  const notes: PriceNote[] = [];
  const rows = new Map<string, OverrideEntry[]>();
  const windows = new Map<string, ChangeWindow>();
  const changes: Change[] = [];
  const ceilings = new Map<string, PriceCeiling[]>();
  const filed = new Map<string, PriceAsked>();
  let lists: OverrideList[] = [];
  let made = 0;
  const places: PricePlace[] = world.locations.map(({ id, code }) => ({
    id,
    ...(code === 'UK-3'
      ? { aheadHours: -7, cutOffHour: 4, country: 'US' }
      : code.startsWith('DE')
        ? { aheadHours: 1, cutOffHour: 2, country: 'DE' }
        : { aheadHours: 0, cutOffHour: 0, country: 'GB' }),
  }));
  const days: StartPlace[] = places.map(({ id, aheadHours, cutOffHour }) => ({
    id,
    cutOffHour,
    timeZone: ZONES[aheadHours] ?? 'UTC',
  }));
  const base: PriceList[] = world.channels.flatMap(({ id: channelId, code, entityId }, n) => {
    const own = world.entities.find((one) => one.id === entityId)?.currency ?? 'GBP';
    const currencies = code === 'shop-1' ? [own, 'EUR'] : code === 'shop-2' ? [own, 'JPY'] : [own];
    return currencies.map((currency, m) => ({
      id: worldId(30, n * 10 + m),
      channelId,
      currency: currencyCode(currency),
      taxInclusive: true,
      name: code,
    }));
  });
  for (const { id, channelId, currency } of base)
    notes.push({
      what: 'list',
      id,
      base: true,
      currency,
      channels: [channelId],
      places: [],
      groups: [],
      priority: 0,
      ppm: 0,
      ending: 'none',
      from: -Infinity,
      until: undefined,
    });
  for (const { id } of base)
    for (const skuId of world.skuIds)
      for (let price = dice.between(0, 3); price > 0; price -= 1)
        write(id, skuId, { ...pricedFrom(startsAt - dice.whole(BEFORE_MS)), minQuantity: 1 });

  function pricedFrom(validFrom: number): Price {
    const fine = dice.oneIn(6);
    return {
      validFrom,
      amount: dice.between(150, fine ? 499_999 : 4999),
      scale: fine ? 2 : 0,
      per: 1,
      ...(dice.oneIn(4) ? { markdown: true } : {}),
    };
  }

  function write(listId: string, skuId: string, entry: OverrideEntry): void {
    const { amount, scale, minQuantity, validFrom, validUntil, markdown = false, changeId, waits = false } = entry;
    const key = listId + skuId;
    rows.set(key, [...(rows.get(key) ?? []), entry]);
    notes.push({
      what: 'row',
      listId,
      skuId,
      minQuantity,
      amount,
      scale,
      from: validFrom,
      until: validUntil,
      markdown,
      changeId,
      waits,
    });
  }

  function setPrices(at: number): void {
    const { channelId, currency } = dice.pick(base);
    const soon = at + AHEAD_MS + (dice.oneIn(2) ? 0 : dice.whole(DAY_MS));
    const wanted = Array.from({ length: dice.between(1, 4) }, () => {
      const { validFrom, ...price } = pricedFrom(soon);
      return {
        channelId,
        currency,
        skuId: someSku(),
        validFrom,
        ...price,
        ...(dice.oneIn(2) ? { validUntil: soon + dice.between(1, 2 * DAY_MS) } : {}),
      };
    });
    const skus = new Map(world.skuIds.map((id) => [id, { code: id, archived: false }]));
    const decision = decideSetPrices(wanted, { lists: base, skus, now: at });
    if (!decision.ok) return;
    for (const { priceListId, skuId, ...price } of decision.value)
      write(priceListId, skuId, { ...price, minQuantity: 1 });
  }

  function openList(at: number): void {
    const { channelId, currency } = dice.pick(base);
    const place = dice.pick(world.locations);
    const named = dice.between(1, 7);
    const adjusts = dice.oneIn(2);
    const list: OverrideList = {
      id: worldId(31, (made += 1)),
      name: 'above',
      currency,
      taxInclusive: true,
      priority: dice.whole(3),
      channelIds: named % 2 === 1 ? [channelId] : [],
      locationIds: Math.trunc(named / 2) % 2 === 1 ? [place.id] : [],
      groupIds: named > 3 ? [worldId(22, 0)] : [],
      validFrom: at + AHEAD_MS + dice.whole(DAY_MS / 4),
      validUntil: at + DAY_MS / 2 + dice.whole(2 * DAY_MS),
      adjustPpm: adjusts ? dice.between(-400_000, 200_000) : 0,
      ending: adjusts ? dice.pick(ENDINGS) : 'none',
      version: 1,
    };
    if (!keepList(list, at)) return;
    // Prices of its own, some from a quantity on, for some of which it says nothing later.
    for (let own = dice.between(adjusts ? 0 : 6, 12); own > 0; own -= 1) {
      const skuId = someSku();
      const minQuantity = dice.oneIn(2) ? 1 : dice.between(2, 8);
      write(list.id, skuId, { ...pricedFrom(at + AHEAD_MS), minQuantity });
      if (dice.oneIn(4))
        write(list.id, skuId, {
          amount: null,
          scale: 0,
          per: 1,
          minQuantity,
          validFrom: at + dice.between(AHEAD_MS + 1, DAY_MS),
        });
    }
  }

  function keepList(wanted: OverrideList, at: number): boolean {
    const decision = decideOverrideList(wanted, {
      base,
      lists,
      channelIds: new Set(world.channels.map(({ id }) => id)),
      locationIds: new Set(world.locations.map(({ id }) => id)),
      groupIds: new Set([worldId(22, 0)]),
      now: at,
    });
    if (!decision.ok) return false;
    const { id, currency, channelIds, locationIds, groupIds, priority, adjustPpm, ending, validFrom, validUntil } =
      decision.value;
    lists = [...lists.filter((one) => one.id !== id), decision.value].toSorted(compareRank);
    notes.push({
      what: 'list',
      id,
      base: false,
      currency,
      channels: channelIds,
      places: locationIds,
      groups: groupIds,
      priority,
      ppm: adjustPpm,
      ending,
      from: validFrom,
      until: validUntil,
    });
    return true;
  }

  function endList(at: number): void {
    const open = lists.filter(({ validUntil = Infinity, validFrom }) => validUntil > at + DAY_MS / 4 && validFrom < at);
    if (open.length > 0) keepList({ ...dice.pick(open), validUntil: at + dice.between(AHEAD_MS, DAY_MS / 4) }, at);
  }

  function limit(at: number): void {
    const skuId = someSku();
    const place = dice.pick(places);
    const ceiling: PriceCeiling = {
      skuId,
      lot: dice.oneIn(2) ? '' : `lot-${dice.whole(3)}`,
      country: place.country,
      currency: currencyCode(place.country === 'DE' ? 'EUR' : 'GBP'),
      amountMinor: dice.between(100, 4000),
      per: 1,
      validFrom: at + AHEAD_MS,
      validUntil: at + dice.between(DAY_MS / 8, 2 * DAY_MS),
    };
    ceilings.set(skuId, [...(ceilings.get(skuId) ?? []), ceiling]);
    const { lot, country, currency, amountMinor: amount, validFrom: from, validUntil: until } = ceiling;
    notes.push({ what: 'ceiling', skuId, lot, country, currency, amount, from, until });
  }

  /** Puts a change together and begins to write its rows. */
  function draft(at: number): void {
    const later = at + (dice.oneIn(2) ? AHEAD_MS : dice.between(AHEAD_MS, DAY_MS / 2));
    const start: PriceChangeStart = dice.oneIn(3)
      ? { local: new Date(at + dice.between(0, DAY_MS)).toISOString().slice(0, 16) }
      : { at: later };
    const targets = dice.oneIn(3) && lists.length > 0 ? dice.pick(lists) : dice.pick(base);
    const isBase = base.some(({ id }) => id === targets.id);
    const { validFrom: _, ...price } = pricedFrom(0);
    const change: Change = {
      id: worldId(32, (made += 1)),
      window: { state: 'draft', start },
      rows: Array.from({ length: dice.between(1, 9) }, () => ({
        listId: targets.id,
        skuId: someSku(),
        amount: dice.between(150, 4999),
        minQuantity: isBase || dice.oneIn(2) ? 1 : dice.between(2, 8),
        markdown: price.markdown ?? false,
      })),
      written: 0,
      start,
      forced: dice.oneIn(3),
    };
    const decision = engine.decideSchedule({ state: 'draft', rows: change.rows.length }, start, {
      places: days,
      now: at,
    });
    if (!decision.ok) return;
    turn(change, { state: 'staging', start });
    changes.push(change);
  }

  function turn(change: Change, window: ChangeWindow): void {
    change.window = window;
    windows.set(change.id, window);
  }

  /** Writes the next rows of a change; with the last one they all begin to hold at their start, or now when that has passed. */
  function stage(change: Change, at: number): void {
    const { rows: planned, start, forced, id } = change;
    for (const row of planned.slice(change.written, change.written + PIECE)) {
      const { listId, skuId, amount, minQuantity, markdown } = row;
      const before =
        rows.get(listId + skuId)?.filter((one) => one.minQuantity === minQuantity && one.amount !== null) ?? [];
      const startsAt = plannedAt(start, UTC, false);
      const old = priceInForce(before as Price[], startsAt, engine.spansAt(windows, UTC));
      const waits = !forced && old !== undefined && comparePrices({ amount, scale: 0, per: 1 }, old) > 0;
      write(listId, skuId, {
        amount,
        scale: 0,
        per: 1,
        minQuantity,
        validFrom: startsAt,
        changeId: id,
        ...(markdown ? { markdown } : {}),
        ...(waits ? { waits } : {}),
      });
    }
    change.written += PIECE;
    if (change.written < planned.length) return;
    turn(change, { state: 'scheduled', start, notBefore: at + AHEAD_MS });
    notes.push({ what: 'scheduled', id, at: at + AHEAD_MS, instant: start.at, local: start.local });
    const again = engine.decideSchedule({ state: change.window.state, rows: planned.length }, start, {
      places: days,
      now: at,
    });
    if (again.ok) notes.push({ what: 'twice', id, at, act: 'schedule' });
  }

  /** Calls a change off before it begins or takes it back after; which of them is allowed, the program says. */
  function takeBack(at: number): void {
    if (changes.length === 0) return;
    const change = changes[Math.max(0, changes.length - 1 - dice.whole(6))] as Change;
    const { window, id } = change;
    if (window.state === 'staging') return;
    const cancels = dice.oneIn(2);
    const decide = cancels ? engine.decideCancel : engine.decideUndo;
    if (!decide(window, { places: days, now: at }).ok) return;
    const state = cancels ? 'cancelled' : 'undone';
    const until = at + AHEAD_MS;
    turn(change, cancels ? { ...window, state } : { ...window, state, until });
    notes.push({ what: state, id, at, until });
    // The same request again, because its answer was lost.
    if (decide(change.window, { places: days, now: at }).ok) notes.push({ what: 'twice', id, at, act: state });
  }

  const someSku = (): string => world.skuIds[dice.oneIn(2) ? dice.whole(5) : dice.whole(world.skuIds.length)] as string;
  const ACTS = [setPrices, setPrices, openList, endList, limit, draft, draft, draft, takeBack, takeBack];

  function quote(ask: Omit<PriceAsked, 'skus' | 'lines' | 'addedAt'>, wanted: ReadonlyMap<string, number>): Quote {
    const { channelId, locationId, at } = ask;
    const currency = currencyCode(ask.currency);
    const addedAt = dice.oneIn(2) ? undefined : at - dice.whole(2 * HOUR_MS);
    const list = base.find((one) => one.channelId === channelId && one.currency === currency);
    const country = places.find(({ id }) => id === locationId)?.country ?? '';
    const spanOf = engine.spansAt(windows, days.find(({ id }) => id === locationId) ?? UTC);
    const prices = new Map<string, { amount: number; scale: number }>();
    const skus = new Map<string, { quantity: number; has: boolean; prior: [number, number] | undefined }>();
    for (const [skuId, quantity] of wanted) {
      const history = (rows.get((list?.id ?? '') + skuId) ?? []) as Price[];
      const ceiling = engine.ceilingInForce(ceilings.get(skuId) ?? [], { country, currency, at });
      const resolved = (then: number) =>
        engine.resolvePrice({
          currency,
          asker: ask,
          quantity,
          at: then,
          base: list,
          prices: history,
          lists: lists.filter((one) => one.currency === currency),
          entriesOf: (listId) => rows.get(listId + skuId) ?? [],
          ceiling,
          spanOf,
        });
      const held = heldSince(addedAt, at);
      const price = engine.keepLower(resolved(at), held === undefined ? undefined : resolved(held), ceiling);
      const prior = engine.priorPrice(history, at, spanOf);
      skus.set(skuId, {
        quantity,
        has: price !== undefined,
        prior: prior && [prior.reducedFrom, prior.lowest.amount / 10 ** prior.lowest.scale],
      });
      if (price !== undefined) prices.set(skuId, { amount: price.amount, scale: price.scale });
    }
    return { prices, asked: { ...ask, addedAt, skus } };
  }

  return {
    edit(at) {
      if (!dice.oneIn(6)) return;
      const open = changes.find(({ window }) => window.state === 'staging');
      if (open !== undefined && !dice.oneIn(3)) stage(open, at);
      else dice.pick(ACTS)(at);
    },
    quote,
    file: (orderId, { asked }, lines) => void filed.set(orderId, { ...asked, lines: new Set(lines) }),
    asked: (orderId) => filed.get(orderId),
    notes,
    places,
  };
}

const HOUR_MS = 3_600_000;
const UTC = { timeZone: 'UTC', cutOffHour: 0 };
/** Clocks that never change, so that an auditor can count them on its fingers. */
const ZONES: Readonly<Record<number, string>> = { [-7]: 'America/Phoenix', 0: 'UTC', 1: 'Africa/Lagos' };
