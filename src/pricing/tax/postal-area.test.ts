import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, businessDay } from '../../kernel/time.ts';
import { decidePostalAreas, inTakingOrder, readPostalRow } from './postal-area-import.ts';
import { compilePostalAreas, placeWithArea, plainPostcode, postalAreaOf, type PostalArea } from './postal-area.ts';
import { chainOf, placeOfSupply } from './place-of-supply.ts';
import type { TaxPlace } from './tax-basket.ts';
import { compileTaxRules, PLAIN_VAT } from './tax-rules.ts';

const DAY = businessDay('2026-11-22');
const area = (from: string, through: string, more: Partial<PostalArea> = {}): PostalArea => ({
  country: 'US',
  region: 'XA',
  from,
  through,
  county: undefined,
  city: undefined,
  districts: [],
  validFrom: businessDay('2020-01-01'),
  validUntil: undefined,
  source: 'example',
  ...more,
});
const at = (postcode: string | undefined, more: Partial<TaxPlace> = {}): TaxPlace => ({
  country: 'US',
  postcode,
  ...more,
});

const AREAS = [
  area('10000', '10099', { county: 'North', city: 'Alba', districts: ['Transit', 'Fire 3'] }),
  area('100501000', '100501999', { county: 'North' }),
  area('10100', '10100', { county: 'Old', validUntil: businessDay('2025-12-31') }),
  area('10100', '10100', { county: 'New', validFrom: businessDay('2026-01-01') }),
  area('10200', '10200', { county: 'West' }),
  area('10200', '10200', { region: 'XB', county: 'East' }),
  area('K1A', 'K1A', { country: 'CA', region: 'ON', county: 'Ottawa' }),
];
const rules = { areas: compilePostalAreas(AREAS) };
const countyOf = (place: TaxPlace, day = DAY) => postalAreaOf(rules, place, day)?.county;

describe('a postcode', () => {
  it.each([
    ['lies in the range of its five digits', at('10050'), 'North'],
    ['with four more digits too', at('10050-4321'), 'North'],
    ['as it is written', at(' 10 050 '), 'North'],
    ['at the edges', at('10099'), 'North'],
    ['and no further', at('10101'), undefined],
    ['too short to tell', at('1005'), undefined],
    ['is none', at('anywhere'), undefined],
    ['was never said', at(undefined), undefined],
    ['of another country', at('10050', { country: 'MX' }), undefined],
    ['is told of by the row in force', at('10100'), 'New'],
    ['in two states is nobody’s', at('10200'), undefined],
    ['unless the address says which', at('10200', { region: 'XB' }), 'East'],
    ['in another state than the address says does not count', at('10050', { region: 'XB' }), undefined],
    ['of letters, by its first ones', at('k1a 0b1', { country: 'CA' }), 'Ottawa'],
  ])('%s', (_, place, county) => {
    expect(countyOf(place)).toBe(county);
  });

  it('lies where it lay on the day', () => {
    expect(countyOf(at('10100'), businessDay('2025-12-31'))).toBe('Old');
    expect(countyOf(at('10100'), businessDay('2019-12-31'))).toBeUndefined();
  });

  it('says of an address who taxes there; its city is not the post office', () => {
    expect(placeWithArea(rules, at('10001', { city: 'Albany' }), DAY)).toMatchObject({ region: 'XA', city: 'Alba' });
    // Nine digits are told of apart: this block is in no city and no district.
    const narrow = placeWithArea(rules, at('10050-1234', { region: 'XA', city: 'Albany' }), DAY);
    expect(chainOf(narrow)).toEqual(['US', 'US-XA', 'US-XA-NORTH']);
    expect(chainOf(placeWithArea(rules, at('10050-2000', { region: 'XA' }), DAY))).toEqual([
      'US',
      'US-XA',
      'US-XA-NORTH',
      'US-XA-NORTH-ALBA',
      'US-XA-NORTH-ALBA-TRANSIT',
      'US-XA-NORTH-ALBA-FIRE3',
    ]);
    const told = at('10001', { region: 'XA', county: 'South' });
    expect(placeWithArea(rules, told, DAY)).toBe(told);
    const unknown = at('99999', { city: 'Albany' });
    expect(placeWithArea(rules, unknown, DAY)).toBe(unknown);
  });

  it('counts for what is shipped, not for what is handed over', () => {
    const us = { ...PLAIN_VAT, code: 'US', name: 'US', system: 'sales_tax' as const };
    const known = compileTaxRules({ jurisdictions: [us], rates: [], vatRates: [], areas: rules.areas });
    const supply = (fulfilment: 'ship' | 'till') =>
      placeOfSupply(known, {
        day: DAY,
        currency: 'USD' as never,
        taxInclusive: false,
        seller: { country: 'US', region: 'XA', registrations: [] },
        from: { country: 'US', region: 'XA' },
        to: at('10050-1234', { region: 'XA' }),
        fulfilment,
        collectedBy: 'us',
        lines: [],
      });
    expect(supply('ship')).toMatchObject({ chain: ['US', 'US-XA', 'US-XA-NORTH'] });
    expect(supply('till')).toMatchObject({ chain: ['US', 'US-XA'] });
  });
});

