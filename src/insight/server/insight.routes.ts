import { Type, type Static } from 'typebox';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, InstantType, MinorType } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import { locationsInReach } from '../../company/server/reach.ts';
import { instantToText } from '../../kernel/time.ts';
import { findLevel } from '../../stock/server/stock.store.ts';
import { OrderKindType, OrderStatusType } from '../../orders/server/order-answers.ts';
import {
  courseOf,
  dayWindows,
  hoursBegun,
  sumSales,
  type DaySales,
  type DayWindow,
  type HourOfSales,
  type SalesCourse,
} from '../today.ts';
import {
  countWork,
  listLastOrders,
  listPromises,
  listRunningLow,
  salesByHour,
  type LastOrder,
} from './insight.store.ts';

/** What the routes of insight need. */
export type InsightRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly company: CompanyCache;
  readonly now: () => number;
};

const tags = ['insight'];
/** How far back the latest orders and what is in demand are looked for; the ids of orders carry their time. */
const LATELY_MS = 7 * 86_400_000;
const SHOWN = 10;

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
const sums = {
  currency: CurrencyType,
  sales: Type.Integer(),
  units: Type.Integer(),
  grossMinor: MinorType,
  netMinor: MinorType,
  lastWeekSales: Type.Integer(),
  lastWeekMinor: Type.Integer({ description: 'Until the same time of the day a week ago.' }),
};
const ChannelSales = Type.Object({
  channelId: IdType('channel'),
  ...sums,
  hours: Type.Array(orNull(MinorType), { description: 'Gross by hour of the business day, null for hours to come.' }),
  lastWeekHours: Type.Array(MinorType),
});
const LowType = Type.Object({
  levelId: IdType('stockLevel'),
  skuId: IdType('sku'),
  skuCode: Type.String(),
  skuName: Type.String(),
  locationId: IdType('location'),
  available: Type.Integer(),
  safety: Type.Integer(),
  incoming: Type.Integer(),
  sold: Type.Integer(),
});
const LastOrderType = Type.Object({
  id: IdType('order'),
  number: Type.String(),
  kind: OrderKindType,
  status: OrderStatusType,
  channelId: IdType('channel'),
  sellingLocationId: IdType('location'),
  customerName: orNull(Type.String()),
  currency: CurrencyType,
  grossMinor: MinorType,
  placedAt: InstantType,
});
const TodayType = model(
  'Today',
  Type.Object({
    at: InstantType,
    totals: Type.Array(Type.Object(sums)),
    channels: Type.Array(ChannelSales),
    locations: Type.Array(Type.Object({ locationId: IdType('location'), ...sums })),
    low: Type.Array(LowType),
    lastOrders: Type.Array(LastOrderType),
    openOrders: Type.Integer(),
    backorders: Type.Integer({ description: 'Stock levels that have promised more than they hold.' }),
    shortfalls: Type.Integer({ description: 'Stock levels of which more was handed over than the books had.' }),
    quarantine: Type.Integer(),
  }),
);
const PromiseType = model(
  'StockPromise',
  Type.Object({
    kind: Type.Union([Type.Literal('order'), Type.Literal('reservation')]),
    id: Type.Union([IdType('order'), IdType('reservation')]),
    number: orNull(Type.String()),
    quantity: Type.Integer(),
    expiresAt: orNull(InstantType),
    since: orNull(InstantType),
  }),
);
const PromiseCursor = Type.Tuple([Type.Union([Type.Literal('order'), Type.Literal('reservation')]), CursorId]);

