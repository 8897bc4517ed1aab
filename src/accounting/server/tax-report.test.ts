import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestRetailer, type TestRetailer } from '../../../apps/server/retailer-testing.ts';
import { encodeId } from '../../kernel/ids.ts';

let shop: TestRetailer;
const day = 86_400_000;
const place = (n: number): TestRetailer['world']['locations'][number] => shop.world.locations[n] as never;
const channel = (n: number): TestRetailer['world']['channels'][number] => shop.world.channels[n] as never;
const entity = (n: number): string => encodeId('ent', shop.world.entities[n]?.id ?? '');

beforeAll(async () => {
  shop = await openTestRetailer({ skus: 8 });
  // 20 % tax is in every price: 4.00 of 24.00, 6.00 of 36.00, 2.00 of 12.00 that come back.
  await shop.receive(place(1), 0, 10, 4000);
  const sale = await shop.sell(place(1), channel(0), 0, 2, 1200);
  const order = await shop.order(place(1), channel(1), 0, 3, 1200);
  await shop.ship(place(1), channel(1), order);
  shop.clock.now += day;
  await shop.takeBack(place(1), channel(0), sale, 0, 1200);
});
afterAll(() => shop.close());

type Report = {
  rows: { jurisdiction: string; entityBaseMinor: number; entityTaxMinor: number }[];
  jurisdictions: { entityTaxMinor: number }[];
  owedMinor: number;
  ledgerMinor: number;
  otherMinor: number;
};
const report = async (from: string, through: string, of = 0): Promise<Report> =>
  (await shop.owner.get(`/tax-report?entity=${entity(of)}&from=${from}&through=${through}`)).body as unknown as Report;

it('ties to the account of output tax, in a day and in a period', async () => {
  expect(await report('2026-11-22', '2026-11-23')).toMatchObject({ owedMinor: 800, ledgerMinor: 800, otherMinor: 0 });
  expect(await report('2026-11-22', '2026-11-22')).toMatchObject({ owedMinor: 1000, ledgerMinor: 1000 });
  const returned = await report('2026-11-23', '2026-11-23');
  expect(returned).toMatchObject({ owedMinor: -200, ledgerMinor: -200, rows: [{ entityBaseMinor: -1000 }] });
  expect(await report('2026-01-01', '2026-01-31')).toMatchObject({ rows: [], jurisdictions: [], owedMinor: 0 });
  const { rows, jurisdictions } = await report('2026-11-22', '2026-11-23');
  for (const list of [rows, jurisdictions]) expect(list.reduce((sum, row) => sum + row.entityTaxMinor, 0)).toBe(800);
  expect(await report('2026-11-22', '2026-11-23', 1)).toMatchObject({ owedMinor: 0, ledgerMinor: 0 });
});

it('is a file too', async () => {
  const answer = await shop.owner.get(`/tax-report/csv?entity=${entity(0)}&from=2026-11-22&through=2026-11-22`);
  const [head, ...rows] = (answer.body as unknown as string).trim().split('\r\n');
  expect(head).toBe(
    'jurisdiction,tax,percent,treatment,currency,base,amount,entity_currency,entity_base,entity_amount',
  );
  expect(rows.join('\n')).toContain(',50.00,10.00,');
});

it.each([
  ['a period that ends before it begins', () => `entity=${entity(0)}&from=2026-11-23&through=2026-11-22`, 400],
  ['no day', () => `entity=${entity(0)}&from=2026-02-30&through=2026-11-22`, 400],
  [
    'a legal entity that is not there',
    () => `entity=${encodeId('ent', shop.id())}&from=2026-11-22&through=2026-11-22`,
    404,
  ],
])('%s is refused', async (_, query, status) => {
  expect((await shop.owner.get(`/tax-report?${query()}`)).status).toBe(status);
});

it('is not for who may not read taxes', async () => {
  const query = `/tax-report?entity=${entity(0)}&from=2026-11-22&through=2026-11-22`;
  expect((await shop.at(['journal:read'], [place(1)]).get(query)).status).toBe(403);
});
