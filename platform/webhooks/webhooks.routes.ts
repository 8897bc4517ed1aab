import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { reject, type Decision } from '../../src/kernel/decision.ts';
import type { Principal, Reach } from '../auth/principal.ts';
import { changed, type Master, type MasterChange, type MasterOutcome, type MasterWork } from '../commit/master-door.ts';
import { uuidTimestampMs } from '../../src/kernel/ids.ts';
import { withTransaction, type Pool, type Tx } from '../db/pool.ts';
import { EventType, itemOf, type SubjectText } from '../events/events.routes.ts';
import { isVisible, lastNumber, sql as eventSql } from '../events/log.ts';
import { readEvents } from '../events/read-events.ts';
import {
  EventPattern,
  filterAnswer,
  filterOf,
  FilterText,
  FilterType,
  selectionOf,
  TypesText,
} from '../events/selection.ts';
import type { Api } from '../http/app.ts';
import { IdType, idText } from '../http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../http/lists.ts';
import { masterAnswer } from '../http/master-answer.ts';
import { model } from '../http/model.ts';
import { InstantType, NumberFrom } from '../http/money.ts';
import { malformed, notFound } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { isAddress, isPublicAddress } from '../net/addresses.ts';
import type { SafeFetch } from '../net/safe-fetch.ts';
import { callWebhook } from './call.ts';
import { messageId, messageOf } from './message.ts';
import { newSecret, signingKeyOf } from './signature.ts';
import {
  deliveryId,
  DISABLED_REASONS,
  editWebhook,
  eventsNumbered,
  findWebhook,
  insertDeliveries,
  insertWebhook,
  instant,
  listDeliveries,
  listWebhooks,
  secretsOf,
  webhookSql,
  type Delivery,
  type Webhook,
  type WebhookState,
} from './webhooks.store.ts';

/** What the routes of webhooks need. */
export type WebhookRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly now: () => number;
  readonly fetch: SafeFetch;
  /** Hosts of one's own network that may be called all the same, as `openSafeFetch` knows them. */
  readonly allowedHosts: readonly string[];
  readonly sealSecret: (text: string) => string;
  readonly openSecret: (sealed: string) => string;
  /** Where owners may read events; who left is missing. */
  readonly reachOf: (ownerIds: readonly string[]) => Promise<ReadonlyMap<string, Reach>>;
  readonly subjectText?: SubjectText;
};

/** How long the secret before is used beside a new one. */
export const ROTATION_MS = 24 * 3_600_000;

/** Each one costs memory and connections in the process that delivers. */
const MAX_WEBHOOKS = 100;
/** A receiver that fails for less is no trouble yet. */
const TROUBLE_MS = 15 * 60_000;
const tags = ['webhooks'];
const closed = { additionalProperties: false };
const Name = Type.String({ minLength: 1, maxLength: 100 });
const Url = Type.String({
  minLength: 1,
  maxLength: 2000,
  description: 'https, or http to a host that the settings allow.',
});
const Types = Type.Array(EventPattern, {
  minItems: 1,
  maxItems: 50,
  description: 'Types of events, `topic.*` for all of a topic, `*` for all but `security`.',
});
const Outcome = Type.Union([Type.Literal('delivered'), Type.Literal('failed'), Type.Literal('given_up')]);
const NoInstant = Type.Union([InstantType, Type.Null()]);

