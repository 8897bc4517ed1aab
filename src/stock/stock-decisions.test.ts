import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTestBooks, type TestBooks } from '../kernel/draft-testing.ts';
import { businessDay } from '../kernel/time.ts';
import { adjustStock, countStock } from './adjust.ts';
import { COST, costKey, type ValuationMethod } from './cost.ts';
import type { Goods, StockOccasion } from './goods.ts';
import { receiveGoods, setSafetyStock } from './receive.ts';
import { expireReservations, releaseReservations, RESERVATIONS, reserveStock, sweepReservations } from './reserve.ts';
import { available, STOCK, stockKey } from './stock-level.ts';
import { transferStock } from './transfer.ts';

const now = 1_798_632_000_000;
const [store, cellar, abroad] = [
  '10000000-0000-7000-8000-000000000001',
  '10000000-0000-7000-8000-000000000002',
  '10000000-0000-7000-8000-000000000003',
];
const us = '20000000-0000-7000-8000-000000000001';
const them = '20000000-0000-7000-8000-000000000002';
const area = '30000000-0000-7000-8000-000000000001';
const otherArea = '30000000-0000-7000-8000-000000000002';
const shirt = '40000000-0000-7000-8000-000000000001';
const at = (locationId = store, entityId = us): StockOccasion => ({
  entityId,
  locationId,
  entityCurrency: 'GBP',
  occurredAt: now,
  businessDay: businessDay('2026-12-30'),
});
const keyAt = (locationId = store, skuId = shirt): string =>
  stockKey({ skuId, locationId, condition: 'sellable', ownerId: us, lot: '' });
const goods = (
  quantity: number,
  locationId = store,
  skuId = shirt,
  method: ValuationMethod = 'moving_average',
  areaId = area,
): Goods => ({
  skuId,
  stockKey: keyAt(locationId, skuId),
  costKey: costKey(areaId, skuId),
  method,
  quantity,
});
const line = (quantity: number, locationId = store) => ({ line: 1, goods: goods(quantity, locationId) });
const receive = (books: TestBooks, quantity: number, valueMinor: number, of = goods(quantity)) =>
  books.decide((draft) =>
    receiveGoods(draft, {
      ...at(),
      receiptId: 'r',
      reason: 'receipt',
      supplierRef: '',
      lines: [{ line: 1, goods: { ...of, quantity }, valueMinor }],
    }),
  );
const reserve = (books: TestBooks, id: string, quantity: number, expired: readonly string[] = []) =>
  books.decide((draft) =>
    reserveStock(
      draft,
      { ...at(), lines: [{ line: 1, goods: goods(quantity), reservationId: id }], expiresInMs: 1000 },
      { reservationIds: expired },
    ),
  );

