import { isCurrencyCode } from '../kernel/currency.ts';
import { accept, reject, type Decision } from '../kernel/decision.ts';
import { fiscalYearOf, startOfFiscalYear, type BusinessDay } from '../kernel/time.ts';
import type { FunctionalCurrency } from './functional-currency.ts';

/**
 * A company that buys, sells, owes tax and keeps books of its own. Every location and every document belongs to one.
 * `country` is ISO 3166-1 alpha-2; `fiscalYearStartMonth` is 1 to 12.
 */
export type LegalEntity = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly country: string;
  readonly functionalCurrency: FunctionalCurrency;
  readonly fiscalYearStartMonth: number;
};

/** Why a legal entity cannot be founded. */
export type LegalEntityRejection =
  | { reason: 'duplicate_code'; code: string }
  | { reason: 'unknown_country'; country: string }
  | { reason: 'unknown_currency'; currency: string };

/** A legal entity as it is asked for. */
export type FoundEntity = Omit<LegalEntity, 'functionalCurrency'> & { readonly functionalCurrency: string };

/** Says whether a legal entity can be founded beside those whose codes are known. */
export function decideFoundEntity(
  command: FoundEntity,
  known: { codes: ReadonlySet<string> },
): Decision<LegalEntity, LegalEntityRejection> {
  const { functionalCurrency: currency } = command;
  if (known.codes.has(command.code)) return reject({ reason: 'duplicate_code', code: command.code });
  if (!isCountryCode(command.country)) return reject({ reason: 'unknown_country', country: command.country });
  if (!isCurrencyCode(currency)) return reject({ reason: 'unknown_currency', currency });
  return accept({ ...command, functionalCurrency: currency });
}

/** Whether the text has the form of an ISO 3166-1 alpha-2 code. Which codes are given out changes too often to refuse one. */
export function isCountryCode(text: string): boolean {
  return /^[A-Z]{2}$/.test(text);
}

/** The fiscal year a day falls in and its first day, by the entity's own calendar. */
export function fiscalYear(
  entity: Pick<LegalEntity, 'fiscalYearStartMonth'>,
  day: BusinessDay,
): { year: number; startsOn: BusinessDay } {
  const rule = { startMonth: entity.fiscalYearStartMonth };
  const year = fiscalYearOf(day, rule);
  return { year, startsOn: startOfFiscalYear(year, rule) };
}
