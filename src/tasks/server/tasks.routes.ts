import { Type } from 'typebox';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { DEFAULT_LIMIT, decodeCursor, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import { reject } from '../../kernel/decision.ts';
import { instantToText } from '../../kernel/time.ts';
import {
  countOpenTasks,
  endTask,
  findTask,
  listTasks,
  lockTask,
  nameItems,
  type NamedItem,
  type TaskRow,
} from './tasks.store.ts';

/** What the routes of tasks need. */
export type TaskRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly company: Pick<CompanyCache, 'locations'>;
  readonly now: () => number;
};

const closed = { additionalProperties: false };
const tags = ['tasks'];
const Cursor = Type.Tuple([Type.Integer({ minimum: 1 })]);
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
const KindType = Type.Union([
  Type.Literal('promotion_overused'),
  Type.Literal('reward_overdrawn'),
  Type.Literal('gift_card_not_charged'),
  Type.Literal('payment_failed'),
]);

const ItemType = Type.Object({
  what: Type.Union([
    Type.Literal('promotion'),
    Type.Literal('promotion_of_customer'),
    Type.Literal('coupon'),
    Type.Literal('gift_card'),
    Type.Literal('store_credit'),
    Type.Literal('points'),
    Type.Literal('payment'),
  ]),
  name: Type.String({ description: 'Of a promotion its name, of a gift card its last four symbols, else empty.' }),
  promotionId: orNull(IdType('promotion')),
  giftCardId: orNull(IdType('giftCard')),
  paymentId: orNull(IdType('payment')),
  customerId: orNull(IdType('customer')),
  customerNumber: orNull(Type.String()),
  currency: Type.String({ description: 'Of the amounts; empty where there is none.' }),
  amountMinor: orNull(
    Type.Integer({ description: 'Minor units beyond the budget or balance, or that were not moved.' }),
  ),
  overuses: orNull(Type.Integer({ description: 'How often it was used beyond its limit, altogether.' })),
  points: orNull(Type.Integer({ description: 'Points beyond the balance.' })),
  open: orNull(Type.Integer({ description: 'What is still overdrawn now: minor units, or points.' })),
  reason: orNull(Type.String({ description: 'Why it failed: a reason of a refusal, or what a provider did not do.' })),
});

const TaskType = model(
  'Task',
  Type.Object({
    id: IdType('task'),
    kind: KindType,
    state: Type.Union([Type.Literal('open'), Type.Literal('done')]),
    eventNumber: Type.Integer({ description: 'The event that it came from.' }),
    entityId: orNull(IdType('legalEntity')),
    locationId: orNull(IdType('location')),
    orderId: orNull(IdType('order')),
    orderNumber: orNull(Type.String()),
    items: Type.Array(ItemType),
    openedAt: InstantType,
    doneAt: orNull(InstantType),
    doneBy: orNull(IdType('person')),
    note: Type.String(),
  }),
);

/** More open tasks than this are counted as this many. */
const MOST_COUNTED = 100;

/** GET /tasks, /task-count and /tasks/{id}; POST /tasks/{id}/completion and /reopening. */
export function registerTaskRoutes(app: Api, deps: TaskRouteDeps): void {
  registerReads(app, deps);
  registerEnd(app, deps, 'complete');
  registerEnd(app, deps, 'reopen');
}

/** The places whose tasks somebody may see; undefined: all. */
function placesOf(
  principal: { scopes(permission: 'task:read'): unknown; can(permission: 'task:read', target: object): boolean },
  { company }: Pick<TaskRouteDeps, 'company'>,
): string[] | undefined {
  if (principal.scopes('task:read') === 'all') return undefined;
  return company
    .locations()
    .filter(({ id, entityId }) => principal.can('task:read', { locationId: id, entityId }))
    .map(({ id }) => id);
}

function registerReads(app: Api, deps: TaskRouteDeps): void {
  const reading = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, work);

  route(app, {
    method: 'GET',
    url: '/tasks',
    operationId: 'listTasks',
    summary: 'What a person must look at, newest first',
    tags,
    permission: 'task:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        state: Type.Optional(
          Type.Union([Type.Literal('open'), Type.Literal('done')], {
            default: 'open',
            description: 'Open ones unless told.',
          }),
        ),
        kind: Type.Optional(KindType),
        location: Type.Optional(IdType('location')),
      }),
      response: { 200: ListOf(TaskType) },
    },
    async handler({ query, principal }) {
      const { limit = DEFAULT_LIMIT, state = 'open', kind, location } = query;
      const after = decodeCursor(Cursor, query.after)?.[0];
      const seen = placesOf(principal, deps);
      const locationIds =
        location === undefined ? seen : (seen ?? [location]).filter((locationId) => locationId === location);
      return reading(async (tx) => {
        const rows = await listTasks(tx, { state, kind, locationIds, after, limit });
        const items = await nameItems(tx, rows);
        return pageOf(
          rows,
          limit,
          (row) => [row.event_number],
          (row) => taskAnswer(row, items),
        );
      });
    },
  });

  route(app, {
    method: 'GET',
    url: '/task-count',
    operationId: 'countTasks',
    summary: 'How many tasks are open',
    tags,
    permission: 'task:read',
    scope: 'any',
    schema: {
      response: {
        200: Type.Object({ open: Type.Integer({ description: `${MOST_COUNTED} stands for as many and more.` }) }),
      },
    },
    handler: async ({ principal }) =>
      reading(async (tx) => ({ open: await countOpenTasks(tx, placesOf(principal, deps), MOST_COUNTED) })),
  });

  route(app, {
    method: 'GET',
    url: '/tasks/:id',
    operationId: 'getTask',
    summary: 'One task',
    tags,
    permission: 'task:read',
    scope: 'location',
    schema: { params: Type.Object({ id: IdType('task') }), response: { 200: TaskType } },
    async handler(request) {
      return reading(async (tx) => {
        const row = await findTask(tx, request.params.id);
        if (row === undefined) throw notFound('task');
        allow(request, 'task:read', { locationId: row.location_id, entityId: row.entity_id });
        return taskAnswer(row, await nameItems(tx, [row]));
      });
    },
  });
}

