import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import { bigintArray, dateArray, textArray, uuidArray } from '../../../platform/db/arrays.ts';
import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { dayToEpochDay, type BusinessDay } from '../../kernel/time.ts';
import { SUPPLIER_SHARES, type SupplierShare } from '../supplier-share.ts';

const sql = loadSql(import.meta.url, './supplier-share-book.sql', [
  'add_supplier_shares',
  'sum_supplier_shares',
  'find_supplier_used',
]);

/** What suppliers pay in PostgreSQL: summed as it is written, so that a day is a row a promotion whatever was sold. */
export const supplierShareTable: BookTable = {
  name: SUPPLIER_SHARES.name,
  record(changes) {
    const shares = changes.map(({ change }) => change as SupplierShare);
    return [
      {
        statement: sql.add_supplier_shares,
        values: [
          uuidArray(shares.map((one) => one.entityId)),
          dateArray(shares.map((one) => dayToEpochDay(one.businessDay))),
          uuidArray(shares.map((one) => one.promotionId)),
          textArray(shares.map((one) => one.currency)),
          bigintArray(shares.map((one) => one.pieces)),
          bigintArray(shares.map((one) => one.discountMinor)),
          bigintArray(shares.map((one) => one.supplierMinor)),
        ],
      },
    ];
  },
};

/** A row of the report: a promotion and what its supplier owes in a currency, net of what came back. */
export type SupplierShareRow = {
  readonly supplier: string;
  readonly promotionId: string;
  readonly name: string;
  readonly currency: string;
  readonly pieces: number;
  readonly discountMinor: number;
  readonly supplierMinor: number;
};

/** What suppliers pay of what was handed over in a period, both days included, by supplier and promotion. */
export async function sumSupplierShares(
  tx: Tx,
  of: { readonly from: BusinessDay; readonly to: BusinessDay; readonly entityId?: string | undefined },
): Promise<SupplierShareRow[]> {
  type Row = {
    supplier: string | null;
    promotion_id: string;
    name: string;
    currency: string;
    pieces: number;
    discount_minor: number;
    supplier_minor: number;
  };
  return (await tx.rows<Row>(sql.sum_supplier_shares, [of.from, of.to, of.entityId ?? null])).map((row) => ({
    supplier: row.supplier ?? '',
    promotionId: row.promotion_id,
    name: row.name,
    currency: row.currency,
    pieces: row.pieces,
    discountMinor: row.discount_minor,
    supplierMinor: row.supplier_minor,
  }));
}

/** Whether something is to be claimed of a promotion: then its supplier stays who it is. */
export async function isClaimed(tx: Tx, promotionId: string): Promise<boolean> {
  return (await tx.find(sql.find_supplier_used, [promotionId])) !== undefined;
}
