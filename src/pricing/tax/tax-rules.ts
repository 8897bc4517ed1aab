import { sortedBy } from '../../kernel/compare.ts';
import type { CurrencyCode } from '../../kernel/currency.ts';
import { includedTax, type Ppm } from '../../kernel/rate.ts';
import { compareDays, type BusinessDay } from '../../kernel/time.ts';
import type { VatRate } from '../vat.ts';
import type { PostalAreas } from './postal-area.ts';

/**
 * How a country taxes what is sold. `vat`: one tax of the country, to which regions may add theirs (Canada). `gst_split`: India, where one rate is
 * charged as CGST and SGST within a state and as IGST between states. `sales_tax`: the United States, where the state and what lies below it tax.
 */
export type TaxSystem = 'vat' | 'gst_split' | 'sales_tax';

/**
 * How tax is rounded. `scope`: each line, or each rate of a document, of which lines then take shares. `parts`: each of several taxes is rounded by
 * itself, or their sum is rounded once and the parts made to add up to it. `stepMinor`: to how many minor units (100 for whole rupees).
 */
export type TaxRounding = {
  readonly scope: 'line' | 'document';
  readonly parts: 'each' | 'together';
  readonly stepMinor: number;
};

/**
 * Who may tax: a country (`GB`), a state (`US-CA`, `IN-KA`) or what lies in it (`US-CA-ALAMEDA`). What is not said here is as {@link PLAIN_VAT} says.
 * `taxCode` is what its tax is called in a report. `shipping`: at a tax class of its own, at the rates of the goods it brings (shared by their value),
 * or not at all. `deposits`: on returnable packing, taxed like any line or outside of tax (Directive 2006/112/EC, article 92, leaves both).
 * `sourcing`: whose local taxes apply when seller and buyer are in the same state.
 */
export type TaxJurisdiction = {
  readonly code: string;
  readonly name: string;
  readonly system: TaxSystem;
  readonly taxCode: string;
  readonly rounding: TaxRounding;
  readonly shipping: 'own' | 'goods' | 'untaxed';
  readonly deposits: 'taxed' | 'outside';
  readonly sourcing: 'destination' | 'origin';
};

/** How a jurisdiction taxes, whoever it is. */
export type TaxSettings = Omit<TaxJurisdiction, 'code' | 'name'>;

/** A tax by the piece: `amount / 10^scale` minor units of `currency` for `per` base units. `underOthers`: other taxes are charged on it too. */
export type PerUnitTax = {
  readonly amount: number;
  readonly scale: number;
  readonly per: number;
  readonly currency: CurrencyCode;
  readonly underOthers: boolean;
};

/**
 * What one jurisdiction takes of one class of products from a day on: until `validUntil` (inclusive) or until the next row of the same tax and class
 * begins. A percentage of the price without tax, or an amount by the piece. `compound`: charged on the price with the taxes that are not compound.
 */
export type TaxRate = {
  readonly jurisdiction: string;
  readonly code: string;
  readonly taxClass: string;
  readonly validFrom: BusinessDay;
  readonly validUntil?: BusinessDay | undefined;
  readonly ratePpm: Ppm;
  readonly perUnit?: PerUnitTax | undefined;
  readonly compound: boolean;
  readonly exempt: boolean;
  readonly name: string;
  /** Where the rate is published, and the day on which somebody looked. */
  readonly source: string;
  readonly checkedOn?: BusinessDay | undefined;
};

/** All that {@link taxBasket} needs to know, sorted for looking up. Made by {@link compileTaxRules}. */
export type TaxRules = {
  readonly jurisdictions: ReadonlyMap<string, TaxJurisdiction>;
  /** By jurisdiction and tax class, each tax's rows newest first. */
  readonly rates: ReadonlyMap<string, ReadonlyMap<string, readonly TaxRate[]>>;
  /** Countries within which somebody else taxes too. */
  readonly divided: ReadonlySet<string>;
  /** Where locations are below their country, by location. */
  readonly places: ReadonlyMap<string, SubPlace>;
  /** Where legal entities pay tax besides whole countries. */
  readonly registrations: readonly SubRegistration[];
  /** In which county, city and districts postcodes lie. Empty unless somebody took them in. */
  readonly areas: PostalAreas;
};

/** Where a location is below its country; see `TaxPlace`. */
export type SubPlace = {
  readonly locationId: string;
  readonly region: string;
  readonly county?: string | undefined;
  readonly city?: string | undefined;
  readonly district?: string | undefined;
};

/** That a legal entity pays tax to a state (`US-CA`) or through the one-stop shop of the Union (`EU-OSS`), from a day until another (both inclusive). */
export type SubRegistration = {
  readonly id: string;
  readonly entityId: string;
  readonly jurisdiction: string;
  readonly taxNumber: string;
  readonly validFrom: BusinessDay;
  readonly validUntil?: BusinessDay | undefined;
};

/** The states and schemes that an entity is registered with on a day. */
export function subRegistrationsOn(
  { registrations }: Pick<TaxRules, 'registrations'>,
  { entityId, day }: { readonly entityId: string; readonly day: BusinessDay },
): string[] {
  return registrations.flatMap((one) =>
    one.entityId === entityId &&
    compareDays(one.validFrom, day) <= 0 &&
    (one.validUntil === undefined || compareDays(day, one.validUntil) <= 0)
      ? [one.jurisdiction]
      : [],
  );
}

/** What holds for a country of which nothing else is known: one value added tax, rounded by line (HMRC VAT Notice 700, 17.5.1). */
export const PLAIN_VAT: TaxSettings = {
  system: 'vat',
  taxCode: 'VAT',
  rounding: { scope: 'line', parts: 'each', stepMinor: 1 },
  shipping: 'own',
  deposits: 'taxed',
  sourcing: 'destination',
};

