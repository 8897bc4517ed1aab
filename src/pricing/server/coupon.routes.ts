import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { chunksOf, importChunks } from '../../../platform/commit/master-chunks.ts';
import { changed } from '../../../platform/commit/master-door.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { malformed, notFound, refused } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { reject } from '../../kernel/decision.ts';
import { instantToText, parseInstant, type InstantMs } from '../../kernel/time.ts';
import { showMadeCode } from '../promotion/coupon-code.ts';
import {
  findCouponBatch,
  findKnownCustomers,
  insertCoupons,
  insertOffers,
  listCouponBatches,
  type CouponBatch,
} from './coupon.store.ts';
import {
  promotionParams,
  promotionSubmission,
  promotionTags as tags,
  readPromotions,
  type PromotionRouteDeps,
} from './promotion-route-parts.ts';
import { findPromotions, lockPromotion } from './promotion.store.ts';

const closed = { additionalProperties: false };

/** Codes made in bulk, and offers to single customers. */
export function registerCouponRoutes(app: Api, deps: PromotionRouteDeps): void {
  registerBatches(app, deps);
  registerOffers(app, deps);
}

function registerBatches(app: Api, deps: PromotionRouteDeps): void {
  route(app, {
    method: 'GET',
    url: '/promotions/:id/coupon-batches',
    operationId: 'listCouponBatches',
    summary: 'Codes that were made in bulk, the newest batch first',
    tags,
    permission: 'promotion:read',
    scope: 'none',
    schema: {
      params: promotionParams,
      response: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              id: IdType('couponBatch'),
              name: Type.String(),
              codes: Type.Integer(),
              usesEach: Type.Integer(),
              validUntil: Type.Union([InstantType, Type.Null()]),
              createdAt: InstantType,
            }),
          ),
        }),
      },
    },
    async handler({ params }) {
      const batches = await readPromotions(deps, (tx) => listCouponBatches(tx, params.id));
      return {
        items: batches.map(({ id, validUntil, createdAt, ...batch }) => ({
          ...batch,
          id: idText('couponBatch', id),
          validUntil: validUntil === null ? null : instantToText(validUntil),
          createdAt: instantToText(createdAt),
        })),
      };
    },
  });

  route(app, {
    method: 'POST',
    url: '/promotions/:id/coupon-batches',
    operationId: 'createCoupons',
    summary: 'Make up to 10,000 codes for a promotion that needs one',
    tags,
    permission: 'promotion:write',
    scope: 'none',
    preview: true,
    schema: {
      params: promotionParams,
      body: Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
          codes: Type.Integer({ minimum: 1, maximum: 10_000 }),
          usesEach: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 })),
          validUntil: Type.Optional(InstantType),
        },
        closed,
      ),
      response: { 201: Type.Object({ id: IdType('couponBatch'), codes: Type.Integer() }) },
    },
    async handler(request, reply) {
      const { principal, idempotencyKey: key, originId, params, body, preview } = request;
      const batch: CouponBatch = {
        // The same request must mean the same batch, also when it came to half of it the first time.
        id: uuidOf(`${principal.id} ${key}`),
        promotionId: params.id,
        name: body.name.trim(),
        codes: body.codes,
        usesEach: body.usesEach ?? 1,
        validUntil: body.validUntil === undefined ? undefined : instantOf(body.validUntil),
      };
      const at = deps.now();
      const codes = await deps.couponCodes();
      const numbers = Array.from({ length: batch.codes }, (_, index) => index + 1);
      // The first chunk writes the batch too.
      const [first = [], ...rest] = chunksOf(numbers, (number) => (number === 1 ? 2 : 1));
      const write = (chunk: readonly number[]) => async (tx: Tx) => {
        await insertCoupons(tx, batch, { numbers: chunk, codes, at });
        const told = { promotionId: batch.promotionId, batchId: batch.id, codes: chunk.length, of: batch.codes };
        return changed(
          [
            {
              type: 'CouponsCreated',
              version: 1,
              subjectId: batch.promotionId,
              body: {
                ...told,
                changed: ['coupons'],
                before: null,
                after: { name: batch.name, codes: batch.codes, usesEach: batch.usesEach },
              },
            },
          ],
          { count: chunk.length },
        );
      };
      const begun = await deps.master(promotionSubmission(deps, request, 'create_coupons'), async (tx) => {
        const found = await lockPromotion(tx, params.id);
        if (found === undefined) throw notFound('promotion');
        if (found.archivedAt !== null) return reject({ reason: 'promotion_archived' });
        if (found.promotion.when.coupon !== true) return reject({ reason: 'promotion_needs_no_code' });
        return write(first)(tx);
      });
      masterAnswer(begun);
      if (!preview) {
        const made = await importChunks(
          deps.master,
          { type: 'create_coupons', topic: 'promotion', principalId: principal.id, originId, key: `${key}/rest`, at },
          rest,
          write,
        );
        if (made.refusal !== undefined) throw refused(made.refusal.rejection);
      }
      return reply.code(201).send({ id: idText('couponBatch', batch.id), codes: batch.codes });
    },
  });

  route(app, {
    method: 'GET',
    url: '/promotions/:id/coupon-batches/:batchId/codes',
    operationId: 'exportCoupons',
    summary: 'The codes of a batch, as CSV',
    tags,
    permission: 'promotion:write',
    scope: 'none',
    schema: {
      params: Type.Object({ id: IdType('promotion'), batchId: IdType('couponBatch') }),
      response: { 200: Type.String({ description: 'text/csv' }) },
    },
    async handler({ params }, reply) {
      const batch = await readPromotions(deps, (tx) => findCouponBatch(tx, params.batchId));
      if (batch === undefined || batch.promotionId !== params.id) throw notFound('batch of coupons');
      const codes = await deps.couponCodes();
      const rows = Array.from({ length: batch.codes }, (_, index) =>
        showMadeCode(codes.codeOf(params.batchId, index + 1)),
      );
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="coupons.csv"')
        .header('cache-control', 'no-store')
        .send(`code\r\n${rows.join('\r\n')}\r\n`);
    },
  });
}

