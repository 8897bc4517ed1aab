import { touchedStates } from '../../../platform/commit/latest.ts';
import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import { bigintArray, instantArray, textArray, uuidArray } from '../../../platform/db/arrays.ts';
import type { Query } from '../../../platform/db/flight.ts';
import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import type { CurrencyCode } from '../../kernel/currency.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import { EARNED_VOUCHERS, type EarnedVoucher, type EarnedVouchers } from '../earned-voucher.ts';

const sql = loadSql(import.meta.url, './earned-voucher-book.sql', [
  'load_vouchers',
  'insert_vouchers',
  'update_vouchers',
  'find_vouchers_by_code',
  'find_any_voucher',
  'find_vouchers_of_customers',
  'find_vouchers_of_order',
]);

type Row = {
  order_id: string;
  id: string;
  promotion_id: string;
  customer_id: string | null;
  code_hash: string | null;
  currency: string;
  amount_minor: number;
  taken_back_minor: number;
  issued_at: InstantMs;
  valid_until: InstantMs;
  version: number;
};

/** Vouchers that baskets earned, in PostgreSQL. */
export const earnedVoucherTable: BookTable = {
  name: EARNED_VOUCHERS.name,
  load: (keys) => [{ statement: sql.load_vouchers, values: [uuidArray(keys)] }],
  parse([rows]) {
    const orders = new Map<string, EarnedVouchers>();
    for (const row of rows as unknown as Row[]) {
      const orderId = row.order_id;
      orders.set(orderId, { orderId, vouchers: [...(orders.get(orderId)?.vouchers ?? []), voucherOf(row)] });
    }
    return orders;
  },
  record(changes) {
    const added: (EarnedVoucher & { orderId: string })[] = [];
    const updated: { was: number; after: EarnedVoucher }[] = [];
    for (const { before, after } of touchedStates<EarnedVouchers>(changes).values()) {
      for (const voucher of after.vouchers) {
        const known = before?.vouchers.find((one) => one.id === voucher.id);
        if (known === undefined) added.push({ ...voucher, orderId: after.orderId });
        else if (known.version !== voucher.version) updated.push({ was: known.version, after: voucher });
      }
    }
    const queries: Query[] = [];
    if (added.length > 0) queries.push({ statement: sql.insert_vouchers, values: columns(added) });
    if (updated.length > 0)
      queries.push({
        statement: sql.update_vouchers,
        values: [
          uuidArray(updated.map(({ after }) => after.id)),
          bigintArray(updated.map(({ was }) => was)),
          bigintArray(updated.map(({ after }) => after.takenBackMinor)),
          bigintArray(updated.map(({ after }) => after.version)),
          updated.length,
        ],
      });
    return queries;
  },
};

function voucherOf(row: Row): EarnedVoucher {
  return {
    id: row.id,
    promotionId: row.promotion_id,
    customerId: row.customer_id ?? undefined,
    codeHash: row.code_hash ?? undefined,
    currency: row.currency,
    amountMinor: row.amount_minor,
    takenBackMinor: row.taken_back_minor,
    issuedAt: row.issued_at,
    validUntil: row.valid_until,
    version: row.version,
  };
}

function columns(vouchers: readonly (EarnedVoucher & { readonly orderId: string })[]): unknown[] {
  return [
    uuidArray(vouchers.map((one) => one.id)),
    uuidArray(vouchers.map((one) => one.orderId)),
    uuidArray(vouchers.map((one) => one.promotionId)),
    uuidArray(vouchers.map((one) => one.customerId)),
    textArray(vouchers.map((one) => one.codeHash)),
    textArray(vouchers.map((one) => one.currency)),
    bigintArray(vouchers.map((one) => one.amountMinor)),
    bigintArray(vouchers.map((one) => one.takenBackMinor)),
    instantArray(vouchers.map((one) => one.issuedAt)),
    instantArray(vouchers.map((one) => one.validUntil)),
    bigintArray(vouchers.map((one) => one.version)),
  ];
}

/** A voucher that somebody brings: what it is worth, whether it was used (`used` > 0), and until when it can be. */
export type FoundVoucher = Pick<EarnedVoucher, 'id' | 'amountMinor' | 'takenBackMinor' | 'validUntil'> & {
  readonly codeHash: string;
  readonly currency: CurrencyCode;
  readonly name: string;
  readonly used: number;
};

type FoundRow = Pick<Row, 'id' | 'code_hash' | 'currency' | 'amount_minor' | 'taken_back_minor' | 'valid_until'> & {
  name: string;
  used: number;
};

function found(rows: readonly FoundRow[]): FoundVoucher[] {
  return rows.map((row) => ({
    id: row.id,
    codeHash: row.code_hash ?? '',
    currency: row.currency as CurrencyCode,
    name: row.name,
    amountMinor: row.amount_minor,
    takenBackMinor: row.taken_back_minor,
    validUntil: row.valid_until,
    used: row.used,
  }));
}

/** Vouchers by the hashes of their codes, used and expired ones too. */
export async function findVouchersByCode(tx: Tx, hashes: readonly string[]): Promise<FoundVoucher[]> {
  return found(await tx.rows<FoundRow>(sql.find_vouchers_by_code, [hashes]));
}

/** Whether a customer ever had a voucher. */
export async function findAnyVoucher(tx: Tx): Promise<boolean> {
  return (await tx.find<{ any_voucher: boolean }>(sql.find_any_voucher, []))?.any_voucher === true;
}

/** The vouchers that customers can use, a list for each in their order, those that end first; ten at most. */
export async function findVouchersOfCustomers(
  tx: Tx,
  asked: readonly { readonly customerId: string; readonly at: InstantMs }[],
): Promise<FoundVoucher[][]> {
  const rows = await tx.rows<FoundRow & { nth: number }>(sql.find_vouchers_of_customers, [
    asked.map(({ customerId }) => customerId),
    asked.map(({ at }) => instantToText(at)),
  ]);
  const lists: FoundVoucher[][] = asked.map(() => []);
  for (const row of rows) lists[row.nth - 1]?.push(...found([row]));
  return lists;
}

/** The vouchers that an order earned, by id. */
export async function findVouchersOfOrder(tx: Tx, orderId: string): Promise<string[]> {
  return (await tx.rows<{ id: string }>(sql.find_vouchers_of_order, [orderId])).map(({ id }) => id);
}
