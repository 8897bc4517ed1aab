import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, TEST_NOW, type TestApi } from '../../company/server/route-testing.ts';
import type { ChannelRef, CompanyCache, LocationRef } from '../../company/server/company-cache.ts';
import type { SkuRef } from '../../catalog/server/catalog.store.ts';
import { insertCards, insertCustomers } from '../../customers/server/customers.store.ts';
import { currencyCode } from '../../kernel/currency.ts';
import { decodeId, encodeId } from '../../kernel/ids.ts';
import { businessDay } from '../../kernel/time.ts';
import { applyPromotions } from '../promotion/apply-promotions.ts';
import { showMadeCode } from '../promotion/coupon-code.ts';
import { compileTaxRules } from '../tax/tax-rules.ts';
import { createCouponCodes } from './coupon.store.ts';
import { createPromotionCache, type PromotionCache } from './promotion-cache.ts';
import { registerPromotionRoutes } from './promotion.routes.ts';

let api: TestApi;
let cache: PromotionCache;
let couponCodes: ReturnType<typeof createCouponCodes>;
const EUR = currencyCode('EUR');
const [channelId, locationId, areaId, mug, tea, customerId] = Array.from({ length: 6 }, () => randomUUID()) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const mugText = encodeId('sku', mug);
const channel = { id: channelId, currency: EUR, defaultLocationId: locationId, archived: false } as ChannelRef;
const place = {
  id: locationId,
  country: 'DE',
  timeZone: 'Europe/Berlin',
  cutOffHour: 0,
  areaId,
  areaCurrency: EUR,
} as unknown as LocationRef;
const taxes = compileTaxRules({
  jurisdictions: [],
  rates: [],
  vatRates: [
    {
      country: place.country,
      taxClass: 'standard',
      validFrom: businessDay('2020-01-01'),
      ratePpm: 190_000,
      name: 'MwSt',
    },
  ],
});
const skuOf = (id: string): SkuRef => ({
  id,
  code: id.slice(0, 4),
  name: id === mug ? 'Mug' : 'Tea',
  kind: 'goods',
  taxClass: 'standard',
  baseUnit: id === mug ? 'piece' : 'gram',
  productId: id,
  categoryIds: [],
  archived: false,
});

beforeAll(async () => {
  api = await openTestApi((app, deps) =>
    registerPromotionRoutes(app, {
      ...deps,
      company: {
        channel: (id: string) => (id === channelId ? channel : undefined),
        channels: () => [channel],
        location: (id: string) => (id === locationId ? place : undefined),
      } as unknown as CompanyCache,
      taxes: { rules: () => taxes },
      skus: { get: (ids) => new Map(ids.map((id) => [id, skuOf(id)])), invalidate() {}, size: 0 },
      prices: {
        get: (_, lines) =>
          new Map(
            lines.map(({ skuId }) => [
              skuId,
              { amount: 1190, scale: 0, per: skuId === mug ? 1 : 1000, taxInclusive: true, listId: '', why: [] },
            ]),
          ),
        groupsOf: () => [],
        ceilings: () => new Map(),
        explain: async () => undefined,
        invalidate() {},
        size: 0,
      },
      namesOf: async (_, ids) => new Map(ids.map((id) => [id, { name: 'Olive' }])),
      costsOf: async (_, __, ids) => new Map(ids.map((id) => [id, { valueMinor: 600, quantity: 1 }])),
      promotions: (cache = createPromotionCache(deps)),
      couponCodes: (couponCodes = createCouponCodes({
        ...deps,
        secrets: { sealSecret: (text: string) => `sealed ${text}`, openSecret: (text: string) => text.slice(7) },
      })),
    }),
  );
  await api.run(async (tx) => {
    const cardId = randomUUID();
    const nobody = { name: 'Ann', email: '', phone: '', address: {}, country: '' };
    await insertCustomers(tx, [{ id: customerId, number: 'C1', cardId }], TEST_NOW);
    await insertCards(
      tx,
      [{ ...nobody, id: cardId, customerId, purpose: 'sale', keepUntil: undefined, salt: 'x' }],
      TEST_NOW,
    );
  });
});
afterAll(() => api.close());

