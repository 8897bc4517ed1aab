import { Type } from 'typebox';
import type { Api } from '../../../platform/http/app.ts';
import { submitFor } from '../../../platform/http/command-answer.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, DayType, MinorType } from '../../../platform/http/money.ts';
import { oversee, type Overseen } from '../../../platform/http/oversight.ts';
import { malformed, notFound, refused } from '../../../platform/http/problem.ts';
import { route, type Permission } from '../../../platform/http/route.ts';
import { businessDayOf, parseBusinessDay } from '../../kernel/time.ts';
import type { ExpireRewards, RewardPlace } from '../keep-rewards.ts';
import { stateOn, type RewardAccount } from '../reward-account.ts';
import { findCardByCode } from './card-lookup.ts';
import { codeFor } from './gift-card-codes.ts';
import { registerLoyaltyRoutes } from './loyalty.routes.ts';
import {
  allowed,
  canSee,
  entryAnswer,
  mustBeCustomer,
  reading,
  Reason,
  RewardActType,
  RewardEntryType,
  submitted,
  type RewardRouteDeps,
} from './reward-shapes.ts';
import { findAccount, findExpired, findKept, listCards, listEntries } from './rewards.store.ts';

const closed = { additionalProperties: false };
const tags = ['rewards'];
const Positive = Type.Integer({ minimum: 1, maximum: 100_000_000_000, description: 'Minor units of the currency.' });
const grantFields = {
  locationId: IdType('location'),
  currency: Type.Optional(CurrencyType),
  amountMinor: Positive,
  reason: Type.Union([Type.Literal('goodwill'), Type.Literal('promotion'), Type.Literal('opening')]),
  note: Reason,
};
const StateType = Type.Union([
  Type.Literal('issued'),
  Type.Literal('active'),
  Type.Literal('blocked'),
  Type.Literal('expired'),
]);

const GiftCardType = model(
  'GiftCard',
  Type.Object({
    id: IdType('giftCard'),
    entityId: IdType('legalEntity'),
    lastFour: Type.String(),
    state: StateType,
    currency: CurrencyType,
    balanceMinor: MinorType,
    overdrawnMinor: MinorType,
    issuedMinor: MinorType,
    redeemedMinor: MinorType,
    expiredMinor: MinorType,
    expiresOn: Type.Union([DayType, Type.Null()]),
  }),
);

/** GET and POST /gift-cards and what is done with them, store credit, loyalty. */
export function registerRewardRoutes(app: Api, deps: RewardRouteDeps): void {
  registerCardReads(app, deps);
  registerCardActs(app, deps);
  registerCustomerRewards(app, deps);
  registerExpiry(app, deps);
  registerLoyaltyRoutes(app, deps);
}

function registerCardReads(app: Api, deps: RewardRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/gift-cards',
    operationId: 'listGiftCards',
    summary: 'Gift cards, newest first',
    tags,
    permission: 'gift_card:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        lastFour: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{4}$', description: 'The end of the code.' })),
        state: Type.Optional(StateType),
      }),
      response: { 200: ListOf(GiftCardType) },
    },
    async handler({ query, principal }) {
      const { limit = DEFAULT_LIMIT, lastFour, state } = query;
      const after = decodeCursor(Type.Tuple([Type.String({ maxLength: 200 })]), query.after)?.[0];
      const entityIds = deps.company
        .entities()
        .map(({ id }) => id)
        .filter((entityId) => canSee(principal, entityId, deps));
      const rows = await reading(deps, (tx) =>
        listCards(tx, { entityIds, lastFour: lastFour?.toUpperCase(), state, after, limit }),
      );
      return pageOf(
        rows,
        limit,
        (row) => [row.key],
        (row) => cardAnswer(row, deps),
      );
    },
  });

  route(app, {
    method: 'GET',
    url: '/gift-cards/:id',
    operationId: 'getGiftCard',
    summary: 'A gift card and its history, newest first',
    tags,
    permission: 'gift_card:read',
    scope: 'any',
    schema: {
      params: Type.Object({ id: IdType('giftCard') }),
      response: { 200: Type.Object({ card: GiftCardType, entries: Type.Array(RewardEntryType) }) },
    },
    async handler(request) {
      const { id } = request.params;
      const found = await reading(deps, async (tx) => ({
        card: await findAccount(tx, id),
        entries: await listEntries(tx, id, { limit: 199 }),
      }));
      const { card, entries } = found;
      if (card === undefined || card.kind !== 'gift_card' || !canSee(request.principal, card.entityId, deps))
        throw notFound('gift card');
      return { card: cardAnswer(card, deps), entries: entries.map(entryAnswer) };
    },
  });

  route(app, {
    method: 'POST',
    url: '/gift-card-lookups',
    operationId: 'lookUpGiftCard',
    summary: 'What is on a gift card, by its code',
    description:
      'A code that nobody has, of a card that is blocked or was never sold, and a mistyped one get the same answer. After a hundred wrong ones whoever asks has to wait.',
    tags,
    permission: 'gift_card:read',
    scope: 'any',
    idempotent: false,
    schema: {
      body: Type.Object({ code: Type.String({ minLength: 1, maxLength: 100 }) }, closed),
      response: { 200: GiftCardType },
    },
    async handler(request) {
      const card = await findCardByCode(deps, request.body.code, request.principal.id);
      if (card === undefined) throw refused({ reason: 'reward_not_usable' });
      return cardAnswer(card, deps);
    },
  });
}

