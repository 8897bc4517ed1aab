import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../platform/db/testing.ts';
import { readGtin } from '../../../src/catalog/gtin.ts';
import { businessDay } from '../../../src/kernel/time.ts';
import { promotionProblem } from '../../../src/pricing/promotion/save-promotion.ts';
import { auditDatabase } from '../../simulator/auditor.ts';
import { planCatalogue } from './catalogue.ts';
import { COLOURS } from './colours.ts';
import { loadDemo, removeDemo, type DemoProgress } from './demo.ts';
import { DRAWINGS, type DrawingKind } from './drawings.ts';
import { simulateHistory, type HistoryPlan } from './history.ts';
import { planCustomers, planStaff } from './people.ts';
import { drawPicture } from './pictures.ts';
import { planPromotions } from './promotions.ts';
import { planRetailer } from './retailer.ts';
import { planGiftCards, planProgramme } from './rewards.ts';

const now = Date.UTC(2026, 10, 19, 15, 30);
const migrations = resolve(import.meta.dirname, '../../../db/migrations');

describe('the range', () => {
  const { products, media, skus } = planCatalogue(now);

  it('has about eighty products in two hundred and fifty variants, each code and GTIN once', () => {
    expect(products.length).toBeGreaterThanOrEqual(80);
    expect(skus.length).toBeGreaterThan(240);
    expect(new Set(skus.map((sku) => sku.code)).size).toBe(skus.length);
    const gtins = products.flatMap((product) =>
      product.variants.flatMap((variant) => variant.skus.flatMap((sku) => sku.gtin ?? [])),
    );
    expect(gtins.every((gtin) => readGtin(gtin).ok)).toBe(true);
    expect(new Set(gtins).size).toBe(gtins.length);
  });

  it('holds bundles of parts that exist, and goods that are weighed and measured', () => {
    const ids = new Set(skus.map((sku) => sku.id));
    const parts = products.flatMap((product) =>
      product.variants.flatMap((variant) => variant.skus.flatMap((sku) => sku.parts ?? [])),
    );
    expect(parts.length).toBeGreaterThan(6);
    expect(parts.every((part) => ids.has(part.skuId))).toBe(true);
    expect(new Set(skus.map((sku) => sku.product.baseUnit))).toEqual(new Set(['piece', 'gram', 'millimetre']));
  });

  it('is drawn in small pictures that run nothing and load nothing', () => {
    const drawn = (Object.keys(DRAWINGS) as DrawingKind[]).flatMap((kind) =>
      [0, 1, 2, 3, 4, 5].map((motif) => drawPicture(kind, COLOURS.plum, motif)),
    );
    const all = [...drawn, ...media.map((each) => each.content.toString())];
    for (const svg of all) {
      expect(svg.length).toBeLessThan(4000);
      expect(svg).not.toMatch(/NaN|undefined|<script|<style|https?:\/\/(?!www\.w3\.org\/2000\/svg)|\son\w+=/);
    }
    expect(media.length).toBeGreaterThan(products.length);
  });
});

describe('the history', () => {
  const opensAt = Date.UTC(2026, 7, 21, 22);
  const retailer = planRetailer({ opensAt, firstDay: businessDay('2026-08-22'), days: 90, secret: 'secret' });
  const { skus } = planCatalogue(opensAt);
  const customers = planCustomers({ opensAt, seed: 1, count: 300 }).known;
  const staff = planStaff({ opensAt, retailer, passwordHash: 'hash' });
  const plan: HistoryPlan = {
    retailer,
    skus,
    customers,
    staff,
    seed: 1,
    opensAt,
    firstDay: businessDay('2026-08-22'),
    days: 90,
    endsAt: now,
    scale: 1,
    promotions: planPromotions({ retailer, skus, opensAt, endsAt: now }),
    programme: planProgramme(retailer, opensAt),
    giftCards: planGiftCards(opensAt),
  };
  const steps = simulateHistory(plan);

  it('is the same for the same seed and moment, in the order of time, and ends now', () => {
    expect(JSON.stringify(simulateHistory(plan))).toBe(JSON.stringify(steps));
    expect(steps.every((step, n) => n === 0 || step.at >= (steps[n - 1]?.at ?? 0))).toBe(true);
    const last = steps.at(-1)?.at ?? 0;
    expect(last).toBeLessThanOrEqual(now);
    expect(last).toBeGreaterThan(now - 30 * 60_000);
  });

  it('sells with promotions, earns points, and is paid in part with gift cards', () => {
    type Sale = Partial<{
      terms: { promotions?: { promotionId: string }[] };
      rewards: object;
      tenders: { method: string }[];
    }>;
    const sales = steps.flatMap(({ body }) => (body as Sale).terms ?? []);
    const used = new Set(sales.flatMap((terms) => (terms.promotions ?? []).map((one) => one.promotionId)));
    const names = plan.promotions.flatMap(({ id, name }) => (used.has(id) ? [name] : []));
    expect(names).toEqual(plan.promotions.slice(0, -1).map(({ name }) => name));
    expect(steps.filter(({ body }) => (body as Sale).rewards !== undefined).length).toBeGreaterThan(200);
    const cards = steps.filter(({ body }) => (body as Sale).tenders?.some(({ method }) => method === 'gift_card'));
    expect(cards.length).toBeGreaterThan(6);
  });

  it('holds a retailer’s quarter: thousands of sales on every channel, and its small troubles', () => {
    const count = (type: string): number => steps.filter((step) => step.type === type).length;
    expect(count('RecordSale') + count('PlaceOrder')).toBeGreaterThan(6000);
    expect(count('RecordSale') + count('PlaceOrder')).toBeLessThan(10_000);
    for (const type of [
      'ShipOrder',
      'CancelOrder',
      'ReturnGoods',
      'TransferStock',
      'CountStock',
      'AdjustStock',
      'BookExpense',
      'ClosePeriod',
      'QuarantineFact',
      'ReserveStock',
    ]) {
      expect([type, count(type) > 0]).toEqual([type, true]);
    }
  });
});

