import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeId, mintUuidv7 } from '../../kernel/ids.ts';
import { randomPricedBaskets } from '../../pricing/compare-engines.ts';
import { readSaleFact } from './sale-fact.ts';

const folder = new URL('./samples/', import.meta.url);
const sample = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

describe('a fact that a till wrote', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

  it('has a sample of every version ever written', () => {
    expect(files).toEqual(['sale-1.json', 'sale-2.json']);
  });

  it.each(files)('%s is still read', (file) => {
    const read = readSaleFact(sample(file));
    expect(read).toMatchObject({ ok: true });
    if (!read.ok) return;
    expect(read.fact).toMatchObject({
      currency: 'GBP',
      businessDay: '2026-11-22',
      occurredAt: Date.UTC(2026, 10, 22, 11, 58, 3, 250),
      document: { fiscalYear: 2026, number: 7 },
    });
    expect(read.fact.orderId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('of version 1 has no promotions', () => {
    expect(readSaleFact(sample('sale-1.json'))).toMatchObject({
      fact: {
        lines: [{ quantity: 2, unitAmount: 119_995, grossMinor: 2400 }, { kind: 'bundle' }],
        tenders: [
          { method: 'card', feeMinor: 54 },
          { method: 'cash', feeMinor: 0 },
        ],
        promotions: [],
      },
    });
  });

  it('of version 2 says what made its lines and who pays with what', () => {
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown;
    expect(readSaleFact(sample('sale-2.json'))).toMatchObject({
      fact: {
        lines: [
          {
            discounts: [
              { promotionId: id, amountMinor: 240, supplierMinor: 120 },
              { promotionId: id, amountMinor: 60 },
            ],
            taxes: [{ jurisdiction: 'GB', baseMinor: 1750, taxMinor: 350 }],
          },
          { kind: 'bundle' },
          { kind: 'voucher', giftCard: { id } },
        ],
        promotions: [
          { promotionId: id, amountMinor: 240, couponCode: 'TEN-OFF' },
          { promotionId: id, amountMinor: 60, offerId: id },
        ],
        tenders: [
          { method: 'card' },
          { method: 'cash' },
          { method: 'gift_card', giftCard: { code: '0123-4567-89AB-CDEF' } },
          { method: 'store_credit', amountMinor: 400 },
          { method: 'points', amountMinor: 100 },
        ],
        cashRoundingMinor: 1,
        pointsPromised: 41,
      },
    });
  });

  const whole = JSON.parse(sample('sale-1.json')) as Record<string, unknown>;
  const lines = whole['lines'] as object[];
  it.each([
    ['{"type":"sale"', 'malformed', 'not JSON'],
    ['[]', 'malformed', 'not a JSON object'],
    ['{}', 'malformed', 'neither'],
    [JSON.stringify({ ...whole, version: 0 }), 'unknown_version', 'sale version 0'],
    [JSON.stringify({ ...whole, version: 3 }), 'unknown_version', 'sale version 3'],
    [JSON.stringify({ ...whole, type: 'refund' }), 'unknown_version', 'refund version 1'],
    [JSON.stringify({ ...whole, extra: 1 }), 'malformed', ''],
    [JSON.stringify({ ...whole, promotions: [] }), 'malformed', ''],
    [JSON.stringify({ ...whole, lines: [] }), 'malformed', '/lines'],
    [JSON.stringify({ ...whole, orderId: 'ord_1' }), 'malformed', '/orderId'],
    [JSON.stringify({ ...whole, businessDay: '2026-02-30' }), 'malformed', '/businessDay'],
    [JSON.stringify({ ...whole, occurredAt: 'noon' }), 'malformed', '/occurredAt'],
    [JSON.stringify({ ...whole, currency: 'XXQ' }), 'malformed', '/currency'],
    [
      JSON.stringify({ ...whole, lines: [{ ...lines[0], netMinor: 1 }] }),
      'malformed',
      '/lines/0 net and tax are not gross',
    ],
    [JSON.stringify({ ...whole, lines: [{ ...lines[0], quantity: 1.5 }] }), 'malformed', '/lines/0/quantity'],
  ])('%.60s is %s', (payload, reason, detail) => {
    const read = readSaleFact(payload);
    expect(read).toMatchObject({ ok: false, reason });
    if (!read.ok) expect(read.detail).toContain(detail);
  });

  type Parts = Record<'lines' | 'tenders' | 'promotions', Record<string, unknown>[]> & Record<string, unknown>;
  it.each<[string, (sale: Parts) => void]>([
    ['/lines/0 listMinor is not price by quantity', ({ lines: [mug] }) => (mug!['listMinor'] = 2401)],
    ['/lines/0 listMinor is not price by quantity', ({ lines: [mug] }) => (mug!['quantity'] = 1_000_000_000)],
    [
      '/lines/0 gross is not listMinor less discounts',
      ({ lines: [mug] }) => (mug!['discounts'] = [{ ...(mug!['discounts'] as object[])[0] }]),
    ],
    [
      '/lines/0 discounts are more than the line',
      ({ lines: [mug] }) =>
        (mug!['discounts'] = [{ promotionId: 'pmo_01kahv8m80e8a0r2t4v6x8z0b1', amountMinor: 2401 }]),
    ],
    [
      '/lines/0 a discount takes nothing off',
      ({ lines: [mug] }) => (mug!['discounts'] = [{ promotionId: 'pmo_01kahv8m80e8a0r2t4v6x8z0b1', amountMinor: 0 }]),
    ],
    [
      '/lines/0 a supplier gives more than the discount',
      ({ lines: [mug] }) => ((mug!['discounts'] as Record<string, number>[])[0]!['supplierMinor'] = 241),
    ],
    [
      '/lines/0 taxes are not taxMinor',
      ({ lines: [mug] }) => ((mug!['taxes'] as Record<string, number>[])[0]!['taxMinor'] = 349),
    ],
    ['/lines/0 sells no gift card', ({ lines: [mug] }) => (mug!['giftCardCode'] = 'X')],
    ['/lines/2 names a card twice', ({ lines: [, , card] }) => (card!['giftCardCode'] = 'X')],
    ['/promotions/0 did not take that off', ({ promotions: [ten] }) => (ten!['amountMinor'] = 239)],
    ['/promotions/1 is named twice', (sale) => (sale.promotions[1] = sale.promotions[0]!)],
    ['/lines/0 has a discount of a promotion that is not named', (sale) => (sale.promotions = [])],
    ['/tenders/2 needs one gift card', ({ tenders }) => delete tenders[2]!['giftCardCode']],
    ['/tenders/0 needs one gift card', ({ tenders }) => (tenders[0]!['giftCardCode'] = 'X')],
    ['/tenders/4 gives money back', ({ tenders }) => (tenders[4]!['amountMinor'] = -1)],
    ['/tenders/3 needs a customer', (sale) => delete sale['customerId']],
    ['/cashRoundingMinor', (sale) => (sale['cashRoundingMinor'] = 0.5)],
  ])('of version 2 is malformed: %s', (detail, spoil) => {
    const sale = JSON.parse(sample('sale-2.json')) as Parts;
    spoil(sale);
    const read = readSaleFact(JSON.stringify(sale));
    expect(read).toMatchObject({ ok: false, reason: 'malformed' });
    if (!read.ok) expect(read.detail).toContain(detail);
  });

  it('of version 2 is believed whatever the engine makes of a basket', () => {
    const id = (prefix: string, of: string | number): string =>
      encodeId(prefix, mintUuidv7(1_800_000_000_000, hash(String(of)), 1));
    let lines = 0;
    for (const { basket, priced } of randomPricedBaskets(1_500, 7)) {
      if (basket.lines.some((line) => line.parts !== undefined)) continue;
      lines += priced.lines.length;
      const read = readSaleFact(
        JSON.stringify({
          ...(JSON.parse(sample('sale-2.json')) as object),
          currency: basket.promotion.currency,
          taxInclusive: basket.tax.taxInclusive,
          lines: priced.lines.map((line, at) => {
            const { quantity, unitPrice } = basket.lines[at]!;
            const { listMinor, netMinor, taxMinor, grossMinor, taxes } = line;
            return {
              skuId: id('sku', at),
              kind: 'goods',
              description: '',
              quantity,
              unitAmount: unitPrice.amount,
              unitScale: unitPrice.scale ?? 0,
              unitPer: unitPrice.per ?? 1,
              taxPpm: 0,
              listMinor,
              discounts: line.discounts.map((one) => ({ ...one, promotionId: id('pmo', one.promotionId) })),
              netMinor,
              taxMinor,
              grossMinor,
              ...(taxes.length === 0 ? {} : { taxes }),
            };
          }),
          promotions: priced.applied.map(({ promotionId, amountMinor }) => ({
            promotionId: id('pmo', promotionId),
            amountMinor,
          })),
          tenders: [],
        }),
      );
      expect(read, JSON.stringify([read, priced, basket])).toMatchObject({ ok: true });
    }
    expect(lines).toBeGreaterThan(1_000);
  });
});

/** A number for a name, so that a name has one id. */
function hash(name: string): number {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007;
  return sum;
}
