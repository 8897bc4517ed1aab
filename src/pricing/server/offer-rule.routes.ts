import { Type, type Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed } from '../../../platform/commit/master-door.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, InstantType } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import { decideOffers, OFFER_EVENTS, type OfferOccasion, type OfferRule } from '../offer-rule.ts';
import {
  findOfferRule,
  listOfferGrants,
  listOfferRules,
  lockOfferRule,
  saveOfferRule,
  switchOfferRule,
  type OfferGrantRow,
  type StoredOfferRule,
} from './offer-rule.store.ts';
import { CART_DAYS, CART_MINUTES, cartOccasions, type PurchaseReads } from './offer-worker.ts';
import {
  promotionSubmission,
  promotionTags as tags,
  readPromotions,
  type PromotionRouteDeps,
} from './promotion-route-parts.ts';
import { findPromotions } from './promotion.store.ts';

/** What the routes of rules need besides: what purchases there were. */
export type OfferRuleRouteDeps = PromotionRouteDeps & { readonly purchases: PurchaseReads };

const closed = { additionalProperties: false };
const ids = (kind: 'channel' | 'location' | 'customerGroup') =>
  Type.Optional(Type.Array(IdType(kind), { minItems: 1, maxItems: 500 }));
const EventType = Type.Unsafe<OfferRule['event']>(Type.String({ enum: [...OFFER_EVENTS] }));
const WhenType = Type.Object(
  {
    channelIds: ids('channel'),
    locationIds: ids('location'),
    groupIds: ids('customerGroup'),
    minimum: Type.Optional(
      Type.Object(
        { amountMinor: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }), currency: CurrencyType },
        closed,
      ),
    ),
    firstPurchase: Type.Optional(Type.Boolean()),
    everyDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650 })),
    afterMinutes: Type.Optional(
      Type.Integer({
        minimum: 5,
        maximum: 20_160,
        description: `Of a cart: for how long it was left; ${CART_MINUTES} unless told.`,
      }),
    ),
  },
  closed,
);
const terms = {
  name: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
  promotionId: IdType('promotion'),
  event: EventType,
  when: Type.Optional(WhenType),
  validDays: Type.Integer({ minimum: 1, maximum: 365 }),
};
const Wanted = Type.Object(terms, closed);
const RuleType = model(
  'OfferRule',
  Type.Object({
    id: IdType('offerRule'),
    ...terms,
    when: WhenType,
    promotionName: Type.String(),
    onSince: Type.Union([InstantType, Type.Null()]),
    granted: Type.Integer(),
    version: Type.Integer(),
  }),
);
const SavedType = Type.Object({ id: IdType('offerRule'), version: Type.Integer() });
const params = Type.Object({ id: IdType('offerRule') });
const Cursor = Type.Tuple([Type.String(), CursorId]);
const GrantCursor = Type.Tuple([Type.Integer(), CursorId]);
type Saved = { readonly id: string; readonly version: number };

/** /offer-rules: list, look, make, change, turn on and off, what they granted, and what they would have. */
export function registerOfferRuleRoutes(app: Api, deps: OfferRuleRouteDeps): void {
  registerReads(app, deps);
  registerForecast(app, deps);
  registerChanges(app, deps);
}

function registerReads(app: Api, deps: OfferRuleRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/offer-rules',
    operationId: 'listOfferRules',
    summary: 'Rules that offer promotions to customers for what they do, by name',
    tags,
    permission: 'promotion:read',
    scope: 'none',
    schema: { querystring: Type.Object(listQuery), response: { 200: ListOf(RuleType) } },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT } = query;
      const after = decodeCursor(Cursor, query.after);
      const rows = await readPromotions(deps, (tx) => listOfferRules(tx, { limit, after }));
      return pageOf(rows, limit, ({ rule }) => [rule.name, rule.id], answerOf);
    },
  });

  route(app, {
    method: 'GET',
    url: '/offer-rules/:id',
    operationId: 'getOfferRule',
    summary: 'A rule',
    tags,
    permission: 'promotion:read',
    scope: 'none',
    schema: { params, response: { 200: RuleType } },
    async handler(request) {
      const found = await readPromotions(deps, (tx) => findOfferRule(tx, request.params.id));
      if (found === undefined) throw notFound('rule');
      return answerOf(found);
    },
  });

  route(app, {
    method: 'GET',
    url: '/offer-rules/:id/grants',
    operationId: 'listOfferGrants',
    summary: 'What a rule granted, and carts that got nothing and why, the newest first',
    tags,
    permission: 'promotion:read',
    scope: 'none',
    schema: {
      params,
      querystring: Type.Object(listQuery),
      response: {
        200: ListOf(
          Type.Object({
            customerId: IdType('customer'),
            customerNumber: Type.String(),
            offerId: Type.Union([IdType('personalOffer'), Type.Null()]),
            reason: Type.String({ description: 'Why nothing was granted; empty where it was.' }),
            happenedAt: InstantType,
            grantedAt: Type.Union([InstantType, Type.Null()]),
            validUntil: Type.Union([InstantType, Type.Null()]),
            used: Type.Boolean(),
          }),
        ),
      },
    },
    async handler(request) {
      const { limit = DEFAULT_LIMIT } = request.query;
      const after = decodeCursor(GrantCursor, request.query.after);
      const rows = await readPromotions(deps, (tx) => listOfferGrants(tx, request.params.id, { limit, after }));
      return pageOf(rows, limit, (row) => [row.happened_at, row.subject_id], grantAnswer);
    },
  });
}