const off = (ppm: number, more: object = {}) => ({
  name: 'Off',
  effect: { kind: 'percentage', of: { kind: 'sku', skuIds: [mugText] }, ppm },
  ...more,
});
const create = (body: object, query = '') => api.call('POST', `/promotions${query}`, body);
const made = async (body: object): Promise<string> => (await create(body)).body.id;
type Tried = {
  lines: { amountMinor: number; marginMinor: number | null }[];
  codes: { code: string; state: string }[];
  trace: { promotionId: string; applied: boolean; reason: string; voucher: boolean }[];
};
const attempt = async (more: object = {}): Promise<Tried> => {
  for (const event of await api.events()) cache.invalidate(event);
  const { body } = await api.call('POST', '/promotions/try', {
    channelId: encodeId('chn', channelId),
    lines: [{ skuId: mugText, quantity: 1 }],
    ...more,
  });
  return body as unknown as Tried;
};
const retire = async (id: string, version = 1): Promise<void> => {
  expect((await api.call('POST', `/promotions/${id}/archive`, { version })).status).toBe(200);
};

describe('a promotion', () => {
  it('is made, changed with its version, found by its code, and keeps its history', async () => {
    const id = await made(off(100_000, { name: 'Spring', codes: ['spring-26'] }));
    expect((await api.call('GET', '/promotions?search=spring-26'.replace('-', ''))).body.items).toMatchObject([
      { id, name: 'Spring', codes: ['SPRING26'], when: { coupon: true }, state: 'running', uses: 0, version: 1 },
    ]);
    const later = { ...off(200_000), name: 'Spring', when: { from: '2099-01-01T00:00:00Z' } };
    expect(await api.call('PUT', `/promotions/${id}`, { version: 2, ...later })).toMatchObject({
      status: 409,
      body: { reason: 'stale_version' },
    });
    expect(await api.call('PUT', `/promotions/${id}`, { version: 1, ...later })).toMatchObject({ status: 200 });
    expect((await api.call('GET', '/promotions?state=scheduled')).body.items).toMatchObject([{ id, version: 2 }]);
    await retire(id, 2);
    expect((await api.call('GET', `/promotions/${id}`)).body).toMatchObject({
      state: 'archived',
      goods: [{ name: 'Mug' }],
    });
    const { items } = (await api.call('GET', `/promotions/${id}/history`)).body;
    expect(items[0]).toMatchObject({ actorName: 'Olive' });
    expect(items).toMatchObject([
      { type: 'PromotionCreated' },
      { type: 'PromotionChanged', changed: ['effect', 'when', 'codes'] },
      { type: 'PromotionArchived' },
    ]);
  });

  it.each([
    [
      'a fixed amount without a currency',
      { name: 'x', effect: { kind: 'amount', of: { kind: 'order' }, minor: 5 } },
      409,
    ],
    ['a kind without what it needs', { name: 'x', effect: { kind: 'percentage', of: { kind: 'order' } } }, 400],
    ['an end before the begin', off(1, { when: { from: '2027-01-02T00:00:00Z', until: '2027-01-01T00:00:00Z' } }), 409],
    ['a code with strange signs', off(1, { codes: ['ÄÖÜ%'] }), 400],
  ])('is refused with %s', async (_, body, status) => {
    expect((await create(body)).status).toBe(status);
  });

  it('is refused a code that opens another one, until that one is archived', async () => {
    const id = await made(off(100_000, { codes: ['TWICE'] }));
    expect(await create(off(100_000, { codes: ['twice'] }))).toMatchObject({
      status: 409,
      body: { reason: 'code_taken', code: 'TWICE' },
    });
    await retire(id);
    await retire(await made(off(100_000, { codes: ['twice'] })));
  });

  it('that sells below cost is warned of, with the margin, before it is made', async () => {
    expect((await create(off(300_000), '?preview=true')).body).toMatchObject({ belowCost: [] });
    // 11.90 less 45 % is 6.55, without a tax of 19 % 5.50; a mug costs 6.00.
    expect((await create(off(450_000), '?preview=true')).body).toMatchObject({
      belowCost: [{ skuId: mugText, netMinor: 550, costMinor: 600, marginMinor: -50 }],
    });
    // Two mugs for 5.00 are 4.20 without tax.
    const parts = [{ of: { kind: 'sku', skuIds: [mugText] }, quantity: 2 }];
    const bundle = { name: 'Pair', effect: { kind: 'bundle', parts, minor: 500 }, currency: 'EUR' };
    expect((await create(bundle, '?preview=true')).body).toMatchObject({
      belowCost: [{ skuId: mugText, netMinor: 420, costMinor: 1200 }],
    });
  });

  it('is not for everybody to make', async () => {
    expect((await api.call('POST', '/promotions', off(1), { as: 'reader' })).status).toBe(403);
  });
});

