import { sortedBy } from '../../kernel/compare.ts';
import { lineAmount, mulDiv, split } from '../../kernel/money.ts';
import { PPM } from '../../kernel/rate.ts';
import type { TaxRate, TaxRounding } from './tax-rules.ts';

/** An amount to tax. `key` decides who gets the odd cent when everything else is equal, so that the order of lines never does. */
export type AmountToTax = { readonly key: string; readonly quantity: number; readonly amountMinor: number };

/** What became of an amount: without tax, and for each tax, in the order of the taxes given, what it is charged on and what it comes to. */
export type Levied = {
  readonly netMinor: number;
  readonly parts: readonly { readonly baseMinor: number; readonly taxMinor: number }[];
};

/**
 * Taxes amounts that share the same taxes and are rounded together: one line, or all lines of a document at the same rates. Three steps, from the
 * price outward: taxes by the piece, percentages of the price, compound taxes on top of those. With tax inside the price the steps are walked back.
 * Where goods come back (amount and quantity negative) everything is the exact opposite.
 */
export function levy(
  amounts: readonly AmountToTax[],
  taxes: readonly TaxRate[],
  how: { readonly rounding: TaxRounding; readonly taxInclusive: boolean },
): Levied[] {
  const { taxInclusive } = how;
  const fixed = taxes.map((tax) => amounts.map((line) => perUnit(tax, line.quantity)));
  const under = sumWhere(taxes, fixed, (tax) => tax.perUnit?.underOthers === true);
  const beside = sumWhere(taxes, fixed, (tax) => tax.perUnit?.underOthers === false);
  const simple = taxes.filter((tax) => tax.perUnit === undefined && !tax.compound);
  const compound = taxes.filter((tax) => tax.perUnit === undefined && tax.compound);
  const keys = amounts.map((line) => line.key);

  let base: number[];
  let withSimple: number[];
  let ofSimple: number[][];
  let ofCompound: number[][];
  if (taxInclusive) {
    const whole = amounts.map((line, at) => line.amountMinor - (beside[at] ?? 0));
    ofCompound = percentages(keys, whole, compound, how);
    withSimple = whole.map((amount, at) => amount - total(ofCompound, at));
    ofSimple = percentages(keys, withSimple, simple, how);
    base = withSimple.map((amount, at) => amount - total(ofSimple, at));
  } else {
    base = amounts.map((line, at) => line.amountMinor + (under[at] ?? 0));
    ofSimple = percentages(keys, base, simple, how);
    withSimple = base.map((amount, at) => amount + total(ofSimple, at));
    ofCompound = percentages(keys, withSimple, compound, how);
  }

  return amounts.map((_, at) => {
    const netMinor = (base[at] ?? 0) - (under[at] ?? 0);
    const parts = taxes.map((tax, index) => {
      if (tax.perUnit !== undefined) return { baseMinor: netMinor, taxMinor: fixed[index]?.[at] ?? 0 };
      return tax.compound
        ? { baseMinor: withSimple[at] ?? 0, taxMinor: ofCompound[compound.indexOf(tax)]?.[at] ?? 0 }
        : { baseMinor: base[at] ?? 0, taxMinor: ofSimple[simple.indexOf(tax)]?.[at] ?? 0 };
    });
    return { netMinor, parts };
  });
}

function perUnit({ perUnit: tax }: TaxRate, quantity: number): number {
  return tax === undefined ? 0 : lineAmount(tax, quantity);
}

function sumWhere(
  taxes: readonly TaxRate[],
  fixed: readonly (readonly number[])[],
  wanted: (tax: TaxRate) => boolean,
): number[] {
  const sums: number[] = [];
  taxes.forEach((tax, index) => {
    if (wanted(tax)) fixed[index]?.forEach((amount, at) => (sums[at] = (sums[at] ?? 0) + amount));
  });
  return sums;
}

/** What all taxes together come to on one of the lines. */
function total(ofTaxes: readonly (readonly number[])[], line: number): number {
  let sum = 0;
  for (const amounts of ofTaxes) sum += amounts[line] ?? 0;
  return sum;
}

/** By tax and line what percentages of the same base come to: computed on the sum of the lines, then shared among them. */
function percentages(
  keys: readonly string[],
  bases: readonly number[],
  taxes: readonly TaxRate[],
  { rounding, taxInclusive }: { readonly rounding: TaxRounding; readonly taxInclusive: boolean },
): number[][] {
  if (taxes.length === 0) return [];
  const rates = taxes.map((tax) => (tax.exempt ? 0 : tax.ratePpm));
  const together = rates.reduce((sum, rate) => sum + rate, 0);
  const divisor = (taxInclusive ? PPM + together : PPM) * rounding.stepMinor;
  const rounded = (base: number, rate: number): number => mulDiv(base, rate, divisor) * rounding.stepMinor;
  const all = (base: number): number[] =>
    rounding.parts === 'each'
      ? rates.map((rate) => rounded(base, rate))
      : splitSteps(rounded(base, together), rates, rounding.stepMinor);
  if (bases.length === 1) return all(bases[0] ?? 0).map((amount) => [amount]);
  return share(keys, bases, all);
}

function splitSteps(amount: number, rates: readonly number[], stepMinor: number): number[] {
  return split(amount / stepMinor, rates).map((part) => part * stepMinor);
}

/**
 * Shares what the sum of the lines is taxed among them by largest remainder. Lines that sell and lines that give back are shared apart, because a
 * share must have the sign of its line: the larger side is taxed on its own sum, the other one takes the difference to the whole.
 */
function share(keys: readonly string[], bases: readonly number[], taxOf: (base: number) => number[]): number[][] {
  let sold = 0;
  let back = 0;
  for (const base of bases) {
    if (base > 0) sold += base;
    else back -= base;
  }
  const whole = taxOf(sold - back);
  const larger = taxOf(sold >= back ? sold : back);
  const order = sortedBy(
    bases.map((_, at) => at),
    (at) => keys[at] ?? '',
  );
  return whole.map((amount, tax) => {
    const ofLarger = larger[tax] ?? 0;
    const [ofSold, ofBack] = sold >= back ? [ofLarger, ofLarger - amount] : [amount + ofLarger, ofLarger];
    const shares: number[] = bases.map(() => 0);
    const give = (sign: 1 | -1, part: number): void => {
      const lines = order.filter((at) => (bases[at] ?? 0) * sign > 0);
      if (lines.length === 0) return;
      const parts = split(
        part,
        lines.map((at) => Math.abs(bases[at] ?? 0)),
      );
      lines.forEach((at, index) => (shares[at] = sign * (parts[index] ?? 0) + 0));
    };
    give(1, ofSold);
    give(-1, ofBack);
    return shares;
  });
}