const WebhookType = model(
  'Webhook',
  Type.Object({
    id: IdType('webhook'),
    name: Type.String(),
    url: Type.String(),
    types: Type.Array(Type.String()),
    filter: FilterType,
    withBody: Type.Boolean({ description: 'Whether the body of the event goes along.' }),
    ownerId: Type.String({ description: 'Whose grants say which events are sent.' }),
    isOwn: Type.Boolean(),
    disabledAt: NoInstant,
    disabledReason: Type.Union([...DISABLED_REASONS.map((one) => Type.Literal(one)), Type.Null()]),
    createdAt: InstantType,
    position: Type.Integer({ description: 'Every event up to this number was looked at.' }),
    waiting: Type.Integer({ description: 'Events that are still to be told of those.' }),
    lastSuccessAt: NoInstant,
    failingSince: NoInstant,
    lastProblem: Type.Union([Type.String(), Type.Null()]),
    version: Type.Integer(),
  }),
);
const SecretType = Type.Union([Type.String(), Type.Null()], {
  description: 'Told this once. Null when the request is a repeat: then take a new one.',
});
const CallType = model(
  'WebhookCall',
  Type.Object({
    id: Type.String(),
    at: InstantType,
    eventNumber: Type.Integer({ description: '0 for a call for trying out.' }),
    messageId: Type.String(),
    attempt: Type.Integer(),
    outcome: Outcome,
    status: Type.Union([Type.Integer(), Type.Null()]),
    problem: Type.Union([Type.String(), Type.Null()]),
    answer: Type.String({ description: 'The first 4 KiB of what was answered.' }),
    tookMs: Type.Integer(),
  }),
);
const ById = Type.Object({ id: IdType('webhook') });
const VersionType = Type.Object({ id: IdType('webhook'), version: Type.Integer() });
const Cursor = Type.Tuple([CursorId]);

/**
 * Webhooks over HTTP. Who may manage webhooks manages their own; others' only with the grant everywhere and with all events to see, because whoever changes an address
 * reads what is sent there.
 */
export function registerWebhookRoutes(app: Api, deps: WebhookRouteDeps): void {
  registerReads(app, deps);
  registerChanges(app, deps);
  registerCalls(app, deps);
}

function registerReads(app: Api, deps: WebhookRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/webhooks',
    operationId: 'listWebhooks',
    summary: 'Webhooks and how they fare',
    tags,
    permission: 'webhook:read',
    scope: 'any',
    schema: { querystring: Type.Object({ ...listQuery }), response: { 200: ListOf(WebhookType) } },
    async handler({ principal, query }) {
      const { limit = DEFAULT_LIMIT } = query;
      const after = decodeCursor(Cursor, query.after)?.[0];
      const ownerId = seesAll(principal) ? undefined : principal.id;
      const rows = await reading(deps, (tx) => listWebhooks(tx, { ownerId, after, limit: limit + 1 }));
      return pageOf(
        rows,
        limit,
        ({ id }) => [id],
        (row) => webhookAnswer(row, principal),
      );
    },
  });

  route(app, {
    method: 'GET',
    url: '/webhook-troubles',
    operationId: 'countWebhookTroubles',
    summary: 'How many webhooks need a person: disabled by failures, or failing for a quarter of an hour',
    tags,
    permission: 'webhook:read',
    scope: 'any',
    schema: { response: { 200: Type.Object({ troubled: Type.Integer() }) } },
    handler: ({ principal }) =>
      reading(deps, (tx) =>
        tx.get<{ troubled: number }>(webhookSql.count_troubled, [
          seesAll(principal) ? null : principal.id,
          instant(deps.now() - TROUBLE_MS),
        ]),
      ),
  });

  route(app, {
    method: 'GET',
    url: '/webhooks/:id',
    operationId: 'getWebhook',
    summary: 'A webhook and how it fares',
    tags,
    permission: 'webhook:read',
    scope: 'any',
    schema: { params: ById, response: { 200: WebhookType } },
    handler: ({ principal, params }) =>
      reading(deps, async (tx) => webhookAnswer(await getWebhook(tx, params.id, principal), principal)),
  });

  route(app, {
    method: 'GET',
    url: '/webhooks/:id/calls',
    operationId: 'listWebhookCalls',
    summary: 'The calls of the last thirty days, the newest first',
    tags,
    permission: 'webhook:read',
    scope: 'any',
    schema: {
      params: ById,
      querystring: Type.Object({
        ...listQuery,
        outcome: Type.Optional(Outcome),
        eventNumber: Type.Optional(NumberFrom(0)),
      }),
      response: { 200: ListOf(CallType) },
    },
    async handler({ principal, params, query }) {
      const { limit = DEFAULT_LIMIT, outcome, eventNumber } = query;
      const before = decodeCursor(Cursor, query.after)?.[0];
      const rows = await reading(deps, async (tx) => {
        await getWebhook(tx, params.id, principal);
        return listDeliveries(tx, params.id, { before, outcome, eventNumber, limit: limit + 1 });
      });
      return pageOf(rows, limit, ({ id }) => [id], callAnswer);
    },
  });

  route(app, {
    method: 'GET',
    url: '/webhooks/:id/messages/:number',
    operationId: 'getWebhookMessage',
    summary: 'What is sent of an event',
    tags,
    permission: 'webhook:read',
    scope: 'any',
    schema: {
      params: Type.Object({ id: IdType('webhook'), number: NumberFrom(1) }),
      response: { 200: Type.Object({ messageId: Type.String(), url: Type.String(), body: Type.String() }) },
    },
    async handler({ principal, params }) {
      const { webhook, body } = await getMessage(deps, params.id, params.number, principal);
      return { messageId: messageId(webhook.id, params.number), url: webhook.url, body };
    },
  });
}

