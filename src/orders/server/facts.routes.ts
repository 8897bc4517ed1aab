import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Api } from '../../../platform/http/app.ts';
import { FACTS_LIMIT_BYTES } from '../../../platform/http/app.ts';
import { commandAnswer } from '../../../platform/http/command-answer.ts';
import { IdType } from '../../../platform/http/ids.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { speaksFor } from '../../../platform/auth/principal.ts';
import { parseInstant } from '../../kernel/time.ts';
import { actAnswer, factAnswer, FactAnswerType, knownAnswer, OrderActType } from './order-answers.ts';
import { prepareOrder } from './prepare.ts';
import { takeFacts } from './register-facts.ts';
import { type OrderDesk, type OrderRouteDeps, type Frame, prepared } from './order-desk.ts';
import { closed, PricedLinesType, tags } from './order-bodies.ts';

/** Marketplace orders and registers' facts: what has happened already, and is taken in. */
export function registerFactRoutes(app: Api, given: OrderRouteDeps, desk: OrderDesk): void {
  const { committer, company, now } = given;
  const { deps, known, reads, channelOf, entityAt, customerOf } = desk;

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
      'the first) and payload, each on a line. Every fact is answered in its order and taken exactly once; what cannot be read or believed is kept in quarantine and the ones after it go on. ' +
      'docs/register-facts.md says what a payload holds.',
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