describe('what is refused', () => {
  test('receiving nothing', () => {
    const verdict = openTestBooks().decide((draft) =>
      receiveGoods(draft, { ...at(), receiptId: 'r', reason: 'receipt', supplierRef: '', lines: [] }),
    );
    expect(verdict).toEqual({ reason: 'no_lines' });
  });

  test.each([
    ['nothing to correct', [], 'nothing_to_adjust'],
    ['a correction by nought', [0], 'nothing_to_adjust'],
    ['taking more than is there', [-6], 'more_than_on_hand'],
    ['taking it in two lines', [-3, -3], 'more_than_on_hand'],
    ['taking what is promised', [-4], 'more_than_on_hand'],
    ['taking what is free', [-3], undefined],
    ['finding some', [2], undefined],
  ])('adjusting: %s', (_, deltas, reason) => {
    const books = openTestBooks();
    receive(books, 5, 500);
    reserve(books, 'a', 2);
    const lines = deltas.map((delta) => ({ line: 1, goods: goods(1), delta, reason: 'correction' as const }));
    const verdict = books.decide((draft) => adjustStock(draft, { ...at(), adjustmentId: 'a', fact: false, lines }));
    expect(verdict?.reason).toBe(reason);
  });

  test('counting nothing, and one level twice', () => {
    const count = (lines: { line: number; goods: Goods; counted: number }[]) =>
      openTestBooks().decide((draft) => countStock(draft, { ...at(), countId: 'c', lines }));
    expect(count([])).toEqual({ reason: 'no_lines' });
    expect(
      count([
        { ...line(1), counted: 1 },
        { ...line(1), counted: 2 },
      ]),
    ).toEqual({ reason: 'counted_twice' });
  });

  test.each([
    ['to another company of ours', { toLocationId: abroad, toEntityId: them }, 3, 'inter_company_transfer'],
    ['to the same place', { toLocationId: store, toEntityId: us }, 3, 'same_location'],
    ['nothing', { toLocationId: cellar, toEntityId: us }, 0, 'no_lines'],
    ['more than is there', { toLocationId: cellar, toEntityId: us }, 6, 'insufficient_stock'],
    ['what is there', { toLocationId: cellar, toEntityId: us }, 5, undefined],
  ])('a transfer %s', (_, to, quantity, reason) => {
    const books = openTestBooks();
    receive(books, 5, 500);
    const lines = quantity === 0 ? [] : [{ ...line(quantity), to: goods(0, to.toLocationId) }];
    expect(books.decide((draft) => transferStock(draft, { ...at(), transferId: 't', ...to, lines }))?.reason).toBe(
      reason,
    );
  });

  test('reserving beyond what is available names the lines that do not fit', () => {
    const books = openTestBooks();
    receive(books, 5, 500);
    books.decide((draft) =>
      setSafetyStock(draft, { ...at(), lines: [{ skuId: shirt, stockKey: keyAt(), safety: 1 }] }),
    );
    expect(reserve(books, 'a', 5)).toEqual({
      reason: 'insufficient_stock',
      lines: [{ line: 1, skuId: shirt, locationId: store, requested: 5, available: 4 }],
    });
    expect(reserve(books, 'a', 4)).toBeUndefined();
  });

  test('a reservation that expired makes room, one that did not stays', () => {
    const books = openTestBooks();
    receive(books, 5, 500);
    reserve(books, 'a', 5);
    expect(reserve(books, 'b', 1, ['a'])).toMatchObject({ reason: 'insufficient_stock' });
    books.now += 1001;
    expect(reserve(books, 'b', 1, ['a'])).toBeUndefined();
    expect(books.acts.map((act) => act.type)).toEqual([
      'GoodsReceived',
      'StockReserved',
      'ReservationsExpired',
      'StockReserved',
    ]);
    expect(books.get(RESERVATIONS, 'a')?.endedReason).toBe('expired');
  });

  test('whoever needs room asks for the expired reservations first', () => {
    const books = openTestBooks();
    receive(books, 1, 1);
    reserve(books, 'a', 1);
    const verdict = books.decide((draft) =>
      reserveStock(draft, { ...at(), lines: [{ ...line(1), reservationId: 'b' }], expiresInMs: 1 }, undefined),
    );
    expect(verdict).toEqual({ resolveAgain: { expiredOn: [keyAt()] } });
  });

  test('releasing what is not there and what has ended, sweeping where nothing expired', () => {
    const books = openTestBooks();
    receive(books, 5, 500);
    reserve(books, 'a', 1);
    const release = (id: string) =>
      books.decide((draft) => releaseReservations(draft, { ...at(), reservationIds: [id] }));
    expect(release('b')).toEqual({ reason: 'reservation_not_found', reservationId: 'b' });
    expect(books.decide((draft) => sweepReservations(draft, { ...at(), reservationIds: ['a'] }))).toEqual({
      reason: 'nothing_expired',
    });
    expect(release('a')).toBeUndefined();
    expect(release('a')).toEqual({ reason: 'reservation_ended', reservationId: 'a', endedReason: 'released' });
    expect(books.get(STOCK, keyAt())).toMatchObject({ onHand: 5, reserved: 0, held: 0 });
  });
});

describe('what a fact overran is told', () => {
  test('a count below what is promised leaves a backorder', () => {
    const books = openTestBooks();
    receive(books, 5, 500);
    reserve(books, 'a', 4);
    books.decide((draft) => countStock(draft, { ...at(), countId: 'c', lines: [{ ...line(1), counted: 1 }] }));
    expect(books.get(STOCK, keyAt())).toMatchObject({ onHand: 1, reserved: 1, backordered: 3, shortfall: 0 });
    expect(books.acts.at(-1)).toMatchObject({
      type: 'BackorderCreated',
      consequence: true,
      body: { levels: [{ quantity: 3 }] },
    });
  });

  test('a write-off of what the books do not have leaves a shortfall at the last known cost', () => {
    const books = openTestBooks();
    receive(books, 2, 200);
    books.decide((draft) =>
      adjustStock(draft, {
        ...at(),
        adjustmentId: 'x',
        fact: true,
        lines: [{ ...line(1), delta: -5, reason: 'damaged' }],
      }),
    );
    expect(books.get(STOCK, keyAt())).toMatchObject({ onHand: 0, shortfall: 3 });
    expect(books.get(COST, costKey(area, shirt))).toMatchObject({
      quantity: 0,
      valueMinor: 0,
      shortQuantity: 3,
      shortValueMinor: 300,
    });
    expect(books.acts.at(-1)).toMatchObject({ type: 'StockDiscrepancyFound' });
  });
});

/** Anything that people ask for at two places and three SKUs. */
const request = fc.record({
  what: fc.constantFrom('receive', 'adjust', 'transfer', 'reserve', 'release', 'expire', 'safety', 'time'),
  sku: fc.integer({ min: 0, max: 2 }),
  place: fc.integer({ min: 0, max: 1 }),
  quantity: fc.integer({ min: 1, max: 9 }),
  value: fc.integer({ min: 0, max: 999 }),
  id: fc.integer({ min: 0, max: 8 }),
});
const fact = fc.record({
  what: fc.constantFrom('count', 'write_off'),
  sku: fc.integer({ min: 0, max: 2 }),
  place: fc.integer({ min: 0, max: 1 }),
  quantity: fc.integer({ min: 1, max: 9 }),
  value: fc.integer({ min: 0, max: 999 }),
  id: fc.integer({ min: 0, max: 8 }),
});
type Deed = { what: string; sku: number; place: number; quantity: number; value: number; id: number };

