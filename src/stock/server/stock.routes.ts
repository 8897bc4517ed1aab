import { Type, type Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Principal } from '../../../platform/auth/principal.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import {
  commandAnswer,
  submitFor,
  withIdTexts,
  type AcceptedAct,
  type AskedBy,
} from '../../../platform/http/command-answer.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { model } from '../../../platform/http/model.ts';
import {
  CurrencyType,
  InstantType,
  MinorType,
  MoneyType,
  UnitPriceType,
  NumberFrom,
} from '../../../platform/http/money.ts';
import { oversee } from '../../../platform/http/oversight.ts';
import { forbidden, malformed, notFound, refused } from '../../../platform/http/problem.ts';
import { allow, route, type Permission } from '../../../platform/http/route.ts';
import type { SkuCache } from '../../catalog/server/sku-cache.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import { locationsInReach } from '../../company/server/reach.ts';
import { lineAmount, powerOfTen, type UnitPrice } from '../../kernel/money.ts';
import { instantToText } from '../../kernel/time.ts';
import type { AdjustStock, CountStock } from '../adjust.ts';
import type { ReceiveGoods, SetSafetyStock } from '../receive.ts';
import type { ReleaseReservations, ReserveStock } from '../reserve.ts';
import type { TransferStock } from '../transfer.ts';
import { goodsOfLines, occasionAt, siteOf, type StockSite } from './prepare.ts';
import {
  findLevel,
  findReservationPlace,
  listLevels,
  listMovements,
  type LevelRow,
  type MovementRow,
} from './stock.store.ts';

/** What the routes of stock need. */
export type StockRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly committer: Committer;
  readonly company: CompanyCache;
  readonly skus: SkuCache;
  readonly now: () => number;
};

const tags = ['stock'];
const closed = { additionalProperties: false };
/** More than any shelf holds, and small enough that sums stay exact. */
const MOST_UNITS = 1_000_000_000;
const MOST_MINOR = 1_000_000_000_000;
const MOST_LINES = 500;
/** Without safety stock only what sold in this time runs low; the rest is not kept any more. */
const LOW_SINCE_MS = 30 * 86_400_000;

const Units = Type.Integer({ minimum: 1, maximum: MOST_UNITS, description: 'Base units of the SKU.' });
const Lot = Type.Optional(Type.String({ minLength: 1, maxLength: 60 }));
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

type Asking = AskedBy & { readonly principal: Principal; scopeChecked: boolean };

/** Checks a permission at a location, known or not, before anything is told about it. */
function allowAt(
  request: Pick<Asking, 'principal' | 'scopeChecked'>,
  { company }: StockRouteDeps,
  permission: Permission,
  locationId: string | undefined,
): { locationId: string | null; entityId: string | null } {
  const target = {
    locationId: locationId ?? null,
    entityId: locationId === undefined ? null : (company.location(locationId)?.entityId ?? null),
  };
  // Whoever may see a part may learn that an id leads nowhere; whether it leads elsewhere, not.
  if (locationId === undefined && request.principal.holds(permission)) request.scopeChecked = true;
  else allow(request, permission, target);
  return target;
}

/**
 * Prepares a command and sends it. What was accepted before is answered again even if it could not be prepared any more: a location may
 * have been archived since.
 */
async function act(
  request: Asking,
  deps: StockRouteDeps,
  type: string,
  sent: unknown,
  prepare: (at: number) => object | Promise<object>,
): Promise<AcceptedAct> {
  const at = deps.now();
  let body: object;
  try {
    body = await prepare(at);
  } catch (error) {
    const repeat = {
      type,
      key: request.idempotencyKey,
      principalId: request.principal.id,
      lane: 'interactive' as const,
      at,
      body: sent,
      sent,
    };
    const before = request.preview ? undefined : await deps.committer.findAnswer(repeat);
    if (before === undefined) throw error;
    return commandAnswer(before);
  }
  return submitFor(request, deps.committer, { type, body, sent, at });
}

/** The parts of a request that an act needs. */
function asked({ principal, originId, idempotencyKey, preview, secondPerson, scopeChecked }: Asking): Asking {
  return { principal, originId, idempotencyKey, preview, secondPerson, scopeChecked };
}

/** The answer of an act: its body with ids as they are outside, and where it stands in the log. */
function told({ eventNumber, repeated, body }: AcceptedAct): Record<string, unknown> {
  return { ...(withIdTexts(body) as Record<string, unknown>), eventNumber, repeated };
}

