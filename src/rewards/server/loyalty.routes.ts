import { Type, type Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed } from '../../../platform/commit/master-door.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, DayType, MinorType } from '../../../platform/http/money.ts';
import { malformed, notFound, refused } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { PPM } from '../../kernel/rate.ts';
import { businessDayOf, parseBusinessDay, type BusinessDay } from '../../kernel/time.ts';
import { earn, worthOf, type LoyaltyProgramme } from '../loyalty-programme.ts';
import { MAX_WINDOW_MONTHS, tierOf, usableOn } from '../points-account.ts';
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
import { findKept, listEntries, saveProgramme, loadProgrammes } from './rewards.store.ts';

const closed = { additionalProperties: false };
const tags = ['rewards'];
const Name = Type.String({ minLength: 1, maxLength: 100 });
const Code = Type.String({ pattern: '^[a-z0-9_-]{1,40}$' });
const Ppm = (maximum: number) => Type.Integer({ minimum: 0, maximum, description: 'Parts per million.' });
const Points = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });
const Minor = Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Minor units of the currency.' });
/** Small, so that no balance of points is worth more than can be counted. */
const Worth = Type.Integer({ minimum: 1, maximum: 1_000 });
const most = <T extends ReturnType<typeof IdType>>(item: T) => Type.Array(item, { maxItems: 1000, uniqueItems: true });

const termsFields = {
  name: Name,
  active: Type.Boolean(),
  earn: Type.Array(
    Type.Object(
      {
        name: Name,
        points: Type.Integer({ minimum: 0, maximum: 100 }),
        perMinor: Minor,
        cashBackPpm: Ppm(PPM),
        channelIds: most(IdType('channel')),
        productIds: most(IdType('product')),
        categoryIds: most(IdType('category')),
      },
      closed,
    ),
    { maxItems: 20 },
  ),
  multiplierDays: Type.Array(
    Type.Object(
      {
        name: Name,
        from: DayType,
        until: DayType,
        weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { maxItems: 7, uniqueItems: true }),
        multiplierPpm: Type.Integer({ minimum: PPM, maximum: 5 * PPM }),
      },
      closed,
    ),
    { maxItems: 100 },
  ),
  tiers: Type.Array(
    Type.Object(
      {
        code: Code,
        name: Name,
        fromMinor: Type.Integer({ minimum: 0, maximum: 100_000_000_000 }),
        windowMonths: Type.Integer({ minimum: 1, maximum: MAX_WINDOW_MONTHS }),
        multiplierPpm: Type.Integer({ minimum: PPM, maximum: 5 * PPM }),
      },
      closed,
    ),
    { maxItems: 10 },
  ),
  rewards: Type.Array(Type.Object({ code: Code, name: Name, points: Points, creditMinor: Minor }, closed), {
    maxItems: 50,
  }),
  value: Type.Object({ points: Worth, minor: Worth }, { ...closed, description: 'So many points pay so much.' }),
  breakagePpm: Ppm(PPM - 1),
  expiryDays: Type.Union([Type.Integer({ minimum: 1, maximum: 36_500 }), Type.Null()]),
  spentPoints: Type.Union([Type.Literal('withhold'), Type.Literal('debt')]),
  expiredPoints: Type.Union([Type.Literal('renew'), Type.Literal('forfeit')]),
};

const ProgrammeType = model(
  'LoyaltyProgramme',
  Type.Object({
    id: IdType('loyaltyProgramme'),
    entityId: IdType('legalEntity'),
    currency: CurrencyType,
    ...termsFields,
  }),
);

const LotType = Type.Object({
  expiresOn: Type.Union([DayType, Type.Null()]),
  points: Type.Integer(),
  valueMinor: MinorType,
});