const Wanted = {
  name: Name,
  url: Url,
  types: Types,
  filter: Type.Optional(FilterType),
  withBody: Type.Optional(Type.Boolean()),
};

function registerChanges(app: Api, deps: WebhookRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/webhooks',
    operationId: 'createWebhook',
    summary: 'Ask to be told of events',
    description: 'Calls are signed as Standard Webhooks says, with the secret that the answer tells once.',
    tags,
    permission: 'webhook:manage',
    scope: 'any',
    preview: true,
    schema: {
      body: Type.Object(
        {
          ...Wanted,
          after: Type.Optional(
            NumberFrom(0, { description: 'Begin after this event; else with what happens from now on.' }),
          ),
        },
        closed,
      ),
      response: { 201: Type.Object({ id: IdType('webhook'), version: Type.Integer(), secret: SecretType }) },
    },
    async handler(request, reply) {
      const { name, types, withBody = false, after } = request.body;
      const url = checkedUrl(request.body.url, deps.allowedHosts);
      const filter = filterOf(request.body.filter ?? {});
      const [id, secret, ownerId] = [uuidv7(), newSecret(), request.principal.id];
      const newest = await lastNumber(deps.pool, deps.schema);
      if (after !== undefined && after > newest)
        throw malformed([{ path: '/after', message: 'is after the last event' }]);
      const outcome = await change(deps, request, 'create_webhook', async (tx) => {
        const { webhooks } = await tx.get<{ webhooks: number }>(webhookSql.count_webhooks);
        if (webhooks >= MAX_WEBHOOKS) return reject({ reason: 'too_many_webhooks', limit: MAX_WEBHOOKS });
        const webhook = { id, name, url, types, filter, withBody, ownerId };
        await insertWebhook(tx, { ...webhook, createdAt: deps.now(), position: after ?? newest });
        await tx.run(webhookSql.insert_secret, [uuidv7(), id, deps.sealSecret(secret), instant(deps.now())]);
        return told('WebhookCreated', id, { before: null, after: tellable(webhook) }, { id, version: 1 });
      });
      const answer = masterAnswer(outcome);
      return reply.code(201).send({
        ...answer,
        id: idText('webhook', answer.id),
        secret: isTold(outcome, request.preview) ? secret : null,
      });
    },
  });

  route(app, {
    method: 'PATCH',
    url: '/webhooks/:id',
    operationId: 'editWebhook',
    summary: 'Change, disable or enable a webhook',
    description: 'Enabled again, it goes on where it was; replay it from another number if that is not wanted.',
    tags,
    permission: 'webhook:manage',
    scope: 'any',
    preview: true,
    schema: {
      params: ById,
      body: Type.Object(
        {
          version: NumberFrom(1),
          name: Type.Optional(Name),
          url: Type.Optional(Url),
          types: Type.Optional(Types),
          filter: Type.Optional(FilterType),
          withBody: Type.Optional(Type.Boolean()),
          enabled: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
      response: { 200: VersionType },
    },
    async handler(request) {
      const { version, url, filter, enabled, ...rest } = request.body;
      const edits = {
        ...rest,
        ...(url === undefined ? {} : { url: checkedUrl(url, deps.allowedHosts) }),
        ...(filter === undefined ? {} : { filter: filterOf(filter) }),
      };
      const outcome = await change(deps, request, 'edit_webhook', async (tx) => {
        const before = await getWebhook(tx, request.params.id, request.principal);
        const state = stateAfter(before, enabled, deps.now());
        const after = { ...before, ...edits, ...state };
        if (before.version !== version || !(await editWebhook(tx, after)))
          return reject({ reason: 'stale_version', version: before.version });
        if (enabled === true && before.disabledAt !== null) await tx.run(webhookSql.forget_failures, [before.id]);
        const difference = { before: tellable(before), after: tellable(after) };
        return told('WebhookEdited', before.id, difference, { id: before.id, version: version + 1 });
      });
      return versionAnswer(masterAnswer(outcome));
    },
  });

  route(app, {
    method: 'DELETE',
    url: '/webhooks/:id',
    operationId: 'deleteWebhook',
    summary: 'Remove a webhook; its calls stay in the log until they are old',
    tags,
    permission: 'webhook:manage',
    scope: 'any',
    preview: true,
    schema: { params: ById, response: { 200: Type.Object({ id: IdType('webhook') }) } },
    async handler(request) {
      const outcome = await change(deps, request, 'delete_webhook', async (tx) => {
        const before = await getWebhook(tx, request.params.id, request.principal);
        await tx.run(webhookSql.delete_webhook, [before.id]);
        return told('WebhookDeleted', before.id, { before: tellable(before), after: null }, { id: before.id });
      });
      return { id: idText('webhook', masterAnswer(outcome).id) };
    },
  });

  route(app, {
    method: 'POST',
    url: '/webhooks/:id/secret',
    operationId: 'rotateWebhookSecret',
    summary: 'A new secret; the one before signs beside it for 24 hours',
    tags,
    permission: 'webhook:manage',
    scope: 'any',
    preview: true,
    schema: {
      params: ById,
      response: { 200: Type.Object({ secret: SecretType, oldUntil: Type.Union([InstantType, Type.Null()]) }) },
    },
    async handler(request) {
      const secret = newSecret();
      const oldUntil = instant(deps.now() + ROTATION_MS);
      const outcome = await change(deps, request, 'rotate_webhook_secret', async (tx) => {
        const { id } = await getWebhook(tx, request.params.id, request.principal);
        // Two are in use at most: one that is still in its last day goes now.
        await tx.run(webhookSql.drop_secrets_of, [id]);
        await tx.run(webhookSql.expire_secrets, [id, oldUntil]);
        await tx.run(webhookSql.insert_secret, [uuidv7(), id, deps.sealSecret(secret), instant(deps.now())]);
        return told('WebhookSecretRotated', id, { before: null, after: { oldUntil } }, { oldUntil });
      });
      return {
        secret: isTold(outcome, request.preview) ? secret : null,
        oldUntil: masterAnswer(outcome).oldUntil,
      };
    },
  });

  route(app, {
    method: 'POST',
    url: '/webhooks/:id/replay',
    operationId: 'replayWebhook',
    summary: 'Tell everything again from an event on',
    description: 'Messages keep their ids, so a receiver that remembers them leaves out what it has.',
    tags,
    permission: 'webhook:manage',
    scope: 'any',
    preview: true,
    schema: {
      params: ById,
      body: Type.Object({ from: NumberFrom(1, { description: 'The number of the first event.' }) }, closed),
      response: { 200: Type.Object({ id: IdType('webhook'), from: Type.Integer() }) },
    },
    async handler(request) {
      const { from } = request.body;
      const outcome = await change(deps, request, 'replay_webhook', async (tx) => {
        const { id, position } = await getWebhook(tx, request.params.id, request.principal);
        const { number: newest } = await tx.get<{ number: number }>(eventSql.last_number);
        if (from > newest + 1) return reject({ reason: 'no_such_event', newest });
        await tx.run(webhookSql.move_position, [id, from - 1]);
        return told('WebhookReplayed', id, { before: { position }, after: { position: from - 1 } }, { id, from });
      });
      const answer = masterAnswer(outcome);
      return { ...answer, id: idText('webhook', answer.id) };
    },
  });
}

function registerCalls(app: Api, deps: WebhookRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/webhooks/:id/test',
    operationId: 'testWebhook',
    summary: 'Call the address once, with a message of the type oneshelf.test',
    tags,
    permission: 'webhook:manage',
    scope: 'any',
    // A receiver bears every message twice.
    idempotent: false,
    noted: true,
    rateLimit: { max: 30, windowMs: 60_000 },
    schema: { params: ById, response: { 200: CallType } },
    async handler({ principal, params }) {
      const webhook = await reading(deps, (tx) => getWebhook(tx, params.id, principal));
      const body = JSON.stringify({
        type: 'oneshelf.test',
        timestamp: instant(deps.now()),
        data: { number: 0, webhookId: idText('webhook', webhook.id) },
      });
      return callAnswer(await callNow(deps, webhook, { id: `msg_test_${uuidv7()}`, number: 0, body }));
    },
  });

  route(app, {
    method: 'POST',
    url: '/webhooks/:id/resend',
    operationId: 'resendWebhookEvent',
    summary: 'Tell one event again, now and beside the order',
    tags,
    permission: 'webhook:manage',
    scope: 'any',
    idempotent: false,
    noted: true,
    rateLimit: { max: 120, windowMs: 60_000 },
    schema: {
      params: ById,
      body: Type.Object({ number: NumberFrom(1) }, closed),
      response: { 200: CallType },
    },
    async handler({ principal, params, body: { number } }) {
      const { webhook, body } = await getMessage(deps, params.id, number, principal);
      return callAnswer(await callNow(deps, webhook, { id: messageId(webhook.id, number), number, body }));
    },
  });

  route(app, {
    method: 'GET',
    url: '/webhook-matches',
    operationId: 'previewWebhook',
    summary: 'Which of the last hundred events would have been told',
    tags,
    permission: 'webhook:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({ types: TypesText, filter: Type.Optional(FilterText) }),
      response: { 200: Type.Object({ lookedAt: Type.Integer(), items: Type.Array(EventType) }) },
    },
    async handler({ principal, query }) {
      const newest = await lastNumber(deps.pool, deps.schema);
      const selection = selectionOf(query.types, query.filter);
      const range = { after: Math.max(0, newest - LOOK_BACK), through: newest, limit: LOOK_BACK };
      const reach = principal.scopes('event:read');
      const events = await reading(deps, (tx) => readEvents(tx, { ...range, selection, reach }));
      return {
        lookedAt: newest - range.after,
        items: events.events.toReversed().map((event) => itemOf(event, deps.subjectText)),
      };
    },
  });
}