describe('promotions, points and gift cards', () => {
  const opensAt = Date.UTC(2026, 7, 21, 22);
  const retailer = planRetailer({ opensAt, firstDay: businessDay('2026-08-22'), days: 90, secret: 'secret' });
  const { skus } = planCatalogue(opensAt);

  it('are each a promotion that the office would take', () => {
    const promotions = planPromotions({ retailer, skus, opensAt, endsAt: now });
    expect(promotions.map((promotion) => [promotion.name, promotionProblem(promotion)])).toEqual(
      promotions.map(({ name }) => [name, undefined]),
    );
    expect(new Set(promotions.map(({ effect }) => effect.kind))).toEqual(
      new Set(['n_for_m', 'tiers', 'percentage', 'bundle']),
    );
  });
});

describe('loading', () => {
  const size = { days: 5, scale: 0.6, customers: 40 };
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const load = (
    more: { signal?: AbortSignal; onProgress?: (progress: DemoProgress) => void; now?: () => number } = {},
  ) => loadDemo({ pool: database.pool, url: database.url, schema: database.schema, now: () => now, size, ...more });
  async function rows<Row>(text: string): Promise<Row[]> {
    const client = await database.pool.connect();
    try {
      await client.query(`set search_path = ${database.schema}`);
      return (await client.query(text)).rows as Row[];
    } finally {
      client.release(true);
    }
  }
  const events = async (): Promise<number> =>
    (await rows<{ n: number }>('select event_number as n from platform_counter'))[0]?.n ?? 0;

  it('goes on where it was killed, loads once, leaves true books, and is taken away in one act', async () => {
    const killed = new AbortController();
    let seen = 0;
    const onProgress = ({ done, of }: DemoProgress): void => {
      seen += 1;
      if (of > 1 && done > of / 2) killed.abort(new Error('killed'));
    };
    await expect(load({ signal: killed.signal, onProgress })).rejects.toThrow('killed');
    expect(seen).toBeGreaterThan(3);
    const half = await events();
    expect(half).toBeGreaterThan(100);

    // A later start, with a later clock: what was begun is finished as it was begun.
    const first = await load({ now: () => now + 3_600_000 });
    expect(first).toMatchObject({ loaded: true, signIn: { email: 'owner@hollinwharf.example' } });
    const all = await events();
    expect(all).toBeGreaterThan(half + 50);
    expect(await load()).toEqual({ ...first, loaded: false });
    expect(await events()).toBe(all);

    const client = await database.pool.connect();
    await client.query(`set search_path = ${database.schema}`);
    const audit = await auditDatabase(async (text) => (await client.query(text)).rows as Record<string, unknown>[]);
    client.release(true);
    // Five days are too short for a promise that something of each kind happened.
    expect(audit.findings.filter((finding) => finding.rows.length > 0)).toEqual([]);
    expect(audit.looked['movements']).toBeGreaterThan(1000);

    // Nobody's own work goes by mistake.
    expect(await rows('select 1 from platform_quarantine where resolved_at is null')).toHaveLength(1);
    const where = { pool: database.pool, schema: database.schema, migrations };
    await rows(
      "update platform_setting set value = jsonb_set(value::jsonb, '{lastEvent}', '7')::json where name = 'demo'",
    );
    expect(await removeDemo(where)).toEqual({ kind: 'own_events', events: all - 7 });
    expect(await events()).toBe(all);
    expect(await removeDemo({ ...where, also: 'own_events' })).toEqual({ kind: 'removed' });
    expect(await rows('select name from platform_setting')).toEqual([{ name: 'demo' }]);
    for (const table of [
      'platform_event',
      'staff_person',
      'catalog_product',
      'order_header',
      'stock_level',
      'accounting_entry',
      'company_legal_entity',
    ]) {
      expect(await rows(`select 1 from ${table} limit 1`)).toEqual([]);
    }
    expect(await load()).toBeUndefined();
    expect(await removeDemo(where)).toEqual({ kind: 'no_demo' });
  }, 60_000);
});

it('leaves alone a retailer that has something of its own', async () => {
  const database = await createTestDatabase();
  try {
    await database.pool.query(`update ${database.schema}.platform_counter set event_number = 1`);
    expect(
      await loadDemo({ pool: database.pool, url: database.url, schema: database.schema, now: () => now }),
    ).toBeUndefined();
  } finally {
    await database.drop();
  }
});