describe('a row of a file', () => {
  const cells = { country: 'US', region: 'TX', from: '75001', valid_from: '2026-01-01', source: 'Boundary file' };
  it('is read with its postcodes as they are', () => {
    expect(readPostalRow({ ...cells, from: '75001-0001', through: '75001-9999', districts: 'A; B ' })).toMatchObject({
      problems: [],
      area: { from: '750010001', through: '750019999', districts: ['A', 'B'], city: undefined },
    });
    expect(readPostalRow(cells).area).toMatchObject({ from: '75001', through: '75001', districts: [] });
  });
  it.each([
    ['country', { country: 'USA' }],
    ['region', { region: 'Texas' }],
    ['from', { from: '501' }],
    ['from', { from: '' }],
    ['through', { through: '75000' }],
    ['through', { through: '75001-0001' }],
    ['county', { county: '–' }],
    ['city', { city: 'x'.repeat(61) }],
    ['districts', { districts: 'Fire 3; FIRE-3' }],
    ['valid_from', { valid_from: '2026-02-30' }],
    ['valid_until', { valid_until: '2025-12-31' }],
    ['source', { source: '' }],
  ])('is not read with a wrong %s', (column, wrong) => {
    expect(readPostalRow({ ...cells, ...wrong }).problems.map((one) => one.column)).toEqual([column]);
  });
});

describe('taking rows in', () => {
  const whats = (wanted: readonly PostalArea[], known: readonly PostalArea[] = []) =>
    decidePostalAreas(wanted, known).map(({ what }) => what);
  const open = area('20000', '20009', { county: 'A' });
  const ended = { ...open, validUntil: businessDay('2026-06-30') };
  const next = area('20000', '20004', { county: 'B', validFrom: businessDay('2026-07-01') });

  it.each([
    ['is new', [open], [], ['new']],
    ['is known', [{ ...open }], [open], ['same']],
    ['changes what lies there', [{ ...open, county: 'C' }], [open], ['changed']],
    ['stands twice', [open, { ...open, county: 'C' }], [], ['new', 'twice']],
    ['overlaps in codes', [area('20009', '20010')], [open], ['overlaps']],
    ['overlaps in days', [next], [open], ['overlaps']],
    ['follows a row that ended', [ended, next], [open], ['changed', 'new']],
    ['lies within in nine digits', [area('200010000', '200019999')], [open], ['new']],
    ['is of another state', [{ ...open, region: 'XB' }], [open], ['new']],
    ['would be opened over its successor', [open], [ended, next], ['overlaps']],
    [
      'that was refused stands in nobody’s way',
      [area('20009', '20010'), area('20010', '20010')],
      [open],
      ['overlaps', 'new'],
    ],
  ] as const)('one that %s', (_, wanted, known, expected) => {
    expect(whats(wanted, known)).toEqual(expected);
  });

  it('comes in an order in which what ends does so first', () => {
    expect(inTakingOrder([next, ended], (one) => one)).toEqual([ended, next]);
  });
});

