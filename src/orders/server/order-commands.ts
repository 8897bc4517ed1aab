import type { CommandRules, Resolved } from '../../../platform/commit/command.ts';
import type { Reader } from '../../../platform/db/read.ts';
import type { Goods } from '../../stock/goods.ts';
import { EARNED_VOUCHERS } from '../../pricing/earned-voucher.ts';
import { PROMOTION_USES, promotionUseKeys, type UsedPromotion } from '../../pricing/promotion-use.ts';
import { ORDER_REWARDS } from '../../rewards/order-rewards.ts';
import { POINTS } from '../../rewards/points-account.ts';
import { REWARD_ACCOUNTS } from '../../rewards/reward-account.ts';
import type { ExpiredHolds } from '../../stock/reserve.ts';

import { goodsAt, type StockLocation } from '../../stock/server/goods-at.ts';
import { keysOfGoods, resolveExpiredHolds } from '../../stock/server/stock-commands.ts';
import { stockBookSql, keyOfRow } from '../../stock/server/stock-books.ts';
import { cancelOrder, type CancelOrder } from '../cancel-order.ts';
import { placeOrder, type PlaceOrder } from '../place-order.ts';
import { quarantineFact, type QuarantineFact } from '../quarantine-fact.ts';
import { returnGoods, type ReturnGoods } from '../return-goods.ts';
import { goodsKeys, recordSale, type RecordSale } from '../sale.ts';
import { rewardKeys } from '../rewards-of-order.ts';
import { shipOrder, type OrderResolved, type ShipOrder } from '../ship-order.ts';
import { orderBookSql } from './order-books.ts';

/** What the commands about orders need from outside. `locationOf` throws for a location that does not exist. */
export type OrderCommandDeps = {
  readonly read: Reader;
  readonly now: () => number;
  readonly locationOf: (id: string) => StockLocation;
};

/** Reads what an act about a stored order must lock: its goods and its payments. Undefined when there is no such order. */
async function resolveOrder(deps: OrderCommandDeps, orderId: string): Promise<Resolved<OrderResolved> | undefined> {
  const values = [orderId];
  const [headers, lines, payments] = await Promise.all([
    deps.read.rows<{ version: number; promotions: readonly UsedPromotion[] | null }>(
      orderBookSql.find_order_for_act,
      values,
    ),
    deps.read.rows<{ line: number; kind: string; sku_id: string; fulfilling_location_id: string }>(
      orderBookSql.find_order_lines_for_act,
      values,
    ),
    deps.read.rows<{ id: string; method: string; provider_ref: string }>(orderBookSql.find_order_payments, values),
  ]);
  const header = headers[0];
  if (header === undefined) return undefined;
  const goods = new Map<number, Omit<Goods, 'quantity'>>();
  for (const line of lines) {
    if (line.kind === 'goods') goods.set(line.line, goodsAt(deps.locationOf(line.fulfilling_location_id), line.sku_id));
  }
  const paymentIds = payments.map((payment) => payment.id);
  const uses = promotionUseKeys(header.promotions ?? []);
  const kept = payments.filter(({ provider_ref: ref }) => ref !== '');
  const accounts = kept.flatMap(({ method, provider_ref: ref }) =>
    method === 'gift_card' || method === 'store_credit' ? [ref] : [],
  );
  const points = kept.flatMap(({ method, provider_ref: ref }) => (method === 'points' ? [ref] : []));
  return {
    value: { goods, paymentIds },
    keys: {
      ...keysOfGoods([...goods.values()]),
      payment: paymentIds,
      ...(uses.length === 0 ? {} : { [PROMOTION_USES.name]: uses }),
      ...(accounts.length === 0 ? {} : { [REWARD_ACCOUNTS.name]: accounts }),
      ...(points.length === 0 ? {} : { [POINTS.name]: points, [ORDER_REWARDS.name]: [orderId] }),
    },
    versions: [{ book: 'order', key: orderId, version: header.version }],
  };
}

/** Keys with those that rewards need besides; the keys themselves where there are none. */
function withRewards(
  keys: Record<string, readonly string[]>,
  command: Parameters<typeof rewardKeys>[0],
  of: Parameters<typeof rewardKeys>[1],
): Record<string, readonly string[]> {
  return { ...keys, ...rewardKeys(command, of) };
}

/** The uses of promotions that a command counts. */
function addUses(keys: Record<string, readonly string[]>, promotions: readonly UsedPromotion[] | undefined): void {
  if (promotions !== undefined && promotions.length > 0) keys[PROMOTION_USES.name] = promotionUseKeys(promotions);
}

/** The gift cards and store credit that pay. */
function accountsOf(
  tenders: readonly { readonly method: string; readonly accountKey?: string | undefined }[],
): (string | undefined)[] {
  return tenders.map(({ method, accountKey }) => (method === 'points' ? undefined : accountKey));
}

