import { describe, expect, it } from 'vitest';
import { currencyCode, minorUnits } from '../../kernel/currency.ts';
import { decimalString } from '../../kernel/money.ts';
import { ppmToPercent, ratePpm } from '../../kernel/rate.ts';
import { businessDay } from '../../kernel/time.ts';
import { cashStep, roundCash } from './cash-rounding.ts';
import { compilePostalAreas, type PostalArea } from './postal-area.ts';
import { taxBasket, type LineTax, type TaxPlace, type TaxRequest } from './tax-basket.ts';
import { compileTaxRules, PLAIN_VAT, type TaxJurisdiction, type TaxRate } from './tax-rules.ts';

/** The rates of the examples, by jurisdiction; those of the law on the days named, and of a country that there is not (`XX`) where only the arithmetic counts. */
const PERCENT: readonly [
  jurisdiction: string,
  code: string,
  taxClass: string,
  percent: string,
  more?: Partial<TaxRate>,
][] = [
  ['GB', 'VAT', 'standard', '20'],
  ['GB', 'VAT', 'reduced', '5'],
  ['GB', 'VAT', 'zero', '0'],
  ['GB', 'VAT', 'exempt', '0', { exempt: true }],
  ['DE', 'VAT', 'standard', '19'],
  ['DE', 'VAT', 'reduced', '7'],
  ['FR', 'VAT', 'standard', '20'],
  ['SE', 'VAT', 'standard', '25'],
  ['CH', 'VAT', 'standard', '8.1'],
  ['JP', 'VAT', 'standard', '10'],
  ['BH', 'VAT', 'standard', '10'],
  ['IN', 'GST', 'standard', '18'],
  ['IN', 'GST', 'merit', '5'],
  ['IN', 'GST', 'diamonds', '0.25'],
  ['US-NY', 'SALES', 'standard', '4'],
  ['US-NY-NEWYORKCITY', 'SALES', 'standard', '4.5'],
  ['US-NY-NEWYORKCITY-MCTD', 'SALES', 'standard', '0.375'],
  ['US-XX', 'SALES', 'standard', '5'],
  ['US-XX', 'SALES', 'other', '7.25'],
  ['US-XX-NORTH', 'SALES', 'standard', '1'],
  ['US-XX-NORTH-ALBA', 'SALES', 'standard', '1.5'],
  ['US-XX-NORTH-ALBA-TRANSIT', 'SALES', 'standard', '0.5'],
  ['US-XX-NORTH-ALBA-FIRE3', 'SALES', 'standard', '0.25'],
  ['CA', 'GST', 'standard', '5'],
  ['CA-QC', 'QST', 'standard', '9.5', { compound: true }],
  ['XX', 'VAT', 'standard', '20'],
  ['XX', 'VAT', 'drinks', '20'],
];

const settings = (code: string, more: Partial<TaxJurisdiction>): TaxJurisdiction => ({
  ...PLAIN_VAT,
  code,
  name: code,
  ...more,
});
const JURISDICTIONS = [
  settings('GB', { shipping: 'goods' }),
  settings('DE', { shipping: 'goods' }),
  settings('JP', { rounding: { scope: 'document', parts: 'each', stepMinor: 1 } }),
  settings('IN', { system: 'gst_split', taxCode: 'GST', shipping: 'goods' }),
  settings('US', {
    system: 'sales_tax',
    taxCode: 'SALES',
    rounding: { scope: 'document', parts: 'together', stepMinor: 1 },
  }),
];

const rates = PERCENT.map(([jurisdiction, code, taxClass, percent, more]): TaxRate => ({
  jurisdiction,
  code,
  taxClass,
  validFrom: businessDay('2012-01-01'),
  ratePpm: ratePpm(percent),
  compound: false,
  exempt: false,
  name: '',
  source: '',
  ...more,
}));
const levyOnBottles: TaxRate = {
  jurisdiction: 'XX',
  code: 'LEVY',
  taxClass: 'drinks',
  validFrom: businessDay('2012-01-01'),
  ratePpm: 0,
  perUnit: { amount: 25, scale: 0, per: 1, currency: currencyCode('EUR'), underOthers: true },
  compound: false,
  exempt: false,
  name: '',
  source: '',
};
/** Which postcodes lie where: the one in New York City is real, the others are of no place. */
const areaOf = (region: string, from: string, more: Partial<PostalArea>): PostalArea => ({
  country: 'US',
  region,
  from,
  through: from,
  districts: [],
  source: '',
  validFrom: businessDay('2012-01-01'),
  ...more,
});
const areas = compilePostalAreas([
  areaOf('NY', '10001', { city: 'New York City', districts: ['MCTD'] }),
  areaOf('XX', '00001', { county: 'North', city: 'Alba', districts: ['Transit', 'Fire 3'] }),
  areaOf('XX', '000011234', { county: 'North' }),
]);
const rulesWith = (more: readonly TaxJurisdiction[]) =>
  compileTaxRules({
    jurisdictions: [...JURISDICTIONS, ...more],
    rates: [...rates, levyOnBottles],
    vatRates: [],
    areas,
  });
