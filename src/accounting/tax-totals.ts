import { functionalMinor } from '../company/functional-currency.ts';
import type { Act } from '../kernel/act.ts';
import type { BookRules, Draft } from '../kernel/draft.ts';
import { mulDiv } from '../kernel/money.ts';
import type { BusinessDay } from '../kernel/time.ts';
import type { LineTax } from '../pricing/tax/tax-basket.ts';

/**
 * What an act adds to the tax of a day: of one jurisdiction, tax, rate and treatment, in the document's currency and in the legal entity's. What is given
 * back is negative. A jurisdiction of nothing: the act did not say whose tax it was.
 */
export type TaxTotal = {
  readonly eventNumber: number;
  readonly ordinal: number;
  readonly entityId: string;
  readonly postingDay: BusinessDay;
  readonly jurisdiction: string;
  readonly code: string;
  readonly ratePpm: number;
  readonly treatment: LineTax['treatment'];
  readonly currency: string;
  readonly baseMinor: number;
  readonly taxMinor: number;
  readonly entityBaseMinor: number;
  readonly entityTaxMinor: number;
};

/** The book of taxes by jurisdiction. It is only added to; its table sums by day. */
export const TAX_TOTALS: BookRules<TaxTotal, TaxTotal> = {
  name: 'tax_total',
  keyOf: (change) => `${change.eventNumber}|${change.ordinal}`,
  begins: () => true,
  evolve: (_, change) => change,
};

/** The acts that charge tax or give it back. */
const SALES: ReadonlySet<string> = new Set(['SaleRecorded', 'OrderShipped', 'GoodsReturned']);

/** Taxes as acts tell them: jurisdiction, code, rate, treatment, base and tax, summed over the lines. */
type ToldTax = readonly [string, string, number, LineTax['treatment'], number, number];

/** What was posted of an act: on which day and how much of it as output tax, in the entity's currency. */
export type PostedTax = { readonly postingDay: BusinessDay; readonly entityTaxMinor: number };

/**
 * Adds the taxes of an act to the totals, in the same commit as its postings. The taxes owed sum to what was posted as output tax, to the cent in
 * both currencies: what an act told too little or too much (a register that knows no jurisdictions) becomes a row of its own.
 */
export function totalTaxes(act: Act, draft: Draft, posted: PostedTax): void {
  if (!SALES.has(act.type)) return;
  const told = toldTaxes(act);
  const currency = act.body.currency as string;
  const entityCurrency = (act.body.entityCurrency as string | undefined) ?? currency;
  const rate = (act.body.rate as readonly [number, number] | undefined) ?? ([1, 1] as const);
  const inEntity = (minor: number): number =>
    currency === entityCurrency ? minor : functionalMinor(minor, { currency, entityCurrency, rate });
  const share = shareOut(posted.entityTaxMinor, told);
  const eventNumber = draft.nextNumber();
  told.forEach(([jurisdiction, code, ratePpm, treatment, baseMinor, taxMinor], at) => {
    draft.change(TAX_TOTALS, {
      eventNumber,
      ordinal: at + 1,
      entityId: act.entityId as string,
      postingDay: posted.postingDay,
      jurisdiction,
      code,
      ratePpm,
      treatment,
      currency,
      baseMinor,
      taxMinor,
      entityBaseMinor: inEntity(baseMinor),
      entityTaxMinor: treatment === 'taxed' ? (share[at] as number) : inEntity(taxMinor),
    });
  });
}

/** The taxes of an act with the sign of the ledger: what is credited to customers is negative. */
function toldTaxes(act: Act): ToldTax[] {
  const {
    taxMinor: whole = 0,
    netMinor = 0,
    taxes,
  } = act.body as {
    taxMinor?: number;
    netMinor?: number;
    taxes?: readonly ToldTax[];
  };
  const told: ToldTax[] = taxes === undefined ? [] : [...taxes];
  const rest = whole - owed(told);
  if (rest !== 0) told.push(['', 'VAT', 0, 'taxed', taxes === undefined ? netMinor : 0, rest]);
  if (act.type !== 'GoodsReturned') return told;
  return told.map(([where, code, ratePpm, treatment, base, tax]) => [
    where,
    code,
    ratePpm,
    treatment,
    0 - base,
    0 - tax,
  ]);
}

function owed(told: readonly ToldTax[]): number {
  let sum = 0;
  for (const [, , , treatment, , tax] of told) if (treatment === 'taxed') sum += tax;
  return sum;
}

/** Cuts what was posted where cumulative roundings fall, so that the parts sum to it whatever their signs. */
function shareOut(posted: number, told: readonly ToldTax[]): number[] {
  const whole = owed(told);
  let before = 0;
  let given = 0;
  return told.map(([, , , treatment, , tax]) => {
    if (treatment !== 'taxed') return 0;
    before += tax;
    const share = (whole === 0 ? 0 : mulDiv(posted, before, whole)) - given;
    given += share;
    return share + 0;
  });
}