const ENDS = {
  complete: {
    path: 'completion',
    operationId: 'completeTask',
    summary: 'Say that a task is done, and what was done',
    event: 'TaskDone',
    description: 'Nothing else happens by it. Refuses `task_done_before`.',
  },
  reopen: {
    path: 'reopening',
    operationId: 'reopenTask',
    summary: 'Open a task again that was said to be done',
    event: 'TaskReopened',
    description: 'Refuses `task_open`.',
  },
} as const;

function registerEnd(app: Api, deps: TaskRouteDeps, end: keyof typeof ENDS): void {
  const { path, operationId, summary, event, description } = ENDS[end];
  const isDone = end === 'complete';
  const Note = Type.Optional(Type.String({ maxLength: 1000, description: 'What was done.' }));
  route(app, {
    method: 'POST',
    url: `/tasks/:id/${path}`,
    operationId,
    summary,
    description,
    tags,
    permission: 'task:write',
    scope: 'location',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('task') }),
      body: Type.Object(isDone ? { note: Note } : {}, closed),
      response: { 201: Type.Object({ id: IdType('task') }) },
    },
    async handler(request, reply) {
      const { principal, originId, idempotencyKey: key, preview, params, body } = request;
      const at = deps.now();
      const type = `${end}_task`;
      const submission = { type, principalId: principal.id, originId, key, body: [params, body], at, preview };
      // Whether the task is at a place of the writer's is known only from its row; who may write nowhere has been turned away before.
      const outcome = await deps.master<{ id: string }>({ ...submission, topic: 'task' }, async (tx) => {
        const row = await lockTask(tx, params.id);
        if (row === undefined) throw notFound('task');
        allow(request, 'task:write', { locationId: row.location_id, entityId: row.entity_id });
        if (isDone && row.done_at !== null)
          return reject({ reason: 'task_done_before', doneAt: instantToText(row.done_at) });
        if (!isDone && row.done_at === null) return reject({ reason: 'task_open' });
        const { note = '' } = body as { note?: string };
        await endTask(tx, row.id, isDone ? { at, by: principal.id, note } : undefined);
        const told = {
          taskId: row.id,
          kind: row.kind,
          before: { state: isDone ? 'open' : 'done', note: row.note },
          after: { state: isDone ? 'done' : 'open', note: isDone ? note : '' },
        };
        const place = {
          ...(row.entity_id === null ? {} : { entityId: row.entity_id }),
          ...(row.location_id === null ? {} : { locationId: row.location_id }),
        };
        return changed([{ type: event, version: 1, ...place, subjectId: row.id, body: told }], { id: row.id });
      });
      // A repeat is answered from its key, without the row; its first answer was checked then.
      request.scopeChecked = true;
      return reply.code(201).send({ id: idText('task', masterAnswer(outcome).id) });
    },
  });
}

function taskAnswer(row: TaskRow, items: ReadonlyMap<string, readonly NamedItem[]>) {
  return {
    id: idText('task', row.id),
    kind: row.kind,
    state: row.done_at === null ? ('open' as const) : ('done' as const),
    eventNumber: row.event_number,
    entityId: row.entity_id === null ? null : idText('legalEntity', row.entity_id),
    locationId: row.location_id === null ? null : idText('location', row.location_id),
    orderId: row.order_id === null || row.order_number === null ? null : idText('order', row.order_id),
    orderNumber: row.order_number,
    items: (items.get(row.id) ?? []).map(itemAnswer),
    openedAt: instantToText(row.opened_at),
    doneAt: row.done_at === null ? null : instantToText(row.done_at),
    doneBy: row.done_by === null ? null : idText('person', row.done_by),
    note: row.note,
  };
}

function itemAnswer(item: NamedItem) {
  const { what, id, customerId, amountMinor, overuses, points, reason, name, customerNumber, currency, open } = item;
  const isPromotion = what === 'promotion' || what === 'promotion_of_customer' || what === 'coupon';
  return {
    what,
    name,
    promotionId: isPromotion && id !== null ? idText('promotion', id) : null,
    giftCardId: what === 'gift_card' && id !== null ? idText('giftCard', id) : null,
    paymentId: what === 'payment' && id !== null ? idText('payment', id) : null,
    customerId: customerId === undefined ? null : idText('customer', customerId),
    customerNumber,
    currency,
    amountMinor: amountMinor ?? null,
    overuses: overuses ?? null,
    points: points ?? null,
    open,
    reason: reason ?? null,
  };
}