function grantAnswer(row: OfferGrantRow) {
  const text = (at: InstantMs | null) => (at === null ? null : instantToText(at));
  return {
    customerId: idText('customer', row.customer_id),
    customerNumber: row.customer_number,
    offerId: row.offer_id === null ? null : idText('personalOffer', row.offer_id),
    reason: row.reason,
    happenedAt: instantToText(row.happened_at),
    grantedAt: text(row.granted_at),
    validUntil: text(row.valid_until),
    used: row.used > 0,
  };
}

const DAY_MS = 86_400_000;
const FORECAST_DAYS = 30;
const FORECAST_AT_MOST = 5_000;
const NO_RULE = '00000000-0000-0000-0000-000000000000';

function registerForecast(app: Api, deps: OfferRuleRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/offer-rules/forecast',
    operationId: 'forecastOffers',
    summary: 'How many offers a rule would have granted in the last 30 days',
    tags,
    permission: 'promotion:read',
    scope: 'none',
    idempotent: false,
    schema: {
      body: Wanted,
      response: {
        200: Type.Object({
          since: InstantType,
          seen: Type.Integer({ description: `What was looked at: the newest ${FORECAST_AT_MOST} at most.` }),
          granted: Type.Integer(),
          customers: Type.Integer(),
          not: Type.Array(Type.Object({ reason: Type.String(), times: Type.Integer() })),
        }),
      },
    },
    async handler({ body }) {
      const now = deps.now();
      const since = now - FORECAST_DAYS * DAY_MS;
      const rule = { ...readRule(NO_RULE, body), onSince: since };
      const occasions = await readPromotions(deps, (tx) => occasionsOf(tx, deps.purchases, { rule, since, now }));
      const decisions = decideOffers([rule], occasions, { lastGranted: () => undefined, at: 'then' });
      const granted = decisions.filter((one) => 'validUntil' in one);
      const not = new Map<string, number>();
      for (const one of decisions) if ('obstacle' in one) not.set(one.obstacle, (not.get(one.obstacle) ?? 0) + 1);
      return {
        since: instantToText(since),
        seen: decisions.length,
        granted: granted.length,
        customers: new Set(granted.map((one) => one.customerId)).size,
        not: [...not].map(([reason, times]) => ({ reason, times })),
      };
    },
  });
}

async function occasionsOf(
  tx: Tx,
  purchases: PurchaseReads,
  { rule, since, now }: { readonly rule: OfferRule; readonly since: InstantMs; readonly now: InstantMs },
): Promise<OfferOccasion[]> {
  const { event } = rule;
  if (event === 'cart_left') {
    const to = now - (rule.when.afterMinutes ?? CART_MINUTES) * 60_000;
    const from = now - CART_DAYS * DAY_MS;
    return cartOccasions(tx, purchases, { ruleId: rule.id, from, to, limit: 500 });
  }
  const recent = await purchases.recent(tx, { event, since, limit: FORECAST_AT_MOST });
  return purchases.occasions(
    tx,
    recent.map((orderId) => ({ orderId, event })),
  );
}

