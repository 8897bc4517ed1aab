import type { BookKeys, CommandRules, Resolved } from '../../../platform/commit/command.ts';
import type { Reader } from '../../../platform/db/read.ts';
import { adjustStock, countStock, type AdjustStock, type CountStock } from '../adjust.ts';
import type { Goods } from '../goods.ts';
import { receiveGoods, setSafetyStock, type ReceiveGoods, type SetSafetyStock } from '../receive.ts';
import {
  releaseReservations,
  reserveStock,
  sweepReservations,
  type ExpiredHolds,
  type ExpireReservations,
  type ReleaseReservations,
  type ReserveStock,
} from '../reserve.ts';
import { stockPlace } from '../stock-level.ts';
import { transferStock, type TransferStock } from '../transfer.ts';
import { keyOfRow, placeArrays, stockBookSql } from './stock-books.ts';

/** Keys of the levels and costs of goods. */
export function keysOfGoods(goods: readonly Omit<Goods, 'quantity'>[]): BookKeys {
  return { stock: goods.map((one) => one.stockKey), cost: goods.flatMap((one) => one.costKey ?? []) };
}

/**
 * Answers a decider that found no room: the reservations on those levels whose time has come. The clock of the lock decides again,
 * so one that expires between here and there is not released too early.
 */
export async function resolveExpiredHolds(
  read: Reader,
  hint: unknown,
  at: number,
): Promise<Resolved<ExpiredHolds | undefined>> {
  const wanted = hint as { expiredOn?: readonly string[] } | undefined;
  if (wanted?.expiredOn === undefined) return { value: undefined, keys: {} };
  const places = wanted.expiredOn.map(stockPlace);
  const rows = await read.rows<{ id: string }>(stockBookSql.find_expired_holds, [
    ...placeArrays(places),
    new Date(at).toISOString(),
  ]);
  const reservationIds = rows.map((row) => row.id);
  return { value: { reservationIds }, keys: { reservation: reservationIds } };
}

/** The commands of stock. `read` serves the unlocked reads that find what must be locked. */
export function stockCommands(read: Reader, now: () => number): readonly CommandRules[] {
  const receive: CommandRules<ReceiveGoods> = {
    type: 'ReceiveGoods',
    kind: 'request',
    lines: (body) => body.lines.length,
    keys: (body) => keysOfGoods(body.lines.map((line) => line.goods)),
    decide: receiveGoods,
  };
  const safety: CommandRules<SetSafetyStock> = {
    type: 'SetSafetyStock',
    kind: 'request',
    lines: (body) => body.lines.length,
    keys: (body) => ({ stock: body.lines.map((line) => line.stockKey) }),
    decide: setSafetyStock,
  };
  const adjust: CommandRules<AdjustStock> = {
    type: 'AdjustStock',
    kind: 'request',
    lines: (body) => body.lines.length,
    keys: (body) => keysOfGoods(body.lines.map((line) => line.goods)),
    decide: adjustStock,
  };
  const count: CommandRules<CountStock> = {
    type: 'CountStock',
    kind: 'fact',
    lines: (body) => body.lines.length,
    keys: (body) => keysOfGoods(body.lines.map((line) => line.goods)),
    decide: countStock,
  };
  const transfer: CommandRules<TransferStock> = {
    type: 'TransferStock',
    kind: 'request',
    lines: (body) => body.lines.length * 2,
    keys: (body) => keysOfGoods(body.lines.flatMap((line) => [line.goods, line.to])),
    decide: transferStock,
  };
  const reserve: CommandRules<ReserveStock, ExpiredHolds | undefined> = {
    type: 'ReserveStock',
    kind: 'request',
    lines: (body) => body.lines.length,
    resolvesLate: true,
    keys: (body) => ({
      stock: body.lines.map((line) => line.goods.stockKey),
      reservation: body.lines.map((line) => line.reservationId),
    }),
    resolve: (_, hint) => resolveExpiredHolds(read, hint, now()),
    decide: reserveStock,
  };
  /** A reservation's level is known only from the reservation. */
  const levelsOf = async (body: { reservationIds: readonly string[] }): Promise<Resolved<undefined>> => {
    const rows = await read.rows<Parameters<typeof keyOfRow>[0]>(stockBookSql.find_reservations, [body.reservationIds]);
    return { value: undefined, keys: { stock: rows.map(keyOfRow) } };
  };
  const release: CommandRules<ReleaseReservations> = {
    type: 'ReleaseReservations',
    kind: 'request',
    lines: (body) => body.reservationIds.length,
    keys: (body) => ({ reservation: body.reservationIds }),
    resolve: levelsOf,
    decide: releaseReservations,
  };
  const sweep: CommandRules<ExpireReservations> = {
    type: 'ExpireReservations',
    kind: 'request',
    lines: (body) => body.reservationIds.length,
    keys: (body) => ({ reservation: body.reservationIds }),
    resolve: levelsOf,
    decide: sweepReservations,
  };
  return [receive, safety, adjust, count, transfer, reserve, release, sweep];
}