describe('a basket that is tried', () => {
  it('tries one that is still being written alone, as if its conditions held but the minimum', async () => {
    const draft = {
      name: 'Draft',
      effect: { kind: 'n_for_m', of: { kind: 'sku', skuIds: [mugText] }, n: 3, m: 2, pick: 'cheapest' },
      when: { from: '2099-01-01T00:00:00Z', hours: [{ from: 0, to: 1 }], employee: true },
      codes: ['LATER-ON'],
      currency: 'EUR',
    };
    const tried = async (quantity: number, more: object = {}) =>
      (
        await api.call('POST', '/promotions/try', {
          channelId: encodeId('chn', channelId),
          draft: { ...draft, ...more },
          lines: [{ skuId: mugText, quantity }],
        })
      ).body;
    expect(await tried(3)).toMatchObject({ trace: [{ name: 'Draft', applied: true, reason: 'applied' }] });
    expect(await tried(2)).toMatchObject({ discountMinor: 0, trace: [{ applied: false, reason: 'set_incomplete' }] });
    const when = { minimum: { of: { kind: 'order' }, quantity: 9 } };
    expect(await tried(3, { when })).toMatchObject({ trace: [{ applied: false, reason: 'below_minimum' }] });
    expect(await tried(3, { effect: { ...draft.effect, m: 3 } })).toMatchObject({ reason: 'set_pays_for_all' });
    expect((await api.call('GET', '/promotions?search=Draft')).body.items).toEqual([]);
  });

  it('takes the vouchers that earlier baskets earned, by their codes or because their owner buys', async () => {
    const id = await made({
      name: 'Next time',
      effect: { kind: 'voucher', of: { kind: 'order' }, minor: 300 },
      currency: 'EUR',
    });
    const [coded, owned] = [randomUUID(), randomUUID()];
    const codes = await couponCodes();
    const made300 = codes.codeOf(`voucher ${coded}`, 1);
    const give = (voucher: string, customer: string | null, hash: string | null) =>
      api.run((tx) =>
        tx.client.query(
          `insert into price_earned_voucher
           values ($1, $2, $3, $4, $5, 'EUR', 300, 0, '2020-01-01', '2099-01-01', 1)`,
          [voucher, randomUUID(), decodeId('pmo', id), customer, hash],
        ),
      );
    await give(coded, null, codes.hashOf(made300));
    await give(owned, customerId, null);
    const tried = await attempt({ couponCodes: [showMadeCode(made300)] });
    expect(tried).toMatchObject({ lines: [{ amountMinor: 890 }], codes: [{ state: 'opens' }] });
    expect(tried.trace.filter(({ voucher }) => voucher)).toMatchObject([{ name: 'Next time', applied: true }]);
    expect(await attempt({ customerId: encodeId('cus', customerId) })).toMatchObject({ lines: [{ amountMinor: 890 }] });
    await api.run((tx) => tx.client.query(`update price_earned_voucher set taken_back_minor = 300`));
    expect(await attempt({ couponCodes: [showMadeCode(made300)] })).toMatchObject({
      lines: [{ amountMinor: 1190 }],
      codes: [{ state: 'used_up' }],
    });
    await retire(id);
  });

  it('says what each promotion does, and follows a change at once', async () => {
    const id = await made(off(500_000));
    expect(await attempt()).toMatchObject({
      lines: [{ amountMinor: 595, marginMinor: -100 }],
      trace: [{ promotionId: id, applied: true, reason: 'applied' }],
    });
    expect(await attempt({ refused: [id] })).toMatchObject({
      lines: [{ amountMinor: 1190, marginMinor: 400 }],
      trace: [{ promotionId: id, applied: false, reason: 'refused' }],
    });
    await retire(id);
    expect((await attempt()).trace).toEqual([]);
  });

  it('takes codes that were made in bulk, and says why one opens nothing', async () => {
    const id = await made(off(100_000, { when: { coupon: true } }));
    const key = randomUUID();
    const batch = await api.call('POST', `/promotions/${id}/coupon-batches`, { name: 'Letter', codes: 1200 }, { key });
    expect(batch).toMatchObject({ status: 201, body: { codes: 1200 } });
    const again = await api.call('POST', `/promotions/${id}/coupon-batches`, { name: 'Letter', codes: 1200 }, { key });
    expect(again.body).toEqual(batch.body);
    expect((await api.call('GET', `/promotions/${id}/coupon-batches`)).body.items).toHaveLength(1);
    const csv = (await api.call('GET', `/promotions/${id}/coupon-batches/${batch.body.id}/codes`))
      .body as unknown as string;
    const codes = csv.trim().split('\r\n').slice(1);
    expect(new Set(codes).size).toBe(1200);
    const stored = await api.run((tx) =>
      tx.rows<{ code_hash: string }>({ name: 'hashes', text: 'select code_hash from price_coupon' }),
    );
    expect(stored).toHaveLength(1200);
    expect(JSON.stringify(stored)).not.toContain(codes[0]?.replaceAll('-', ''));
    const tried = await attempt({ couponCodes: [codes[7]?.toLowerCase(), 'NONSENSE1234'] });
    expect(tried.lines[0]?.amountMinor).toBe(1071);
    expect(tried.codes.map((one) => one.state)).toEqual(['opens', 'unknown']);
    expect((await attempt()).trace).toMatchObject([{ reason: 'no_coupon' }]);
    await retire(id);
  });

  it('knows what was offered to one customer', async () => {
    const id = await made(off(100_000, { when: { offer: true } }));
    const customer = encodeId('cus', customerId);
    expect(await api.call('POST', `/promotions/${id}/offers`, { customerIds: [customer] })).toMatchObject({
      status: 201,
      body: { offered: 1 },
    });
    const stranger = encodeId('cus', randomUUID());
    expect(await api.call('POST', `/promotions/${id}/offers`, { customerIds: [stranger] })).toMatchObject({
      status: 409,
      body: { reason: 'unknown_customer' },
    });
    expect((await attempt({ customerId: customer })).trace).toMatchObject([{ reason: 'applied' }]);
    expect((await attempt()).trace).toMatchObject([{ reason: 'no_offer' }]);
    await retire(id);
  });

  it('prices by the promotions that the cache knows, which are those of the database', async () => {
    const id = await made(off(100_000, { when: { hours: [{ from: 0, to: 10_080 }] } }));
    for (const event of await api.events()) cache.invalidate(event);
    const compiled = await cache.compiled();
    expect([...compiled.byId.keys()].map((one) => encodeId('pmo', one))).toEqual([id]);
    expect(await cache.uses(compiled, undefined)).toBeUndefined();
    const outcome = applyPromotions(compiled, {
      currency: 'EUR',
      at: TEST_NOW,
      weekMinute: 5,
      businessDay: '',
      channelId,
      locationId,
      couponCodes: [],
      offerIds: [],
      refused: [],
      lines: [mug, tea].map((id, at) => ({
        key: String(at),
        skuId: id,
        productId: id,
        categoryIds: [],
        kind: 'goods',
        quantity: 1,
        countable: true,
        amountMinor: 100,
      })),
    });
    expect(outcome.lines.map((one) => one.discounts.length)).toEqual([1, 0]);
  });
});
