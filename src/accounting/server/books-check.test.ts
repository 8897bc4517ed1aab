import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestRetailer, type TestRetailer } from '../../../apps/server/retailer-testing.ts';
import { booksAudit, booksCheck } from './books-check.ts';

let shop: TestRetailer;
beforeAll(async () => {
  shop = await openTestRetailer({ skus: 2 });
  const [location, channel] = [shop.world.locations[1] as never, shop.world.channels[0] as never];
  await shop.receive(location, 0, 10, 4000);
  await shop.sell(location, channel, 0, 2, 1200, { method: 'card' });
});
afterAll(() => shop.close());

it('says that books balance, and finds what somebody wrote past the program', async () => {
  const { pool, schema } = shop.database;
  const at = { pool, schema };
  const check = booksCheck(at, () => shop.clock.now);
  expect((await check.run()).state).toBe('ok');
  expect(await booksAudit(at).run()).toEqual({ state: 'ok', figures: { days: 0, totals: 0, levels: 0 } });
  const touched = await pool.query(
    `update ${schema}.accounting_day_total set debit_minor = debit_minor + 1 where debit_minor > 0 and account = (select min(account) from ${schema}.accounting_day_total where debit_minor > 0)`,
  );
  expect(touched.rowCount).toBeGreaterThan(0);
  expect(await check.run()).toMatchObject({
    state: 'bad',
    problem: expect.stringContaining('do not balance') as unknown,
  });
  await pool.query(`update ${schema}.stock_level set on_hand = on_hand + 1 where on_hand > 0`);
  expect(await booksAudit(at).run()).toMatchObject({ state: 'bad', figures: { days: 1, levels: 1 } });
});