const Said = { eventNumber: Type.Integer(), repeated: Type.Boolean() };

function registerReceipts(app: Api, deps: StockRouteDeps): void {
  const Line = Type.Object(
    {
      skuId: IdType('sku'),
      quantity: Units,
      unitCost: Type.Optional(UnitPriceType),
      totalCost: Type.Optional(MoneyType),
      lot: Lot,
    },
    closed,
  );
  route(app, {
    method: 'POST',
    url: '/goods-receipts',
    operationId: 'receiveGoods',
    summary: 'Goods arrived',
    tags,
    permission: 'stock:receive',
    scope: 'location',
    preview: true,
    description:
      'Each line says what one unit or the whole line costs, in the currency of the books. Opening stock was there before the books began.',
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          lines: Type.Array(Line, { minItems: 1, maxItems: MOST_LINES }),
          supplierRef: Type.Optional(Type.String({ maxLength: 100 })),
          opening: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          ...Said,
          receiptId: IdType('document'),
          supplierRef: Type.String(),
          currency: CurrencyType,
          units: Type.Integer(),
          valueMinor: MinorType,
          shortfallEstimatedMinor: MinorType,
          shortfallActualMinor: MinorType,
          lines: Type.Array(Type.Object({ skuId: IdType('sku'), quantity: Type.Integer(), valueMinor: MinorType })),
        }),
      },
    },
    async handler(request, reply) {
      const { locationId, lines, supplierRef = '', opening = false } = request.body;
      allowAt(request, deps, opening ? 'journal:post' : 'stock:receive', locationId);
      const accepted = await act(request, deps, 'ReceiveGoods', request.body, async (at): Promise<ReceiveGoods> => {
        const site = siteOf(deps.company, locationId);
        const goods = await goodsOfLines(deps.skus, site, lines);
        const occasion = occasionAt(deps.company, site, at);
        return {
          ...occasion,
          receiptId: uuidv7(),
          reason: opening ? 'opening' : 'receipt',
          supplierRef,
          lines: lines.map((line, index) => ({
            line: index + 1,
            goods: { ...goods[index]!, quantity: line.quantity },
            valueMinor: costOfLine(line, index, occasion.entityCurrency),
          })),
        };
      });
      return reply.code(201).send(told(accepted) as never);
    },
  });
}

type CostedLine = {
  readonly quantity: number;
  readonly unitCost?: { amount: number; currency: string; scale?: number; per?: number };
  readonly totalCost?: { amount: number; currency: string };
};

/** What a line cost in whole minor units, rounded once. 400 unless one of the two is given, 409 `cost_in_other_currency`. */
function costOfLine({ quantity, unitCost, totalCost }: CostedLine, index: number, currency: string): number {
  const wrong = (name: string, message: string) => malformed([{ path: `/lines/${index}${name}`, message }]);
  const given = unitCost ?? totalCost;
  if (given === undefined || (unitCost !== undefined && totalCost !== undefined))
    throw wrong('', 'must say unitCost or totalCost, not both');
  const path = unitCost === undefined ? '/totalCost' : '/unitCost';
  if (given.amount < 0) throw wrong(path, 'must not be negative');
  if (given.currency !== currency)
    throw refused({ reason: 'cost_in_other_currency', line: index + 1, currency, given: given.currency });
  const unit = (unitCost ?? {}) as { scale?: number; per?: number };
  const about =
    unitCost === undefined ? given.amount : (given.amount / powerOfTen(unit.scale ?? 0) / (unit.per ?? 1)) * quantity;
  if (about > MOST_MINOR) throw wrong(path, 'is more than any books can hold');
  return unitCost === undefined ? given.amount : lineAmount(unitCost as UnitPrice, quantity);
}

const ADJUSTMENT_REASONS = ['damaged', 'stolen', 'expired', 'found', 'own_use', 'sample', 'correction'] as const;