function registerCardActs(app: Api, deps: RewardRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/gift-cards',
    operationId: 'issueGiftCards',
    summary: 'Make gift cards: their codes are told this once',
    description: 'Nothing is on them until a sale sells them. The same Idempotency-Key answers the same codes.',
    tags,
    permission: 'gift_card:issue',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          currency: Type.Optional(CurrencyType),
          count: Type.Integer({ minimum: 1, maximum: 500 }),
          expiresOn: Type.Optional(DayType),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          eventNumber: Type.Integer(),
          repeated: Type.Boolean(),
          cards: Type.Array(Type.Object({ id: IdType('giftCard'), code: Type.String() })),
        }),
      },
    },
    async handler(request, reply) {
      const { body: sent } = request;
      const place = allowed(request, deps, 'gift_card:issue', sent.locationId, sent.currency);
      const expiresOn = dayOf(sent.expiresOn, '/expiresOn');
      const cards = await Promise.all(
        Array.from({ length: sent.count }, async (_, n) => {
          const { id, code } = await codeFor(deps.hashCode, [request.principal.id, request.idempotencyKey, n]);
          return { id, code, lastFour: code.slice(-4), codeHash: await deps.hashCode(code) };
        }),
      );
      const body = { ...place, expiresOn, cards: cards.map(({ code: _, ...card }) => card) };
      const { at, ...command } = { type: 'IssueGiftCards', body, sent, at: place.occurredAt };
      const act = await submitFor(request, deps.committer, { ...command, at });
      return reply.code(201).send({
        eventNumber: act.eventNumber,
        repeated: act.repeated,
        cards: request.preview ? [] : cards.map(({ id, code }) => ({ id: idText('giftCard', id), code })),
      });
    },
  });

  route(app, {
    method: 'POST',
    url: '/gift-cards/:id/credits',
    operationId: 'creditGiftCard',
    summary: 'Put money on a gift card that nobody paid: goodwill, promotion, or from the system before',
    tags,
    permission: 'gift_card:issue',
    scope: 'location',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('giftCard') }),
      body: Type.Object(grantFields, closed),
      response: { 201: RewardActType },
    },
    async handler(request, reply) {
      const { params, body: sent } = request;
      const place = allowed(request, deps, 'gift_card:issue', sent.locationId, sent.currency);
      await overseeGrant(request, 'gift_card:issue', place, sent.amountMinor);
      const { amountMinor, reason, note } = sent;
      const body = { ...place, cardId: params.id, amountMinor, reason, note };
      return reply.code(201).send(await submitted(request, deps, 'GrantReward', body, { params, sent }));
    },
  });

  for (const [block, word] of [
    [true, 'block'],
    [false, 'unblock'],
  ] as const) {
    route(app, {
      method: 'POST',
      url: `/gift-cards/:id/${word}`,
      operationId: `${word}GiftCard`,
      summary: block ? 'Stop a gift card' : 'Let a gift card go on',
      tags,
      permission: 'gift_card:block',
      scope: 'location',
      preview: true,
      schema: {
        params: Type.Object({ id: IdType('giftCard') }),
        body: Type.Object({ locationId: IdType('location'), reason: Reason }, closed),
        response: { 201: RewardActType },
      },
      async handler(request, reply) {
        const { params, body: sent } = request;
        const place = allowed(request, deps, 'gift_card:block', sent.locationId);
        const body = { ...place, key: params.id, block, reason: sent.reason };
        return reply.code(201).send(await submitted(request, deps, 'BlockReward', body, { params, sent }));
      },
    });
  }
}