const LAW = rulesWith([]);
const EACH_ITEM = rulesWith([
  settings('US', {
    system: 'sales_tax',
    taxCode: 'SALES',
    rounding: { scope: 'line', parts: 'together', stepMinor: 1 },
  }),
]);
const EACH_TAX = rulesWith([
  settings('US', {
    system: 'sales_tax',
    taxCode: 'SALES',
    rounding: { scope: 'document', parts: 'each', stepMinor: 1 },
  }),
]);
const WHOLE_RUPEES = rulesWith([
  settings('IN', {
    system: 'gst_split',
    taxCode: 'GST',
    rounding: { scope: 'document', parts: 'each', stepMinor: 100 },
  }),
]);
const NO_TAX_ON_DEPOSITS = rulesWith([settings('XX', { deposits: 'outside' })]);

type Sold = readonly [amountMinor: number, taxClass?: string, kind?: string, quantity?: number];
type About = Partial<Omit<TaxRequest, 'lines' | 'currency'>> & {
  readonly currency?: string;
  readonly rules?: typeof LAW;
};
type Case = readonly [what: string, source: string, about: About, sold: readonly Sold[], comesTo: string];

/** A sale within one country over its counter; what differs is said. */
const inside = (country: string, currency: string, more: About = {}): About => ({
  currency,
  seller: { country, registrations: [] },
  from: { country },
  to: { country },
  ...more,
});
const shipped = (from: TaxPlace, to: TaxPlace, currency: string, more: About = {}): About => ({
  currency,
  seller: { ...from, registrations: [] },
  from,
  to,
  fulfilment: 'ship',
  ...more,
});
const onTop: About = { taxInclusive: false };

function requestOf(about: About, sold: readonly Sold[]): TaxRequest {
  const { rules: _, currency = 'EUR', ...rest } = about;
  return {
    day: businessDay('2026-11-22'),
    taxInclusive: true,
    seller: { country: 'XX', registrations: [] },
    from: { country: 'XX' },
    to: { country: 'XX' },
    fulfilment: 'till',
    collectedBy: 'us',
    ...rest,
    currency: currencyCode(currency),
    lines: sold.map(([amountMinor, taxClass = 'standard', kind = 'goods', quantity = Math.sign(amountMinor)], at) => ({
      key: String.fromCodePoint(97 + at),
      kind,
      taxClass,
      quantity,
      amountMinor,
    })),
  };
}

/** Every line as `net + tax`, and after it the taxes where one percentage does not say it all. */
function resultOf(about: About, sold: readonly Sold[]): string {
  const request = requestOf(about, sold);
  const taxed = taxBasket(about.rules ?? LAW, request);
  if (!taxed.ok) return `no rate for ${taxed.rejection.taxClass} in ${taxed.rejection.jurisdiction}`;
  const digits = minorUnits(request.currency);
  const amount = (minor: number): string => decimalString(minor, digits);
  const taxText = ({ jurisdiction, code, ratePpm: ppm, taxMinor, treatment }: LineTax): string =>
    treatment === 'taxed' || treatment === 'marketplace' || (treatment === 'reverse_charge' && ppm > 0)
      ? `${jurisdiction} ${code} ${amount(taxMinor)}${treatment === 'taxed' ? '' : ` ${treatment}`}`
      : `${jurisdiction} ${treatment}`;
  return taxed.value.lines
    .map(({ netMinor, taxMinor, taxes }) => {
      const [only, ...others] = taxes;
      const plain =
        others.length === 0 &&
        only?.treatment === 'taxed' &&
        only.code === 'VAT' &&
        only.jurisdiction === request.to.country;
      const named = plain ? '' : ` (${taxes.map(taxText).join(', ')})`;
      return `${amount(netMinor)} + ${amount(taxMinor)}${named}`;
    })
    .join('; ');
}

