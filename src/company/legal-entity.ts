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

/** Where a legal entity has its seat, as it stands on invoices. */
export type Seat = { readonly line1: string; readonly postcode: string; readonly city: string };

/** A legal entity as it is kept. An archived one keeps its books, and nothing is opened in its name any more. */
export type KeptEntity = LegalEntity & {
  readonly address: Seat;
  readonly archived: boolean;
  readonly version: number;
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

/** What may change about a legal entity. Its country, its currency and its fiscal year stand in books that are written already. */
export type EditEntity = {
  readonly version: number;
  readonly name?: string | undefined;
  readonly address?: Seat | undefined;
  readonly archived?: boolean | undefined;
};

/** Why a legal entity cannot become as asked. */
export type EditEntityRejection =
  | { reason: 'stale_version'; current: number }
  | { reason: 'entity_archived'; entityId: string }
  | { reason: 'entity_in_use'; locations: number; channels: number };

/** Says whether a legal entity may become as asked. It is archived when its locations and ways to sell are: they act in its name. */
export function decideEditEntity(
  entity: KeptEntity,
  edit: EditEntity,
  open: { readonly locations: number; readonly channels: number },
): Decision<KeptEntity, EditEntityRejection> {
  const { version, archived = entity.archived } = edit;
  if (version !== entity.version) return reject({ reason: 'stale_version', current: entity.version });
  if (entity.archived && archived) return reject({ reason: 'entity_archived', entityId: entity.id });
  if (archived && open.locations + open.channels > 0) return reject({ reason: 'entity_in_use', ...open });
  return accept({
    ...entity,
    name: edit.name ?? entity.name,
    address: edit.address ?? entity.address,
    archived,
    version: version + 1,
  });
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