describe('however rows come', () => {
  const anyArea = fc
    .record({
      region: fc.constantFrom('XA', 'XB'),
      nine: fc.boolean(),
      from: fc.integer({ min: 0, max: 60 }),
      width: fc.integer({ min: 0, max: 12 }),
      begins: fc.integer({ min: 0, max: 30 }),
      days: fc.option(fc.integer({ min: 0, max: 15 }), { nil: undefined }),
      county: fc.constantFrom('A', 'B', 'C'),
    })
    .map(({ region, nine, from, width, begins, days, county }): PostalArea => {
      // Nine digits that share their first five with some of the others.
      const code = (n: number): string =>
        nine ? `0000${n % 10}${String(n).padStart(4, '0')}` : String(n % 70).padStart(5, '0');
      const [low = '', high = ''] = [code(from), code(from + width)].toSorted();
      const validFrom = addDays(DAY, begins);
      const validUntil = days === undefined ? undefined : addDays(validFrom, days);
      return area(low, high, { region, county, validFrom, validUntil });
    });

  it('each postcode lies in the only row that holds, found by looking at all of them', () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(anyArea, { maxLength: 40 }),
        fc.array(
          fc.tuple(
            fc.integer({ min: 0, max: 99 }),
            fc.boolean(),
            fc.integer({ min: 0, max: 45 }),
            fc.constantFrom('XA', 'XB'),
          ),
          {
            minLength: 10,
            maxLength: 10,
          },
        ),
        (wanted, asked) => {
          const taken = decidePostalAreas(wanted, []).flatMap((one) => (one.what === 'new' ? [one.area] : []));
          // Nothing that was taken in is in the way of the rest, in whatever order they are known.
          expect(decidePostalAreas(taken, taken.toReversed()).every(({ what }) => what === 'same')).toBe(true);
          const compiled = { areas: compilePostalAreas(taken.toReversed()) };
          for (const [n, nine, days, region] of asked) {
            const day = addDays(DAY, days);
            const postcode = nine ? `0000${n % 10}-${String(n).padStart(4, '0')}` : String(n).padStart(5, '0');
            const plain = plainPostcode(postcode);
            const holding = taken.filter(
              (one) =>
                one.region === region &&
                plain.length >= one.from.length &&
                plain.slice(0, one.from.length) >= one.from &&
                plain.slice(0, one.from.length) <= one.through &&
                one.validFrom <= day &&
                (one.validUntil ?? '9999') >= day,
            );
            const narrow = holding.filter((one) => one.from.length === 9);
            const best = narrow.length > 0 ? narrow : holding;
            expect(best.length).toBeLessThan(2);
            expect(postalAreaOf(compiled, at(postcode, { region }), day)).toBe(best[0]);
            found += best.length;
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('50,000 of them are sorted at once and found without a walk through all', () => {
    const many = Array.from({ length: 50_000 }, (_, n) => {
      const code = String(n * 19_999).padStart(9, '0');
      return area(code, code, { region: `X${n % 30}`, county: 'A' });
    });
    const timed = <T>(work: () => T): [number, T] => {
      const start = performance.now();
      const result = work();
      return [performance.now() - start, result];
    };
    // The best of five at most, because other programs run beside a test.
    const [firstMs, areas] = timed(() => compilePostalAreas(many));
    let bestMs = firstMs;
    for (let run = 1; run < 5 && bestMs >= 100; run += 1) {
      const [ms] = timed(() => compilePostalAreas(many));
      bestMs = Math.min(bestMs, ms);
    }
    const compiled = { areas };
    const [lookMs, hits] = timed(() =>
      many.filter((one) => postalAreaOf(compiled, at(one.from, { region: one.region }), DAY) === one),
    );
    expect(hits).toHaveLength(many.length);
    expect(bestMs).toBeLessThan(1_000);
    expect((lookMs * 1_000) / many.length).toBeLessThan(500);
  });
});