const US_SELLER = { country: 'US', region: 'NY', registrations: ['US-NY', 'US-XX'] };
const NYC = { country: 'US', region: 'NY', city: 'New York City', district: 'MCTD' };
const inNewYork = (more: About = {}): About =>
  inside('US', 'USD', { ...onTop, seller: US_SELLER, from: NYC, to: NYC, ...more });
const shippedTo = (region: string, postcode: string | undefined, city: string): About =>
  shipped(NYC, { country: 'US', region, city, postcode }, 'USD', { ...onTop, seller: US_SELLER });
const inXX = (more: About = {}): About =>
  inside('US', 'USD', {
    ...onTop,
    seller: US_SELLER,
    from: { country: 'US', region: 'XX' },
    to: { country: 'US', region: 'XX' },
    ...more,
  });
const inIndia = (to: string, more: About = {}): About =>
  shipped({ country: 'IN', region: 'KA' }, { country: 'IN', region: to }, 'INR', more);
const french = { business: true, vatId: 'FR40303265045', exemptions: [] };

const BOOK: readonly (readonly [title: string, intro: string, cases: readonly Case[]])[] = [
  [
    'One tax, inside the price or on top of it',
    'The tax inside a price is price × rate ÷ (100 % + rate), rounded once for the line; the rest is net.',
    [
      [
        'the VAT fraction of the standard rate is 1/6',
        'HMRC VAT Notice 700, 17.4.1',
        inside('GB', 'GBP'),
        [[12_000]],
        '100.00 + 20.00',
      ],
      [
        'the VAT fraction of the reduced rate is 1/21',
        'HMRC VAT Notice 700, 17.4.1',
        inside('GB', 'GBP'),
        [[8_000, 'reduced']],
        '76.19 + 3.81',
      ],
      [
        'a retailer rounds up and down to the nearest penny: 1.665',
        'HMRC VAT Notice 700, 17.6; VATREC12020',
        inside('GB', 'GBP'),
        [[999]],
        '8.32 + 1.67',
      ],
      ['the same for 3.3317', 'HMRC VAT Notice 700, 17.6; VATREC12020', inside('GB', 'GBP'), [[1_999]], '16.66 + 3.33'],
      [
        'each line by itself: three of 0.99 are not one of 2.97',
        'HMRC VAT Notice 700, 17.5.1',
        inside('GB', 'GBP'),
        [[99], [99], [99]],
        '0.82 + 0.17; 0.82 + 0.17; 0.82 + 0.17',
      ],
      [
        'zero-rated and exempt are two things',
        'VAT Act 1994, schedules 8 and 9',
        inside('GB', 'GBP'),
        [
          [500, 'zero'],
          [500, 'exempt'],
        ],
        '5.00 + 0.00 (GB zero); 5.00 + 0.00 (GB exempt)',
      ],
      [
        'on top of a price without tax',
        'Directive 2006/112/EC, article 78',
        inside('DE', 'EUR', onTop),
        [[10_000], [10_000, 'reduced']],
        '100.00 + 19.00; 100.00 + 7.00',
      ],
      [
        '8.1 % inside 50.00: 3.7465',
        'Swiss VAT Act (MWSTG), article 25',
        inside('CH', 'CHF'),
        [[5_000]],
        '46.25 + 3.75',
      ],
      [
        'a country without a rate for a class is not guessed',
        'house rule',
        inside('CH', 'CHF'),
        [[5_000, 'books']],
        'no rate for books in CH',
      ],
    ],
  ],
  [
    'Rounding by document',
    'The tax of each rate is computed on the sum of the document; the lines take shares by largest remainder, so that they add up.',
    [
      [
        'once for each rate of an invoice: 3 × 0.5 yen is 2, not 3',
        'Japan, qualified invoice: one rounding a rate and invoice (National Tax Agency)',
        inside('JP', 'JPY', onTop),
        [[5], [5], [5]],
        '5 + 1; 5 + 1; 5 + 0',
      ],
      ['the same backwards', 'house rule', inside('JP', 'JPY', onTop), [[-5], [-5], [-5]], '-5 + -1; -5 + -1; -5 + 0'],
      [
        'goods sold and goods given back on one document',
        'house rule',
        inside('JP', 'JPY', onTop),
        [[105], [-5], [5]],
        '105 + 11; -5 + 0; 5 + 0',
      ],
    ],
  ],
  [
    'Sales tax of the United States',
    'Tax is carried to the third decimal and rounded up when that is greater than four; on the item or on the invoice; on state and local taxes together.',
    [
      [
        '0.005: the third decimal is five, up',
        'Streamlined Sales and Use Tax Agreement, section 324 A',
        inXX(),
        [[10]],
        '0.10 + 0.01 (US-XX SALES 0.01)',
      ],
      [
        '0.0145: the third decimal is four, down',
        'Streamlined Sales and Use Tax Agreement, section 324 A',
        inXX(),
        [[20, 'other']],
        '0.20 + 0.01 (US-XX SALES 0.01)',
      ],
      [
        'on the invoice: 3 × 0.005 is 0.015',
        'Streamlined Sales and Use Tax Agreement, section 324 B',
        inXX(),
        [[10], [10], [10]],
        '0.10 + 0.01 (US-XX SALES 0.01); 0.10 + 0.01 (US-XX SALES 0.01); 0.10 + 0.00 (US-XX SALES 0.00)',
      ],
      [
        'on the item',
        'Streamlined Sales and Use Tax Agreement, section 324 B',
        inXX({ rules: EACH_ITEM }),
        [[10], [10], [10]],
        '0.10 + 0.01 (US-XX SALES 0.01); 0.10 + 0.01 (US-XX SALES 0.01); 0.10 + 0.01 (US-XX SALES 0.01)',
      ],
      [
        'New York City: 4 % state, 4.5 % city, 0.375 % commuter district, rounded together',
        'New York Publication 718; section 324 B (aggregated)',
        inNewYork(),
        [[130]],
        '1.30 + 0.12 (US-NY SALES 0.05, US-NY-NEWYORKCITY SALES 0.06, US-NY-NEWYORKCITY-MCTD SALES 0.01)',
      ],
      [
        'the same, each tax rounded by itself',
        'arithmetic',
        inNewYork({ rules: EACH_TAX }),
        [[130]],
        '1.30 + 0.11 (US-NY SALES 0.05, US-NY-NEWYORKCITY SALES 0.06, US-NY-NEWYORKCITY-MCTD SALES 0.00)',
      ],
      [
        '8.875 % of 10,000.00',
        'New York Publication 718',
        inNewYork(),
        [[1_000_000]],
        '10000.00 + 887.50 (US-NY SALES 400.00, US-NY-NEWYORKCITY SALES 450.00, US-NY-NEWYORKCITY-MCTD SALES 37.50)',
      ],
      [
        'shipped to a postcode in the city: its postcode says county, city and district, whatever the address calls it',
        'rates of New York Publication 718; arithmetic',
        shippedTo('NY', '10001', 'New York'),
        [[10_000]],
        '100.00 + 8.88 (US-NY SALES 4.00, US-NY-NEWYORKCITY SALES 4.50, US-NY-NEWYORKCITY-MCTD SALES 0.38)',
      ],
      [
        'a postcode in a county (1 %), a city (1.5 %) and two districts (0.5 % and 0.25 %): 8.25 %, the parts sum to it',
        'arithmetic',
        shippedTo('XX', '00001', 'Alba'),
        [[1_999]],
        '19.99 + 1.65 (US-XX SALES 1.00, US-XX-NORTH SALES 0.20, US-XX-NORTH-ALBA SALES 0.30, US-XX-NORTH-ALBA-TRANSIT SALES 0.10, US-XX-NORTH-ALBA-FIRE3 SALES 0.05)',
      ],
      [
        'ZIP+4 tells more exactly: this block is in the county, outside the city',
        'arithmetic',
        shippedTo('XX', '00001-1234', 'Alba'),
        [[1_999]],
        '19.99 + 1.20 (US-XX SALES 1.00, US-XX-NORTH SALES 0.20)',
      ],
      [
        'without a postcode, by state and city as the address says',
        'house rule',
        shippedTo('XX', undefined, 'Alba'),
        [[1_999]],
        '19.99 + 1.00 (US-XX SALES 1.00)',
      ],
      [
        'shipped to a state where the seller is not registered',
        'South Dakota v. Wayfair, 585 U.S. 162 (2018): nexus first',
        shipped(NYC, { country: 'US', region: 'ZZ' }, 'USD', { ...onTop, seller: US_SELLER }),
        [[1_000]],
        '10.00 + 0.00 (US-ZZ outside)',
      ],
      [
        'a buyer with an exemption certificate',
        'Streamlined Sales and Use Tax Agreement, section 317',
        inXX({
          customer: { business: true, exemptions: [{ jurisdiction: 'US-XX', reason: 'resale', from: '2026-01-01' }] },
        }),
        [[1_000]],
        '10.00 + 0.00 (US-XX exempt)',
      ],
      [
        'whose certificate has ended',
        'Streamlined Sales and Use Tax Agreement, section 317',
        inXX({
          customer: {
            business: true,
            exemptions: [{ jurisdiction: 'US', reason: 'resale', from: '2025-01-01', until: '2025-12-31' }],
          },
        }),
        [[1_000]],
        '10.00 + 0.50 (US-XX SALES 0.50)',
      ],
      [
        'collected by the marketplace: listed, not ours',
        'marketplace facilitator laws',
        inXX({ collectedBy: 'marketplace' }),
        [[1_000]],
        '10.00 + 0.00 (US-XX SALES 0.50 marketplace)',
      ],
    ],
  ],
  [
    'GST of India',
    'Within a state a half to the Union and a half to the state, between states all to the Union.',
    [
      [
        'within Karnataka: CGST and SGST',
        'IGST Act 2017, section 8; CGST Act 2017, section 9',
        inIndia('KA', onTop),
        [[10_000]],
        '100.00 + 18.00 (IN CGST 9.00, IN-KA SGST 9.00)',
      ],
      [
        'from Karnataka to Maharashtra: IGST',
        'IGST Act 2017, sections 7 and 10 (1) (a)',
        inIndia('MH', onTop),
        [[10_000]],
        '100.00 + 18.00 (IN IGST 18.00)',
      ],
      [
        'to Chandigarh, a union territory: between states',
        'IGST Act 2017, section 7 (1)',
        inIndia('CH', onTop),
        [[10_000]],
        '100.00 + 18.00 (IN IGST 18.00)',
      ],
      [
        'within Chandigarh: UTGST',
        'UTGST Act 2017, section 7',
        shipped({ country: 'IN', region: 'CH' }, { country: 'IN', region: 'CH' }, 'INR', onTop),
        [[10_000, 'merit']],
        '100.00 + 5.00 (IN CGST 2.50, IN-CH UTGST 2.50)',
      ],
      [
        'no address on record: the supplier’s state',
        'IGST Act 2017, section 10 (1) (ca)',
        shipped({ country: 'IN', region: 'KA' }, { country: 'IN' }, 'INR', onTop),
        [[10_000]],
        '100.00 + 18.00 (IN CGST 9.00, IN-KA SGST 9.00)',
      ],
      [
        'fetched in another state’s shop: taxed where it is handed over',
        'IGST Act 2017, section 10 (1) (c)',
        inIndia('MH', { ...onTop, fulfilment: 'pickup' }),
        [[10_000]],
        '100.00 + 18.00 (IN IGST 18.00)',
      ],
      [
        'two equal halves inside the price, which sum with the net',
        'CGST Act 2017, sections 9 and 15; rule 35',
        inIndia('KA'),
        [[9_900]],
        '83.90 + 15.10 (IN CGST 7.55, IN-KA SGST 7.55)',
      ],
      [
        'halves of 0.25 %',
        'rate for rough diamonds, schedule VI',
        inIndia('KA', onTop),
        [[100_000, 'diamonds']],
        '1000.00 + 2.50 (IN CGST 1.25, IN-KA SGST 1.25)',
      ],
      [
        'to the nearest rupee: fifty paise or more is one rupee',
        'CGST Act 2017, section 170',
        inIndia('MH', { ...onTop, rules: WHOLE_RUPEES }),
        [[12_500]],
        '125.00 + 23.00 (IN IGST 23.00)',
      ],
      [
        'and less than fifty is ignored',
        'CGST Act 2017, section 170',
        inIndia('MH', { ...onTop, rules: WHOLE_RUPEES }),
        [[14_500]],
        '145.00 + 26.00 (IN IGST 26.00)',
      ],
    ],
  ],
  [
    'From one country to another',
    'Goods handed over in a shop are taxed there. For goods that travel, who the buyer is and where the seller is registered decide.',
    [
      [
        'Germany to a French consumer, below the threshold: taxed in Germany',
        'Directive 2006/112/EC, articles 32 and 59c',
        shipped({ country: 'DE' }, { country: 'FR' }, 'EUR'),
        [[12_000]],
        '100.84 + 19.16 (DE VAT 19.16)',
      ],
      [
        'with the one-stop shop: taxed in France, at the same price',
        'Directive 2006/112/EC, articles 33 and 369a',
        shipped({ country: 'DE' }, { country: 'FR' }, 'EUR', { seller: { country: 'DE', registrations: ['EU-OSS'] } }),
        [[12_000]],
        '100.00 + 20.00',
      ],
      [
        'registered in France: taxed in France',
        'Directive 2006/112/EC, article 33',
        shipped({ country: 'DE' }, { country: 'FR' }, 'EUR', { seller: { country: 'DE', registrations: ['FR'] } }),
        [[12_000]],
        '100.00 + 20.00',
      ],
      [
        'to a French business with a VAT number: it pays the French tax itself, and the price loses the German one',
        'Directive 2006/112/EC, articles 138 and 200',
        shipped({ country: 'DE' }, { country: 'FR' }, 'EUR', { customer: french }),
        [[11_900]],
        '100.00 + 0.00 (FR VAT 20.00 reverse_charge)',
      ],
      [
        'the French business in the German shop: German tax',
        'Directive 2006/112/EC, article 31',
        inside('DE', 'EUR', { customer: french }),
        [[11_900]],
        '100.00 + 19.00',
      ],
      [
        'a German number does not help in Germany',
        'Directive 2006/112/EC, article 138',
        shipped({ country: 'DE' }, { country: 'FR' }, 'EUR', { customer: { ...french, vatId: 'DE136695976' } }),
        [[11_900]],
        '100.00 + 19.00 (DE VAT 19.00)',
      ],
      [
        'to Switzerland: exported, without German tax',
        'Directive 2006/112/EC, article 146',
        shipped({ country: 'DE' }, { country: 'CH' }, 'EUR'),
        [[11_900]],
        '100.00 + 0.00 (DE export)',
      ],
      [
        'the same with prices without tax',
        'Directive 2006/112/EC, article 146',
        shipped({ country: 'DE' }, { country: 'CH' }, 'EUR', onTop),
        [[10_000]],
        '100.00 + 0.00 (DE export)',
      ],
      [
        'to Switzerland, registered there: Swiss tax',
        'Swiss VAT Act (MWSTG), article 7',
        shipped({ country: 'DE' }, { country: 'CH' }, 'CHF', { seller: { country: 'DE', registrations: ['CH'] } }),
        [[5_000]],
        '46.25 + 3.75',
      ],
      [
        'a consumer who is exempt by treaty',
        'Directive 2006/112/EC, article 151',
        inside('DE', 'EUR', {
          customer: { business: false, exemptions: [{ jurisdiction: 'DE', reason: 'diplomat', from: '2026-01-01' }] },
        }),
        [[11_900]],
        '100.00 + 0.00 (DE exempt)',
      ],
      [
        'a supply within the country whose tax the buyer owes',
        'Directive 2006/112/EC, articles 194 to 199',
        inside('DE', 'EUR', {
          ...onTop,
          customer: {
            business: true,
            exemptions: [{ jurisdiction: 'DE', reason: 'reverse_charge', from: '2026-01-01' }],
          },
        }),
        [[10_000]],
        '100.00 + 0.00 (DE VAT 19.00 reverse_charge)',
      ],
    ],
  ],
  [
    'Shipping, deposits and gift cards',
    'Bringing the goods is part of supplying them and shares their rates by value, unless the jurisdiction says otherwise.',
    [
      [
        'delivery of goods at one rate',
        'HMRC VAT Notice 700/24; Directive 2006/112/EC, article 78 (b)',
        inside('GB', 'GBP'),
        [
          [2_000, 'zero'],
          [500, 'standard', 'shipping'],
        ],
        '20.00 + 0.00 (GB zero); 5.00 + 0.00 (GB zero)',
      ],
      [
        'delivery of goods at two rates, shared 3 to 1',
        'HMRC VAT Notice 700/24; Directive 2006/112/EC, article 78 (b)',
        inside('DE', 'EUR', onTop),
        [[7_500], [2_500, 'reduced'], [1_000, 'standard', 'shipping']],
        '75.00 + 14.25; 25.00 + 1.75; 10.00 + 1.61 (DE VAT 1.43, DE VAT 0.18)',
      ],
      [
        'delivery with nothing to deliver has its own class',
        'house rule',
        inside('GB', 'GBP'),
        [[600, 'standard', 'shipping']],
        '5.00 + 1.00',
      ],
      [
        'at its own rate where it is a supply of its own',
        'house rule',
        inside('XX', 'EUR'),
        [[600, 'standard', 'shipping']],
        '5.00 + 1.00',
      ],
      [
        'a deposit on a bottle, kept out of the taxable amount',
        'Directive 2006/112/EC, article 92 (a)',
        inside('XX', 'EUR', { rules: NO_TAX_ON_DEPOSITS }),
        [[120], [25, 'standard', 'deposit']],
        '1.00 + 0.20; 0.25 + 0.00 (XX outside)',
      ],
      [
        'a deposit on a bottle, taxed',
        'Directive 2006/112/EC, article 92 (b)',
        inside('XX', 'EUR'),
        [[120], [25, 'standard', 'deposit']],
        '1.00 + 0.20; 0.21 + 0.04',
      ],
      [
        'a gift card is taxed when it is spent',
        'Directive 2006/112/EC, article 30b (2)',
        inside('GB', 'GBP'),
        [[5_000, 'standard', 'gift_card']],
        '50.00 + 0.00 (GB outside)',
      ],
      [
        'a levy of 0.25 a bottle, itself taxed',
        'Directive 2006/112/EC, article 78 (a)',
        inside('XX', 'EUR', onTop),
        [[200, 'drinks', 'goods', 2]],
        '2.00 + 1.00 (XX LEVY 0.50, XX VAT 0.50)',
      ],
      [
        'the same inside the price',
        'Directive 2006/112/EC, article 78 (a)',
        inside('XX', 'EUR'),
        [[300, 'drinks', 'goods', 2]],
        '2.00 + 1.00 (XX LEVY 0.50, XX VAT 0.50)',
      ],
      [
        'a tax on a tax: Québec before 2013, 9.5 % on the price with 5 %',
        'Revenu Québec, QST until 31 December 2012',
        inside('CA', 'CAD', { ...onTop, day: businessDay('2012-06-01'), to: { country: 'CA', region: 'QC' } }),
        [[10_000]],
        '100.00 + 14.98 (CA GST 5.00, CA-QC QST 9.98)',
      ],
    ],
  ],
  [
    'The ugly ones',
    'What every till meets sooner or later.',
    [
      [
        '50 % off 9.99 and 4.99 with tax inside, 20 % and 0 %',
        'Directive 2006/112/EC, article 79 (b)',
        inside('GB', 'GBP'),
        [[500], [250, 'zero']],
        '4.17 + 0.83; 2.50 + 0.00 (GB zero)',
      ],
      [
        'a discount took all of the line',
        'house rule',
        inside('GB', 'GBP'),
        [[0, 'standard', 'goods', 1]],
        '0.00 + 0.00',
      ],
      [
        'goods come back: the exact opposite',
        'Directive 2006/112/EC, article 90',
        inside('GB', 'GBP'),
        [[-999]],
        '-8.32 + -1.67',
      ],
      [
        'one comes back, another is sold',
        'house rule',
        inside('GB', 'GBP'),
        [[-999], [1_999]],
        '-8.32 + -1.67; 16.66 + 3.33',
      ],
      [
        'a currency of three digits',
        'Bahrain VAT law, 10 % since 2022',
        inside('BH', 'BHD'),
        [[1_235]],
        '1.123 + 0.112',
      ],
      ['a currency of none', 'Japan, consumption tax 10 %', inside('JP', 'JPY'), [[110]], '100 + 10'],
      ['nothing of something', 'house rule', inside('GB', 'GBP'), [[0, 'standard', 'goods', 0]], '0.00 + 0.00'],
      [
        'a levy on goods given away: the seller bears it',
        'arithmetic',
        inside('XX', 'EUR'),
        [[0, 'drinks', 'goods', 1]],
        '-0.25 + 0.25 (XX LEVY 0.25, XX VAT 0.00)',
      ],
      ['an empty basket', 'house rule', inside('GB', 'GBP'), [], ''],
    ],
  ],
];

