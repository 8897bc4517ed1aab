import { Bug } from '../kernel/assert.ts';
import { currencyCode, isCurrencyCode, type CurrencyCode } from '../kernel/currency.ts';
import { convertMoney, type ExchangeRate } from '../kernel/rate.ts';
import type { Money } from '../kernel/money.ts';

/**
 * The currency in which a legal entity keeps its books: that of the economic environment it works in (IAS 21, paragraph 9).
 * Every posting carries its amount in the document's currency and in this one, with the rate used.
 */
export type FunctionalCurrency = CurrencyCode;

/** An amount as it stands in the books: what the document says, what the books say, and the rate between them. */
export type BookedAmount = {
  readonly document: Money;
  readonly functional: Money;
  /** Undefined when both currencies are one. */
  readonly rate: ExchangeRate | undefined;
};

/** The functional currency in a text that we vouch for (a column with a CHECK). Throws a Bug when ISO 4217 has no such code. */
export function functionalCurrency(text: string): FunctionalCurrency {
  if (!isCurrencyCode(text)) throw new Bug('a legal entity keeps its books in an active ISO 4217 currency', { text });
  return text;
}

/**
 * Translates a document's amount into the books with the rate of its day, rounded once (IAS 21, paragraph 21: the spot
 * rate at the date of the act). Throws a Bug when the currencies differ and the rate is missing or for another pair.
 */
export function toFunctional(
  document: Money,
  books: { currency: FunctionalCurrency; rate: ExchangeRate | undefined },
): BookedAmount {
  if (document.currency === books.currency) return { document, functional: document, rate: undefined };
  const { rate } = books;
  if (rate === undefined)
    throw new Bug('an amount in another currency needs a rate', { from: document.currency, to: books.currency });
  if (rate.to !== books.currency)
    throw new Bug('the exchange rate leads to another currency', { to: rate.to, books: books.currency });
  return { document, functional: convertMoney(document, rate), rate };
}

/**
 * The same for an act, which carries codes and a rate: minor units of the document's currency become minor units of the entity's. `rate` is
 * numerator and denominator between major units.
 */
export function functionalMinor(
  amountMinor: number,
  act: { readonly currency: string; readonly entityCurrency: string; readonly rate: readonly [number, number] },
): number {
  const from = currencyCode(act.currency);
  const to = currencyCode(act.entityCurrency);
  const rate = { from, to, numerator: act.rate[0], denominator: act.rate[1] };
  return toFunctional({ amount: amountMinor, currency: from }, { currency: to, rate }).functional.amount;
}