const EU_MEMBERS: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

/** Whether the country is a member state of the European Union. */
export function isEuMember(country: string): boolean {
  return EU_MEMBERS.has(country);
}

/** The settings of a jurisdiction: its own, else those of what it lies in, else a plain value added tax. */
export function jurisdictionOf(rules: Pick<TaxRules, 'jurisdictions'>, code: string): TaxSettings {
  for (let at = code; ; at = at.slice(0, at.lastIndexOf('-'))) {
    const found = rules.jurisdictions.get(at);
    if (found !== undefined) return found;
    if (!at.includes('-')) return PLAIN_VAT;
  }
}

const NO_AREAS: PostalAreas = new Map();

/**
 * Sorts jurisdictions and rates for looking up. The plain VAT rates of the company's countries (`vatRates`) are on the same line of time as the
 * others: whichever began last holds, a tax rate before a VAT rate of the same day.
 */
export function compileTaxRules(known: {
  readonly jurisdictions: readonly TaxJurisdiction[];
  readonly rates: readonly TaxRate[];
  readonly vatRates: readonly VatRate[];
  readonly places?: readonly SubPlace[];
  readonly registrations?: readonly SubRegistration[];
  readonly areas?: PostalAreas;
}): TaxRules {
  const jurisdictions = new Map(known.jurisdictions.map((each) => [each.code, each]));
  const plain = plainTaxRates(known.vatRates, known.jurisdictions);
  const rates = new Map<string, Map<string, TaxRate[]>>();
  const divided = new Set<string>();
  for (const rate of [...known.rates, ...plain]) {
    const ofJurisdiction = rates.get(rate.jurisdiction) ?? new Map<string, TaxRate[]>();
    rates.set(rate.jurisdiction, ofJurisdiction);
    ofJurisdiction.set(rate.taxClass, [...(ofJurisdiction.get(rate.taxClass) ?? []), rate]);
    if (rate.jurisdiction.includes('-')) divided.add(rate.jurisdiction.slice(0, 2));
  }
  for (const ofJurisdiction of rates.values())
    for (const [taxClass, rows] of ofJurisdiction) ofJurisdiction.set(taxClass, byTaxNewestFirst(rows));
  const places = new Map((known.places ?? []).map((each) => [each.locationId, each]));
  const { registrations = [], areas = NO_AREAS } = known;
  return { jurisdictions, rates, divided, places, registrations, areas };
}

/** The plain VAT rates of the company's countries as rates of their jurisdictions. */
export function plainTaxRates(vatRates: readonly VatRate[], jurisdictions: readonly TaxJurisdiction[]): TaxRate[] {
  const known = { jurisdictions: new Map(jurisdictions.map((each) => [each.code, each])) };
  return vatRates.map(({ country: jurisdiction, taxClass, validFrom, ratePpm, name }) => {
    const { taxCode: code } = jurisdictionOf(known, jurisdiction);
    return { jurisdiction, code, taxClass, validFrom, ratePpm, name, compound: false, exempt: false, source: '' };
  });
}

/** Sorting is stable, so that of two rows of one day the one that came first stays first. */
function byTaxNewestFirst(rows: readonly TaxRate[]): TaxRate[] {
  const newestFirst = rows.toSorted((a, b) => compareDays(b.validFrom, a.validFrom));
  return sortedBy(newestFirst, (rate) => rate.code);
}

/** The taxes of a jurisdiction on a class of products that hold on a day, one row for each, by their codes. Undefined when it has none for the class. */
export function taxRatesOn(
  rules: TaxRules,
  wanted: { readonly jurisdiction: string; readonly taxClass: string; readonly day: BusinessDay },
): readonly TaxRate[] | undefined {
  const rows = rules.rates.get(wanted.jurisdiction)?.get(wanted.taxClass);
  if (rows === undefined) return undefined;
  const found: TaxRate[] = [];
  let decided: string | undefined;
  for (const row of rows) {
    if (row.code === decided || compareDays(row.validFrom, wanted.day) > 0) continue;
    decided = row.code;
    if (row.validUntil === undefined || compareDays(row.validUntil, wanted.day) >= 0) found.push(row);
  }
  return found.length === 0 ? undefined : found;
}

/** What of an amount is left for us where one percentage is taken of its class; all of it where its price has no tax in it. For margins, not for sales. */
export function withoutTax(
  rules: TaxRules,
  amountMinor: number,
  of: {
    readonly taxInclusive: boolean;
    readonly jurisdiction: string;
    readonly taxClass: string;
    readonly day: BusinessDay;
  },
): number {
  const rate = of.taxInclusive ? onlyPercentageOn(rules, of) : undefined;
  return rate === undefined || rate.exempt ? amountMinor : amountMinor - includedTax(amountMinor, rate.ratePpm);
}

/** The one tax that a jurisdiction takes of a class on a day, if it is a percentage; undefined when there are more, none or another kind. */
export function onlyPercentageOn(
  rules: TaxRules,
  wanted: { readonly jurisdiction: string; readonly taxClass: string; readonly day: BusinessDay },
): TaxRate | undefined {
  const rows = rules.rates.get(wanted.jurisdiction)?.get(wanted.taxClass);
  if (rows === undefined || rows[0]?.code !== rows.at(-1)?.code) return undefined;
  const row = rows.find((each) => compareDays(each.validFrom, wanted.day) <= 0);
  if (row === undefined || row.perUnit !== undefined) return undefined;
  return row.validUntil === undefined || compareDays(row.validUntil, wanted.day) >= 0 ? row : undefined;
}
