import { Type, type Static } from 'typebox';
import type { Principal } from '../../../platform/auth/principal.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, InstantType, MinorType, NumberFrom } from '../../../platform/http/money.ts';
import { forbidden, notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { locationsInReach } from '../../company/server/reach.ts';
import { findLevel, listLevels, listMovements, type LevelRow, type MovementRow } from './stock.store.ts';
import { tags, allowAt, type StockRouteDeps } from './stock-acts.ts';
import { registerReceipts } from './receipts.routes.ts';
import { registerCorrections } from './corrections.routes.ts';
import { registerTransfers } from './transfers.routes.ts';
import { registerReservations } from './reservations.routes.ts';

/** Without safety stock only what sold in this time runs low; the rest is not kept any more. */
const LOW_SINCE_MS = 30 * 86_400_000;

const Named = Type.Union([Type.String(), Type.Null()]);

const LevelType = model(
  'StockLevel',
  Type.Object({
    id: IdType('stockLevel'),
    skuId: IdType('sku'),
    skuCode: Type.String(),
    skuName: Type.String(),
    productId: IdType('product'),
    baseUnit: Type.String(),
    locationId: IdType('location'),
    condition: Type.String(),
    lot: Type.String(),
    onHand: Type.Integer(),
    reserved: Type.Integer(),
    available: Type.Integer(),
    incoming: Type.Integer(),
    shortfall: Type.Integer(),
    backordered: Type.Integer(),
    safety: Type.Integer(),
  }),
);
const MovementType = model(
  'StockMovement',
  Type.Object({
    move: Type.Integer(),
    eventNumber: Type.Integer(),
    eventType: Type.String(),
    delta: Type.Integer(),
    netAfter: Type.Integer(),
    reason: Type.String(),
    costMinor: Type.Union([MinorType, Type.Null()], { description: 'Null for those who may not see the books.' }),
    currency: Type.Union([CurrencyType, Type.Null()]),
    orderId: Type.Union([IdType('order'), Type.Null()]),
    orderNumber: Named,
    document: Named,
    recordedAt: InstantType,
  }),
);
const LevelCursor = Type.Tuple([Type.String(), CursorId, CursorId, CursorId]);
const MoveCursor = Type.Tuple([NumberFrom(1)]);

/** GET /stock, /stock/{id}/movements, and everything that people do with goods. */
export function registerStockRoutes(app: Api, deps: StockRouteDeps): void {
  registerReads(app, deps);
  registerReceipts(app, deps);
  registerCorrections(app, deps);
  registerTransfers(app, deps);
  registerReservations(app, deps);
}

function registerReads(app: Api, deps: StockRouteDeps): void {
  const { pool, schema, company } = deps;
  route(app, {
    method: 'GET',
    url: '/stock',
    operationId: 'listStock',
    summary: 'What is there, what is promised and what may still be promised, by SKU and location',
    tags,
    permission: 'stock:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        search: Type.Optional(
          Type.String({ minLength: 1, maxLength: 200, description: 'Words of the name, a code or a GTIN.' }),
        ),
        location: Type.Optional(IdType('location')),
        sku: Type.Optional(IdType('sku')),
        low: Type.Optional(
          Type.Boolean({
            description:
              'Only where not more than the safety stock is available; without one, where nothing is and something sold lately.',
          }),
        ),
      }),
      response: { 200: ListOf(LevelType) },
    },
    async handler({ principal, query }) {
      const { limit = DEFAULT_LIMIT, search, sku, low } = query;
      const after = decodeCursor(LevelCursor, query.after);
      const locationIds = wantedLocations(deps, principal, query.location);
      const rows = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
        listLevels(tx, {
          limit,
          search,
          skuId: sku,
          locationIds,
          lowSince: low === true ? deps.now() - LOW_SINCE_MS : undefined,
          after: after && { name: after[0], skuId: after[1], locationId: after[2], levelId: after[3] },
        }),
      );
      return pageOf(rows, limit, ({ key }) => [key.name, key.skuId, key.locationId, key.levelId], levelAnswer);
    },
  });

  route(app, {
    method: 'GET',
    url: '/stock/:id/movements',
    operationId: 'listStockMovements',
    summary: 'The movements whose sum is the figure, newest first',
    tags,
    permission: 'stock:read',
    scope: 'location',
    schema: {
      params: Type.Object({ id: IdType('stockLevel') }),
      querystring: Type.Object({ ...listQuery }),
      response: { 200: ListOf(MovementType) },
    },
    async handler(request) {
      const { limit = DEFAULT_LIMIT } = request.query;
      const after = decodeCursor(MoveCursor, request.query.after);
      return withTransaction(pool, { schema, readOnly: true }, async (tx) => {
        const level = await findLevel(tx, request.params.id);
        const where = allowAt(request, deps, 'stock:read', level?.locationId);
        if (level === undefined) throw notFound('stock level');
        const currency = request.principal.can('journal:read', where)
          ? (company.location(level.locationId)?.areaCurrency ?? null)
          : null;
        const rows = await listMovements(tx, { levelId: level.id, limit, before: after?.[0] });
        return pageOf(
          rows,
          limit,
          (row) => [row.move],
          (row) => movementAnswer(row, currency),
        );
      });
    },
  });
}

function wantedLocations(
  { company }: StockRouteDeps,
  principal: Principal,
  location: string | undefined,
): readonly string[] | undefined {
  const reach = locationsInReach(company, principal, 'stock:read');
  if (location === undefined) return reach;
  if (reach !== undefined && !reach.includes(location)) throw forbidden('stock:read');
  return [location];
}

function levelAnswer(row: LevelRow): Static<typeof LevelType> {
  return {
    ...row,
    id: idText('stockLevel', row.id),
    skuId: idText('sku', row.skuId),
    productId: idText('product', row.productId),
    locationId: idText('location', row.locationId),
  };
}

function movementAnswer(row: MovementRow, currency: string | null): Static<typeof MovementType> {
  return {
    ...row,
    orderId: idText('order', row.orderId),
    currency,
    costMinor: currency === null ? null : row.costMinor,
  };
}