function registerCorrections(app: Api, deps: StockRouteDeps): void {
  const Delta = Type.Integer({ minimum: -MOST_UNITS, maximum: MOST_UNITS, description: 'Base units more or fewer.' });
  const worth = {
    currency: CurrencyType,
    lossMinor: MinorType,
    gainMinor: MinorType,
    shortfallEstimatedMinor: MinorType,
    shortfallActualMinor: MinorType,
  };
  route(app, {
    method: 'POST',
    url: '/stock-adjustments',
    operationId: 'adjustStock',
    summary: 'Units are gone or were found',
    tags,
    permission: 'stock:adjust',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          lines: Type.Array(
            Type.Object(
              {
                skuId: IdType('sku'),
                delta: Delta,
                reason: Type.Union(ADJUSTMENT_REASONS.map((reason) => Type.Literal(reason))),
                lot: Lot,
              },
              closed,
            ),
            { minItems: 1, maxItems: MOST_LINES },
          ),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          ...Said,
          ...worth,
          adjustmentId: IdType('document'),
          lines: Type.Array(
            Type.Object({ skuId: IdType('sku'), delta: Type.Integer(), reason: Type.String(), valueMinor: MinorType }),
          ),
        }),
      },
    },
    async handler(request, reply) {
      const { locationId, lines } = request.body;
      const where = allowAt(request, deps, 'stock:adjust', locationId);
      const prepare = async (at: number): Promise<AdjustStock> => {
        const site = siteOf(deps.company, locationId);
        const goods = await goodsOfLines(deps.skus, site, lines);
        return {
          ...occasionAt(deps.company, site, at),
          adjustmentId: uuidv7(),
          fact: false,
          lines: lines.map(({ delta, reason }, index) => ({ line: index + 1, goods: goods[index]!, delta, reason })),
        };
      };
      const currency = deps.company.location(locationId)?.areaCurrency ?? '';
      await oversee(request, {
        act: 'stock_adjustment',
        permission: 'stock:adjust',
        target: where,
        limits: ['stockAdjustment'],
        currency,
        // What it is worth only the books know, so they are asked what would come of it.
        async amounts() {
          const { body } = await act({ ...asked(request), preview: true }, deps, 'AdjustStock', request.body, prepare);
          const amount = Number(body['lossMinor']) + Number(body['gainMinor']);
          return [{ limit: 'stockAdjustment', currency, amount }];
        },
      });
      const accepted = await act(request, deps, 'AdjustStock', request.body, prepare);
      return reply.code(201).send(told(accepted) as never);
    },
  });

  route(app, {
    method: 'POST',
    url: '/stock-counts',
    operationId: 'countStock',
    summary: 'Somebody counted',
    tags,
    permission: 'stock:count',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          lines: Type.Array(
            Type.Object(
              { skuId: IdType('sku'), counted: Type.Integer({ minimum: 0, maximum: MOST_UNITS }), lot: Lot },
              closed,
            ),
            {
              minItems: 1,
              maxItems: MOST_LINES,
            },
          ),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          ...Said,
          ...worth,
          countId: IdType('document'),
          lines: Type.Array(
            Type.Object({
              skuId: IdType('sku'),
              counted: Type.Integer(),
              delta: Type.Integer(),
              valueMinor: MinorType,
            }),
          ),
        }),
      },
    },
    async handler(request, reply) {
      const { locationId, lines } = request.body;
      allowAt(request, deps, 'stock:count', locationId);
      const accepted = await act(request, deps, 'CountStock', request.body, async (at): Promise<CountStock> => {
        const site = siteOf(deps.company, locationId);
        const goods = await goodsOfLines(deps.skus, site, lines);
        return {
          ...occasionAt(deps.company, site, at),
          countId: uuidv7(),
          lines: lines.map(({ counted }, index) => ({ line: index + 1, goods: goods[index]!, counted })),
        };
      });
      return reply.code(201).send(told(accepted) as never);
    },
  });

  route(app, {
    method: 'PUT',
    url: '/safety-stock',
    operationId: 'setSafetyStock',
    summary: 'How much must always stay at a place',
    tags,
    permission: 'stock:adjust',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          lines: Type.Array(
            Type.Object({ skuId: IdType('sku'), safety: Type.Integer({ minimum: 0, maximum: MOST_UNITS }) }, closed),
            {
              minItems: 1,
              maxItems: MOST_LINES,
            },
          ),
        },
        closed,
      ),
      response: {
        200: Type.Object({ ...Said, lines: Type.Array(Type.Object({ skuId: IdType('sku'), safety: Type.Integer() })) }),
      },
    },
    async handler(request) {
      const { locationId, lines } = request.body;
      allowAt(request, deps, 'stock:adjust', locationId);
      const accepted = await act(request, deps, 'SetSafetyStock', request.body, async (at): Promise<SetSafetyStock> => {
        const site = siteOf(deps.company, locationId);
        const goods = await goodsOfLines(deps.skus, site, lines);
        return {
          ...occasionAt(deps.company, site, at),
          lines: lines.map(({ skuId, safety }, index) => ({ skuId, stockKey: goods[index]!.stockKey, safety })),
        };
      });
      return told(accepted) as never;
    },
  });
}

