import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed, type MasterChange } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, DEFAULT_LIMIT, decodeCursor, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, InstantType } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { findSkuPlaces, findSkuStates } from '../../catalog/server/catalog.store.ts';
import { reject, type Decision } from '../../kernel/decision.ts';
import { MAX_UNIT_PRICE_PER, MAX_UNIT_PRICE_SCALE } from '../../kernel/money.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import { decideCancel, decideSchedule, decideUndo, type PriceChangeStart } from '../price-change.ts';
import { shorten } from '../price-list.ts';
import {
  findChangeRows,
  findChanges,
  insertChange,
  lockChange,
  saveChange,
  saveChangeRows,
  type ChangeRow,
  type StoredChange,
} from './price-changes.store.ts';
import { loadOverrideLists } from './price-lists.store.ts';
import { openPlaces, priceSubmission, readInstantAt, type PriceRouteDeps } from './price-route-deps.ts';
import { HEARD_MS, STAGED_AT_ONCE, stageNext } from './price-staging.ts';
import { openPreview, sumChange, type PreviewedRow } from './price-change-preview.ts';
import { loadPriceLists } from './pricing.store.ts';

const closed = { additionalProperties: false };
const tags = ['pricing'];
const State = Type.Enum(['draft', 'staging', 'scheduled', 'cancelled', 'undone']);
const maybe = <T extends Parameters<typeof Type.Union>[0][number]>(of: T) => Type.Union([of, Type.Null()]);
const LocalTime = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$',
  description: 'A local time of every store, `2026-12-01T08:00`.',
});

const ChangeType = model(
  'PriceChange',
  Type.Object({
    id: IdType('priceChange'),
    name: Type.String(),
    state: State,
    rows: Type.Integer(),
    staged: Type.Integer({ description: 'While it is being written (`staging`): how many of its prices are.' }),
    startAt: maybe(InstantType),
    startLocal: maybe(LocalTime),
    forced: Type.Boolean(),
    markdown: Type.Boolean(),
    validUntil: maybe(InstantType),
    undoneAt: maybe(InstantType),
    createdAt: InstantType,
  }),
);
const PriceNumbersType = Type.Object({ amount: Type.Integer(), scale: Type.Integer(), per: Type.Integer() });
const RowType = model(
  'PriceChangeRow',
  Type.Object({
    skuId: IdType('sku'),
    code: Type.String(),
    name: Type.String(),
    priceListId: IdType('priceList'),
    listName: Type.String(),
    currency: CurrencyType,
    minQuantity: Type.Integer(),
    old: maybe(PriceNumbersType),
    price: PriceNumbersType,
    raises: Type.Boolean(),
    changePpm: maybe(Type.Integer()),
    marginMinor: maybe(Type.Integer({ description: 'Without tax, of `per` base units, at what the goods cost now.' })),
    marginPpm: maybe(Type.Integer()),
    belowCost: Type.Boolean(),
  }),
);
const SummaryType = model(
  'PriceChangeSummary',
  Type.Object({
    rows: Type.Integer(),
    raises: Type.Integer(),
    lowers: Type.Integer(),
    newPrices: Type.Integer(),
    unchanged: Type.Integer(),
    belowCost: Type.Integer(),
    unknownCost: Type.Integer(),
  }),
);
const WantedRowType = Type.Object(
  {
    priceListId: IdType('priceList'),
    skuId: Type.Optional(IdType('sku')),
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Of the SKU, instead of its id.' })),
    minQuantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, default: 1 })),
    amount: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000_000 }),
    scale: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_UNIT_PRICE_SCALE })),
    per: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_UNIT_PRICE_PER })),
  },
  closed,
);
const StateType = Type.Object({ id: IdType('priceChange'), state: State });
const ById = Type.Object({ id: IdType('priceChange') });
const Cursor = Type.Tuple([CursorId]);
const RowCursor = Type.Tuple([CursorId, CursorId, Type.Integer({ minimum: 1 })]);

/** A change of prices has at most so many rows: what one file brings. */
const MAX_CHANGE_ROWS = 100_000;