/** Programmes, and what customers have in them. */
export function registerLoyaltyRoutes(app: Api, deps: RewardRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/loyalty-programmes',
    operationId: 'listLoyaltyProgrammes',
    summary: 'The loyalty programmes: one a legal entity at most',
    tags,
    permission: 'loyalty:read',
    scope: 'any',
    schema: { response: { 200: Type.Object({ items: Type.Array(ProgrammeType) }) } },
    async handler({ principal }) {
      const items = [];
      for (const { id } of deps.company.entities()) {
        const programme = canSee(principal, id, deps, 'loyalty:read') ? await deps.loyalty.programme(id) : undefined;
        if (programme !== undefined) items.push(programmeAnswer(programme));
      }
      return { items };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/loyalty-programmes',
    operationId: 'setLoyaltyProgramme',
    summary: "Set a legal entity's loyalty programme",
    description: 'In force for sales from now on; points that were earned stay what they are.',
    tags,
    permission: 'loyalty:write',
    scope: 'entity',
    preview: true,
    schema: {
      body: Type.Object({ entityId: IdType('legalEntity'), ...termsFields }, closed),
      response: { 200: Type.Object({ id: IdType('loyaltyProgramme') }) },
    },
    async handler(request) {
      const { body: sent, principal, originId, idempotencyKey: key, preview } = request;
      allow(request, 'loyalty:write', { entityId: sent.entityId });
      const entity = deps.company.entity(sent.entityId);
      if (entity === undefined) throw notFound('legal entity');
      const programme = programmeOf(sent, { id: uuidv7(), currency: entity.functionalCurrency });
      const outcome = await deps.master<{ id: string }>(
        {
          type: 'set_loyalty_programme',
          principalId: principal.id,
          originId,
          key,
          body: sent,
          at: deps.now(),
          topic: 'reward',
          preview,
        },
        async (tx) => {
          const known = (await loadProgrammes(tx)).find((each) => each.entityId === entity.id);
          const id = await saveProgramme(tx, programme);
          const before = known ?? null;
          const body = { programmeId: id, before, after: { ...programme, id } };
          const event = { type: 'LoyaltyProgrammeSet', version: 1, entityId: entity.id, subjectId: id, body };
          return changed([event], { id });
        },
      );
      return { id: idText('loyaltyProgramme', masterAnswer(outcome).id) };
    },
  });

  route(app, {
    method: 'POST',
    url: '/loyalty-previews',
    operationId: 'previewEarning',
    summary: 'What a sale would earn',
    tags,
    permission: 'loyalty:read',
    scope: 'location',
    idempotent: false,
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          channelId: IdType('channel'),
          customerId: Type.Optional(IdType('customer')),
          lines: Type.Array(
            Type.Object(
              { skuId: IdType('sku'), amountMinor: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }) },
              closed,
            ),
            { minItems: 1, maxItems: 500 },
          ),
          paidWithPointsMinor: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 })),
        },
        closed,
      ),
      response: {
        200: Type.Object({
          points: Type.Integer(),
          cashBackMinor: MinorType,
          currency: CurrencyType,
          tier: Type.Union([Type.String(), Type.Null()]),
        }),
      },
    },
    async handler(request) {
      const { body } = request;
      const place = allowed(request, deps, 'loyalty:read', body.locationId);
      const programme = await deps.loyalty.programme(place.entityId);
      if (programme === undefined) throw refused({ reason: 'no_loyalty_programme' });
      const skus = await deps.skus.get([...new Set(body.lines.map((line) => line.skuId))]);
      const { customerId } = body;
      const kept = customerId === undefined ? undefined : await reading(deps, (tx) => findKept(tx, customerId));
      const account = kept?.points.find((one) => one.programmeId === programme.id);
      const tier = tierOf(programme, account, place.businessDay);
      const earned = earn(programme, {
        channelId: body.channelId,
        businessDay: place.businessDay,
        tierPpm: tier?.multiplierPpm ?? PPM,
        paidWithPointsMinor: body.paidWithPointsMinor ?? 0,
        lines: body.lines.map(({ skuId, amountMinor }, at) => {
          const sku = skus.get(skuId);
          if (sku === undefined) throw malformed([{ path: `/lines/${at}/skuId`, message: 'is no SKU' }]);
          const { kind, productId, categoryIds } = sku;
          return { line: at + 1, kind, productId, categoryIds, grossMinor: amountMinor, netMinor: amountMinor };
        }),
      });
      const { currency } = programme;
      return { points: earned.points, cashBackMinor: earned.cashBackMinor, currency, tier: tier?.code ?? null };
    },
  });

  route(app, {
    method: 'GET',
    url: '/customers/:id/points',
    operationId: 'listPoints',
    summary: "A customer's points, when they run out, and their history",
    tags,
    permission: 'loyalty:read',
    scope: 'any',
    schema: {
      params: Type.Object({ id: IdType('customer') }),
      response: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              programmeId: IdType('loyaltyProgramme'),
              programme: Type.String(),
              balance: Type.Integer(),
              overdrawn: Type.Integer(),
              worthMinor: MinorType,
              currency: CurrencyType,
              tier: Type.Union([Type.String(), Type.Null()]),
              lots: Type.Array(LotType),
              entries: Type.Array(RewardEntryType),
            }),
          ),
        }),
      },
    },
    async handler({ params, principal }) {
      const found = await reading(deps, async (tx) => {
        const kept = await findKept(tx, params.id);
        if (kept === undefined) return undefined;
        const all = [];
        for (const account of kept.points)
          if (canSee(principal, account.entityId, deps, 'loyalty:read'))
            all.push({ account, entries: await listEntries(tx, account.key, { limit: 99 }) });
        return all;
      });
      if (found === undefined) throw notFound('customer');
      const items = [];
      for (const { account, entries } of found) {
        const programme = await deps.loyalty.byId(account.programmeId);
        if (programme === undefined) continue;
        const day = dayAt(deps, account.entityId);
        const balance = usableOn(account, day);
        items.push({
          programmeId: idText('loyaltyProgramme', account.programmeId),
          programme: programme.name,
          balance,
          overdrawn: account.overdrawn,
          worthMinor: worthOf(programme, balance),
          currency: account.currency,
          tier: tierOf(programme, account, day)?.name ?? null,
          lots: account.lots.map(({ expiresOn, points, valueMinor }) => ({ expiresOn, points, valueMinor })),
          entries: entries.map(entryAnswer),
        });
      }
      return { items };
    },
  });

  route(app, {
    method: 'POST',
    url: '/customers/:id/points',
    operationId: 'grantPoints',
    summary: 'Give a customer points',
    tags,
    permission: 'loyalty:write',
    scope: 'location',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('customer') }),
      body: Type.Object(
        { locationId: IdType('location'), points: Type.Integer({ minimum: 1, maximum: 10_000_000 }), reason: Reason },
        closed,
      ),
      response: { 201: RewardActType },
    },
    async handler(request, reply) {
      const { params, body: sent } = request;
      const place = allowed(request, deps, 'loyalty:write', sent.locationId);
      const programme = await programmeAt(deps, place.entityId);
      await mustBeCustomer(deps, params.id);
      const body = { ...place, programme, customerId: params.id, points: sent.points, reason: sent.reason };
      return reply.code(201).send(await submitted(request, deps, 'GrantPoints', body, { params, sent }));
    },
  });

  route(app, {
    method: 'POST',
    url: '/customers/:id/reward-exchanges',
    operationId: 'exchangePoints',
    summary: "Change a customer's points for a reward: store credit",
    tags,
    permission: 'till:sell',
    scope: 'location',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('customer') }),
      body: Type.Object({ locationId: IdType('location'), reward: Code }, closed),
      response: { 201: RewardActType },
    },
    async handler(request, reply) {
      const { params, body: sent } = request;
      const place = allowed(request, deps, 'till:sell', sent.locationId);
      const programme = await programmeAt(deps, place.entityId);
      await mustBeCustomer(deps, params.id);
      const body = { ...place, programme, customerId: params.id, rewardCode: sent.reward };
      return reply.code(201).send(await submitted(request, deps, 'ExchangePoints', body, { params, sent }));
    },
  });
}

