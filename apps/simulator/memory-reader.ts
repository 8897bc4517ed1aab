import type { Memory } from '../../platform/commit/memory-store.ts';
import type { BatchWrites } from '../../platform/commit/store.ts';
import type { Order } from '../../src/orders/order.ts';
import type { Payment, PaymentChange } from '../../src/payments/payment.ts';
import type { Reservation } from '../../src/stock/reserve.ts';

/** The unlocked reads that commands are resolved with, over a memory store. Shaped like the reader of the database. */
export type MemoryReader = {
  rows<Row extends object>(statement: { readonly name: string }, values?: readonly unknown[]): Promise<Row[]>;
  /** Keeps the indexes that the database would keep. Call it with every commit. */
  see(writes: BatchWrites): void;
};

/**
 * A reader of what the store held at the last commit, by the names of the statements. Now and then (`stale`) it answers for an order
 * what was true one change ago, as an unlocked read may. Throws for a statement that it does not know.
 */
export function createMemoryReader(memory: () => Memory, stale: () => boolean): MemoryReader {
  const openByLevel = new Map<string, Set<string>>();
  const paymentsOf = new Map<string, string[]>();
  const earlier = new Map<string, Order>();
  const book = <S>(name: string): ReadonlyMap<string, S> =>
    (memory().books.get(name) ?? new Map()) as ReadonlyMap<string, S>;
  const levelRow = (reservation: Reservation): object => {
    const [sku_id, location_id, condition, owner_id, lot] = reservation.stockKey.split('|');
    return {
      id: reservation.id,
      sku_id,
      location_id,
      condition,
      owner_id,
      lot,
      channel_id: reservation.channelId ?? null,
    };
  };

  const statements: Readonly<Record<string, (values: readonly unknown[]) => object[]>> = {
    find_expired_holds(values) {
      const [sku, location, condition, owner, lot] = (values.slice(0, 5) as Uint8Array[]).map(readTexts);
      const at = Date.parse(values[5] as string);
      const found: Reservation[] = [];
      for (let i = 0; i < (sku as string[]).length; i += 1) {
        for (const id of openByLevel.get(
          [sku, location, condition, owner, lot].map((column) => column?.[i]).join('|'),
        ) ?? []) {
          const reservation = book<Reservation>('reservation').get(id) as Reservation;
          if (reservation.endedReason === undefined && reservation.expiresAt <= at) found.push(reservation);
        }
      }
      return found
        .sort((a, b) => a.expiresAt - b.expiresAt)
        .slice(0, 500)
        .map(({ id }) => ({ id }));
    },
    find_reservations: ([ids]) =>
      (ids as string[]).flatMap((id) => {
        const reservation = book<Reservation>('reservation').get(id);
        return reservation === undefined ? [] : [levelRow(reservation)];
      }),
    find_order_for_act([id]) {
      const order = (stale() ? earlier.get(id as string) : undefined) ?? book<Order>('order').get(id as string);
      return order === undefined
        ? []
        : [
            {
              entity_id: order.entityId,
              channel_id: order.channelId,
              selling_location_id: order.sellingLocationId,
              currency: order.currency,
              version: order.version,
              promotions: order.promotions ?? null,
            },
          ];
    },
    find_order_lines_for_act: ([id]) =>
      (book<Order>('order').get(id as string)?.lines ?? []).map((line) => ({
        line: line.line,
        kind: line.kind,
        sku_id: line.skuId,
        fulfilling_location_id: line.fulfillingLocationId,
      })),
    find_order_payments: ([id]) =>
      (paymentsOf.get(id as string) ?? []).map((payment) => {
        const { method, providerRef } = book<Payment>('payment').get(payment) as Payment;
        return { id: payment, method, provider_ref: providerRef };
      }),
  };

  return {
    async rows<Row extends object>(
      statement: { readonly name: string },
      values: readonly unknown[] = [],
    ): Promise<Row[]> {
      const read = statements[statement.name.split('.')[1] ?? ''];
      if (read === undefined) throw new Error(`the simulated database does not know the statement ${statement.name}`);
      return read(values) as Row[];
    },
    see(writes) {
      for (const { key, after } of writes.changes.get('reservation') ?? []) {
        const { stockKey, endedReason } = after as Reservation;
        let open = openByLevel.get(stockKey);
        if (open === undefined) openByLevel.set(stockKey, (open = new Set()));
        if (endedReason === undefined) open.add(key);
        else open.delete(key);
      }
      for (const { change } of writes.changes.get('payment') ?? []) {
        const begun = change as PaymentChange;
        if (!('begin' in begun)) continue;
        const known = paymentsOf.get(begun.begin.orderId);
        if (known === undefined) paymentsOf.set(begun.begin.orderId, [begun.id]);
        else known.push(begun.id);
      }
      for (const { key, before } of writes.changes.get('order') ?? [])
        if (before !== undefined) earlier.set(key, before as Order);
    },
  };
}

const UUID_TYPE = 2950;

/** The texts or uuids in an array as it travels to PostgreSQL in binary (array_recv): twelve bytes, length, bound, then length and bytes of each. */
function readTexts(array: Uint8Array): string[] {
  const view = new DataView(array.buffer, array.byteOffset, array.byteLength);
  if (view.getInt32(0) === 0) return [];
  const isUuid = view.getInt32(8) === UUID_TYPE;
  const texts: string[] = [];
  for (let at = 20, left = view.getInt32(12); left > 0; left -= 1) {
    const size = view.getInt32(at);
    const bytes = array.subarray(at + 4, at + 4 + size);
    at += 4 + size;
    if (isUuid) {
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      texts.push(`${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`);
    } else texts.push(new TextDecoder().decode(bytes));
  }
  return texts;
}