function play(books: TestBooks, deed: Deed, method: ValuationMethod): void {
  const skuId = `40000000-0000-7000-8000-00000000000${deed.sku + 1}`;
  const [from, to] = deed.place === 0 ? [store, cellar] : [cellar, store];
  const areaOf = (place: string): string => (place === store ? area : otherArea);
  const own = goods(deed.quantity, from, skuId, method, areaOf(from));
  const lines = [{ line: 1, goods: own }];
  books.decide((draft): object | undefined => {
    switch (deed.what) {
      case 'receive':
        return receiveGoods(draft, {
          ...at(from),
          receiptId: 'r',
          reason: 'receipt',
          supplierRef: '',
          lines: [{ line: 1, goods: own, valueMinor: deed.value }],
        });
      case 'adjust':
      case 'write_off':
        return adjustStock(draft, {
          ...at(from),
          adjustmentId: 'a',
          fact: deed.what === 'write_off',
          lines: [
            {
              line: 1,
              goods: own,
              delta: deed.what === 'write_off' || deed.value % 2 === 0 ? -deed.quantity : deed.quantity,
              reason: 'correction',
            },
          ],
        });
      case 'count':
        return countStock(draft, {
          ...at(from),
          countId: 'c',
          lines: [{ line: 1, goods: own, counted: deed.quantity - 1 }],
        });
      case 'transfer':
        return transferStock(draft, {
          ...at(from),
          transferId: 't',
          toLocationId: to,
          toEntityId: us,
          lines: [{ line: 1, goods: own, to: goods(0, to, skuId, method, areaOf(to)) }],
        });
      case 'reserve':
        if (draft.get(RESERVATIONS, `res-${deed.id}`) !== undefined) return { reason: 'id taken' };
        return reserveStock(
          draft,
          {
            ...at(from),
            lines: [{ ...(lines[0] as (typeof lines)[0]), reservationId: `res-${deed.id}` }],
            expiresInMs: 5000,
          },
          { reservationIds: [`res-${(deed.id + 1) % 9}`] },
        );
      case 'release':
        return releaseReservations(draft, { ...at(from), reservationIds: [`res-${deed.id}`] });
      case 'expire':
        return expireReservations(draft, at(from), [`res-${deed.id}`], false) === 0 ? { reason: 'nothing' } : undefined;
      case 'safety':
        return setSafetyStock(draft, {
          ...at(from),
          lines: [{ skuId, stockKey: own.stockKey, safety: deed.quantity }],
        });
      default:
        books.now += 2000;
        return { reason: 'time passed' };
    }
  });
}

const methods = fc.constantFrom<ValuationMethod>('moving_average', 'fifo');

test('no sequence of requests makes a shortfall or a backorder', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 60 }), methods, (deeds, method) => {
      const books = openTestBooks();
      for (const deed of deeds) play(books, deed, method);
      for (const level of books.all(STOCK)) expect(level).toMatchObject({ shortfall: 0, backordered: 0 });
    }),
    { numRuns: 150 },
  );
});

test('whatever happens: levels are their movements, promises are kept apart, costs follow the units', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(request, fact), { maxLength: 60 }), methods, (deeds, method) => {
      const books = openTestBooks();
      for (const deed of deeds) play(books, deed, method);
      const nets = new Map<string, number>();
      for (const { key, change } of books.changes(STOCK)) nets.set(key, (nets.get(key) ?? 0) + change.net);
      const units = new Map<string, number>();
      for (const level of books.all(STOCK)) {
        expect(level.onHand - level.shortfall).toBe(nets.get(level.key));
        expect(Math.min(level.onHand, level.shortfall)).toBe(0);
        expect(level.reserved <= level.onHand && (level.backordered === 0 || level.reserved === level.onHand)).toBe(
          true,
        );
        expect(available(level)).toBeGreaterThanOrEqual(0);
        const open = books
          .all(RESERVATIONS)
          .filter((one) => one.stockKey === level.key && one.endedReason === undefined);
        expect(level.held).toBe(open.reduce((sum, one) => sum + one.quantity, 0));
        const [skuId, locationId] = level.key.split('|') as [string, string];
        units.set(`${locationId === store ? area : otherArea}|${skuId}`, level.onHand - level.shortfall);
      }
      for (const cost of books.all(COST)) {
        expect(cost.quantity - cost.shortQuantity).toBe(units.get(cost.key) ?? 0);
        if (cost.quantity === 0) expect(cost.valueMinor).toBe(0);
        if (cost.shortQuantity === 0) expect(cost.shortValueMinor).toBe(0);
        if (cost.layers !== null)
          expect([
            cost.layers.reduce((sum, layer) => sum + layer.quantity, 0),
            cost.layers.reduce((sum, layer) => sum + layer.valueMinor, 0),
          ]).toEqual([cost.quantity, cost.valueMinor]);
      }
    }),
    { numRuns: 150 },
  );
});
