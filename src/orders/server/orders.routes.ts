import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Outcome, Submission } from '../../../platform/commit/command.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import type { Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { createReader } from '../../../platform/db/read.ts';
import type { Api } from '../../../platform/http/app.ts';
import { FACTS_LIMIT_BYTES } from '../../../platform/http/app.ts';
import { commandAnswer, type AcceptedAct, type AskedBy } from '../../../platform/http/command-answer.ts';
import { IdType } from '../../../platform/http/ids.ts';
import { CursorId, DEFAULT_LIMIT, decodeCursor, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { oversee, type Overseen } from '../../../platform/http/oversight.ts';
import { malformed, notFound, forbidden, ProblemError } from '../../../platform/http/problem.ts';
import { allow, route, type Permission } from '../../../platform/http/route.ts';
import { speaksFor } from '../../../platform/auth/principal.ts';
import type { ChannelRef } from '../../company/server/company-cache.ts';
import type { Decision, Rejection } from '../../kernel/decision.ts';
import { parseInstant } from '../../kernel/time.ts';
import { MAX_UNIT_PRICE_PER } from '../../kernel/money.ts';
import { applyRate } from '../../kernel/rate.ts';
import { ProviderFault, type CardProvider } from '../../payments/card-provider.ts';
import { discountOf } from '../discount.ts';
import type { PlaceOrder } from '../place-order.ts';
import type { RecordSale } from '../sale.ts';
import {
  actAnswer,
  factAnswer,
  FactAnswerType,
  knownAnswer,
  OrderActType,
  OrderPageType,
  OrderSummaryType,
  pageAnswer,
  summaryAnswer,
} from './order-answers.ts';
import {
  findOrder,
  findOrderParts,
  findOrderToReturn,
  listOrders,
  orderReads,
  type OrderHead,
} from './orders.store.ts';
import { paymentsOf, placePaidOrder, refusePayment } from './pay-order.ts';
import {
  feesOf,
  prepareOrder,
  prepareSale,
  type AskedSale,
  type LinePrice,
  type PrepareDeps,
  type Prepared,
  type PrepareRejection,
} from './prepare.ts';
import {
  prepareCancellation,
  prepareReturn,
  prepareShipment,
  type AskedReturnLine,
  type Original,
} from './prepare-act.ts';
import { registerQuarantineRoutes } from './quarantine.routes.ts';
import { takeFacts } from './register-facts.ts';

/** What the routes of the orders need. Without `card` an order cannot be paid by card; `fee` is what its provider keeps, by contract. */
export type OrderRouteDeps = Pick<PrepareDeps, 'company' | 'skus' | 'prices'> & {
  readonly pool: Pool;
  readonly schema: string;
  readonly committer: Committer;
  readonly master: Master;
  readonly now: () => number;
  readonly card?: {
    readonly provider: CardProvider;
    readonly fee: { readonly ppm: number; readonly fixedMinor: number };
  };
};

const closed = { additionalProperties: false };
const quantity = Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Base units of the SKU.' });
const minor = Type.Integer({
  minimum: -1_000_000_000_000,
  maximum: 1_000_000_000_000,
  description: 'Minor units of the currency.',
});
const positive = Type.Integer({ minimum: 1, maximum: 1_000_000_000_000, description: 'Minor units of the currency.' });
const LinePriceType = Type.Object(
  {
    amount: minor,
    scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 7 })),
    per: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_UNIT_PRICE_PER })),
  },
  { ...closed, description: 'amount / 10^scale minor units for `per` base units.' },
);
const lineFields = { skuId: IdType('sku'), quantity, associateId: Type.Optional(IdType('person')) };
const LinesType = Type.Array(Type.Object({ ...lineFields, unitPrice: Type.Optional(LinePriceType) }, closed), {
  minItems: 1,
  maxItems: 500,
});
const PricedLinesType = Type.Array(Type.Object({ ...lineFields, unitPrice: LinePriceType }, closed), {
  minItems: 1,
  maxItems: 500,
});
const QuantitiesType = Type.Optional(
  Type.Array(Type.Object({ line: Type.Integer({ minimum: 1, maximum: 32_767 }), quantity }, closed), {
    minItems: 1,
    maxItems: 2000,
  }),
);
const reference = Type.Optional(Type.String({ maxLength: 100 }));
const OrderIdParams = Type.Object({ id: IdType('order') });
const ConditionType = Type.Union([
  Type.Literal('sellable'),
  Type.Literal('inspection'),
  Type.Literal('damaged'),
  Type.Null(),
]);
const Cursor = Type.Tuple([CursorId]);
const tags = ['orders'];