/** Paying in cash, apart from tax: the total stays, the payment is rounded. */
const CASH: readonly (readonly [
  what: string,
  source: string,
  country: string,
  currency: string,
  owed: number,
  paid: number,
])[] = [
  ['two centimes down', 'Switzerland: 5 centimes the smallest coin (Swissmint)', 'CH', 'CHF', 1_002, 1_000],
  ['three centimes up', 'Switzerland: 5 centimes the smallest coin (Swissmint)', 'CH', 'CHF', 1_003, 1_005],
  ['seven centimes down', 'Switzerland: 5 centimes the smallest coin (Swissmint)', 'CH', 'CHF', 1_007, 1_005],
  ['49 öre down', 'Sweden: Lag (1970:1029) om avrundning', 'SE', 'SEK', 9_949, 9_900],
  ['50 öre up', 'Sweden: Lag (1970:1029) om avrundning', 'SE', 'SEK', 9_950, 10_000],
  ['9.98 is paid with ten euros', 'Netherlands: De Nederlandsche Bank', 'NL', 'EUR', 998, 1_000],
  ['9.97 with 9.95', 'Belgium: Code of economic law, book VI', 'BE', 'EUR', 997, 995],
  ['given back, the exact opposite', 'house rule', 'NL', 'EUR', -998, -1_000],
  ['every cent can be paid in Germany', 'house rule', 'DE', 'EUR', 998, 998],
];

