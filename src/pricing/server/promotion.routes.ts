import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed } from '../../../platform/commit/master-door.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import { visibleEvents } from '../../../platform/events/log.ts';
import type { Api } from '../../../platform/http/app.ts';
import { idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import { epochDayToDay } from '../../kernel/time.ts';
import { promotionProblem } from '../promotion/save-promotion.ts';
import type { Promotion } from '../promotion/promotion.ts';
import { registerCouponRoutes } from './coupon.routes.ts';
import { findBelowCost, type BelowCost } from './promotion-below-cost.ts';
import {
  promotionParams,
  promotionSubmission,
  promotionTags as tags,
  readPromotions,
  type PromotionRouteDeps,
} from './promotion-route-parts.ts';
import {
  EditedPromotionType,
  promotionAnswer,
  PromotionType,
  readPromotion,
  SavedPromotionType,
  skuIdsOf,
  WantedPromotionType,
} from './promotion.schemas.ts';
import {
  archivePromotion,
  findPromotions,
  findPromotionUses,
  findTakenCode,
  listPromotions,
  lockPromotion,
  savePromotion,
} from './promotion.store.ts';
import { registerTryRoute } from './promotion-try.routes.ts';
import { isClaimed } from './supplier-share-book.ts';
import { registerSupplierShareRoutes } from './supplier-share.routes.ts';

type Saved = { readonly id: string; readonly version: number; readonly belowCost: readonly BelowCost[] };
const Cursor = Type.Tuple([Type.String(), CursorId]);

/** /promotions: list, look, make, change, archive, history; their coupons and offers; and a basket to try them on. */
export function registerPromotionRoutes(app: Api, deps: PromotionRouteDeps): void {
  registerReads(app, deps);
  registerChanges(app, deps);
  registerCouponRoutes(app, deps);
  registerTryRoute(app, deps);
  registerSupplierShareRoutes(app, deps);
}

function registerReads(app: Api, deps: PromotionRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/promotions',
    operationId: 'listPromotions',
    summary: 'Promotions by name',
    tags,
    permission: 'promotion:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        search: Type.Optional(
          Type.String({ minLength: 1, maxLength: 200, description: 'A part of the name, or a code.' }),
        ),
        state: Type.Optional(
          Type.Unsafe<'running' | 'scheduled' | 'ended' | 'archived'>(
            Type.String({ enum: ['running', 'scheduled', 'ended', 'archived'] }),
          ),
        ),
      }),
      response: { 200: ListOf(PromotionType) },
    },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT, search, state } = query;
      const at = deps.now();
      const after = decodeCursor(Cursor, query.after);
      const [rows, uses] = await readPromotions(deps, async (tx) => {
        const found = await listPromotions(tx, { limit, after, search, state, at });
        const ids = found.map((row) => row.promotion.id);
        return [found, await findPromotionUses(tx, ids, undefined)] as const;
      });
      const skus = await deps.skus.get(rows.flatMap((row) => skuIdsOf(row.promotion)));
      return pageOf(
        rows,
        limit,
        ({ promotion }) => [promotion.name, promotion.id],
        (row) => {
          const used = uses[row.promotion.id];
          return promotionAnswer(row, { at, uses: used?.total ?? 0, spentMinor: used?.budgetMinor ?? 0, skus });
        },
      );
    },
  });

  route(app, {
    method: 'GET',
    url: '/promotions/:id',
    operationId: 'getPromotion',
    summary: 'A promotion',
    tags,
    permission: 'promotion:read',
    scope: 'none',
    schema: { params: promotionParams, response: { 200: PromotionType } },
    async handler({ params }) {
      const [found, used] = await readPromotions(deps, async (tx) => {
        const [known] = await findPromotions(tx, [params.id]);
        return [known, (await findPromotionUses(tx, [params.id], undefined))[params.id]] as const;
      });
      if (found === undefined) throw notFound('promotion');
      return promotionAnswer(found, {
        at: deps.now(),
        uses: used?.total ?? 0,
        spentMinor: used?.budgetMinor ?? 0,
        skus: await deps.skus.get(skuIdsOf(found.promotion)),
      });
    },
  });

  route(app, {
    method: 'GET',
    url: '/promotions/:id/history',
    operationId: 'listPromotionHistory',
    summary: 'What was done to a promotion, the oldest first',
    tags,
    permission: 'promotion:read',
    scope: 'none',
    schema: {
      params: promotionParams,
      response: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              number: Type.Integer(),
              type: Type.String(),
              at: InstantType,
              actorId: Type.Union([Type.String(), Type.Null()]),
              actorName: Type.Union([Type.String(), Type.Null()]),
              changed: Type.Array(Type.String(), { description: 'The parts that are not as they were.' }),
            }),
          ),
        }),
      },
    },
    async handler({ params }) {
      const [events, names] = await readPromotions(deps, async (tx) => {
        const found = await visibleEvents(tx, {
          after: 0,
          through: Number.MAX_SAFE_INTEGER,
          limit: 500,
          reach: 'all',
          all: false,
          exact: [],
          topics: ['promotion'],
          subjectIds: [params.id],
        });
        const actors = new Set(found.flatMap(({ actorId }) => actorId ?? []));
        return [found, await deps.namesOf(tx, [...actors])];
      });
      return {
        items: events.map(({ number, type, recordedAt, actorId, body }) => ({
          number,
          type,
          at: recordedAt,
          actorId: actorId === null ? null : idText('person', actorId),
          actorName: names.get(actorId ?? '')?.name ?? null,
          changed: Array.isArray(body['changed']) ? (body['changed'] as string[]) : [],
        })),
      };
    },
  });
}