/** Price changes: put together, previewed, scheduled, called off, undone. */
export function registerPriceChangeRoutes(app: Api, deps: PriceRouteDeps): void {
  const reading = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> =>
    withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, fn);
  const found = async (tx: Tx, id: string): Promise<StoredChange> => {
    const change = (await findChanges(tx, { id, limit: 1 }))[0];
    if (change === undefined) throw notFound('price change');
    return change;
  };

  route(app, {
    method: 'GET',
    url: '/price-changes',
    operationId: 'listPriceChanges',
    summary: 'Price changes, the newest first',
    tags,
    permission: 'price:read',
    scope: 'none',
    schema: { querystring: Type.Object(listQuery), response: { 200: ListOf(ChangeType) } },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT } = query;
      const after = decodeCursor(Cursor, query.after)?.[0];
      const rows = await reading((tx) => findChanges(tx, { after, limit: limit + 1 }));
      return pageOf(rows, limit, (row) => [row.id], changeAnswer);
    },
  });

  route(app, {
    method: 'POST',
    url: '/price-changes',
    operationId: 'createPriceChange',
    summary: 'A draft of a price change',
    tags,
    permission: 'price:edit',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 100 }),
          markdown: Type.Optional(
            Type.Boolean({
              description: 'Announced as a reduction, and shown with the lowest price of the 30 days before.',
            }),
          ),
          validUntil: Type.Optional(InstantType),
        },
        closed,
      ),
      response: { 201: StateType },
    },
    async handler(request, reply) {
      const at = deps.now();
      const id = uuidv7();
      const { name, markdown = false, validUntil } = request.body;
      const until = validUntil === undefined ? undefined : readInstantAt(validUntil, '/validUntil');
      const outcome = await deps.master(priceSubmission(request, 'create_price_change', at), async (tx) => {
        if (until !== undefined && until <= at)
          return reject({ reason: 'ends_in_past', validUntilMs: until, nowMs: at });
        const createdBy = request.principal.id;
        await insertChange(tx, { id, name, markdown, validUntil: until, createdBy, createdAt: at });
        return changed(
          [
            {
              type: 'PriceChangeDrafted',
              version: 1,
              subjectId: id,
              body: { skuIds: [], name, before: null, after: { name, state: 'draft' } },
            },
          ],
          {
            id: idText('priceChange', id),
            state: 'draft',
          },
        );
      });
      return reply.code(201).send(masterAnswer(outcome));
    },
  });

  route(app, {
    method: 'GET',
    url: '/price-changes/:id',
    operationId: 'getPriceChange',
    summary: 'A price change',
    tags,
    permission: 'price:read',
    scope: 'none',
    schema: { params: ById, response: { 200: ChangeType } },
    handler: ({ params }) => reading(async (tx) => changeAnswer(await found(tx, params.id))),
  });

  route(app, {
    method: 'POST',
    url: '/price-changes/:id/rows',
    operationId: 'addPriceChangeRows',
    summary: 'Put up to 400 prices into a draft, all or none',
    tags,
    permission: 'price:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: ById,
      body: Type.Object({ rows: Type.Array(WantedRowType, { minItems: 1, maxItems: STAGED_AT_ONCE }) }, closed),
      response: { 200: Type.Object({ added: Type.Integer() }) },
    },
    async handler(request) {
      const { params, body } = request;
      const at = deps.now();
      const outcome = await deps.master<{ added: number }>(
        priceSubmission(request, 'add_price_change_rows', at),
        async (tx) => {
          const change = await lockChange(tx, params.id);
          if (change === undefined) throw notFound('price change');
          if (change.window.state !== 'draft')
            return reject({ reason: 'change_is_not_draft', state: change.window.state });
          if (change.rows + body.rows.length > MAX_CHANGE_ROWS)
            return reject({ reason: 'too_many_rows', rows: change.rows + body.rows.length, limit: MAX_CHANGE_ROWS });
          const rows = await readRows(tx, body.rows);
          if (!rows.ok) return rows;
          await saveChangeRows(tx, change.id, rows.value);
          const event = { type: 'PriceChangeFilled', version: 1, subjectId: change.id };
          return changed([{ ...event, body: { skuIds: [], added: rows.value.length } }], { added: rows.value.length });
        },
      );
      return masterAnswer(outcome);
    },
  });

  route(app, {
    method: 'GET',
    url: '/price-changes/:id/rows',
    operationId: 'listPriceChangeRows',
    summary: 'What a price change does: old price, new price, margin',
    tags,
    permission: 'price:read',
    scope: 'none',
    schema: { params: ById, querystring: Type.Object(listQuery), response: { 200: ListOf(RowType) } },
    async handler({ params, query }) {
      const { limit = DEFAULT_LIMIT } = query;
      const key = decodeCursor(RowCursor, query.after);
      const after = key === undefined ? undefined : { skuId: key[0], listId: key[1], minQuantity: key[2] };
      const rows = await reading(async (tx) => {
        await found(tx, params.id);
        const previewRows = await openPreview(deps, tx);
        return previewRows(await findChangeRows(tx, params.id, { after, limit: limit + 1, at: deps.now() }));
      });
      return pageOf(rows, limit, (row) => [row.skuId, row.listId, row.minQuantity], rowAnswer);
    },
  });

  route(app, {
    method: 'GET',
    url: '/price-changes/:id/summary',
    operationId: 'summarisePriceChange',
    summary: 'How many prices a change raises, lowers, and takes below cost',
    tags,
    permission: 'price:read',
    scope: 'none',
    schema: { params: ById, response: { 200: SummaryType } },
    handler: ({ params }) =>
      reading(async (tx) => {
        await found(tx, params.id);
        return sumChange(deps, tx, params.id);
      }),
  });

  route(app, {
    method: 'POST',
    url: '/price-changes/:id/schedule',
    operationId: 'schedulePriceChange',
    summary: 'Let a draft take effect: now, at an instant, or at a local time of every store',
    description:
      'What raises a price waits for the closing of each store after that, unless `forced`. A long change is written first (state `staging`) and then takes effect in one moment.',
    tags,
    permission: 'price:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: ById,
      body: Type.Object(
        {
          at: Type.Optional(InstantType),
          local: Type.Optional(LocalTime),
          forced: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
      response: { 200: StateType },
    },
    async handler(request) {
      const { params, body } = request;
      const at = deps.now();
      const start: PriceChangeStart =
        body.local === undefined
          ? { at: body.at === undefined ? at + HEARD_MS : readInstantAt(body.at, '/at') }
          : { local: body.local };
      const outcome = await deps.master<State>(
        priceSubmission(request, 'schedule_price_change', at),
        async (tx): Promise<Decision<MasterChange<State>>> => {
          const change = await lockChange(tx, params.id);
          if (change === undefined) throw notFound('price change');
          const places = openPlaces(deps);
          const decision = decideSchedule({ state: change.window.state, rows: change.rows }, start, {
            places,
            now: at,
          });
          if (!decision.ok) return decision;
          if (body.local !== undefined && body.at !== undefined) return reject({ reason: 'two_starts' });
          const staging: StoredChange = {
            ...change,
            forced: body.forced === true,
            scheduledBy: request.principal.id,
            window: { state: 'staging', start: decision.value },
          };
          if (change.rows <= STAGED_AT_ONCE) {
            const staged = await stageNext(tx, staging, { at, places });
            return staged.ok ? changed(staged.value.events, stateOf(change.id, staged.value.answer.state)) : staged;
          }
          await saveChange(tx, staging, at);
          const event = { type: 'PriceChangeConfirmed', version: 1, subjectId: change.id };
          const told = {
            priceTables: true,
            rows: change.rows,
            before: { state: change.window.state },
            after: { state: 'staging' },
          };
          return changed([{ ...event, body: told }], stateOf(change.id, 'staging'));
        },
      );
      return masterAnswer(outcome);
    },
  });

  for (const [verb, operationId, summary, decide, type] of [
    ['cancel', 'cancelPriceChange', 'Call a price change off before it begins', decideCancel, 'PriceChangeCancelled'],
    [
      'undo',
      'undoPriceChange',
      'Let the prices before a change hold again, from now on',
      decideUndo,
      'PriceChangeUndone',
    ],
  ] as const)
    route(app, {
      method: 'POST',
      url: `/price-changes/:id/${verb}`,
      operationId,
      summary,
      tags,
      permission: 'price:edit',
      scope: 'none',
      preview: true,
      schema: { params: ById, response: { 200: StateType } },
      async handler(request) {
        const at = deps.now();
        const outcome = await deps.master<State>(
          priceSubmission(request, `${verb}_price_change`, at),
          async (tx): Promise<Decision<MasterChange<State>>> => {
            const change = await lockChange(tx, request.params.id);
            if (change === undefined) throw notFound('price change');
            const decision = decide(change.window, { places: openPlaces(deps), now: at });
            if (!decision.ok) return decision;
            const state = decision.value;
            const window = { ...change.window, state, ...(state === 'undone' ? { until: at } : {}) };
            await saveChange(tx, { ...change, window }, at);
            return changed(
              [
                {
                  type,
                  version: 1,
                  subjectId: change.id,
                  body: {
                    priceTables: true,
                    rows: change.rows,
                    before: { state: change.window.state },
                    after: { state },
                  },
                },
              ],
              stateOf(change.id, state),
            );
          },
        );
        return masterAnswer(outcome);
      },
    });
}