/** How many of the last events a preview looks at. */
const LOOK_BACK = 100;

// Owners --------------------------------------------------------------------------------------------------------------------------

function seesAll(principal: Principal): boolean {
  return principal.scopes('webhook:read') === 'all' && principal.scopes('event:read') === 'all';
}

/** The webhook if it is there for this principal to see and change; the gate has looked at the permission. */
async function getWebhook(tx: Tx, id: string, principal: Principal): Promise<WebhookState> {
  const found = await findWebhook(tx, id);
  if (found === undefined || (found.ownerId !== principal.id && !seesAll(principal))) throw notFound('webhook');
  return found;
}

/** What is sent of an event. 404 for one that is not there or that the owner may not see. */
async function getMessage(
  deps: WebhookRouteDeps,
  id: string,
  number: number,
  principal: Principal,
): Promise<{ webhook: Webhook; body: string }> {
  const { webhook, event } = await reading(deps, async (tx) => ({
    webhook: await getWebhook(tx, id, principal),
    event: (await eventsNumbered(tx, [number]))[0],
  }));
  const reach = (await deps.reachOf([webhook.ownerId])).get(webhook.ownerId);
  if (event === undefined || reach === undefined || !isVisible(event, reach)) throw notFound('event');
  return { webhook, body: messageOf(event, { withBody: webhook.withBody, subjectText: deps.subjectText }) };
}

