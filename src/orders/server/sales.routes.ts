import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { commandAnswer, type AcceptedAct } from '../../../platform/http/command-answer.ts';
import { IdType } from '../../../platform/http/ids.ts';
import { oversee } from '../../../platform/http/oversight.ts';
import { malformed, notFound, forbidden, ProblemError } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { speaksFor } from '../../../platform/auth/principal.ts';
import { applyRate } from '../../kernel/rate.ts';
import type { Decision } from '../../kernel/decision.ts';
import { cashRoundingOf } from '../cash-tenders.ts';
import type { ReturnGoods } from '../return-goods.ts';
import type { RecordSale } from '../sale.ts';
import { actAnswer, OrderActType } from './order-answers.ts';
import { findCashRounding, findOrderToReturn } from './orders.store.ts';
import { feesOf, prepareSale } from './prepare.ts';
import { prepareReturn, type AskedReturnLine, type Original } from './prepare-act.ts';
import { type OrderDesk, type OrderRouteDeps, frameOf, prepared, refuseOrRepeat, send } from './order-desk.ts';
import {
  closed,
  quantity,
  positive,
  LinePriceType,
  linesAsked,
  LinesType,
  reference,
  ConditionType,
  tags,
  PriceOccasionFields,
} from './order-bodies.ts';
import { CardFields, GiftCardsType, rewardsOfSale, withRewardsOfReturn } from './reward-desk.ts';

/** POST /sales and /returns: what happens at a counter that is online. */
export function registerSaleRoutes(app: Api, given: OrderRouteDeps, desk: OrderDesk): void {
  const { committer, company, now } = given;
  const { deps, known, reading, channelOf, entityAt, allowPrices, customerOf, occasionOf } = desk;

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
                  Type.Literal('gift_card'),
                  Type.Literal('store_credit'),
                  Type.Literal('points'),
                ]),
                amountMinor: Type.Optional(positive),
                reference,
                ...CardFields,
              },
              closed,
            ),
            { maxItems: 20, description: 'One of them may leave its amount out: it pays what the others leave.' },
          ),
          ...PriceOccasionFields,
          giftCards: GiftCardsType,
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
      // What goes on a gift card is not a price, so nobody need be allowed to change one.
      const onCards = new Set((body.giftCards ?? []).map(({ line }) => line - 1));
      await allowPrices(
        request,
        channel,
        body.lines.filter((_, line) => !onCards.has(line)),
        target,
      );
      const { registerId } = body;
      const register = registerId === undefined ? undefined : company.register(registerId);
      const isHere = register?.locationId === body.locationId;
      if (registerId !== undefined && !(isHere && speaksFor(principal, registerId)))
        throw notFound('register at this location');
      const customer = await customerOf(body.customerId);
      const occasion = await occasionOf(body);
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
        lines: linesAsked(body.lines),
        occurredAt: frame.at,
        registerId: body.registerId,
        associateId: body.associateId,
        reservationIds,
        occasion: occasion.ok ? occasion.value : undefined,
        ...(customer === undefined || customer === 'unknown' ? {} : { customer }),
      };
      const refusal =
        customer === 'unknown'
          ? { reason: 'unknown_customer', customerId: body.customerId }
          : !occasion.ok
            ? occasion.rejection
            : customer === undefined && body.tenders.some(({ method }) => method === 'on_account')
              ? { reason: 'customer_needed' }
              : undefined;
      const sale =
        refusal !== undefined
          ? await refuseOrRepeat(refusal, frame, known, request.preview)
          : await prepared(prepareSale(deps, asked), frame, known, request.preview);
      const answer = async (act: AcceptedAct) =>
        reply.code(201).send(actAnswer(act, request.preview ? undefined : await desk.voucherCodesOf(act)));
      if ('kind' in sale) return answer(commandAnswer(sale));
      const rewards = await rewardsOfSale(given, {
        ...body,
        entityId: target.entityId,
        currency: channel.currency,
        priced: sale.value.lines,
        principal,
        target,
      });
      if (!rewards.ok)
        return answer(commandAnswer(await refuseOrRepeat(rewards.rejection, frame, known, request.preview)));
      const fees = feesOf(deps, channel);
      const open = body.tenders.findLastIndex(({ amountMinor }) => amountMinor === undefined);
      if (body.tenders.some(({ amountMinor }, i) => amountMinor === undefined && i !== open)) {
        throw malformed([{ path: '/tenders', message: 'only one may leave its amount out' }]);
      }
      const grossMinor = sale.value.lines.reduce((sum, line) => sum + line.grossMinor, 0);
      const named = body.tenders.map(({ method, amountMinor }) => ({ method, amount: amountMinor ?? 0 }));
      // Cash that pays the rest pays it rounded; another tender pays what the cash that was named leaves.
      const rounding = named[open]?.method === 'cash' ? cashRoundingOf(named, grossMinor, sale.value.cashStepMinor) : 0;
      const due = grossMinor + rounding - named.reduce((sum, { amount }) => sum + amount, 0);
      const tenders: RecordSale['tenders'] = body.tenders.map(({ method, amountMinor, reference: ref }, at) => {
        const amount = amountMinor ?? Math.max(0, due);
        return {
          paymentId: uuidv7(),
          method,
          amount,
          providerRef: ref === undefined ? '' : `till:${ref}`,
          accountKey: rewards.value.accountKeys[at],
          feeMinor:
            method === 'card' && fees.card !== undefined
              ? Math.min(amount, applyRate(amount, fees.card.ppm) + fees.card.fixedMinor)
              : 0,
        };
      });
      const vouchers = await given.promotionDoor?.vouchersToIssue({
        promotions: sale.value.terms.promotions,
        customerId: sale.value.terms.customerId,
      });
      const submission = { ...frame, body: { ...sale.value, tenders, vouchers, rewards: rewards.value.terms } };
      return answer(
        commandAnswer(await (request.preview ? committer.preview(submission) : committer.submit(submission))),
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
                    Type.Literal('gift_card'),
                    Type.Literal('store_credit'),
                    Type.Literal('points'),
                    Type.Literal('marketplace'),
                  ]),
                  amountMinor: positive,
                  paymentId: Type.Optional(IdType('payment')),
                  reference,
                  ...CardFields,
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
            : await reading((tx) => findOriginal(tx, body.originalOrderId ?? ''));
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
        const plain = await prepareReturn(deps, {
          original,
          channel,
          locationId,
          lines,
          refunds: body.refunds,
          reason: body.reason,
          at,
        });
        const voucherIds =
          original === undefined
            ? undefined
            : await given.promotionDoor?.vouchersOf(original.head.id, original.head.promotions);
        const decided: Decision<ReturnGoods> = plain.ok
          ? await withRewardsOfReturn(
              given,
              { ...plain.value, voucherIds },
              { refunds: body.refunds, principal, target },
            )
          : plain;
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
}

/** The sale that goods come back from, with what its cash was rounded by. The head is read first: a return that comes in between is found by its version. */
async function findOriginal(tx: Tx, id: string): Promise<Original | undefined> {
  const found = await findOrderToReturn(tx, id);
  return found === undefined ? undefined : { ...found, cashOpenMinor: await findCashRounding(tx, id) };
}
