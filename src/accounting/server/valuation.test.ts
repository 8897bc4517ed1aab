import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestRetailer, type TestRetailer } from '../../../apps/server/retailer-testing.ts';
import { encodeId } from '../../kernel/ids.ts';

let shop: TestRetailer;
beforeAll(async () => {
  shop = await openTestRetailer({ skus: 5 });
});
afterAll(() => shop.close());

/** Chance from a seed: the least numbers that are random enough for shelves. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const entityOf = (n: number): string => encodeId('ent', shop.world.entities[n]?.id ?? '');

it.each([1, 2, 3])('what the shelves are worth is what the ledger says after any sequence (seed %i)', async (seed) => {
  const next = chance(seed);
  const { world } = shop;
  const loc = (n: number): string => encodeId('loc', world.locations[n]?.id ?? '');
  const sku = (n: number): string => encodeId('sku', world.skuIds[n] ?? '');
  let shortfalls = 0;
  for (let step = 0; step < 60; step += 1) {
    shop.clock.now += 60_000;
    const at = next(6);
    const location = world.locations[at] as (typeof world.locations)[number];
    const n = next(4);
    const quantity = 1 + next(6);
    const currency = at < 4 ? 'GBP' : 'EUR';
    switch (next(6)) {
      case 0:
      case 1:
        await shop.owner.post('/goods-receipts', {
          locationId: loc(at),
          lines: [{ skuId: sku(n), quantity, totalCost: { amount: next(1000), currency } }],
        });
        break;
      case 2: {
        // A till without a network sells what is there and what is not.
        await shop.sell(location, world.channels[at < 4 ? 0 : 3] as never, n, quantity, 500 + next(500), {
          fact: true,
        });
        shortfalls += 1;
        break;
      }
      case 3:
        await shop.owner.post('/stock-counts', { locationId: loc(at), lines: [{ skuId: sku(n), counted: next(8) }] });
        break;
      case 4:
        await shop.owner.post('/stock-adjustments', {
          locationId: loc(at),
          lines: [{ skuId: sku(n), delta: next(2) === 0 ? -quantity : quantity, reason: 'correction' }],
        });
        break;
      case 5:
        await shop.owner.post('/stock-transfers', {
          fromLocationId: loc(at),
          toLocationId: loc(at < 4 ? 3 - at : 9 - at),
          lines: [{ skuId: sku(n), quantity }],
        });
        break;
    }
  }
  expect(shortfalls).toBeGreaterThan(0);
  for (const n of [0, 1]) {
    const { body } = await shop.owner.get(`/stock-valuation?entity=${entityOf(n)}&limit=200`);
    expect(body).toMatchObject({
      currency: n === 0 ? 'GBP' : 'EUR',
      differenceMinor: 0,
      ledgerMinor: body.valueMinor,
      next: null,
    });
    expect(body.items.length).toBeGreaterThan(0);
    for (const area of body.areas) {
      const items = body.items.filter((item) => item.areaId === area.id);
      const sum = (name: 'valueMinor' | 'quantity' | 'shortQuantity'): number =>
        items.reduce((total, item) => total + item[name], 0);
      expect(area).toMatchObject({
        valueMinor: sum('valueMinor'),
        quantity: sum('quantity'),
        shortQuantity: sum('shortQuantity'),
      });
    }
    const balance = (await shop.owner.get(`/trial-balance?entity=${entityOf(n)}`)).body;
    expect(balance.debitMinor).toBe(balance.creditMinor);
    expect(balance.accounts.find((account) => account.code === '1200')?.balanceMinor).toBe(body.valueMinor);
  }
});

it('pages by name and is for those who see the books of the whole company', async () => {
  const url = `/stock-valuation?entity=${entityOf(0)}`;
  const all = (await shop.owner.get(`${url}&limit=200`)).body;
  expect(all.areas).toMatchObject([{ method: 'moving_average', ledgerMinor: null }, { method: 'fifo' }]);
  const seen: object[] = [];
  for (let after = ''; ;) {
    const page = (await shop.owner.get(`${url}&limit=3${after}`)).body;
    seen.push(...page.items);
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  expect(seen).toEqual(all.items);
  const only = (await shop.owner.get(`/stock-valuation?entity=${entityOf(1)}`)).body;
  expect(only.areas).toMatchObject([{ ledgerMinor: only.ledgerMinor, differenceMinor: 0 }]);
  expect((await shop.at(['journal:read'], [shop.world.locations[0] as never]).get(url)).status).toBe(403);
  expect((await shop.owner.get(`/stock-valuation?entity=${encodeId('ent', shop.id())}`)).status).toBe(404);
});
