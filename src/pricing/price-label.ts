import type { CurrencyCode } from '../kernel/currency.ts';
import { lineAmount } from '../kernel/money.ts';
import type { BaseUnit } from '../kernel/quantity.ts';
import type { PriceNumbers } from './price-resolution.ts';

/** The price of one kilogram, litre or metre in whole minor units, as it stands small on a shelf label. */
export type LabelUnitPrice = { readonly amountMinor: number; readonly unit: 'kg' | 'l' | 'm' };

const LABEL_UNITS: Readonly<Record<BaseUnit, LabelUnitPrice['unit'] | undefined>> = {
  piece: undefined,
  gram: 'kg',
  millilitre: 'l',
  millimetre: 'm',
};

/**
 * The unit price of what is sold by weight, volume or length: Directive 98/6/EC, articles 2(b) and 3(1), asks for it beside the selling price, per kilogram, litre or
 * metre. Pieces have none: what is in a package is not known here.
 */
export function labelUnitPrice(
  { amount, scale, per }: PriceNumbers,
  baseUnit: BaseUnit,
  currency: CurrencyCode,
): LabelUnitPrice | undefined {
  const unit = LABEL_UNITS[baseUnit];
  return unit === undefined ? undefined : { amountMinor: lineAmount({ amount, scale, per, currency }, 1_000), unit };
}
