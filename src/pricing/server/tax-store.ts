import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { currencyCode } from '../../kernel/currency.ts';
import { instantToText, type BusinessDay, type InstantMs } from '../../kernel/time.ts';
import type { TaxRequest } from '../tax/tax-basket.ts';
import type { SubPlace, SubRegistration, TaxJurisdiction, TaxRate } from '../tax/tax-rules.ts';

const sql = loadSql(import.meta.url, './tax-store.sql', [
  'find_tax_jurisdictions',
  'save_tax_jurisdiction',
  'find_tax_rates',
  'save_tax_rates',
  'find_tax_exemptions',
  'find_tax_exemption',
  'insert_tax_exemption',
  'end_tax_exemption',
  'find_tax_buyers',
  'find_exemptions_of',
  'save_tax_buyer',
  'erase_tax_buyer',
  'find_tax_places',
  'save_tax_place',
  'find_sub_registrations',
  'save_sub_registration',
]);

/** What a company says of jurisdictions. */
export async function loadTaxJurisdictions(tx: Tx): Promise<TaxJurisdiction[]> {
  type Row = Pick<TaxJurisdiction, 'code' | 'name' | 'system' | 'shipping' | 'deposits' | 'sourcing'> & {
    tax_code: string;
    rounding_scope: TaxJurisdiction['rounding']['scope'];
    rounding_parts: TaxJurisdiction['rounding']['parts'];
    rounding_step_minor: number;
  };
  return (await tx.rows<Row>(sql.find_tax_jurisdictions)).map(
    ({ code, name, system, shipping, deposits, sourcing, ...row }) => ({
      code,
      name,
      system,
      taxCode: row.tax_code,
      rounding: { scope: row.rounding_scope, parts: row.rounding_parts, stepMinor: row.rounding_step_minor },
      shipping,
      deposits,
      sourcing,
    }),
  );
}

/** Writes what a company says of a jurisdiction over what it said before. */
export async function saveTaxJurisdiction(tx: Tx, one: TaxJurisdiction): Promise<void> {
  const { scope, parts, stepMinor } = one.rounding;
  const { code, name, system, taxCode, shipping, deposits, sourcing } = one;
  await tx.run(sql.save_tax_jurisdiction, [
    code,
    name,
    system,
    taxCode,
    scope,
    parts,
    stepMinor,
    shipping,
    deposits,
    sourcing,
  ]);
}

/** All rates that were taken in, by jurisdiction, class, tax and day. The plain VAT rates are not among them. */
export async function loadTaxRates(tx: Tx): Promise<TaxRate[]> {
  type Row = Pick<TaxRate, 'jurisdiction' | 'code' | 'compound' | 'exempt' | 'name' | 'source'> & {
    tax_class: string;
    valid_from: BusinessDay;
    valid_until: BusinessDay | null;
    rate_ppm: number;
    unit_amount: number | null;
    unit_scale: number | null;
    unit_per: number | null;
    unit_currency: string | null;
    unit_under_others: boolean | null;
    checked_on: BusinessDay | null;
  };
  return (await tx.rows<Row>(sql.find_tax_rates)).map((row) => ({
    jurisdiction: row.jurisdiction,
    code: row.code,
    taxClass: row.tax_class,
    validFrom: row.valid_from,
    validUntil: row.valid_until ?? undefined,
    ratePpm: row.rate_ppm,
    perUnit:
      row.unit_amount === null
        ? undefined
        : {
            amount: row.unit_amount,
            scale: row.unit_scale ?? 0,
            per: row.unit_per ?? 1,
            currency: currencyCode(row.unit_currency ?? ''),
            underOthers: row.unit_under_others ?? false,
          },
    compound: row.compound,
    exempt: row.exempt,
    name: row.name,
    source: row.source,
    checkedOn: row.checked_on ?? undefined,
  }));
}

/** Writes rates over those of the same jurisdiction, tax, class and first day. */
export async function saveTaxRates(tx: Tx, rates: readonly TaxRate[]): Promise<void> {
  await tx.run(sql.save_tax_rates, [
    rates.map((one) => one.jurisdiction),
    rates.map((one) => one.code),
    rates.map((one) => one.taxClass),
    rates.map((one) => one.validFrom),
    rates.map((one) => one.validUntil ?? null),
    rates.map((one) => one.ratePpm),
    rates.map((one) => one.perUnit?.amount ?? null),
    rates.map((one) => one.perUnit?.scale ?? null),
    rates.map((one) => one.perUnit?.per ?? null),
    rates.map((one) => one.perUnit?.currency ?? null),
    rates.map((one) => one.perUnit?.underOthers ?? null),
    rates.map((one) => one.compound),
    rates.map((one) => one.exempt),
    rates.map((one) => one.name),
    rates.map((one) => one.source),
    rates.map((one) => one.checkedOn ?? null),
  ]);
}

/** Why a customer is not taxed somewhere, with the number of the paper that proves it. */
export type KeptExemption = {
  readonly id: string;
  readonly customerId: string;
  readonly jurisdiction: string;
  readonly reason: string;
  readonly certificate: string | undefined;
  readonly validFrom: BusinessDay;
  readonly validUntil: BusinessDay | undefined;
  readonly version: number;
};

type ExemptionRow = Pick<KeptExemption, 'id' | 'jurisdiction' | 'reason' | 'version'> & {
  customer_id: string;
  certificate: string | null;
  valid_from: BusinessDay;
  valid_until: BusinessDay | null;
};

function exemptionOf(row: ExemptionRow): KeptExemption {
  const { id, jurisdiction, reason, version } = row;
  return {
    id,
    customerId: row.customer_id,
    jurisdiction,
    reason,
    certificate: row.certificate ?? undefined,
    validFrom: row.valid_from,
    validUntil: row.valid_until ?? undefined,
    version,
  };
}