function reading<T>({ pool, schema }: WebhookRouteDeps, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(pool, { schema, readOnly: true }, fn);
}

// Changing ------------------------------------------------------------------------------------------------------------------------

type Asked = {
  readonly principal: Principal;
  readonly originId: string | undefined;
  readonly idempotencyKey: string;
  readonly preview: boolean;
  readonly params?: unknown;
  readonly body?: unknown;
};

function change<A>(
  { master, now }: WebhookRouteDeps,
  { principal, originId, idempotencyKey, preview, params, body }: Asked,
  type: string,
  work: MasterWork<A>,
): Promise<MasterOutcome<A>> {
  const asked = { type, principalId: principal.id, originId, key: idempotencyKey, preview, body: { params, body } };
  return master({ ...asked, at: now(), topic: 'webhook' }, work);
}

/** A secret is told once, and never one that nothing is signed with. */
function isTold(outcome: MasterOutcome<unknown>, preview: boolean): boolean {
  return outcome.kind === 'accepted' && !outcome.repeated && !preview;
}

function told<A>(
  type: string,
  subjectId: string,
  difference: { readonly before: unknown; readonly after: unknown },
  answer: A,
): Decision<MasterChange<A>> {
  return changed([{ type, version: 1, subjectId, body: difference }], answer);
}