type State = { id: string; state: StoredChange['window']['state'] };

function stateOf(id: string, state: State['state']): State {
  return { id: idText('priceChange', id), state };
}

type AskedRow = {
  readonly priceListId: string;
  readonly skuId?: string;
  readonly code?: string;
  readonly minQuantity?: number;
  readonly amount: number;
  readonly scale?: number;
  readonly per?: number;
};

async function readRows(tx: Tx, asked: readonly AskedRow[]): Promise<Decision<ChangeRow[]>> {
  const base = new Set((await loadPriceLists(tx)).map((list) => list.id));
  const own = new Set((await loadOverrideLists(tx)).map((list) => list.id));
  const byCode = await findSkuPlaces(
    tx,
    asked.flatMap(({ code }) => (code === undefined ? [] : [code])),
  );
  const skus = await findSkuStates(
    tx,
    asked.flatMap(({ skuId, code }) => skuId ?? byCode.get(code ?? '')?.skuId ?? []),
  );
  const rows: ChangeRow[] = [];
  const seen = new Set<string>();
  for (const [index, row] of asked.entries()) {
    const skuId = row.skuId ?? byCode.get(row.code ?? '')?.skuId;
    const sku = skuId === undefined ? undefined : skus.get(skuId);
    if (skuId === undefined || sku === undefined)
      return reject({ reason: 'unknown_sku', index, skuId: row.skuId ?? null, code: row.code ?? null });
    if (sku.archived) return reject({ reason: 'sku_archived', index, skuId, code: sku.code });
    const { priceListId: listId, minQuantity = 1 } = row;
    if (!base.has(listId) && !own.has(listId)) return reject({ reason: 'no_price_list', index, priceListId: listId });
    if (base.has(listId) && minQuantity > 1) return reject({ reason: 'no_breaks_in_base_list', index, minQuantity });
    const key = `${listId} ${skuId} ${minQuantity}`;
    if (seen.has(key)) return reject({ reason: 'duplicate_price', index, skuId });
    seen.add(key);
    rows.push({
      listId,
      skuId,
      minQuantity,
      isOverride: own.has(listId),
      ...shorten(row.amount, row.scale ?? 0),
      per: row.per ?? 1,
    });
  }
  return { ok: true, value: rows };
}