function registerTransfers(app: Api, deps: StockRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/stock-transfers',
    operationId: 'transferStock',
    summary: 'Goods change place within one legal entity',
    tags,
    permission: 'stock:transfer',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          fromLocationId: IdType('location'),
          toLocationId: IdType('location'),
          lines: Type.Array(Type.Object({ skuId: IdType('sku'), quantity: Units, lot: Lot }, closed), {
            minItems: 1,
            maxItems: MOST_LINES,
          }),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          ...Said,
          transferId: IdType('transfer'),
          toLocationId: IdType('location'),
          currency: CurrencyType,
          valueMinor: MinorType,
          lines: Type.Array(Type.Object({ skuId: IdType('sku'), quantity: Type.Integer() })),
        }),
      },
    },
    async handler(request, reply) {
      const { fromLocationId, toLocationId, lines } = request.body;
      allowAt(request, deps, 'stock:transfer', fromLocationId);
      const accepted = await act(request, deps, 'TransferStock', request.body, async (at): Promise<TransferStock> => {
        const from = siteOf(deps.company, fromLocationId);
        const to = siteOf(deps.company, toLocationId);
        const [leaving, arriving] = await Promise.all([from, to].map((site) => goodsOfLines(deps.skus, site, lines)));
        return {
          ...occasionAt(deps.company, from, at),
          transferId: uuidv7(),
          toLocationId: to.id,
          toEntityId: to.entityId,
          lines: lines.map(({ quantity }, index) => ({
            line: index + 1,
            goods: { ...leaving![index]!, quantity },
            to: arriving![index]!,
          })),
        };
      });
      return reply.code(201).send(told(accepted) as never);
    },
  });
}

function registerReservations(app: Api, deps: StockRouteDeps): void {
  const Held = Type.Array(
    Type.Object({ reservationId: IdType('reservation'), skuId: IdType('sku'), quantity: Type.Integer() }),
  );
  route(app, {
    method: 'POST',
    url: '/reservations',
    operationId: 'reserveStock',
    summary: 'Put units aside for a while: all lines or none',
    tags,
    permission: 'stock:reserve',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          channelId: IdType('channel'),
          locationId: IdType('location'),
          lines: Type.Array(Type.Object({ skuId: IdType('sku'), quantity: Units }, closed), {
            minItems: 1,
            maxItems: MOST_LINES,
          }),
          expiresInSeconds: Type.Integer({ minimum: 1, maximum: 30 * 86_400 }),
        },
        closed,
      ),
      response: { 201: Type.Object({ ...Said, expiresAt: InstantType, reservations: Held }) },
    },
    async handler(request, reply) {
      const { channelId, locationId, lines, expiresInSeconds } = request.body;
      allowAt(request, deps, 'stock:reserve', locationId);
      const accepted = await act(request, deps, 'ReserveStock', request.body, async (at): Promise<ReserveStock> => {
        const site: StockSite = siteOf(deps.company, locationId);
        if (deps.company.channel(channelId) === undefined) throw notFound('channel');
        const goods = await goodsOfLines(deps.skus, site, lines);
        return {
          ...occasionAt(deps.company, site, at, channelId),
          expiresInMs: expiresInSeconds * 1000,
          lines: lines.map(({ quantity }, index) => ({
            line: index + 1,
            reservationId: uuidv7(),
            goods: { ...goods[index]!, quantity },
          })),
        };
      });
      return reply
        .code(201)
        .send({ ...told(accepted), expiresAt: instantToText(accepted.body['expiresAt'] as number) });
    },
  });

  route(app, {
    method: 'POST',
    url: '/reservations/:id/release',
    operationId: 'releaseReservation',
    summary: 'Give units back before their time',
    tags,
    permission: 'stock:reserve',
    scope: 'location',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('reservation') }),
      response: { 200: Type.Object({ ...Said, reservations: Held }) },
    },
    async handler(request) {
      const { id } = request.params;
      const place = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
        findReservationPlace(tx, id),
      );
      allowAt(request, deps, 'stock:reserve', place?.locationId);
      const accepted = await act(
        request,
        deps,
        'ReleaseReservations',
        { reservationId: id },
        (at): ReleaseReservations => {
          const location = place && deps.company.location(place.locationId);
          if (location === undefined) throw notFound('reservation');
          return { ...occasionAt(deps.company, location, at), reservationIds: [id] };
        },
      );
      return told(accepted) as never;
    },
  });
}
