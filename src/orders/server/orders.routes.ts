import { Type } from 'typebox';
import type { Submission } from '../../../platform/commit/command.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { commandAnswer, type AcceptedAct } from '../../../platform/http/command-answer.ts';
import { IdType } from '../../../platform/http/ids.ts';
import { DEFAULT_LIMIT, decodeCursor, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { model } from '../../../platform/http/model.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import type { PlaceOrder } from '../place-order.ts';
import {
  actAnswer,
  OrderActType,
  OrderPageType,
  OrderSummaryType,
  pageAnswer,
  summaryAnswer,
} from './order-answers.ts';
import { findOrder, findOrderParts, listOrders } from './orders.store.ts';
import { openToPay, paymentsOf, placePaidOrder, refusePayment } from './pay-order.ts';
import { prepareOrder, type AskedSale } from './prepare.ts';
import { prepareCancellation, prepareShipment } from './prepare-act.ts';
import { registerQuarantineRoutes } from './quarantine.routes.ts';
import {
  openOrderDesk,
  type OrderRouteDeps,
  frameOf,
  prepared,
  refuseOrRepeat,
  send,
  asProblem,
} from './order-desk.ts';
import {
  closed,
  linesAsked,
  LinesType,
  PriceOccasionFields,
  QuantitiesType,
  reference,
  OrderIdParams,
  Cursor,
  tags,
} from './order-bodies.ts';
import { cardsOfShipment, ShippedCardsType, shippedCards } from './cards-of-shipment.ts';
import { GiftCardsType, rewardsOfOrder, rewardsOfOrderAsked, RewardTendersType } from './reward-desk.ts';
import { registerFactRoutes } from './facts.routes.ts';
import { registerSaleRoutes } from './sales.routes.ts';

/** What is answered to a shipment. */
const ShipmentActType = model('ShipmentAct', Type.Object({ ...OrderActType.properties, giftCards: ShippedCardsType }));

/** GET and POST /orders, GET /orders/{id}, its shipments and cancellation, and with them POST /sales, /returns, marketplace orders, registers' facts, quarantine. */
export function registerOrderRoutes(app: Api, given: OrderRouteDeps): void {
  const { pool, schema, committer, company, now } = given;
  const cards =
    given.card === undefined ? undefined : { pool, schema, provider: given.card.provider, master: given.master, now };
  const desk = openOrderDesk(given);
  const { deps, known, reading, channelOf, allowPrices, customerOf, occasionOf, orderOf, allowEither } = desk;
  registerQuarantineRoutes(app, given);
  registerSaleRoutes(app, given, desk);
  registerFactRoutes(app, given, desk);

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
          ...PriceOccasionFields,
          tenders: RewardTendersType,
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
      const occasion = await occasionOf(body);
      const asked: AskedSale & { fact: boolean } = {
        channel,
        sellingLocationId: channel.defaultLocationId,
        fulfillingLocationId: body.fulfillingLocationId ?? channel.defaultLocationId,
        lines: linesAsked(body.lines),
        occurredAt: now(),
        externalRef: body.externalRef,
        fact: false,
        occasion: occasion.ok ? occasion.value : undefined,
        ...(customer === undefined || customer === 'unknown' ? {} : { customer }),
      };
      const frame = frameOf(request, 'PlaceOrder', { body }, now());
      const refusal =
        customer === 'unknown'
          ? { reason: 'unknown_customer', customerId: body.customerId }
          : !occasion.ok
            ? occasion.rejection
            : refusePayment(body.payment, { hasProvider: cards !== undefined, customerId: body.customerId });
      const order =
        refusal === undefined
          ? await prepared(prepareOrder(deps, asked), frame, known, request.preview)
          : await refuseOrRepeat(refusal, frame, known, request.preview);
      if ('kind' in order) return reply.code(201).send(actAnswer(commandAnswer(order)));
      const rewards = await rewardsOfOrderAsked(given, {
        ...body,
        entityId: target.entityId,
        currency: channel.currency,
        priced: order.value.lines,
        principal: request.principal,
        target,
      });
      if (!rewards.ok)
        return reply
          .code(201)
          .send(actAnswer(commandAnswer(await refuseOrRepeat(rewards.rejection, frame, known, request.preview))));
      const submission: Submission<PlaceOrder> = { ...frame, body: { ...order.value, ...rewards.value } };
      const dueMinor = openToPay(submission.body);
      const outcome = request.preview
        ? await committer.preview({
            ...submission,
            body: {
              ...submission.body,
              payments: [...submission.body.payments, ...paymentsOf(body.payment, dueMinor)],
            },
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
    description:
      'Gift cards among its lines are filled: those that `giftCards` names, one for each unit, and new ones where none is named. The codes of new cards are told this once; the same Idempotency-Key answers the same codes.',
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
          giftCards: GiftCardsType,
        },
        closed,
      ),
      response: { 201: ShipmentActType },
    },
    async handler(request, reply) {
      const { params, body } = request;
      const order = await orderOf(params.id);
      allowEither(request, 'order:ship', order);
      const at = now();
      const frame = frameOf(request, 'ShipOrder', { params, body }, at);
      const answer = async (act: AcceptedAct) =>
        reply.code(201).send({
          ...actAnswer(act, request.preview ? undefined : await desk.voucherCodesOf(act)),
          giftCards: await shippedCards(given.rewards, request, act.body),
        });
      const leaving = await cardsOfShipment(given.rewards, request, {
        stored: order.stored,
        lines: body.lines,
        named: body.giftCards ?? [],
        target: { entityId: order.head.entity_id, locationId: order.head.selling_location_id },
      });
      if (!leaving.ok)
        return answer(commandAnswer(await refuseOrRepeat(leaving.rejection, frame, known, request.preview)));
      const shipment = prepareShipment(deps, order, {
        giftCards: leaving.value,
        lines: body.lines,
        carrierCostMinor: body.carrierCostMinor ?? 0,
        at,
        rewards: await desk.rewardsOf(order),
        vouchers: await given.promotionDoor?.vouchersToIssue({
          promotions: order.head.promotions,
          customerId: order.head.customer_id ?? undefined,
        }),
      });
      return answer(await send(shipment, frame, known, request.preview));
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
      const kept = given.rewards === undefined ? undefined : await rewardsOfOrder(given.rewards, given, order.head.id);
      const cancellation = prepareCancellation(deps, order, {
        lines: body.lines,
        reason: body.reason,
        at,
        rewards: kept?.terms,
      });
      return reply
        .code(201)
        .send(
          actAnswer(
            await send(cancellation, frameOf(request, 'CancelOrder', { params, body }, at), known, request.preview),
          ),
        );
    },
  });
}
