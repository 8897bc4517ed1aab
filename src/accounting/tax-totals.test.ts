import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Act } from '../kernel/act.ts';
import { openTestBooks } from '../kernel/draft-testing.ts';
import { businessDay } from '../kernel/time.ts';
import { postAct } from './journal.ts';
import { TAX_TOTALS, totalTaxes, type TaxTotal } from './tax-totals.ts';

type Told = readonly [string, string, number, TaxTotal['treatment'], number, number];

const day = businessDay('2026-11-22');

function totalsOf(about: {
  readonly type?: string;
  readonly body: Record<string, unknown>;
  readonly entityTaxMinor: number;
}): TaxTotal[] {
  const { type = 'SaleRecorded', body, entityTaxMinor } = about;
  const act: Act = {
    type,
    version: 1,
    topic: 'order',
    entityId: 'e',
    locationId: 'l',
    subjectId: 's',
    occurredAt: 0,
    businessDay: day,
    body: { currency: 'EUR', ...body },
  };
  const books = openTestBooks((one, draft) => {
    totalTaxes(one, draft, { postingDay: day, entityTaxMinor });
    return undefined;
  });
  books.decide((draft) => {
    draft.act(act);
  });
  return [...books.all(TAX_TOTALS)];
}

const CGST: Told = ['IN', 'CGST', 90_000, 'taxed', 10_000, 900];
const SGST: Told = ['IN-KA', 'SGST', 90_000, 'taxed', 10_000, 900];
const MARKET: Told = ['US-CA', 'SALES', 72_500, 'marketplace', 10_000, 725];
const taken = (totals: readonly TaxTotal[]) =>
  totals.map(({ jurisdiction, treatment, taxMinor, entityTaxMinor }) => [
    jurisdiction,
    treatment,
    taxMinor,
    entityTaxMinor,
  ]);

it.each([
  [
    'each part by itself',
    { body: { taxMinor: 1800, taxes: [CGST, SGST] }, entityTaxMinor: 1800 },
    [
      ['IN', 'taxed', 900, 900],
      ['IN-KA', 'taxed', 900, 900],
    ],
  ],
  [
    'what is given back is negative',
    { type: 'GoodsReturned', body: { taxMinor: 1800, taxes: [CGST, SGST] }, entityTaxMinor: -1800 },
    [
      ['IN', 'taxed', -900, -900],
      ['IN-KA', 'taxed', -900, -900],
    ],
  ],
  [
    'what a marketplace collects is listed and not ours',
    { body: { taxMinor: 0, taxes: [MARKET] }, entityTaxMinor: 0 },
    [['US-CA', 'marketplace', 725, 725]],
  ],
  [
    'a register that tells no taxes has one, of nobody',
    { body: { netMinor: 1000, taxMinor: 200 }, entityTaxMinor: 200 },
    [['', 'taxed', 200, 200]],
  ],
  [
    'what was told too little is there too',
    { body: { taxMinor: 1801, taxes: [CGST, SGST] }, entityTaxMinor: 1801 },
    [
      ['IN', 'taxed', 900, 900],
      ['IN-KA', 'taxed', 900, 900],
      ['', 'taxed', 1, 1],
    ],
  ],
  [
    'in another currency the parts are those of the posting',
    {
      body: {
        currency: 'USD',
        entityCurrency: 'EUR',
        rate: [9, 10],
        taxMinor: 1801,
        taxes: [CGST, ['IN-KA', 'SGST', 90_000, 'taxed', 10_000, 901]],
      },
      entityTaxMinor: 1621,
    },
    [
      ['IN', 'taxed', 900, 810],
      ['IN-KA', 'taxed', 901, 811],
    ],
  ],
  ['an act that sells nothing has none', { type: 'OrderPlaced', body: { taxMinor: 5 }, entityTaxMinor: 0 }, []],
] as const)('%s', (_, about, expected) => {
  expect(taken(totalsOf(about))).toEqual(expected);
});

it('always sums to what was posted', () => {
  const told = fc.tuple(
    fc.constantFrom('GB', 'IN', 'US-CA'),
    fc.constantFrom('VAT', 'SALES'),
    fc.constantFrom(0, 50_000),
    fc.constantFrom('taxed' as const, 'marketplace' as const, 'zero' as const),
    fc.integer({ min: -1e9, max: 1e9 }),
    fc.integer({ min: -1e8, max: 1e8 }),
  );
  fc.assert(
    fc.property(
      fc.array(told, { maxLength: 6 }),
      fc.integer({ min: 1, max: 300 }),
      fc.boolean(),
      (taxes, percent, back) => {
        const taxMinor = taxes.reduce((sum, [, , , treatment, , tax]) => sum + (treatment === 'taxed' ? tax : 0), 0);
        const entityTaxMinor = Math.round((taxMinor * percent) / 100) * (back ? -1 : 1) + 0;
        const totals = totalsOf({
          type: back ? 'GoodsReturned' : 'OrderShipped',
          body: { currency: 'USD', entityCurrency: 'EUR', rate: [percent, 100], taxMinor, taxes },
          entityTaxMinor,
        });
        const owed = totals.filter(({ treatment }) => treatment === 'taxed');
        expect(owed.reduce((sum, one) => sum + one.taxMinor, 0)).toBe(back ? 0 - taxMinor : taxMinor);
        expect(owed.reduce((sum, one) => sum + one.entityTaxMinor, 0)).toBe(taxMinor === 0 ? 0 : entityTaxMinor);
      },
    ),
  );
});

it('totals what a marketplace collects also of goods of which nothing is posted', () => {
  const books = openTestBooks(postAct);
  books.decide((draft) => {
    draft.act({
      type: 'OrderShipped',
      version: 1,
      topic: 'order',
      entityId: 'e',
      locationId: 'l',
      subjectId: 's',
      occurredAt: 0,
      businessDay: day,
      body: { currency: 'EUR', netMinor: 0, taxMinor: 0, taxes: [['US-CA', 'BOTTLES', 0, 'marketplace', 0, 4]] },
    });
  });
  expect(taken([...books.all(TAX_TOTALS)])).toEqual([['US-CA', 'marketplace', 4, 4]]);
});