describe.each(BOOK)('%s', (_, __, cases) => {
  it.each(cases)('%s (%s)', (_what, _source, about, sold, comesTo) => {
    expect(resultOf(about, sold)).toBe(comesTo);
  });
});

describe('cash', () => {
  it.each(CASH)('%s (%s)', (_what, _source, country, currency, owed, paid) => {
    expect(roundCash(owed, cashStep(country, currency))).toEqual({ payableMinor: paid, adjustmentMinor: paid - owed });
  });
});

it('is the page that an accountant reads', async () => {
  await expect(page()).toMatchFileSnapshot('../../../docs/tax-rule-book.md');
});

function page(): string {
  const rows = BOOK.flatMap(([title, intro, cases]) => [
    `\n## ${title}\n\n${intro}\n\n| What | Sold | Comes to (net + tax) | Source |\n| --- | --- | --- | --- |`,
    ...cases.map(
      ([what, source, about, sold, comesTo]) => `| ${what} | ${soldText(about, sold)} | ${comesTo} | ${source} |`,
    ),
  ]);
  const cash = CASH.map(
    ([what, source, country, currency, owed, paid]) =>
      `| ${what} | ${country}, ${currency} ${decimalString(owed, 2)} | ${decimalString(paid, 2)} | ${source} |`,
  );
  return `${INTRO}${rows.join('\n')}\n\n## Cash\n\nOnly the payment is rounded; lines, tax and total stay as they are.\n\n| What | Owed | Paid | Source |\n| --- | --- | --- | --- |\n${cash.join('\n')}\n`;
}