/** GET and POST /orders, GET /orders/{id}, its shipments and cancellation, POST /sales, /returns, marketplace orders, registers' facts, quarantine. */
export function registerOrderRoutes(app: Api, given: OrderRouteDeps): void {
  const { pool, schema, committer, company, now } = given;
  const deps = { ...given, cardFee: given.card?.fee ?? { ppm: 0, fixedMinor: 0 } };
  const cards =
    given.card === undefined ? undefined : { pool, schema, provider: given.card.provider, master: given.master, now };
  const reading = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(pool, { schema, readOnly: true }, fn);
  const reads = orderReads(createReader(pool, schema));
  const known = { committer };
  registerQuarantineRoutes(app, given);

  const channelOf = (id: string): ChannelRef => {
    const channel = company.channel(id);
    if (channel === undefined) throw notFound('channel');
    return channel;
  };
  const entityAt = (locationId: string): string => {
    const location = company.location(locationId);
    if (location === undefined) throw notFound('location');
    return location.entityId;
  };
  /** Another price than that of the list is for who may override it, and only as far below as they may go. */
  const allowPrices = async (
    request: Overseen,
    channel: ChannelRef,
    lines: readonly { skuId: string; quantity: number; unitPrice?: LinePrice | undefined }[],
    target: { entityId: string; locationId: string },
  ): Promise<void> => {
    const overridden = lines.filter((line) => line.unitPrice !== undefined);
    if (overridden.length === 0) return;
    if (!request.principal.can('price:override', target)) throw forbidden('price:override');
    const { currency } = channel;
    await oversee(request, {
      act: 'price_override',
      permission: 'price:override',
      target,
      limits: ['discountPpm', 'discount'],
      currency,
      async amounts() {
        const skuIds = overridden.map((line) => line.skuId);
        const list = await deps.prices.get(channel.id, currency, skuIds, now());
        const discount = discountOf(
          overridden.map(({ skuId, quantity: units, unitPrice }) => ({
            quantity: units,
            asked: unitPrice ?? { amount: 0 },
            list: list.get(skuId),
          })),
        );
        return [
          { limit: 'discountPpm', currency, amount: discount.ppm },
          { limit: 'discount', currency, amount: discount.minor },
        ];
      },
    });
  };
  const customerOf = async (id: string | undefined): Promise<AskedSale['customer'] | 'unknown'> => {
    if (id === undefined) return undefined;
    const cardId = (await reads.cardsOf([id])).get(id);
    return cardId === undefined ? 'unknown' : { id, cardId };
  };
  const orderOf = async (
    id: string,
  ): Promise<{ head: OrderHead; channel: ChannelRef; fulfillingLocationId: string }> => {
    const found = await reading((tx) => findOrderToReturn(tx, id));
    if (found === undefined) throw notFound('order');
    const { head, lines } = found;
    return {
      head,
      channel: channelOf(head.channel_id),
      fulfillingLocationId: lines[0]?.fulfilling_location_id ?? head.selling_location_id,
    };
  };
  /** An order is the business of the location that sells it and of the one that ships it. */
  const allowEither = (
    request: Parameters<typeof allow>[0],
    permission: Permission,
    { head, fulfillingLocationId }: { head: OrderHead; fulfillingLocationId: string },
  ): void => {
    const selling = { entityId: head.entity_id, locationId: head.selling_location_id };
    allow(
      request,
      permission,
      request.principal.can(permission, selling)
        ? selling
        : { entityId: head.entity_id, locationId: fulfillingLocationId },
    );
  };

  route(app, {
    method: 'GET',
    url: '/orders',
    operationId: 'listOrders',
    summary: 'Orders, sales and returns, newest first',
    tags,
    permission: 'order:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        status: Type.Optional(
          Type.Union(
            ['open', 'placed', 'part_shipped', 'completed', 'cancelled'].map((one) => Type.Literal(one as 'open')),
          ),
        ),
        kind: Type.Optional(
          Type.Union(['order', 'till_sale', 'marketplace_order', 'return'].map((one) => Type.Literal(one as 'order'))),
        ),
        channel: Type.Optional(IdType('channel')),
        search: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 200,
            description:
              "A number of the order, of its document or of the marketplace, a customer's number, e-mail or name (the beginnings of its words).",
          }),
        ),
      }),
      response: { 200: ListOf(OrderSummaryType) },
    },
    async handler({ query, principal }) {
      const { limit = DEFAULT_LIMIT, status, kind, channel: channelId, search } = query;
      const after = decodeCursor(Cursor, query.after)?.[0];
      const wanted = {
        limit,
        after,
        status,
        kind,
        channelId,
        search: search?.trim(),
        reach: principal.scopes('order:read'),
        customers: principal.holds('customer:read'),
        channelIds: company.channels().map((channel) => channel.id),
      };
      return pageOf(await reading((tx) => listOrders(tx, wanted)), limit, (row) => [row.id], summaryAnswer);
    },
  });

  route(app, {
    method: 'GET',
    url: '/orders/:id',
    operationId: 'getOrder',
    summary: 'An order with its lines, payments, documents, returns and events',
    tags,
    permission: 'order:read',
    scope: 'location',
    schema: { params: OrderIdParams, response: { 200: OrderPageType } },
    async handler(request) {
      const { id } = request.params;
      const found = await withTransaction(pool, { schema, snapshot: true }, async (tx) => {
        const head = await findOrder(tx, id);
        return head === undefined ? undefined : { head, parts: await findOrderParts(tx, id) };
      });
      if (found === undefined) throw notFound('order');
      const { head, parts } = found;
      allowEither(request, 'order:read', {
        head,
        fulfillingLocationId: parts.lines[0]?.fulfilling_location_id ?? head.selling_location_id,
      });
      return pageAnswer(head, parts);
    },
  });

  route(app, {
    method: 'POST',
    url: '/orders',
    operationId: 'placeOrder',
    summary: 'An order of the shop or the call centre',
    tags,
    permission: 'order:place',
    scope: 'location',
    preview: true,
    description:
      'Goods are promised and the money is held or noted; the hand-over is the sale. A card is charged when goods leave.',
    schema: {
      body: Type.Object(
        {
          channelId: IdType('channel'),
          fulfillingLocationId: Type.Optional(IdType('location')),
          customerId: Type.Optional(IdType('customer')),
          externalRef: reference,
          lines: LinesType,
          payment: Type.Object(
            {
              method: Type.Union([Type.Literal('card'), Type.Literal('bank'), Type.Literal('on_account')]),
              token: Type.Optional(
                Type.String({ minLength: 1, maxLength: 200, description: 'A card as its provider knows it.' }),
              ),
              authorisation: Type.Optional(
                Type.String({ minLength: 1, maxLength: 100, description: "Money held already: the provider's id." }),
              ),
              amountMinor: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
            },
            closed,
          ),
        },
        closed,
      ),
      response: { 201: OrderActType },
    },
    async handler(request, reply) {
      const { body } = request;
      const channel = channelOf(body.channelId);
      const target = { entityId: channel.entityId, locationId: channel.defaultLocationId };
      allow(request, 'order:place', target);
      await allowPrices(request, channel, body.lines, target);
      const customer = await customerOf(body.customerId);
      const asked: AskedSale & { fact: boolean } = {
        channel,
        sellingLocationId: channel.defaultLocationId,
        fulfillingLocationId: body.fulfillingLocationId ?? channel.defaultLocationId,
        lines: body.lines,
        occurredAt: now(),
        externalRef: body.externalRef,
        fact: false,
        ...(customer === undefined || customer === 'unknown' ? {} : { customer }),
      };
      const frame = frameOf(request, 'PlaceOrder', { body }, now());
      const refusal =
        customer === 'unknown'
          ? { reason: 'unknown_customer', customerId: body.customerId }
          : refusePayment(body.payment, { hasProvider: cards !== undefined, customerId: body.customerId });
      const order =
        refusal === undefined
          ? await prepared(prepareOrder(deps, asked), frame, known, request.preview)
          : await refuseOrRepeat(refusal, frame, known, request.preview);
      if ('kind' in order) return reply.code(201).send(actAnswer(commandAnswer(order)));
      const submission: Submission<PlaceOrder> = { ...frame, body: order.value };
      const dueMinor = order.value.lines.reduce((sum, line) => sum + line.grossMinor, 0);
      const outcome = request.preview
        ? await committer.preview({
            ...submission,
            body: { ...order.value, payments: paymentsOf(body.payment, dueMinor) },
          })
        : await placePaidOrder({ committer, cards }, submission, body.payment).catch(asProblem);
      return reply.code(201).send(actAnswer(commandAnswer(outcome)));
    },
  });

  route(app, {
    method: 'POST',
    url: '/orders/:id/shipments',
    operationId: 'shipOrder',
    summary: 'Goods of an order leave: the sale, its invoice and its capture',
    tags,
    permission: 'order:ship',
    scope: 'location',
    preview: true,
    schema: {
      params: OrderIdParams,
      body: Type.Object(
        {
          lines: QuantitiesType,
          carrierCostMinor: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
        },
        closed,
      ),
      response: { 201: OrderActType },
    },
    async handler(request, reply) {
      const { params, body } = request;
      const order = await orderOf(params.id);
      allowEither(request, 'order:ship', order);
      const at = now();
      const shipment = prepareShipment(deps, order, {
        lines: body.lines,
        carrierCostMinor: body.carrierCostMinor ?? 0,
        at,
      });
      return reply
        .code(201)
        .send(
          actAnswer(await send(shipment, frameOf(request, 'ShipOrder', { params, body }, at), known, request.preview)),
        );
    },
  });

  route(app, {
    method: 'POST',
    url: '/orders/:id/cancellation',
    operationId: 'cancelOrder',
    summary: 'What has not left yet will not leave',
    tags,
    permission: 'order:cancel',
    scope: 'location',
    preview: true,
    schema: {
      params: OrderIdParams,
      body: Type.Object(
        {
          lines: QuantitiesType,
          reason: Type.String({
            minLength: 1,
            maxLength: 200,
            description: 'Not about a person: it is kept for ever.',
          }),
        },
        closed,
      ),
      response: { 201: OrderActType },
    },
    async handler(request, reply) {
      const { params, body } = request;
      const order = await orderOf(params.id);
      allowEither(request, 'order:cancel', order);
      const at = now();
      const cancellation = prepareCancellation(deps, order, { lines: body.lines, reason: body.reason, at });
      return reply
        .code(201)
        .send(
          actAnswer(
            await send(cancellation, frameOf(request, 'CancelOrder', { params, body }, at), known, request.preview),
          ),
        );
    },
  });

  route(app, {
    method: 'POST',
    url: '/sales',
    operationId: 'recordSale',
    summary: 'A sale at a counter that is online',
    tags,
    permission: 'till:sell',
    scope: 'location',
    preview: true,
    description:
      'A request: it is refused when the goods are not there. A till that sells without a network reports facts instead.',
    schema: {
      body: Type.Object(
        {
          channelId: IdType('channel'),
          locationId: IdType('location'),
          registerId: Type.Optional(IdType('register')),
          customerId: Type.Optional(IdType('customer')),
          associateId: Type.Optional(IdType('person')),
          lines: LinesType,
          tenders: Type.Array(
            Type.Object(
              {
                method: Type.Union([
                  Type.Literal('cash'),
                  Type.Literal('card'),
                  Type.Literal('bank'),
                  Type.Literal('on_account'),
                  Type.Literal('voucher'),
                ]),
                amountMinor: Type.Optional(positive),
                reference,
              },
              closed,
            ),
            { maxItems: 20, description: 'One of them may leave its amount out: it pays what the others leave.' },
          ),
          reservationIds: Type.Optional(Type.Array(IdType('reservation'), { maxItems: 100, uniqueItems: true })),
        },
        closed,
      ),
      response: { 201: OrderActType },
    },
    async handler(request, reply) {
      const { body, principal } = request;
      const channel = channelOf(body.channelId);
      const target = { entityId: entityAt(body.locationId), locationId: body.locationId };
      allow(request, 'till:sell', target);
      await allowPrices(request, channel, body.lines, target);
      const { registerId } = body;
      const register = registerId === undefined ? undefined : company.register(registerId);
      const isHere = register?.locationId === body.locationId;
      if (registerId !== undefined && !(isHere && speaksFor(principal, registerId)))
        throw notFound('register at this location');
      const customer = await customerOf(body.customerId);
      const reservationIds = body.reservationIds ?? [];
      const frame = frameOf(
        request,
        reservationIds.length > 0 ? 'RecordSaleOfReserved' : 'RecordSale',
        { body },
        now(),
      );
      const asked = {
        channel,
        sellingLocationId: body.locationId,
        fulfillingLocationId: body.locationId,
        lines: body.lines,
        occurredAt: frame.at,
        registerId: body.registerId,
        associateId: body.associateId,
        reservationIds,
        ...(customer === undefined || customer === 'unknown' ? {} : { customer }),
      };
      const refusal =
        customer === 'unknown'
          ? { reason: 'unknown_customer', customerId: body.customerId }
          : customer === undefined && body.tenders.some(({ method }) => method === 'on_account')
            ? { reason: 'customer_needed' }
            : undefined;
      const sale =
        refusal !== undefined
          ? await refuseOrRepeat(refusal, frame, known, request.preview)
          : await prepared(prepareSale(deps, asked), frame, known, request.preview);
      if ('kind' in sale) return reply.code(201).send(actAnswer(commandAnswer(sale)));
      const fees = feesOf(deps, channel);
      const open = body.tenders.findLastIndex(({ amountMinor }) => amountMinor === undefined);
      if (body.tenders.some(({ amountMinor }, i) => amountMinor === undefined && i !== open)) {
        throw malformed([{ path: '/tenders', message: 'only one may leave its amount out' }]);
      }
      const due =
        sale.value.lines.reduce((sum, line) => sum + line.grossMinor, 0) -
        body.tenders.reduce((sum, { amountMinor }) => sum + (amountMinor ?? 0), 0);
      const tenders: RecordSale['tenders'] = body.tenders.map(({ method, amountMinor, reference: ref }) => {
        const amount = amountMinor ?? Math.max(0, due);
        return {
          paymentId: uuidv7(),
          method,
          amount,
          providerRef: ref === undefined ? '' : `till:${ref}`,
          feeMinor:
            method === 'card' && fees.card !== undefined
              ? Math.min(amount, applyRate(amount, fees.card.ppm) + fees.card.fixedMinor)
              : 0,
        };
      });
      const submission = { ...frame, body: { ...sale.value, tenders } };
      return reply
        .code(201)
        .send(
          actAnswer(
            commandAnswer(await (request.preview ? committer.preview(submission) : committer.submit(submission))),
          ),
        );
    },
  });

  route(app, {
    method: 'POST',
    url: '/returns',
    operationId: 'returnGoods',
    summary: 'Goods come back, or money only: a credit note',
    tags,
    permission: 'order:return',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          originalOrderId: Type.Optional(IdType('order')),
          channelId: Type.Optional(IdType('channel')),
          locationId: Type.Optional(IdType('location')),
          lines: Type.Array(
            Type.Union([
              Type.Object(
                {
                  line: Type.Integer({ minimum: 1, maximum: 32_767 }),
                  quantity,
                  condition: Type.Optional(ConditionType),
                },
                closed,
              ),
              Type.Object(
                {
                  skuId: IdType('sku'),
                  quantity,
                  unitPrice: Type.Optional(LinePriceType),
                  condition: Type.Optional(ConditionType),
                },
                closed,
              ),
            ]),
            { minItems: 1, maxItems: 500 },
          ),
          refunds: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  method: Type.Union([
                    Type.Literal('cash'),
                    Type.Literal('card'),
                    Type.Literal('bank'),
                    Type.Literal('on_account'),
                    Type.Literal('voucher'),
                    Type.Literal('marketplace'),
                  ]),
                  amountMinor: positive,
                  paymentId: Type.Optional(IdType('payment')),
                  reference,
                },
                closed,
              ),
              { maxItems: 20 },
            ),
          ),
          reason: Type.String({
            minLength: 1,
            maxLength: 200,
            description: 'Not about a person: it is kept for ever.',
          }),
        },
        closed,
      ),
      response: { 201: OrderActType },
    },
    async handler(request, reply) {
      const { body, principal } = request;
      if (body.originalOrderId === undefined && (body.channelId === undefined || body.locationId === undefined)) {
        throw malformed([
          { path: '/originalOrderId', message: 'is missing; without it channelId and locationId are needed' },
        ]);
      }
      let act: AcceptedAct | undefined;
      for (let tries = 0; act === undefined; tries += 1) {
        const original: Original | undefined =
          body.originalOrderId === undefined
            ? undefined
            : await reading((tx) => findOrderToReturn(tx, body.originalOrderId ?? ''));
        if (body.originalOrderId !== undefined && original === undefined) throw notFound('order');
        const locationId = body.locationId ?? original?.head.selling_location_id ?? '';
        const target = { entityId: entityAt(locationId), locationId };
        allow(request, 'order:return', target);
        // What was not bought here has no price of ours; how much is given back is limited below.
        if (
          body.lines.some((line) => 'unitPrice' in line && line.unitPrice !== undefined) &&
          !principal.can('price:override', target)
        )
          throw forbidden('price:override');
        const at = now();
        const lines = body.lines.map(({ condition, ...line }): AskedReturnLine => ({
          ...line,
          condition: condition === undefined ? 'sellable' : condition,
        }));
        const channel = channelOf(original?.head.channel_id ?? body.channelId ?? '');
        const frame = frameOf(request, 'ReturnGoods', { body }, at);
        const decided = await prepareReturn(deps, {
          original,
          channel,
          locationId,
          lines,
          refunds: body.refunds,
          reason: body.reason,
          at,
        });
        if (decided.ok) {
          const { currency } = channel;
          const amount = decided.value.tenders.reduce((sum, tender) => sum + tender.amount, 0);
          await oversee(request, {
            act: 'refund',
            permission: 'order:return',
            target,
            limits: ['refund'],
            currency,
            amounts: () => [{ limit: 'refund', currency, amount }],
          });
        }
        const approvedById = request.secondPerson?.principal.id;
        try {
          act = await send(decided, { ...frame, approvedById }, known, request.preview);
        } catch (error) {
          // Somebody returned a part of the same line meanwhile: the share of the price is worked out again.
          if (!(error instanceof ProblemError && error.reason === 'order_changed' && tries < 5)) throw error;
        }
      }
      return reply.code(201).send(actAnswer(act));
    },
  });

  route(app, {
    method: 'POST',
    url: '/channels/:id/marketplace-orders',
    operationId: 'recordMarketplaceOrder',
    summary: 'An order that a marketplace has accepted',
    tags,
    permission: 'marketplace:push',
    scope: 'location',
    idempotent: false,
    description:
      'A fact: it is taken in also when the goods are not there. Told twice under one externalRef it is one order, for ever, and the answer is that of the first.',
    schema: {
      params: Type.Object({ id: IdType('channel') }),
      body: Type.Object(
        {
          externalRef: Type.String({ minLength: 1, maxLength: 100 }),
          placedAt: Type.Optional(InstantType),
          fulfillingLocationId: Type.Optional(IdType('location')),
          customerId: Type.Optional(IdType('customer')),
          taxInclusive: Type.Optional(Type.Boolean()),
          lines: PricedLinesType,
        },
        closed,
      ),
      response: { 201: OrderActType },
    },
    async handler(request, reply) {
      const { params, body } = request;
      const channel = channelOf(params.id);
      allow(request, 'marketplace:push', { entityId: channel.entityId, locationId: channel.defaultLocationId });
      const before = await reads.byExternalRef(channel.id, body.externalRef);
      if (before !== undefined) return reply.code(201).send(knownAnswer(before));
      const customer = await customerOf(body.customerId);
      const occurredAt = body.placedAt === undefined ? now() : (parseInstant(body.placedAt) ?? now());
      const asked = {
        channel,
        sellingLocationId: channel.defaultLocationId,
        fulfillingLocationId: body.fulfillingLocationId ?? channel.defaultLocationId,
        lines: body.lines,
        occurredAt: Math.min(occurredAt, now()),
        externalRef: body.externalRef,
        taxInclusive: body.taxInclusive,
        fact: true,
        ...(customer === undefined || customer === 'unknown' ? {} : { customer }),
      };
      // The channel and its reference are the key: two who tell it at once are one, and afterwards it is found by the reference itself.
      const frame: Frame = {
        type: 'PlaceOrder',
        key: `order:${body.externalRef}`,
        principalId: channel.id,
        originId: request.originId,
        lane: 'bulk',
        at: now(),
        sent: body,
      };
      const order = await prepared(prepareOrder(deps, asked), frame, known, false);
      if ('kind' in order) return reply.code(201).send(actAnswer(commandAnswer(order)));
      const dueMinor = order.value.lines.reduce((sum, line) => sum + line.grossMinor, 0);
      const payment = {
        paymentId: uuidv7(),
        method: 'marketplace' as const,
        authorised: dueMinor,
        captured: 0,
        providerRef: '',
      };
      const outcome = await committer.submit({
        ...frame,
        body: { ...order.value, payments: dueMinor === 0 ? [] : [payment] },
      });
      const first = outcome.kind === 'key_reused' ? await reads.byExternalRef(channel.id, body.externalRef) : undefined;
      return reply.code(201).send(first === undefined ? actAnswer(commandAnswer(outcome)) : knownAnswer(first));
    },
  });

  route(app, {
    method: 'POST',
    url: '/registers/:id/facts',
    operationId: 'pushFacts',
    summary: 'What a till has done, in its order',
    tags: ['till'],
    permission: 'till:sync',
    scope: 'location',
    idempotent: false,
    bodyLimitBytes: FACTS_LIMIT_BYTES,
    anyText: true,
    description:
      "Each fact is { counter, previous, mac, payload }: the payload is JSON text, mac the hex HMAC-SHA256 under the register's secret over counter, previous (the mac before it, empty for " +
      'the first) and payload, each on a line. Every fact is answered in its order and taken exactly once; what cannot be read or believed is kept in quarantine and the ones after it go on.',
    schema: {
      params: Type.Object({ id: IdType('register') }),
      body: Type.Object({ facts: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 500 }) }, closed),
      response: { 200: Type.Object({ answers: Type.Array(FactAnswerType) }) },
    },
    async handler(request) {
      const register = company.register(request.params.id);
      if (register === undefined || !speaksFor(request.principal, register.id)) throw notFound('register');
      allow(request, 'till:sync', { entityId: entityAt(register.locationId), locationId: register.locationId });
      const answers = await takeFacts(
        { ...deps, facts: reads, originId: request.originId },
        register,
        request.body.facts,
      );
      return { answers: answers.map(factAnswer) };
    },
  });
}

