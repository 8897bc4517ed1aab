import type { LineTax } from '../pricing/tax/tax-basket.ts';
import { mulDiv } from '../kernel/money.ts';
import type { LineDiscount } from '../pricing/promotion/promotion-basket.ts';
import type { PricedLine } from './order.ts';

/** What part of a line comes to. Amounts in minor units of the order's currency. */
export type LineShare = {
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  readonly discounts?: readonly LineDiscount[] | undefined;
  readonly taxes?: readonly LineTax[] | undefined;
};

/**
 * The share of an amount that belongs to units `from` (exclusive) to `to` (inclusive) of a quantity. Any way of cutting the quantity into parts gives
 * parts that sum to the amount, because each is a difference of cumulative roundings.
 */
export function shareOf(amount: number, from: number, to: number, quantity: number): number {
  return mulDiv(amount, to, quantity) - mulDiv(amount, from, quantity);
}

/**
 * What units `from` (exclusive) to `to` (inclusive) of a line come to: of each tax and each discount its own share, so that also their sums over all
 * parts are those of the whole line, in whatever order and size the parts leave, are cancelled or come back.
 */
export function shareOfLine(
  line: Pick<PricedLine, 'netMinor' | 'taxMinor' | 'quantity' | 'discounts' | 'taxes'>,
  from: number,
  to: number,
): LineShare {
  const share = (amount: number): number => shareOf(amount, from, to, line.quantity);
  const netMinor = share(line.netMinor);
  const discounts = line.discounts?.map((one) => ({
    ...one,
    amountMinor: share(one.amountMinor),
    ...(one.supplierMinor === undefined ? {} : { supplierMinor: share(one.supplierMinor) }),
  }));
  const taxes = line.taxes?.map((one) => ({ ...one, baseMinor: share(one.baseMinor), taxMinor: share(one.taxMinor) }));
  const taxMinor = taxes === undefined ? share(line.taxMinor) : owedOf(taxes);
  return {
    netMinor,
    taxMinor,
    grossMinor: netMinor + taxMinor,
    ...(discounts === undefined ? {} : { discounts }),
    ...(taxes === undefined ? {} : { taxes }),
  };
}

/** What we owe of taxes: what a marketplace collects or the buyer declares is listed with them and not ours. */
export function owedOf(taxes: readonly LineTax[]): number {
  return taxes.reduce((sum, { treatment, taxMinor }) => sum + (isOwed(treatment) ? taxMinor : 0), 0);
}

function isOwed(treatment: LineTax['treatment']): boolean {
  return treatment !== 'marketplace' && treatment !== 'reverse_charge';
}

/** The same amounts with the other sign: what comes back. */
export function negativeOf({ netMinor, taxMinor, grossMinor, discounts, taxes }: LineShare): LineShare {
  return {
    netMinor: 0 - netMinor,
    taxMinor: 0 - taxMinor,
    grossMinor: 0 - grossMinor,
    ...(discounts === undefined
      ? {}
      : {
          discounts: discounts.map(({ supplierMinor, ...one }) => ({
            ...one,
            amountMinor: 0 - one.amountMinor,
            ...(supplierMinor === undefined ? {} : { supplierMinor: 0 - supplierMinor }),
          })),
        }),
    ...(taxes === undefined
      ? {}
      : { taxes: taxes.map((one) => ({ ...one, baseMinor: 0 - one.baseMinor, taxMinor: 0 - one.taxMinor })) }),
  };
}

/** Taxes of several lines summed: jurisdiction, code, rate in parts per million, treatment, base and tax in minor units. */
export type TaxSum = readonly [string, string, number, LineTax['treatment'], number, number];

/** What each promotion took off lines, whole minor units in the mode of their prices, in the order in which they were met. */
export function sumDiscounts(
  lines: readonly Pick<PricedLine, 'discounts'>[],
): [promotionId: string, amountMinor: number][] {
  const sums = new Map<string, number>();
  for (const { discounts } of lines)
    for (const { promotionId, amountMinor } of discounts ?? [])
      sums.set(promotionId, (sums.get(promotionId) ?? 0) + amountMinor);
  return [...sums];
}

/**
 * The taxes of lines, summed by what a return of taxes asks for, in the order in which they were met. A line of one plain value added tax does not list
 * it: it is that of `jurisdiction`, at the line's rate.
 */
export function sumTaxes(
  lines: readonly Pick<PricedLine, 'kind' | 'taxPpm' | 'netMinor' | 'taxMinor' | 'taxes'>[],
  jurisdiction: string,
): TaxSum[] {
  const sums = new Map<string, [string, string, number, LineTax['treatment'], number, number]>();
  const add = ({ jurisdiction: where, code, ratePpm, treatment, baseMinor, taxMinor }: LineTax): void => {
    const key = `${where} ${code} ${ratePpm} ${treatment}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, [where, code, ratePpm, treatment, baseMinor, taxMinor]);
    else {
      sum[4] += baseMinor;
      sum[5] += taxMinor;
    }
  };
  for (const { kind, taxPpm, netMinor, taxMinor, taxes } of lines) {
    if (taxes !== undefined) taxes.forEach(add);
    else if (kind !== 'voucher')
      add({
        jurisdiction,
        code: 'VAT',
        ratePpm: taxPpm,
        baseMinor: netMinor,
        taxMinor,
        treatment: taxPpm === 0 ? 'zero' : 'taxed',
      });
  }
  return [...sums.values()];
}