/** The commands of orders. */
export function orderCommands(deps: OrderCommandDeps): readonly CommandRules[] {
  const sale: CommandRules<RecordSale, ExpiredHolds | undefined> = {
    type: 'RecordSale',
    kind: 'fact',
    lines: (body) => body.lines.length,
    resolvesLate: true,
    keys: (body) => {
      const keys: Record<string, readonly string[]> = { ...goodsKeys(body.lines), series: [body.series.key] };
      if (body.fact !== null) keys.fact_source = [body.fact.sourceId];
      if (body.reservationIds.length > 0) keys.reservation = body.reservationIds;
      addUses(keys, body.terms.promotions);
      return withRewards(keys, body, { currency: body.terms.currency, accountKeys: accountsOf(body.tenders) });
    },
    resolve: (_, hint) => resolveExpiredHolds(deps.read, hint, deps.now()),
    decide: recordSale,
  };
  /** A sale that uses reservations up must find their levels first; the common sale skips that read. */
  const saleOfReserved: CommandRules<RecordSale, ExpiredHolds | undefined> = {
    ...sale,
    type: 'RecordSaleOfReserved',
    resolvesLate: false,
    async resolve(body, hint) {
      const [expired, rows] = await Promise.all([
        resolveExpiredHolds(deps.read, hint, deps.now()),
        deps.read.rows<Parameters<typeof keyOfRow>[0]>(stockBookSql.find_reservations, [body.reservationIds]),
      ]);
      return { value: expired.value, keys: { ...expired.keys, stock: rows.map(keyOfRow) } };
    },
  };
  const place: CommandRules<PlaceOrder, ExpiredHolds | undefined> = {
    type: 'PlaceOrder',
    kind: 'request',
    lines: (body) => body.lines.length,
    resolvesLate: true,
    keys: (body) => {
      const keys: Record<string, readonly string[]> = { ...goodsKeys(body.lines), series: [body.series.key] };
      addUses(keys, body.terms.promotions);
      return withRewards(keys, body, {
        currency: body.terms.currency,
        accountKeys: accountsOf(body.payments),
      });
    },
    resolve: (_, hint) => resolveExpiredHolds(deps.read, hint, deps.now()),
    decide: placeOrder,
  };
  const ship: CommandRules<ShipOrder, OrderResolved> = {
    type: 'ShipOrder',
    kind: 'request',
    missing: { reason: 'order_not_found' },
    lines: (body) => body.lines?.length ?? 4,
    keys: (body) => {
      const keys: Record<string, readonly string[]> = { order: [body.orderId], series: [body.series.key] };
      if (body.vouchers !== undefined) keys[EARNED_VOUCHERS.name] = [body.orderId];
      const accountKeys = (body.giftCards ?? []).map(({ key }) => key);
      return withRewards(keys, body, { currency: body.currency ?? body.entityCurrency, accountKeys });
    },
    resolve: (body) => resolveOrder(deps, body.orderId),
    decide: shipOrder,
  };
  const cancel: CommandRules<CancelOrder, OrderResolved> = {
    type: 'CancelOrder',
    kind: 'request',
    missing: { reason: 'order_not_found' },
    lines: (body) => body.lines?.length ?? 4,
    keys: (body) => ({ order: [body.orderId] }),
    resolve: (body) => resolveOrder(deps, body.orderId),
    decide: cancelOrder,
  };
  const giveBack: CommandRules<ReturnGoods> = {
    type: 'ReturnGoods',
    kind: 'fact',
    lines: (body) => body.lines.length,
    keys: (body) => {
      const keys: Record<string, readonly string[]> = { ...goodsKeys(body.lines), series: [body.series.key] };
      if (body.terms.originalOrderId !== undefined) keys.order = [body.terms.originalOrderId];
      const refunded = body.tenders.flatMap(({ refundOf }) => refundOf ?? []);
      if (refunded.length > 0) keys.payment = refunded;
      if (body.voucherIds !== undefined && body.terms.originalOrderId !== undefined) {
        keys[EARNED_VOUCHERS.name] = [body.terms.originalOrderId];
        if (body.voucherIds.length > 0) keys[PROMOTION_USES.name] = body.voucherIds;
      }
      return withRewards(keys, body, {
        currency: body.terms.currency,
        customerId: body.terms.customerId,
        accountKeys: accountsOf(body.tenders),
        pointsKeys: body.tenders.flatMap(({ method, accountKey }) => (method === 'points' ? (accountKey ?? []) : [])),
        orderIds: body.terms.originalOrderId === undefined ? [] : [body.terms.originalOrderId],
      });
    },
    decide: returnGoods,
  };
  const quarantine: CommandRules<QuarantineFact> = {
    type: 'QuarantineFact',
    kind: 'fact',
    keys: (body) => ({ fact_source: [body.fact.sourceId] }),
    decide: quarantineFact,
  };
  return [sale, saleOfReserved, place, ship, cancel, giveBack, quarantine];
}