function registerChanges(app: Api, deps: PromotionRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/promotions',
    operationId: 'createPromotion',
    summary: 'A new promotion; with preview what it would sell below cost',
    tags,
    permission: 'promotion:write',
    scope: 'none',
    preview: true,
    schema: { body: WantedPromotionType, response: { 201: SavedPromotionType } },
    async handler(request, reply) {
      const promotion = readPromotion(uuidv7(), request.body);
      const outcome = await deps.master<Saved>(promotionSubmission(deps, request, 'create_promotion'), async (tx) => {
        const checked = await check(tx, deps, promotion);
        if (!checked.ok) return checked;
        await savePromotion(tx, promotion, { newAt: deps.now() });
        const { id } = promotion;
        const body = { promotionId: id, before: null, after: promotion, changed: Object.keys(promotion) };
        return changed([{ type: 'PromotionCreated', version: 1, subjectId: id, body }], {
          id,
          version: 1,
          belowCost: checked.value,
        });
      });
      return reply.code(201).send(savedAnswer(masterAnswer(outcome)));
    },
  });

  route(app, {
    method: 'PUT',
    url: '/promotions/:id',
    operationId: 'editPromotion',
    summary: 'Another shape for a promotion; orders that are placed keep what they got',
    tags,
    permission: 'promotion:write',
    scope: 'none',
    preview: true,
    schema: { params: promotionParams, body: EditedPromotionType, response: { 200: SavedPromotionType } },
    async handler(request) {
      const { version, ...wanted } = request.body;
      const promotion = readPromotion(request.params.id, wanted);
      const outcome = await deps.master<Saved>(promotionSubmission(deps, request, 'edit_promotion'), async (tx) => {
        const before = await lockPromotion(tx, promotion.id);
        if (before === undefined) throw notFound('promotion');
        if (before.archivedAt !== null) return reject({ reason: 'promotion_archived' });
        if (before.version !== version) return reject({ reason: 'stale_version', current: before.version });
        // What is to be claimed is claimed from who promised it: with another supplier it is another promotion.
        const supplier = before.promotion.supplier?.name;
        if (supplier !== undefined && supplier !== promotion.supplier?.name && (await isClaimed(tx, promotion.id)))
          return reject({ reason: 'supplier_claimed', supplier });
        const checked = await check(tx, deps, promotion);
        if (!checked.ok) return checked;
        await savePromotion(tx, promotion, {});
        const { id } = promotion;
        const body = {
          promotionId: id,
          before: before.promotion,
          after: promotion,
          changed: changedParts(before.promotion, promotion),
        };
        return changed([{ type: 'PromotionChanged', version: 1, subjectId: id, body }], {
          id,
          version: version + 1,
          belowCost: checked.value,
        });
      });
      return savedAnswer(masterAnswer(outcome));
    },
  });

  route(app, {
    method: 'POST',
    url: '/promotions/:id/archive',
    operationId: 'archivePromotion',
    summary: 'End a promotion for good',
    tags,
    permission: 'promotion:write',
    scope: 'none',
    preview: true,
    schema: {
      params: promotionParams,
      body: Type.Object(
        { version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) },
        { additionalProperties: false },
      ),
      response: { 200: SavedPromotionType },
    },
    async handler(request) {
      const { id } = request.params;
      const { version } = request.body;
      const at = deps.now();
      const outcome = await deps.master<Saved>(promotionSubmission(deps, request, 'archive_promotion'), async (tx) => {
        const before = await lockPromotion(tx, id);
        if (before === undefined) throw notFound('promotion');
        if (before.archivedAt !== null) return reject({ reason: 'promotion_archived' });
        if (before.version !== version) return reject({ reason: 'stale_version', current: before.version });
        await archivePromotion(tx, id, at);
        const body = { promotionId: id, before: before.promotion, after: null, changed: [] };
        return changed([{ type: 'PromotionArchived', version: 1, subjectId: id, body }], {
          id,
          version: version + 1,
          belowCost: [],
        });
      });
      return savedAnswer(masterAnswer(outcome));
    },
  });
}

/** Refuses what cannot be meant; else gives what would be sold below cost. */
async function check(tx: Tx, deps: PromotionRouteDeps, promotion: Promotion): Promise<Decision<BelowCost[]>> {
  const problem = promotionProblem(promotion);
  if (problem !== undefined) return reject(problem);
  const taken = await findTakenCode(tx, promotion.id, promotion.codes ?? []);
  if (taken !== undefined) return reject({ reason: 'code_taken', code: taken });
  const at = deps.now();
  const day = epochDayToDay(Math.floor(at / 86_400_000));
  return accept(await findBelowCost(tx, promotion, deps, { at, day }));
}

function changedParts(before: Promotion, after: Promotion): string[] {
  const parts = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Promotion>;
  return [...parts].filter((part) => JSON.stringify(before[part]) !== JSON.stringify(after[part]));
}

function savedAnswer({ id, version, belowCost }: Saved) {
  return {
    id: idText('promotion', id),
    version,
    belowCost: belowCost.map((one) => ({
      skuId: idText('sku', one.skuId),
      channelId: idText('channel', one.channelId),
      netMinor: one.netMinor,
      costMinor: one.costMinor,
      marginMinor: one.netMinor - one.costMinor,
    })),
  };
}