function soldText(about: About, sold: readonly Sold[]): string {
  const request = requestOf(about, sold);
  const lines = request.lines.map(({ amountMinor, taxClass, kind }) => {
    const what = [taxClass, ...(kind === 'goods' ? [] : [kind.replace('_', ' ')])].join(' ');
    return `${decimalString(amountMinor, minorUnits(request.currency))} ${what}`;
  });
  const { country, region, postcode } = request.to;
  const state = region === undefined ? country : `${country}-${region}`;
  const place = postcode === undefined ? state : `${state} ${postcode}`;
  return `${place}, ${request.currency} ${request.taxInclusive ? 'with' : 'without'} tax: ${lines.join(', ') || 'nothing'}`;
}

const INTRO = `# The tax rule book

Worked examples of what a basket is taxed, with their sources. The page is made from the table in
\`src/pricing/tax/tax-rule-book.test.ts\`, and a test holds the program to every row. Rates: ${PERCENT.filter(
  ([jurisdiction]) => !jurisdiction.includes('XX'),
)
  .map(
    ([jurisdiction, code, taxClass, percent]) =>
      `${jurisdiction} ${code} ${taxClass} ${ppmToPercent(ratePpm(percent))} %`,
  )
  .join(', ')}. \`XX\` is no
real place; its rates (5, 7.25 and 20 %, and what its rows name) serve the arithmetic.
`;