async function programmeAt(deps: RewardRouteDeps, entityId: string): Promise<LoyaltyProgramme> {
  const programme = await deps.loyalty.programme(entityId);
  if (programme === undefined) throw refused({ reason: 'no_loyalty_programme' });
  return programme;
}

function dayAt(deps: RewardRouteDeps, entityId: string): BusinessDay {
  const place = deps.company.locations().find((location) => location.entityId === entityId);
  return businessDayOf(deps.now(), place ?? { timeZone: 'UTC', cutOffHour: 0 });
}

function programmeOf(
  sent: Static<ReturnType<typeof Type.Object<typeof termsFields>>> & { readonly entityId: string },
  of: { readonly id: string; readonly currency: string },
): LoyaltyProgramme {
  const multiplierDays = sent.multiplierDays.map((one, at) => {
    const from = parseBusinessDay(one.from);
    const until = parseBusinessDay(one.until);
    if (from === undefined || until === undefined || from > until)
      throw malformed([{ path: `/multiplierDays/${at}`, message: 'is no span of days' }]);
    return { ...one, from, until };
  });
  for (const [list, path] of [
    [sent.tiers, '/tiers'],
    [sent.rewards, '/rewards'],
  ] as const)
    if (new Set(list.map(({ code }) => code)).size !== list.length)
      throw malformed([{ path, message: 'has a code twice' }]);
  return { ...sent, ...of, multiplierDays };
}

function programmeAnswer(programme: LoyaltyProgramme) {
  return {
    ...programme,
    id: idText('loyaltyProgramme', programme.id),
    entityId: idText('legalEntity', programme.entityId),
    earn: programme.earn.map((rule) => ({
      ...rule,
      channelIds: rule.channelIds.map((id) => idText('channel', id)),
      productIds: rule.productIds.map((id) => idText('product', id)),
      categoryIds: rule.categoryIds.map((id) => idText('category', id)),
    })),
  };
}