/** A submission without its body. */
type Frame = Omit<Submission, 'body'>;
type Known = { readonly committer: Committer };

function frameOf(request: AskedBy, type: string, sent: unknown, at: number): Frame {
  return {
    type,
    key: request.idempotencyKey,
    principalId: request.principal.id,
    originId: request.originId,
    approvedById: request.secondPerson?.principal.id,
    lane: 'interactive',
    at,
    sent,
  };
}

/** A prepared command, or the answer that its key has already: what was accepted stays accepted, also when preparing would refuse it now. */
async function prepared<T>(
  preparing: Prepared<T>,
  frame: Frame,
  deps: Known,
  preview: boolean,
): Promise<{ readonly value: T } | Outcome> {
  const decision = preparing instanceof Promise ? await preparing : preparing;
  return decision.ok ? { value: decision.value } : refuseOrRepeat(decision.rejection, frame, deps, preview);
}

async function refuseOrRepeat(
  rejection: Rejection,
  frame: Frame,
  { committer }: Known,
  preview: boolean,
): Promise<Outcome> {
  const known = preview ? undefined : await committer.findAnswer({ ...frame, body: undefined });
  return known ?? { kind: 'refused', rejection };
}

/** Sends a decided command or gives the answer that its key has. */
async function send<T, R extends Rejection = PrepareRejection>(
  decision: Decision<T, R>,
  frame: Frame,
  deps: Known,
  preview: boolean,
): Promise<AcceptedAct> {
  if (!decision.ok) return commandAnswer(await refuseOrRepeat(decision.rejection, frame, deps, preview));
  const submission = { ...frame, body: decision.value };
  return commandAnswer(await (preview ? deps.committer.preview(submission) : deps.committer.submit(submission)));
}

function asProblem(error: unknown): never {
  if (!(error instanceof ProviderFault)) throw error;
  throw new ProblemError(
    503,
    'card_provider_silent',
    'The card provider does not answer. Send it again with the same key.',
    { retryAfterSeconds: 2 },
  );
}
