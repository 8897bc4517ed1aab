import { PLAIN_VAT, type TaxJurisdiction } from './tax-rules.ts';

/** Countries where what it costs to bring goods is taxed like the goods (Directive 2006/112/EC, article 78 (b); HMRC VAT Notice 700/24; MWSTG article 19 (4)). */
const SHIPPING_LIKE_GOODS: Readonly<Record<string, string>> = {
  AT: 'Austria',
  BE: 'Belgium',
  BG: 'Bulgaria',
  CH: 'Switzerland',
  CY: 'Cyprus',
  CZ: 'Czechia',
  DE: 'Germany',
  DK: 'Denmark',
  EE: 'Estonia',
  ES: 'Spain',
  FI: 'Finland',
  FR: 'France',
  GB: 'United Kingdom',
  GR: 'Greece',
  HR: 'Croatia',
  HU: 'Hungary',
  IE: 'Ireland',
  IT: 'Italy',
  LT: 'Lithuania',
  LU: 'Luxembourg',
  LV: 'Latvia',
  MT: 'Malta',
  NL: 'Netherlands',
  PL: 'Poland',
  PT: 'Portugal',
  RO: 'Romania',
  SE: 'Sweden',
  SI: 'Slovenia',
  SK: 'Slovakia',
};

/** What the program knows of jurisdictions by itself. What a company says of one of them takes its place. */
export const KNOWN_JURISDICTIONS: readonly TaxJurisdiction[] = [
  ...Object.entries(SHIPPING_LIKE_GOODS).map(([code, name]): TaxJurisdiction => ({
    ...PLAIN_VAT,
    code,
    name,
    shipping: 'goods',
  })),
  // CGST Act 2017, section 8: a composite supply is taxed as its principal one.
  { ...PLAIN_VAT, code: 'IN', name: 'India', system: 'gst_split', taxCode: 'GST', shipping: 'goods' },
  // Streamlined Sales and Use Tax Agreement, section 324: on the invoice, state and local taxes together. Of shipping each state says something else.
  {
    ...PLAIN_VAT,
    code: 'US',
    name: 'United States',
    system: 'sales_tax',
    taxCode: 'SALES',
    rounding: { scope: 'document', parts: 'together', stepMinor: 1 },
  },
];