function registerOffers(app: Api, deps: PromotionRouteDeps): void {
  route(app, {
    method: 'POST',
    url: '/promotions/:id/offers',
    operationId: 'offerPromotion',
    summary: 'Offer a promotion to single customers, once each',
    tags,
    permission: 'promotion:write',
    scope: 'none',
    preview: true,
    schema: {
      params: promotionParams,
      body: Type.Object(
        {
          customerIds: Type.Array(IdType('customer'), { minItems: 1, maxItems: 500, uniqueItems: true }),
          validUntil: Type.Optional(InstantType),
          reason: Type.Optional(
            Type.String({ maxLength: 200, description: 'What it was for: a visit, a forgotten cart.' }),
          ),
        },
        closed,
      ),
      response: { 201: Type.Object({ offered: Type.Integer() }) },
    },
    async handler(request, reply) {
      const { id } = request.params;
      const { customerIds, validUntil, reason = '' } = request.body;
      const at = deps.now();
      const until = validUntil === undefined ? undefined : instantOf(validUntil);
      const outcome = await deps.master<{ offered: number }>(
        promotionSubmission(deps, request, 'offer_promotion'),
        async (tx) => {
          const [found] = await findPromotions(tx, [id]);
          if (found === undefined) throw notFound('promotion');
          if (found.archivedAt !== null) return reject({ reason: 'promotion_archived' });
          if (found.promotion.when.offer !== true) return reject({ reason: 'promotion_not_personal' });
          const known = await findKnownCustomers(tx, customerIds);
          const unknown = customerIds.find((customerId) => !known.has(customerId));
          if (unknown !== undefined) return reject({ reason: 'unknown_customer', customerId: unknown });
          const offers = customerIds.map((customerId) => ({ id: uuidv7(), customerId }));
          await insertOffers(tx, offers, { promotionId: id, validUntil: until, reason, at });
          const body = {
            promotionId: id,
            offered: offers.length,
            changed: ['offers'],
            before: null,
            after: { offered: offers.length },
          };
          return changed([{ type: 'PromotionOffered', version: 1, subjectId: id, body }], { offered: offers.length });
        },
      );
      return reply.code(201).send(masterAnswer(outcome));
    },
  });
}

function instantOf(text: string): InstantMs {
  const instant = parseInstant(text);
  if (instant === undefined) throw malformed([{ path: '/validUntil', message: 'is not an instant' }]);
  return instant;
}

/** An id that follows from a text (RFC 9562, version 8). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
