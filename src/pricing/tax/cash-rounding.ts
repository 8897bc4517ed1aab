import { mulDiv } from '../../kernel/money.ts';

/** What is paid in coins, and what that adds to (or, negative, takes off) what is owed. Both in minor units. */
export type CashAmount = { readonly payableMinor: number; readonly adjustmentMinor: number };

/**
 * The smallest sum that cash can pay, in minor units, where it is more than one: no smaller coin is in use, or the law rounds the total.
 * Sources: Switzerland, coinage in force, 5 centimes the smallest coin (Swissmint); Sweden, 50 öre withdrawn on 30 September 2010 (Riksbank, Lag 1970:1029
 * on rounding); Norway, 50 øre withdrawn 2012 (Norges Bank); Denmark, 50 øre the smallest coin (Danmarks Nationalbank); Netherlands since 2004
 * (De Nederlandsche Bank); Finland (Laki 890/2000); Belgium since 1 December 2019 (Code of economic law, VI.7/1); Ireland since October 2015
 * (Central Bank of Ireland); New Zealand, 10 cents the smallest coin since 2006 (Reserve Bank of New Zealand); Canada since 4 February 2013 (Royal Canadian Mint); Australia (Reserve Bank); Hungary, 5 forint (MNB).
 */
const CASH_STEPS: Readonly<Record<string, number>> = {
  'AU AUD': 5,
  'BE EUR': 5,
  'CA CAD': 5,
  'CH CHF': 5,
  'DK DKK': 50,
  'FI EUR': 5,
  'HU HUF': 500,
  'IE EUR': 5,
  'NL EUR': 5,
  'NO NOK': 100,
  'NZ NZD': 10,
  'SE SEK': 100,
};

/** The smallest sum that cash pays in a country, in minor units; 1 where every amount can be paid. */
export function cashStep(country: string, currency: string): number {
  return CASH_STEPS[`${country} ${currency}`] ?? 1;
}

/**
 * Rounds what is paid in cash to the nearest step, half away from zero. Only the payment is rounded: lines, tax and the total stay as they are, the
 * adjustment is an amount of its own. What is given back in cash is the exact opposite. A step of 1 changes nothing.
 */
export function roundCash(amountMinor: number, stepMinor: number): CashAmount {
  const payableMinor = mulDiv(amountMinor, 1, stepMinor) * stepMinor + 0;
  return { payableMinor, adjustmentMinor: payableMinor - amountMinor };
}
