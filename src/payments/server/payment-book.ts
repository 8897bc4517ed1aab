import { newAndOld, touchedStates } from '../../../platform/commit/latest.ts';
import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import type { Query } from '../../../platform/db/flight.ts';
import { bigintArray, textArray, uuidArray } from '../../../platform/db/arrays.ts';
import { loadSql } from '../../../platform/db/pool.ts';
import { PAYMENTS, type Payment, type PaymentMethod } from '../payment.ts';

const sql = loadSql(import.meta.url, './payment-book.sql', ['load_payments', 'insert_payments', 'update_payments']);

type PaymentRow = {
  id: string;
  order_id: string;
  entity_id: string;
  method: PaymentMethod;
  currency: string;
  provider_ref: string;
  authorised: number;
  captured: number;
  voided: number;
  refunded: number;
  fee_minor: number;
  version: number;
};

/** Payments in PostgreSQL. */
export const paymentTable: BookTable = {
  name: PAYMENTS.name,
  load: (keys) => [{ statement: sql.load_payments, values: [uuidArray(keys)] }],
  parse([rows]) {
    const payments = new Map<string, Payment>();
    for (const row of rows as unknown as PaymentRow[]) {
      payments.set(row.id, {
        id: row.id,
        orderId: row.order_id,
        entityId: row.entity_id,
        method: row.method,
        currency: row.currency,
        providerRef: row.provider_ref,
        authorised: row.authorised,
        captured: row.captured,
        voided: row.voided,
        refunded: row.refunded,
        feeMinor: row.fee_minor,
        version: row.version,
      });
    }
    return payments;
  },
  record(changes, writes) {
    const { added, updated } = newAndOld(touchedStates<Payment>(changes));
    const queries: Query[] = [];
    if (added.length > 0) {
      queries.push({
        statement: sql.insert_payments,
        values: [
          uuidArray(added.map((one) => one.id)),
          uuidArray(added.map((one) => one.orderId)),
          uuidArray(added.map((one) => one.entityId)),
          textArray(added.map((one) => one.method)),
          textArray(added.map((one) => one.currency)),
          textArray(added.map((one) => one.providerRef)),
          bigintArray(added.map((one) => one.authorised)),
          bigintArray(added.map((one) => one.captured)),
          bigintArray(added.map((one) => one.voided)),
          bigintArray(added.map((one) => one.refunded)),
          bigintArray(added.map((one) => one.feeMinor)),
          bigintArray(added.map((one) => one.version)),
          new Date(writes.recordedAt).toISOString(),
        ],
      });
    }
    if (updated.length > 0) {
      const after = updated.map((one) => one.after);
      queries.push({
        statement: sql.update_payments,
        values: [
          uuidArray(after.map((one) => one.id)),
          bigintArray(updated.map((one) => one.before.version)),
          bigintArray(after.map((one) => one.captured)),
          bigintArray(after.map((one) => one.voided)),
          bigintArray(after.map((one) => one.refunded)),
          bigintArray(after.map((one) => one.feeMinor)),
          bigintArray(after.map((one) => one.version)),
          updated.length,
        ],
      });
    }
    return queries;
  },
};
