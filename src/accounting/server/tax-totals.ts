import { bigintArray, dateArray, integerArray, textArray, uuidArray } from '../../../platform/db/arrays.ts';
import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { dayToEpochDay, type BusinessDay } from '../../kernel/time.ts';
import { TAX_TOTALS, type TaxTotal } from '../tax-totals.ts';

const sql = loadSql(import.meta.url, './tax-totals.sql', ['add_tax_totals', 'sum_taxes', 'sum_tax_account']);

/** Taxes of a day by jurisdiction in PostgreSQL: a batch is summed here, so that a day is a few rows whatever was sold. */
export const taxTotalTable: BookTable = {
  name: TAX_TOTALS.name,
  record(changes) {
    const totals = [...summed(changes.map(({ change }) => change as TaxTotal)).values()];
    return [
      {
        statement: sql.add_tax_totals,
        values: [
          uuidArray(totals.map((one) => one.entityId)),
          dateArray(totals.map((one) => dayToEpochDay(one.postingDay))),
          textArray(totals.map((one) => one.jurisdiction)),
          textArray(totals.map((one) => one.code)),
          integerArray(totals.map((one) => one.ratePpm)),
          textArray(totals.map((one) => one.treatment)),
          textArray(totals.map((one) => one.currency)),
          bigintArray(totals.map((one) => one.baseMinor)),
          bigintArray(totals.map((one) => one.taxMinor)),
          bigintArray(totals.map((one) => one.entityBaseMinor)),
          bigintArray(totals.map((one) => one.entityTaxMinor)),
        ],
      },
    ];
  },
};

function summed(totals: readonly TaxTotal[]): Map<string, TaxTotal> {
  const sums = new Map<string, TaxTotal>();
  for (const one of totals) {
    const { entityId, postingDay, jurisdiction, code, ratePpm, treatment, currency } = one;
    const key = `${entityId}|${postingDay}|${jurisdiction}|${code}|${ratePpm}|${treatment}|${currency}`;
    const sum = sums.get(key);
    sums.set(
      key,
      sum === undefined
        ? one
        : {
            ...sum,
            baseMinor: sum.baseMinor + one.baseMinor,
            taxMinor: sum.taxMinor + one.taxMinor,
            entityBaseMinor: sum.entityBaseMinor + one.entityBaseMinor,
            entityTaxMinor: sum.entityTaxMinor + one.entityTaxMinor,
          },
    );
  }
  return sums;
}

/** A row of the tax report. */
export type TaxSumRow = Omit<TaxTotal, 'eventNumber' | 'ordinal' | 'entityId' | 'postingDay'>;

/** A legal entity and the posting days of a report, both inclusive. */
export type TaxPeriod = { readonly entityId: string; readonly from: BusinessDay; readonly to: BusinessDay };

/** The taxes of a period by jurisdiction, tax, rate, treatment and currency, by their codes. */
export async function sumTaxes(tx: Tx, { entityId, from, to }: TaxPeriod): Promise<TaxSumRow[]> {
  type Row = {
    jurisdiction: string;
    code: string;
    rate_ppm: number;
    treatment: TaxTotal['treatment'];
    currency: string;
    base_minor: number;
    tax_minor: number;
    entity_base_minor: number;
    entity_tax_minor: number;
  };
  return (await tx.rows<Row>(sql.sum_taxes, [entityId, from, to])).map((row) => ({
    jurisdiction: row.jurisdiction,
    code: row.code,
    ratePpm: row.rate_ppm,
    treatment: row.treatment,
    currency: row.currency,
    baseMinor: row.base_minor,
    taxMinor: row.tax_minor,
    entityBaseMinor: row.entity_base_minor,
    entityTaxMinor: row.entity_tax_minor,
  }));
}

/** What the ledger's account of output tax came to in a period, in the entity's currency: positive when tax is owed. */
export async function sumTaxAccount(tx: Tx, { entityId, from, to }: TaxPeriod): Promise<number> {
  const [row] = await tx.rows<{ ledger_minor: number }>(sql.sum_tax_account, [entityId, from, to]);
  return row?.ledger_minor ?? 0;
}