/** What the event of a change says. The query of an address is left out: receivers put their own secrets there. */
function tellable({
  name,
  url,
  types,
  filter,
  withBody,
  ...more
}: Omit<Webhook, 'version'> & Partial<WebhookState>): object {
  const { origin, pathname } = new URL(url);
  const disabledReason = more.disabledReason ?? null;
  return { name, url: origin + pathname, types, filter: filterAnswer(filter), withBody, disabledReason };
}

/** Over a network in the clear anybody on the way would read along, so `http` is only for one's own. */
function checkedUrl(text: string, allowedHosts: readonly string[]): string {
  const refuse = (message: string): never => {
    throw malformed([{ path: '/url', message }]);
  };
  if (!URL.canParse(text)) return refuse('is no address');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('must begin with https://');
  if (url.username !== '' || url.password !== '') return refuse('may hold no user name or password');
  url.hash = '';
  const isAllowed = allowedHosts.includes(url.hostname) || allowedHosts.includes(url.host);
  if (isAllowed) return url.href;
  if (url.protocol === 'http:') return refuse('must begin with https://');
  if (isAddress(url.hostname) && !isPublicAddress(url.hostname)) return refuse('leads into a private network');
  return url.href;
}

function stateAfter(
  { disabledAt, disabledReason }: WebhookState,
  enabled: boolean | undefined,
  now: number,
): Pick<WebhookState, 'disabledAt' | 'disabledReason'> {
  if (enabled === true) return { disabledAt: null, disabledReason: null };
  if (enabled === false) return { disabledAt: disabledAt ?? instant(now), disabledReason: 'by_hand' };
  return { disabledAt, disabledReason };
}

// Calling -------------------------------------------------------------------------------------------------------------------------

/** Calls once, now, beside whatever the deliverer does, and writes it into the log. */
async function callNow(
  deps: WebhookRouteDeps,
  webhook: Webhook,
  message: { readonly id: string; readonly number: number; readonly body: string },
): Promise<Delivery> {
  const secrets = await reading(deps, (tx) => secretsOf(tx, [webhook.id], deps.now()));
  const keys = secrets.map(({ sealed }) => signingKeyOf(deps.openSecret(sealed)));
  const answer = await callWebhook(deps.fetch, { url: webhook.url, ...message, keys }, deps.now);
  const delivery: Delivery = {
    id: deliveryId(deps.now()),
    webhookId: webhook.id,
    eventNumber: message.number,
    messageId: message.id,
    attempt: 1,
    outcome: answer.delivered ? 'delivered' : 'failed',
    status: answer.status,
    problem: answer.problem,
    answer: answer.answer,
    tookMs: answer.tookMs,
  };
  await withTransaction(deps.pool, { schema: deps.schema }, (tx) => insertDeliveries(tx, [delivery]));
  return delivery;
}

// Answers -------------------------------------------------------------------------------------------------------------------------

function webhookAnswer(webhook: WebhookState, principal: Principal) {
  return {
    ...webhook,
    id: idText('webhook', webhook.id),
    filter: filterAnswer(webhook.filter),
    isOwn: webhook.ownerId === principal.id,
  };
}

function versionAnswer({ id, version }: { id: string; version: number }) {
  return { id: idText('webhook', id), version };
}

function callAnswer({ webhookId: _, ...delivery }: Delivery) {
  return {
    ...delivery,
    at: instant(uuidTimestampMs(delivery.id)),
    status: delivery.status ?? null,
    problem: delivery.problem ?? null,
  };
}