/** GET /today, /stock/{id}/promises: what takes more than one domain to know. */
export function registerInsightRoutes(app: Api, deps: InsightRouteDeps): void {
  const { pool, schema, company } = deps;
  route(app, {
    method: 'GET',
    url: '/today',
    operationId: 'getToday',
    summary: 'Sales of today beside those of a week ago, and what needs a person',
    tags,
    permission: 'insight:read',
    scope: 'any',
    description: 'Each location has its own business day. Sums are apart for each currency.',
    schema: { response: { 200: TodayType } },
    async handler({ principal }) {
      const now = deps.now();
      const locationIds = locationsInReach(company, principal, 'insight:read');
      const windows = dayWindows(
        company.locations().filter(({ id }) => locationIds?.includes(id) ?? true),
        now,
      );
      const since = now - LATELY_MS;
      const found = await withTransaction(pool, { schema, snapshot: true }, async (tx) => ({
        hours: await salesByHour(tx, windows),
        work: await countWork(tx, locationIds),
        low: await listRunningLow(tx, { limit: SHOWN, since, locationIds }),
        lastOrders: await listLastOrders(tx, { limit: SHOWN, since, locationIds }),
      }));
      const mayName = (order: LastOrder): boolean =>
        principal.can('customer:read', {
          locationId: order.sellingLocationId,
          entityId: company.location(order.sellingLocationId)?.entityId ?? null,
        });
      return {
        at: instantToText(now),
        totals: sumSales(found.hours, () => '').map(({ sales }) => sales),
        channels: channelSales(company, { hours: found.hours, windows, now, all: locationIds === undefined }),
        locations: sumSales(found.hours, (hour) => hour.locationId).map(({ key, sales }) => ({
          locationId: idText('location', key),
          ...sales,
        })),
        ...found.work,
        low: found.low.map((row) => ({
          ...row,
          levelId: idText('stockLevel', row.levelId),
          skuId: idText('sku', row.skuId),
          locationId: idText('location', row.locationId),
        })),
        lastOrders: found.lastOrders.map((order) => ({
          ...order,
          id: idText('order', order.id),
          channelId: idText('channel', order.channelId),
          sellingLocationId: idText('location', order.sellingLocationId),
          customerName: mayName(order) ? order.customerName : null,
        })),
      } satisfies Static<typeof TodayType>;
    },
  });

  route(app, {
    method: 'GET',
    url: '/stock/:id/promises',
    operationId: 'listStockPromises',
    summary: 'Who holds what is promised: orders and reservations',
    tags: ['stock'],
    permission: 'stock:read',
    scope: 'location',
    schema: {
      params: Type.Object({ id: IdType('stockLevel') }),
      querystring: Type.Object({ ...listQuery }),
      response: { 200: ListOf(PromiseType) },
    },
    async handler(request) {
      const { limit = DEFAULT_LIMIT } = request.query;
      const after = decodeCursor(PromiseCursor, request.query.after);
      return withTransaction(pool, { schema, snapshot: true }, async (tx) => {
        const level = await findLevel(tx, request.params.id);
        if (level === undefined) throw notFound('stock level');
        allow(request, 'stock:read', {
          locationId: level.locationId,
          entityId: company.location(level.locationId)?.entityId ?? null,
        });
        const rows = await listPromises(tx, {
          levelId: level.id,
          limit,
          after: after && { kind: after[0], id: after[1] },
        });
        return pageOf(
          rows,
          limit,
          (row) => [row.kind, row.id],
          (row) => ({ ...row, id: idText(row.kind, row.id) }),
        );
      });
    },
  });
}

/** Every channel that is open, also one that has sold nothing yet; of those who see a part only, the channels that sold there. */
function channelSales(
  company: CompanyCache,
  of: { hours: readonly HourOfSales[]; windows: readonly DayWindow[]; now: number; all: boolean },
): Static<typeof ChannelSales>[] {
  const begun = (channelId: string): number => {
    const place = company.channel(channelId)?.defaultLocationId;
    const today =
      of.windows.find((window) => window.isToday && window.locationId === place) ??
      of.windows.find((window) => window.isToday);
    return today === undefined ? 0 : hoursBegun(today.startAt, of.now);
  };
  const sold = sumSales(of.hours, (hour) => hour.channelId);
  const silent = of.all
    ? company.channels().filter(({ id, archived }) => !archived && !sold.some(({ key }) => key === id))
    : [];
  const answer = (channelId: string, sales: DaySales, hours: readonly HourOfSales[]): Static<typeof ChannelSales> => {
    const course: SalesCourse = { ...sales, ...courseOf(hours, begun(channelId)) };
    return {
      channelId: idText('channel', channelId),
      ...course,
      hours: [...course.hours],
      lastWeekHours: [...course.lastWeekHours],
    };
  };
  return [
    ...sold.map(({ key, sales, of: hours }) => answer(key, sales, hours)),
    ...silent.map(({ id, currency }) =>
      answer(id, { currency, sales: 0, units: 0, grossMinor: 0, netMinor: 0, lastWeekSales: 0, lastWeekMinor: 0 }, []),
    ),
  ];
}
