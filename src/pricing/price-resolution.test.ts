import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyCode } from '../kernel/currency.ts';
import { ceilingInForce, type PriceCeiling } from './price-ceiling.ts';
import { adjustPrice, PRICE_ENDINGS } from './price-ending.ts';
import { lowestBetween, priorPrice } from './price-history.ts';
import { labelUnitPrice } from './price-label.ts';
import { comparePrices, priceInForce, type Price } from './price-list.ts';
import { compareRank, decideOverrideList, type OverrideList, type OverrideSurroundings } from './price-override.ts';
import {
  heldSince,
  HOLD_MS,
  keepLower,
  resolvePrice,
  type OverrideEntry,
  type PriceQuestion,
} from './price-resolution.ts';

const [EUR, INR, JPY, KWD] = [currencyCode('EUR'), currencyCode('INR'), currencyCode('JPY'), currencyCode('KWD')];
const DAY = 86_400_000;

const price = (amount: number, validFrom = 0, more: Partial<Price> = {}): Price => ({
  amount,
  validFrom,
  scale: 0,
  per: 1,
  ...more,
});
const list = (id: string, more: Partial<OverrideList> = {}): OverrideList => ({
  id,
  name: id,
  currency: EUR,
  taxInclusive: true,
  priority: 0,
  channelIds: [],
  locationIds: [],
  groupIds: [],
  validFrom: 0,
  adjustPpm: 0,
  ending: 'none',
  version: 1,
  ...more,
});
const entry = (amount: number | null, minQuantity = 1, validFrom = 0): OverrideEntry => ({
  amount,
  minQuantity,
  validFrom,
  scale: 0,
  per: 1,
});

