import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { currencyCode } from '../../kernel/currency.ts';
import type { BusinessDay } from '../../kernel/time.ts';
import type { DatedRate } from '../exchange-rate.ts';
import { functionalCurrency } from '../functional-currency.ts';
import type { KeptEntity, LegalEntity, Seat } from '../legal-entity.ts';
import type { TaxRegistration } from '../tax-registration.ts';

const sql = loadSql(import.meta.url, './company.sql', [
  'find_entities',
  'insert_entities',
  'save_entity',
  'insert_tax_registrations',
  'find_tax_registrations',
  'find_registers',
  'find_register_secrets',
  'insert_registers',
  'find_exchange_rates',
  'list_exchange_rates',
  'find_exchange_rate',
  'save_exchange_rates',
]);

/** A till's place in the books: its series of documents and facts. */
export type Register = {
  readonly id: string;
  readonly locationId: string;
  readonly code: string;
  readonly name: string;
  readonly archived: boolean;
};

/**
 * A register with the secret that its facts are signed with. It never leaves the server except to the register itself; undefined where it cannot be read, because
 * the key that it was sealed with is not there.
 */
export type RegisterWithSecret = Register & { readonly factSecret: string | undefined };

/** All legal entities by code. */
export async function loadEntities(tx: Tx): Promise<KeptEntity[]> {
  type Row = {
    id: string;
    code: string;
    name: string;
    country: string;
    functional_currency: string;
    fiscal_year_start_month: number;
    line1: string;
    postcode: string;
    city: string;
    archived: boolean;
    version: number;
  };
  return (await tx.rows<Row>(sql.find_entities)).map(({ id, code, name, country, archived, version, ...row }) => ({
    id,
    code,
    name,
    country,
    archived,
    version,
    address: { line1: row.line1, postcode: row.postcode, city: row.city },
    functionalCurrency: functionalCurrency(row.functional_currency),
    fiscalYearStartMonth: row.fiscal_year_start_month,
  }));
}

/** Inserts legal entities that were decided. */
export async function insertEntities(
  tx: Tx,
  entities: readonly (LegalEntity & { readonly address?: Seat })[],
): Promise<void> {
  await tx.run(sql.insert_entities, [
    entities.map((each) => each.id),
    entities.map((each) => each.code),
    entities.map((each) => each.name),
    entities.map((each) => each.country),
    entities.map((each) => each.functionalCurrency),
    entities.map((each) => each.fiscalYearStartMonth),
    entities.map((each) => JSON.stringify(each.address ?? {})),
  ]);
}

/** Writes a legal entity as it was decided. False when somebody else was faster. `at`: when it was archived, should it be new that it is. */
export async function saveEntity(tx: Tx, entity: KeptEntity, at: Date): Promise<boolean> {
  const { id, version, name, address, archived } = entity;
  return (await tx.run(sql.save_entity, [id, version, name, JSON.stringify(address), archived, at])) === 1;
}

/** All tax registrations. */
export async function loadTaxRegistrations(tx: Tx): Promise<TaxRegistration[]> {
  type Row = {
    id: string;
    entity_id: string;
    country: string;
    tax_number: string;
    valid_from: BusinessDay;
    valid_to: BusinessDay | null;
  };
  return (await tx.rows<Row>(sql.find_tax_registrations)).map((row) => ({
    id: row.id,
    entityId: row.entity_id,
    country: row.country,
    taxNumber: row.tax_number,
    validFrom: row.valid_from,
    validTo: row.valid_to ?? undefined,
  }));
}

/** Inserts tax registrations that were decided. */
export async function insertTaxRegistrations(tx: Tx, rows: readonly TaxRegistration[]): Promise<void> {
  await tx.run(sql.insert_tax_registrations, [
    rows.map((each) => each.id),
    rows.map((each) => each.entityId),
    rows.map((each) => each.country),
    rows.map((each) => each.taxNumber),
    rows.map((each) => each.validFrom),
    rows.map((each) => each.validTo ?? null),
  ]);
}

type RegisterRow = { id: string; location_id: string; code: string; name: string; archived: boolean };

/** All registers, without their secrets. */
export async function loadRegisters(tx: Tx): Promise<Register[]> {
  const rows = await tx.rows<RegisterRow>(sql.find_registers);
  return rows.map(({ id, location_id: locationId, code, name, archived }) => ({
    id,
    locationId,
    code,
    name,
    archived,
  }));
}

/** Makes of a secret as it is kept the one that a register signs with; undefined when it cannot. */
export type OpenRegisterSecret = (kept: string) => string | undefined;

/** All registers with their secrets, for those who check facts. */
export async function loadRegisterSecrets(tx: Tx, open: OpenRegisterSecret): Promise<RegisterWithSecret[]> {
  const rows = await tx.rows<RegisterRow & { fact_secret: string | null }>(sql.find_register_secrets);
  return rows.map(({ id, location_id: locationId, code, name, archived, fact_secret: kept }) => ({
    id,
    locationId,
    code,
    name,
    archived,
    factSecret: kept === null ? undefined : open(kept),
  }));
}

/** Inserts registers. Their secrets are sealed at once by who calls, or by `sealRegisterSecrets` at the next start. */
export async function insertRegisters(
  tx: Tx,
  rows: readonly (Omit<Register, 'archived'> & { readonly factSecret: string })[],
): Promise<void> {
  await tx.run(sql.insert_registers, [
    rows.map((each) => each.id),
    rows.map((each) => each.locationId),
    rows.map((each) => each.code),
    rows.map((each) => each.name),
    rows.map((each) => each.factSecret),
  ]);
}

type RateRow = {
  from_currency: string;
  to_currency: string;
  valid_from: BusinessDay;
  numerator: number;
  denominator: number;
};

/** All exchange rates. */
export async function loadExchangeRates(tx: Tx): Promise<DatedRate[]> {
  return (await tx.rows<RateRow>(sql.find_exchange_rates)).map(toRate);
}

/** Exchange rates by pair and day, after a key of the three. */
export async function listExchangeRates(
  tx: Tx,
  wanted: { limit: number; after: readonly [string, string, string] | undefined },
): Promise<DatedRate[]> {
  const [from, to, day] = wanted.after ?? ['', '', '0001-01-01'];
  return (await tx.rows<RateRow>(sql.list_exchange_rates, [wanted.limit + 1, from, to, day])).map(toRate);
}

/** The rate of a pair that begins on a day, its row locked. */
export async function findExchangeRate(
  tx: Tx,
  key: Pick<DatedRate, 'from' | 'to' | 'validFrom'>,
): Promise<{ numerator: number; denominator: number } | undefined> {
  return tx.find(sql.find_exchange_rate, [key.from, key.to, key.validFrom]);
}

/** Writes rates over those of the same pair and day. */
export async function saveExchangeRates(tx: Tx, rates: readonly DatedRate[]): Promise<void> {
  await tx.run(sql.save_exchange_rates, [
    rates.map((each) => each.from),
    rates.map((each) => each.to),
    rates.map((each) => each.validFrom),
    rates.map((each) => each.numerator),
    rates.map((each) => each.denominator),
  ]);
}

function toRate(row: RateRow): DatedRate {
  const { numerator, denominator } = row;
  return {
    from: currencyCode(row.from_currency),
    to: currencyCode(row.to_currency),
    validFrom: row.valid_from,
    numerator,
    denominator,
  };
}
