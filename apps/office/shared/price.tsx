import { useLocale } from 'use-intl';
import { currencyCode, isCurrencyCode } from '../../../src/kernel/currency.ts';
import { lineAmount, unitPriceToDecimalString } from '../../../src/kernel/money.ts';
import type { ShownPrice } from '../../client/types.ts';
import { moneyText } from '../../kit/numbers.tsx';

/** The numbers of a price, wherever it stands. */
type PriceFigure = Pick<ShownPrice, 'amount' | 'currency' | 'scale' | 'per'>;

/** What so many units cost at this price, in whole minor units: the server's own function, so the two always agree. */
export function amountOf(price: PriceFigure, quantity: number): number {
  return lineAmount(
    { amount: price.amount, currency: currencyCode(price.currency), scale: price.scale, per: price.per },
    quantity,
  );
}

/** A price as text. One finer than a cent is shown with all its digits. */
export function priceText(locale: string, price: PriceFigure): string {
  if (price.scale === 0 || !isCurrencyCode(price.currency)) return moneyText(locale, price);
  return `${unitPriceToDecimalString({ amount: price.amount, currency: price.currency, scale: price.scale, per: price.per })} ${price.currency}`;
}

/** A price. */
export function Price({ price }: { price: PriceFigure }) {
  const locale = useLocale();
  return <span className="os-num">{priceText(locale, price)}</span>;
}

/** From the lowest to the highest price; nothing when there is none. */
export function PriceRange({ prices }: { prices: readonly ShownPrice[] }) {
  const locale = useLocale();
  const sorted = [...prices].sort((a, b) => amountOf(a, 1) - amountOf(b, 1));
  const [low] = sorted;
  const high = sorted.at(-1);
  if (low === undefined || high === undefined) return <span className="os-soft">–</span>;
  const [from, to] = [priceText(locale, low), priceText(locale, high)];
  return <span className="os-num">{from === to ? from : `${from} – ${to}`}</span>;
}