describe('a calculated price ends', () => {
  it.each([
    ['ten per cent off 12.34, ending in .99', 1_234, EUR, -100_000, '99', 1_099],
    ['ten per cent off 12.34, ending in .95', 1_234, EUR, -100_000, '95', 1_095],
    ['ten per cent off 12.34, ending in .00', 1_234, EUR, -100_000, '00', 1_100],
    ['ten per cent off 12.34, as it comes', 1_234, EUR, -100_000, 'none', 1_111],
    ['two as near: the lower', 1_049, EUR, 0, '99', 999],
    ['never dearer than before a cut: 10.00 − 1 % is not 10.99', 1_050, EUR, -10_000, '99', 999],
    ['never cheaper than before a mark-up: 10.40 + 1 % is not 9.99', 1_040, EUR, 10_000, '99', 1_099],
    ['never nought: 0.30 has no ending below it', 30, EUR, -100_000, '00', 27],
    ['yen have no decimals: the hundreds end', 1_234, JPY, -100_000, '99', 1_099],
    ['dinars have three', 12_340, KWD, -100_000, '99', 10_990],
  ] as const)('%s', (_, amount, currency, adjustPpm, ending, expected) => {
    expect(adjustPrice({ amount, scale: 0, per: 1 }, { adjustPpm, ending }, currency).amount).toBe(expected);
  });

  it('on the right side of the price before, whatever the ending', () => {
    const some = fc.record({
      amount: fc.integer({ min: 1, max: 1e9 }),
      scale: fc.integer({ min: 0, max: 4 }),
      adjustPpm: fc.integer({ min: -999_999, max: 2_000_000 }),
      ending: fc.constantFrom(...PRICE_ENDINGS),
      currency: fc.constantFrom(EUR, JPY, KWD),
    });
    fc.assert(
      fc.property(some, ({ amount, scale, adjustPpm, ending, currency }) => {
        const before = { amount, scale, per: 1 };
        const after = adjustPrice(before, { adjustPpm, ending }, currency);
        expect(after.amount).toBeGreaterThanOrEqual(0);
        // Below one minor unit there is no ending, only the next whole unit.
        if (amount >= 10 ** scale && adjustPpm < 0) expect(comparePrices(after, before)).toBeLessThanOrEqual(0);
        if (adjustPpm > 0) expect(comparePrices(after, before)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('the price of a SKU', () => {
  const question = (more: Partial<PriceQuestion> & { entries?: Record<string, OverrideEntry[]> }): PriceQuestion => ({
    currency: EUR,
    asker: { channelId: 'shop', locationId: 'ber', groupIds: [] },
    quantity: 1,
    at: 100,
    base: { id: 'base', name: 'Shop' },
    prices: [price(1_000)],
    lists: [],
    entriesOf: (id) => more.entries?.[id] ?? [],
    trace: true,
    ...more,
  });
  const trade = list('trade', { groupIds: ['trade'] });
  const inGroup = { channelId: 'shop', locationId: 'ber', groupIds: ['trade'] };
  it.each<[string, Parameters<typeof question>[0], number | undefined, string, string[]]>([
    ['the base list, where there is no other', {}, 1_000, 'base', []],
    ['nothing without any price', { prices: [] }, undefined, '', []],
    [
      'an own list in a channel without a base price',
      { prices: [], base: undefined, lists: [list('own')], entries: { own: [entry(700)] } },
      700,
      'own',
      [],
    ],
    [
      'a group, for who is in it',
      { lists: [trade], asker: inGroup, entries: { trade: [entry(800)] } },
      800,
      'trade',
      ['base: outranked'],
    ],
    [
      'the base list, for who is not',
      { lists: [trade], entries: { trade: [entry(800)] } },
      1_000,
      'base',
      ['trade: not_in_group'],
    ],
    [
      'a group never pays more than everybody',
      { lists: [trade], asker: inGroup, prices: [price(700, 0, { markdown: true })], entries: { trade: [entry(800)] } },
      700,
      'base',
      ['trade: dearer_than_everybody'],
    ],
    [
      'a group never pays more than everybody, also where a list above the base list is cheaper',
      {
        lists: [trade, list('web', { channelIds: ['shop'] })],
        asker: inGroup,
        entries: { trade: [entry(900)], web: [entry(800)] },
      },
      800,
      'web',
      ['trade: dearer_than_everybody', 'base: outranked'],
    ],
    [
      'a location may be dearer',
      { lists: [list('airport', { locationIds: ['ber'] })], entries: { airport: [entry(1_300)] } },
      1_300,
      'airport',
      ['base: outranked'],
    ],
    [
      'ten or more',
      { lists: [list('packs')], quantity: 12, entries: { packs: [entry(900, 5), entry(800, 10), entry(700, 20)] } },
      800,
      'packs',
      ['base: outranked'],
    ],
    [
      'fewer than any break',
      { lists: [list('packs')], quantity: 4, entries: { packs: [entry(900, 5)] } },
      1_000,
      'base',
      ['packs: nothing_for_sku'],
    ],
    [
      'not yet',
      { lists: [list('later', { validFrom: 101 })], entries: { later: [entry(1)] } },
      1_000,
      'base',
      ['later: not_yet'],
    ],
    [
      'over',
      { lists: [list('gone', { validUntil: 100 })], entries: { gone: [entry(1)] } },
      1_000,
      'base',
      ['gone: over'],
    ],
    [
      'an entry that ended',
      { lists: [list('own')], entries: { own: [entry(700), entry(null, 1, 50)] } },
      1_000,
      'base',
      ['own: nothing_for_sku'],
    ],
    [
      'a percentage with an ending',
      { lists: [list('all', { adjustPpm: -100_000, ending: '95' })] },
      895,
      'all',
      ['base: outranked'],
    ],
    [
      'an own price beats the percentage of its list',
      { lists: [list('all', { adjustPpm: -100_000 })], entries: { all: [entry(950)] } },
      950,
      'all',
      ['base: outranked'],
    ],
    [
      'the first in rank',
      {
        lists: [list('first', { priority: 1 }), list('second')],
        entries: { first: [entry(950)], second: [entry(900)] },
      },
      950,
      'first',
      ['base: outranked', 'second: outranked'],
    ],
    [
      'of two groups the cheaper',
      {
        lists: [list('a', { groupIds: ['a'] }), list('b', { groupIds: ['b'] })],
        asker: { ...inGroup, groupIds: ['a', 'b'] },
        entries: { a: [entry(950)], b: [entry(900)] },
      },
      900,
      'b',
      ['base: outranked', 'a: outranked'],
    ],
  ])('is %s', (_, asked, amount, listId, losers) => {
    const found = resolvePrice(question(asked));
    expect(found?.amount).toBe(amount);
    expect(found?.listId ?? '').toBe(listId);
    expect((found?.why ?? []).filter((one) => !one.took).map((one) => `${one.listId}: ${one.reason}`)).toEqual(losers);
  });

  it('never exceeds the ceiling, whatever the lists say', () => {
    const ceiling: PriceCeiling = {
      skuId: 's',
      lot: '',
      country: 'IN',
      currency: INR,
      amountMinor: 9_900,
      per: 1,
      validFrom: 0,
    };
    const amount = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.integer({ min: -500_000, max: 500_000 }),
        fc.constantFrom(...PRICE_ENDINGS),
        (base, own, adjustPpm, ending) => {
          const lists = [list('own', { priority: 2 }), list('all', { adjustPpm, ending })];
          for (const entries of [{ own: [entry(own)] }, {}]) {
            const found = resolvePrice(question({ currency: INR, prices: [price(base)], lists, entries, ceiling }));
            expect(found?.amount).toBeLessThanOrEqual(9_900);
          }
        },
      ),
    );
    const told = resolvePrice(question({ prices: [price(10_000)], ceiling }));
    expect(told).toMatchObject({ amount: 9_900, listId: 'base', why: [{ reason: 'ceiling' }, { reason: 'base' }] });
  });

  it('does not depend on the order of lists of one rank', () => {
    const lists = [list('a', { groupIds: ['a'] }), list('b', { groupIds: ['b'] }), list('c', { groupIds: ['c'] })];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 3, maxLength: 3 }), (amounts) => {
        const entries = Object.fromEntries(lists.map((one, index) => [one.id, [entry(amounts[index] ?? 0)]]));
        const asker = { ...inGroup, groupIds: ['a', 'b', 'c'] };
        const one = resolvePrice(question({ lists, asker, entries }));
        const other = resolvePrice(question({ lists: lists.toReversed(), asker, entries }));
        expect(one?.amount).toBe(Math.min(1_000, ...amounts));
        expect(other?.amount).toBe(one?.amount);
      }),
    );
  });

  it('stays with a basket that was open when it rose, for as long as prices are held', () => {
    const prices = [price(1_000), price(1_200, 500)];
    const now = 500 + HOLD_MS;
    const at = (instant: number) => resolvePrice(question({ prices, at: instant }));
    expect(heldSince(400, now)).toBeUndefined();
    expect(heldSince(undefined, now)).toBeUndefined();
    expect(heldSince(now, now)).toBeUndefined();
    expect(heldSince(499 + 1_000, now)).toBe(1_499);
    expect(keepLower(at(600), at(499))).toMatchObject({
      amount: 1_000,
      why: [{ reason: 'held' }, { reason: 'base', took: false }],
    });
    expect(keepLower(at(499), at(600))).toMatchObject({ amount: 1_000, why: [{ reason: 'base', took: true }] });
    const ceiling: PriceCeiling = {
      skuId: 's',
      lot: '',
      country: 'IN',
      currency: EUR,
      amountMinor: 900,
      per: 1,
      validFrom: 0,
    };
    expect(keepLower(resolvePrice(question({ prices, at: 600, ceiling })), at(499), ceiling)?.amount).toBe(900);
  });
});

describe('a ceiling', () => {
  const of = (lot: string, amountMinor: number, more: Partial<PriceCeiling> = {}): PriceCeiling => ({
    skuId: 's',
    lot,
    country: 'IN',
    currency: INR,
    amountMinor,
    per: 1,
    validFrom: 0,
    ...more,
  });
  const ceilings = [
    of('', 10_000),
    of('L1', 9_000),
    of('L2', 12_000),
    of('L2', 8_000, { validFrom: 50 }),
    of('L0', 1_000, { validUntil: 20 }),
    of('', 1, { country: 'NP' }),
  ];
  it.each([
    ['of the lot', { at: 10, lot: 'L2' }, 12_000],
    ['of the lot, from its day on', { at: 50, lot: 'L2' }, 8_000],
    ['of the SKU for a lot without one', { at: 10, lot: 'L9' }, 10_000],
    ['the lowest where nobody knows the lot', { at: 30 }, 9_000],
    ['the lowest, also of a lot that is not over', { at: 10 }, 1_000],
  ])('is %s', (_, asked, expected) => {
    expect(ceilingInForce(ceilings, { country: 'IN', currency: 'INR', ...asked })?.amountMinor).toBe(expected);
  });
  it('is none in another country or currency', () => {
    expect(ceilingInForce(ceilings, { country: 'DE', currency: 'INR', at: 10 })).toBeUndefined();
    expect(ceilingInForce(ceilings, { country: 'IN', currency: 'EUR', at: 10 })).toBeUndefined();
  });
});

describe('the lowest price of the last 30 days', () => {
  const down = { markdown: true };
  it.each<[string, Price[], number, [number, number] | undefined]>([
    ['is that before the reduction', [price(100), price(80, 50 * DAY, down)], 51, [100, 100]],
    [
      'is a cheap day of that month, not the price of the day before',
      [price(100), price(70, 30 * DAY), price(100, 31 * DAY), price(80, 50 * DAY, down)],
      51,
      [70, 100],
    ],
    [
      'knows nothing of a cheap day before it',
      [price(100), price(70, 10 * DAY), price(100, 11 * DAY), price(80, 50 * DAY, down)],
      51,
      [100, 100],
    ],
    ['does not count the reduction itself as it goes on', [price(100), price(80, 50 * DAY, down)], 85, [100, 100]],
    [
      'of steps down without a break is that before the first',
      [price(100), price(80, 50 * DAY, down), price(60, 55 * DAY, down)],
      56,
      [100, 100],
    ],
    [
      'counts an earlier reduction that had ended',
      [price(100), price(70, 40 * DAY, { ...down, validUntil: 45 * DAY }), price(80, 50 * DAY, down)],
      51,
      [70, 100],
    ],
    [
      'of new goods is the lowest since they were sold',
      [price(100, 45 * DAY), price(80, 50 * DAY, down)],
      51,
      [100, 100],
    ],
    [
      'of one that came back after a break counts what was charged before the break',
      [price(100), price(80, 50 * DAY, down), price(95, 55 * DAY, { validUntil: 60 * DAY })],
      61,
      [80, 95],
    ],
    ['is none where no price was before', [price(80, 50 * DAY, down)], 51, undefined],
    ['is none where nothing is reduced', [price(100), price(80, 50 * DAY)], 51, undefined],
    [
      'is none after the reduction',
      [price(100), price(80, 50 * DAY, { ...down, validUntil: 52 * DAY })],
      53,
      undefined,
    ],
  ])('%s', (_, prices, day, expected) => {
    const found = priorPrice(prices, day * DAY);
    expect(found === undefined ? undefined : [found.lowest.amount, found.before.amount]).toEqual(expected);
  });
  it('is never above any price that was in force in between', () => {
    const some = fc.array(
      fc.record({
        validFrom: fc.integer({ min: 0, max: 60 }),
        amount: fc.integer({ min: 1, max: 100 }),
        length: fc.integer({ min: 1, max: 30 }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 30 }), (rows, from) => {
        const prices = rows.map((row) => price(row.amount, row.validFrom, { validUntil: row.validFrom + row.length }));
        const lowest = lowestBetween(prices, from, from + 30);
        const all = Array.from({ length: 30 }, (_, index) => priceInForce(prices, from + index)?.amount).filter(
          (one) => one !== undefined,
        );
        expect(lowest?.amount).toBe(all.length === 0 ? undefined : Math.min(...all));
      }),
    );
  });
});

describe('a list above the base lists', () => {
  const around: OverrideSurroundings = {
    base: [
      { id: 'b1', channelId: 'shop', currency: EUR, taxInclusive: true, name: 'Shop' },
      { id: 'b2', channelId: 'trade', currency: EUR, taxInclusive: false, name: 'Trade' },
    ],
    lists: [list('club', { groupIds: ['g1'], channelIds: ['shop'], validUntil: 1_000 })],
    channelIds: new Set(['shop', 'trade']),
    locationIds: new Set(['ber']),
    groupIds: new Set(['g1', 'g2']),
    now: 100,
  };
  const wanted = list('new', { channelIds: ['shop'], validFrom: 100 });
  it.each<[string, Partial<OverrideList>, string]>([
    ['one beside another of its rank, place and time', { groupIds: ['g1'] }, 'overlapping_lists'],
    ['another currency than the channel sells in', { currency: INR }, 'currency_mismatch'],
    ['prices with tax where the channel has them without', { channelIds: ['trade'] }, 'tax_mode_mismatch'],
    ['prices with tax for all channels, one of which has them without', { channelIds: [] }, 'tax_mode_mismatch'],
    ['the past', { validFrom: 99 }, 'valid_from_in_past'],
    ['an end before the begin', { validUntil: 100 }, 'ends_before_begin'],
    ['a cut of everything', { adjustPpm: -1_000_000 }, 'bad_adjustment'],
    ['an unknown channel', { channelIds: ['x'] }, 'unknown_channel'],
    ['an unknown location', { locationIds: ['x'] }, 'unknown_location'],
    ['an unknown group', { groupIds: ['x'] }, 'unknown_group'],
  ])('is refused: %s', (_, more, reason) => {
    expect(decideOverrideList({ ...wanted, ...more }, around)).toMatchObject({ ok: false, rejection: { reason } });
  });
  it.each<[string, Partial<OverrideList>]>([
    ['of another priority', { groupIds: ['g1'], priority: 1 }],
    ['for another group', { groupIds: ['g2'] }],
    ['narrower', { groupIds: ['g1'], locationIds: ['ber'] }],
    ['after the other', { groupIds: ['g1'], validFrom: 1_000 }],
    ['that is itself, changed', { id: 'club', groupIds: ['g1'], validFrom: 0 }],
  ])('is taken: one %s', (_, more) => {
    expect(decideOverrideList({ ...wanted, ...more }, around).ok).toBe(true);
  });
  it('goes by priority, then group, location, channel', () => {
    const lists = [
      list('c', { channelIds: ['x'] }),
      list('g', { groupIds: ['x'] }),
      list('all'),
      list('p', { priority: 1 }),
      list('l', { locationIds: ['x'], channelIds: ['x'] }),
    ];
    expect(lists.toSorted(compareRank).map((one) => one.id)).toEqual(['p', 'g', 'l', 'c', 'all']);
  });
});

it('a label names the price of a kilogram, litre or metre', () => {
  const of = { amount: 249, scale: 0, per: 100 };
  expect(labelUnitPrice(of, 'gram', EUR)).toEqual({ amountMinor: 2_490, unit: 'kg' });
  expect(labelUnitPrice({ amount: 125, scale: 2, per: 1 }, 'millilitre', EUR)).toEqual({
    amountMinor: 1_250,
    unit: 'l',
  });
  expect(labelUnitPrice({ ...of, per: 1_000 }, 'millimetre', EUR)).toEqual({ amountMinor: 249, unit: 'm' });
  expect(labelUnitPrice(of, 'piece', EUR)).toBeUndefined();
});