function registerCustomerRewards(app: Api, deps: RewardRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/customers/:id/store-credit',
    operationId: 'grantStoreCredit',
    summary: 'Give a customer store credit',
    tags,
    permission: 'store_credit:write',
    scope: 'location',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('customer') }),
      body: Type.Object(grantFields, closed),
      response: { 201: RewardActType },
    },
    async handler(request, reply) {
      const { params, body: sent } = request;
      const place = allowed(request, deps, 'store_credit:write', sent.locationId, sent.currency);
      await overseeGrant(request, 'store_credit:write', place, sent.amountMinor);
      await mustBeCustomer(deps, params.id);
      const { amountMinor, reason, note } = sent;
      const body = { ...place, customerId: params.id, amountMinor, reason, note };
      return reply.code(201).send(await submitted(request, deps, 'GrantReward', body, { params, sent }));
    },
  });

  route(app, {
    method: 'GET',
    url: '/customers/:id/store-credit',
    operationId: 'listStoreCredit',
    summary: "A customer's store credit and its history",
    tags,
    permission: 'store_credit:read',
    scope: 'any',
    schema: {
      params: Type.Object({ id: IdType('customer') }),
      response: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              entityId: IdType('legalEntity'),
              currency: CurrencyType,
              balanceMinor: MinorType,
              overdrawnMinor: MinorType,
              entries: Type.Array(RewardEntryType),
            }),
          ),
        }),
      },
    },
    async handler({ params, principal }) {
      const items = await reading(deps, async (tx) => {
        const kept = await findKept(tx, params.id);
        if (kept === undefined) return undefined;
        const all = [];
        for (const credit of kept.credits)
          if (canSee(principal, credit.entityId, deps, 'store_credit:read'))
            all.push({ credit, entries: await listEntries(tx, credit.key, { limit: 99 }) });
        return all;
      });
      if (items === undefined) throw notFound('customer');
      return {
        items: items.map(({ credit, entries }) => ({
          entityId: idText('legalEntity', credit.entityId),
          currency: credit.currency,
          balanceMinor: credit.balanceMinor,
          overdrawnMinor: credit.overdrawnMinor,
          entries: entries.map(entryAnswer),
        })),
      };
    },
  });
}

function registerExpiry(app: Api, deps: RewardRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/reward-expiry',
    operationId: 'expireRewards',
    summary: 'Take off what has run out; a job does it every day',
    tags,
    permission: 'loyalty:write',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object({ locationId: IdType('location') }, closed),
      response: { 201: RewardActType },
    },
    async handler(request, reply) {
      const sent = request.body;
      const place = allowed(request, deps, 'loyalty:write', sent.locationId);
      const found = await reading(deps, (tx) => findExpired(tx, place.businessDay));
      const ours = (rows: typeof found.cards): string[] =>
        rows.flatMap((row) => (row.entity_id === place.entityId && row.currency === place.currency ? [row.key] : []));
      const body: ExpireRewards = { ...place, cardKeys: ours(found.cards), pointsKeys: ours(found.points) };
      return reply.code(201).send(await submitted(request, deps, 'ExpireRewards', body, sent));
    },
  });
}

/** Money that nobody paid is watched as a refund is. */
async function overseeGrant(
  request: Overseen,
  permission: Permission,
  place: RewardPlace & { readonly currency: string },
  amount: number,
): Promise<void> {
  const { currency, entityId, locationId } = place;
  await oversee(request, {
    act: 'refund',
    permission,
    target: { entityId, locationId },
    limits: ['refund'],
    currency,
    amounts: () => [{ limit: 'refund', currency, amount }],
  });
}

function dayOf(text: string | undefined, path: string): ReturnType<typeof parseBusinessDay> {
  if (text === undefined) return undefined;
  const day = parseBusinessDay(text);
  if (day === undefined) throw malformed([{ path, message: 'is no day' }]);
  return day;
}

function cardAnswer(card: RewardAccount, { company, now }: Pick<RewardRouteDeps, 'company' | 'now'>) {
  // A card has no place of its own: it runs out by the day of the entity's first one.
  const place = company.locations().find((location) => location.entityId === card.entityId);
  const day = businessDayOf(now(), place ?? { timeZone: 'UTC', cutOffHour: 0 });
  return {
    id: idText('giftCard', card.key),
    entityId: idText('legalEntity', card.entityId),
    lastFour: card.lastFour ?? '',
    state: stateOn(card, day),
    currency: card.currency,
    balanceMinor: card.balanceMinor,
    overdrawnMinor: card.overdrawnMinor,
    issuedMinor: card.issuedMinor,
    redeemedMinor: card.redeemedMinor,
    expiredMinor: card.expiredMinor,
    expiresOn: card.expiresOn ?? null,
  };
}