function rowAnswer(row: PreviewedRow) {
  const { amount, scale, per, preview, old, skuId, listId, code, name, listName, currency, minQuantity } = row;
  return {
    skuId: idText('sku', skuId),
    code,
    name,
    priceListId: idText('priceList', listId),
    listName,
    currency,
    minQuantity,
    old: old === undefined ? null : { amount: old.amount, scale: old.scale, per: old.per },
    price: { amount, scale, per },
    raises: preview.raises,
    changePpm: preview.changePpm ?? null,
    marginMinor: preview.marginMinor ?? null,
    marginPpm: preview.marginPpm ?? null,
    belowCost: preview.belowCost,
  };
}

function changeAnswer({ id, name, rows, staged, window, forced, markdown, validUntil, createdAt }: StoredChange) {
  const { state, start, notBefore, until } = window;
  const text = (at: InstantMs | undefined): string | null =>
    at === undefined || !Number.isFinite(at) ? null : instantToText(at);
  return {
    id: idText('priceChange', id),
    name,
    state,
    rows,
    staged,
    startAt: text(start.local === undefined ? Math.max(start.at, notBefore ?? start.at) : undefined),
    startLocal: start.local ?? null,
    forced,
    markdown,
    validUntil: text(validUntil),
    undoneAt: text(until),
    createdAt: instantToText(createdAt),
  };
}