function registerChanges(app: Api, deps: OfferRuleRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/offer-rules',
    operationId: 'createOfferRule',
    summary: 'A new rule; it is off until it is turned on',
    tags,
    permission: 'promotion:write',
    scope: 'none',
    preview: true,
    schema: { body: Wanted, response: { 201: SavedType } },
    async handler(request, reply) {
      const rule = readRule(uuidv7(), request.body);
      const outcome = await deps.master<Saved>(submission(deps, request, 'create_offer_rule'), async (tx) => {
        const checked = await check(tx, rule);
        if (!checked.ok) return checked;
        await saveOfferRule(tx, rule, { newAt: deps.now() });
        return told('OfferRuleCreated', { id: rule.id, version: 1 }, { before: null, after: rule });
      });
      return reply.code(201).send(savedAnswer(masterAnswer(outcome)));
    },
  });

  route(app, {
    method: 'PUT',
    url: '/offer-rules/:id',
    operationId: 'editOfferRule',
    summary: 'Another shape for a rule; what it granted stays granted',
    tags,
    permission: 'promotion:write',
    scope: 'none',
    preview: true,
    schema: {
      params,
      body: Type.Object({ ...terms, version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }, closed),
      response: { 200: SavedType },
    },
    async handler(request) {
      const { version, ...wanted } = request.body;
      const rule = readRule(request.params.id, wanted);
      const outcome = await deps.master<Saved>(submission(deps, request, 'edit_offer_rule'), async (tx) => {
        const before = await lockOfferRule(tx, rule.id);
        if (before === undefined) throw notFound('rule');
        if (before.version !== version) return reject({ reason: 'stale_version', current: before.version });
        const checked = await check(tx, rule);
        if (!checked.ok) return checked;
        await saveOfferRule(tx, rule, {});
        const after = { ...rule, onSince: before.rule.onSince };
        return told('OfferRuleChanged', { id: rule.id, version: version + 1 }, { before: before.rule, after });
      });
      return savedAnswer(masterAnswer(outcome));
    },
  });

  route(app, {
    method: 'POST',
    url: '/offer-rules/:id/state',
    operationId: 'switchOfferRule',
    summary: 'Turn a rule on or off; it looks at nothing from before it was turned on',
    tags,
    permission: 'promotion:write',
    scope: 'none',
    preview: true,
    schema: {
      params,
      body: Type.Object({ on: Type.Boolean(), version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }, closed),
      response: { 200: SavedType },
    },
    async handler(request) {
      const { id } = request.params;
      const { on, version } = request.body;
      const at = deps.now();
      const outcome = await deps.master<Saved>(submission(deps, request, 'switch_offer_rule'), async (tx) => {
        const before = await lockOfferRule(tx, id);
        if (before === undefined) throw notFound('rule');
        if (before.version !== version) return reject({ reason: 'stale_version', current: before.version });
        const checked = on ? await check(tx, before.rule) : accept(undefined);
        if (!checked.ok) return checked;
        const onSince = on ? (before.rule.onSince ?? at) : undefined;
        await switchOfferRule(tx, id, onSince);
        const after = { ...before.rule, onSince };
        const type = on ? 'OfferRuleTurnedOn' : 'OfferRuleTurnedOff';
        return told(type, { id, version: version + 1 }, { before: before.rule, after });
      });
      return savedAnswer(masterAnswer(outcome));
    },
  });
}

function submission(
  deps: OfferRuleRouteDeps,
  request: Parameters<typeof promotionSubmission>[1],
  type: string,
): ReturnType<typeof promotionSubmission> {
  return { ...promotionSubmission(deps, request, type), topic: 'offer' };
}

function told(type: string, saved: Saved, body: { readonly before: OfferRule | null; readonly after: OfferRule }) {
  const parts = (rule: OfferRule | null) => (rule === null ? null : { ...rule, onSince: rule.onSince ?? null });
  const about = { ruleId: saved.id, before: parts(body.before), after: parts(body.after) };
  return changed([{ type, version: 1, subjectId: saved.id, body: about }], saved);
}

/** A rule offers a promotion that is made to be offered. */
async function check(tx: Tx, rule: OfferRule): Promise<Decision<undefined>> {
  const [found] = await findPromotions(tx, [rule.promotionId]);
  if (found === undefined) throw notFound('promotion');
  if (found.archivedAt !== null) return reject({ reason: 'promotion_archived' });
  if (found.promotion.when.offer !== true) return reject({ reason: 'promotion_not_personal' });
  return accept(undefined);
}

function readRule(id: string, wanted: Static<typeof Wanted>): OfferRule {
  const { name, promotionId, event, when = {}, validDays } = wanted;
  return { id, name: name.trim(), promotionId, event, when, validDays };
}

function answerOf({ rule, promotionName, granted, version }: StoredOfferRule): Static<typeof RuleType> {
  const { channelIds, locationIds, groupIds, ...when } = rule.when;
  const texts = (kind: 'channel' | 'location' | 'customerGroup', all: readonly string[]) =>
    all.map((id) => idText(kind, id));
  return {
    id: idText('offerRule', rule.id),
    name: rule.name,
    promotionId: idText('promotion', rule.promotionId),
    event: rule.event,
    when: {
      ...when,
      ...(channelIds === undefined ? {} : { channelIds: texts('channel', channelIds) }),
      ...(locationIds === undefined ? {} : { locationIds: texts('location', locationIds) }),
      ...(groupIds === undefined ? {} : { groupIds: texts('customerGroup', groupIds) }),
    },
    validDays: rule.validDays,
    promotionName,
    onSince: rule.onSince === undefined ? null : instantToText(rule.onSince),
    granted,
    version,
  };
}

function savedAnswer({ id, version }: Saved) {
  return { id: idText('offerRule', id), version };
}
