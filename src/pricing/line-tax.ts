import { Bug } from '../kernel/assert.ts';
import { lineAmount, type UnitPrice } from '../kernel/money.ts';
import { includedTax, taxOnTop, type Ppm } from '../kernel/rate.ts';

/** What a line is worth, in whole minor units. `netMinor + taxMinor` is always `grossMinor`. */
export type TaxedAmount = { readonly netMinor: number; readonly taxMinor: number; readonly grossMinor: number };

/** What a line's amounts follow from. `quantity` is in base units and negative when goods come back. */
export type LineToTax = {
  readonly unitPrice: UnitPrice;
  readonly quantity: number;
  readonly taxInclusive: boolean;
  readonly ratePpm: Ppm;
};

/**
 * The amounts of a line. The line amount (price × quantity) is rounded once, a half away from zero, and so is the tax:
 * inside the line amount when prices include it, on top of it when they do not. What comes out is what is charged, printed
 * and posted. A negative quantity gives exactly the negative of its positive twin, so a return of the whole line cancels it.
 * Rounding each line to the nearest penny is one of the methods of HMRC VAT Notice 700, sections 17.5.1 and 17.6, and what
 * EN 16931 (BT-131, "invoice line net amount") expects of a line. Throws a Bug on a malformed price or an amount out of range.
 */
export function taxLine({ unitPrice, quantity, taxInclusive, ratePpm }: LineToTax): TaxedAmount {
  const amount = lineAmount(unitPrice, quantity);
  if (taxInclusive) {
    const taxMinor = includedTax(amount, ratePpm);
    return { netMinor: amount - taxMinor, taxMinor, grossMinor: amount };
  }
  const taxMinor = taxOnTop(amount, ratePpm);
  return { netMinor: amount, taxMinor, grossMinor: wholeMinor(amount + taxMinor) };
}

/** The sum of the lines of one rate, as an invoice must show it (Directive 2006/112/EC, article 226 (8) to (10)). */
export type RateTotal = TaxedAmount & { readonly ratePpm: Ppm };

/** What a document is worth: the sums of its lines, also by rate from the highest down. */
export type TaxedDocument = TaxedAmount & { readonly byRate: readonly RateTotal[] };

/** Sums lines that were taxed before. Nothing is rounded again, so a document is always the sum of what it lists. */
export function taxDocument(lines: readonly RateTotal[]): TaxedDocument {
  const byRate = new Map<Ppm, TaxedAmount>();
  let total: TaxedAmount = { netMinor: 0, taxMinor: 0, grossMinor: 0 };
  for (const line of lines) {
    total = add(total, line);
    byRate.set(line.ratePpm, add(byRate.get(line.ratePpm) ?? { netMinor: 0, taxMinor: 0, grossMinor: 0 }, line));
  }
  const rates = [...byRate].sort(([a], [b]) => b - a).map(([ratePpm, amounts]) => ({ ratePpm, ...amounts }));
  return { ...total, byRate: rates };
}

function add(a: TaxedAmount, b: TaxedAmount): TaxedAmount {
  return {
    netMinor: wholeMinor(a.netMinor + b.netMinor),
    taxMinor: wholeMinor(a.taxMinor + b.taxMinor),
    grossMinor: wholeMinor(a.grossMinor + b.grossMinor),
  };
}

function wholeMinor(amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new Bug('an amount is a safe integer of minor units', { amount });
  return amount + 0;
}