/** An exemption with the number by which people know the customer. */
export type ListedExemption = KeptExemption & { readonly customerNumber: string };

/** Exemptions of a customer or of all, newest first, one more than the limit so that the reader sees whether there are more. */
export async function listTaxExemptions(
  tx: Tx,
  wanted: { readonly customerId?: string | undefined; readonly after?: string | undefined; readonly limit: number },
): Promise<ListedExemption[]> {
  const rows = await tx.rows<ExemptionRow & { number: string }>(sql.find_tax_exemptions, [
    wanted.customerId ?? null,
    wanted.after ?? null,
    wanted.limit + 1,
  ]);
  return rows.map((row) => ({ ...exemptionOf(row), customerNumber: row.number }));
}

/** One exemption, locked until the commit. */
export async function lockTaxExemption(tx: Tx, id: string): Promise<KeptExemption | undefined> {
  const [row] = await tx.rows<ExemptionRow>(sql.find_tax_exemption, [id]);
  return row === undefined ? undefined : exemptionOf(row);
}

/** Inserts an exemption. */
export async function insertTaxExemption(tx: Tx, one: KeptExemption, at: InstantMs): Promise<void> {
  await tx.run(sql.insert_tax_exemption, [
    one.id,
    one.customerId,
    one.jurisdiction,
    one.reason,
    one.certificate ?? null,
    one.validFrom,
    one.validUntil ?? null,
    instantToText(at),
  ]);
}

/** Sets the last day of an exemption. */
export async function endTaxExemption(tx: Tx, id: string, validUntil: BusinessDay): Promise<void> {
  await tx.run(sql.end_tax_exemption, [id, validUntil]);
}

/** What taxes ask of a customer, as a basket wants it. */
export type TaxBuyer = NonNullable<TaxRequest['customer']> & { readonly version: number };

/** By customer what taxes ask of them. Customers that are not there are missing. */
export async function findTaxBuyers(tx: Tx, customerIds: readonly string[]): Promise<Map<string, TaxBuyer>> {
  type Row = { customer_id: string; business: boolean; vat_id: string | null; version: number };
  type Exemption = Pick<ExemptionRow, 'customer_id' | 'jurisdiction' | 'reason' | 'valid_from' | 'valid_until'>;
  const rows = await tx.rows<Row>(sql.find_tax_buyers, [customerIds]);
  const exemptions = await tx.rows<Exemption>(sql.find_exemptions_of, [customerIds]);
  return new Map(
    rows.map(({ customer_id: customerId, business, vat_id: vatId, version }) => [
      customerId,
      {
        business,
        vatId: vatId ?? undefined,
        version,
        exemptions: exemptions
          .filter((one) => one.customer_id === customerId)
          .map(({ jurisdiction, reason, valid_from: from, valid_until: until }) => ({
            jurisdiction,
            reason,
            from,
            until: until ?? undefined,
          })),
      },
    ]),
  );
}

/** Writes what taxes ask of a customer over what was known before. */
export async function saveTaxBuyer(
  tx: Tx,
  buyer: { readonly customerId: string; readonly business: boolean; readonly vatId: string | undefined },
): Promise<void> {
  await tx.run(sql.save_tax_buyer, [buyer.customerId, buyer.business, buyer.vatId ?? null]);
}

/** Forgets the numbers of a customer who is erased; that there was an exemption stays, because sales rest on it. */
export async function eraseTaxBuyer(tx: Tx, customerId: string): Promise<void> {
  await tx.run(sql.erase_tax_buyer, [customerId]);
}

/** Where locations are below their country. */
export async function loadSubPlaces(tx: Tx): Promise<SubPlace[]> {
  type Row = {
    location_id: string;
    region: string;
    county: string | null;
    city: string | null;
    district: string | null;
  };
  return (await tx.rows<Row>(sql.find_tax_places)).map(
    ({ location_id: locationId, region, county, city, district }) => ({
      locationId,
      region,
      ...(county === null ? {} : { county }),
      ...(city === null ? {} : { city }),
      ...(district === null ? {} : { district }),
    }),
  );
}

/** Writes where a location is; false when there is no such location. */
export async function saveSubPlace(tx: Tx, place: SubPlace): Promise<boolean> {
  const { locationId, region, county, city, district } = place;
  const values = [locationId, region, county ?? null, city ?? null, district ?? null];
  return (await tx.rows(sql.save_tax_place, values)).length === 1;
}

/** Where legal entities pay tax besides whole countries. */
export async function loadSubRegistrations(tx: Tx): Promise<SubRegistration[]> {
  type Row = {
    id: string;
    entity_id: string;
    jurisdiction: string;
    tax_number: string;
    valid_from: BusinessDay;
    valid_until: BusinessDay | null;
  };
  return (await tx.rows<Row>(sql.find_sub_registrations)).map(({ id, jurisdiction, ...row }) => ({
    id,
    entityId: row.entity_id,
    jurisdiction,
    taxNumber: row.tax_number,
    validFrom: row.valid_from,
    validUntil: row.valid_until ?? undefined,
  }));
}

/** Writes a registration over the one of the same entity, jurisdiction and first day; false when there is no such entity. */
export async function saveSubRegistration(tx: Tx, one: SubRegistration): Promise<boolean> {
  const { id, entityId, jurisdiction, taxNumber, validFrom, validUntil } = one;
  const values = [id, entityId, jurisdiction, taxNumber, validFrom, validUntil ?? null];
  return (await tx.rows(sql.save_sub_registration, values)).length === 1;
}
