import { Type } from 'typebox';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, DEFAULT_LIMIT, decodeCursor, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import { reject } from '../../kernel/decision.ts';
import { instantToText } from '../../kernel/time.ts';
import { QuarantinedType, quarantinedAnswer } from './order-answers.ts';
import { listQuarantine, lockQuarantined, resolveQuarantined } from './orders.store.ts';

/** What the routes of the quarantine need. */
export type QuarantineRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly company: CompanyCache;
  readonly now: () => number;
};

const Cursor = Type.Tuple([CursorId]);
const tags = ['till'];

/** GET /quarantine, POST /quarantine/{id}/resolution. */
export function registerQuarantineRoutes(app: Api, deps: QuarantineRouteDeps): void {
  const { pool, schema, company } = deps;

  route(app, {
    method: 'GET',
    url: '/quarantine',
    operationId: 'listQuarantine',
    summary: 'Facts that could not be read or believed, newest first',
    tags,
    permission: 'quarantine:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({ ...listQuery, resolved: Type.Optional(Type.Boolean({ default: false })) }),
      response: { 200: ListOf(QuarantinedType) },
    },
    async handler({ query, principal }) {
      const { limit = DEFAULT_LIMIT, resolved = false } = query;
      const after = decodeCursor(Cursor, query.after)?.[0];
      const everywhere = principal.scopes('quarantine:read') === 'all';
      const seen = company
        .locations()
        .filter(({ id, entityId }) => principal.can('quarantine:read', { locationId: id, entityId }));
      const wanted = { limit, after, resolved, locationIds: everywhere ? undefined : seen.map((one) => one.id) };
      return pageOf(
        await withTransaction(pool, { schema, readOnly: true }, (tx) => listQuarantine(tx, wanted)),
        limit,
        (row) => [row.id],
        quarantinedAnswer,
      );
    },
  });

  route(app, {
    method: 'POST',
    url: '/quarantine/:id/resolution',
    operationId: 'resolveQuarantined',
    summary: 'Say what was done about a fact in quarantine',
    tags,
    permission: 'quarantine:resolve',
    scope: 'location',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('quarantine') }),
      body: Type.Object(
        {
          resolution: Type.String({
            minLength: 1,
            maxLength: 1000,
            description: 'What was done, e.g. the number of the sale that was entered by hand.',
          }),
        },
        { additionalProperties: false },
      ),
      response: { 201: Type.Object({ id: IdType('quarantine') }) },
    },
    async handler(request, reply) {
      const { principal, originId, idempotencyKey: key, preview, params, body } = request;
      const at = deps.now();
      const submission = {
        type: 'resolve_quarantined',
        principalId: principal.id,
        originId,
        key,
        body: [params, body],
        at,
        topic: 'quarantine',
        preview,
      };
      // Whether the fact is at a place of the reader's is known only from its row; who may resolve nowhere has been turned away before.
      const outcome = await deps.master<{ id: string }>(submission, async (tx) => {
        const row = await lockQuarantined(tx, params.id);
        if (row === undefined) throw notFound('fact in quarantine');
        const entityId = row.location_id === null ? null : (company.location(row.location_id)?.entityId ?? null);
        allow(request, 'quarantine:resolve', { locationId: row.location_id, entityId });
        if (row.resolved_at !== null) return reject({ reason: 'resolved_before', resolvedAt: row.resolved_at });
        await resolveQuarantined(tx, {
          id: row.id,
          at: instantToText(at),
          by: principal.id,
          resolution: body.resolution,
        });
        const event = {
          type: 'QuarantineResolved',
          version: 1,
          ...(entityId === null ? {} : { entityId }),
          ...(row.location_id === null ? {} : { locationId: row.location_id }),
          subjectId: row.id,
        };
        return changed(
          [
            {
              ...event,
              body: {
                quarantineId: row.id,
                sourceId: row.source_id,
                counter: row.counter,
                resolution: body.resolution,
                before: { resolvedAt: null },
                after: { resolvedAt: instantToText(at), resolution: body.resolution },
              },
            },
          ],
          { id: row.id },
        );
      });
      // A repeat is answered from its key, without the row; its first answer was checked then.
      request.scopeChecked = true;
      return reply.code(201).send({ id: idText('quarantine', masterAnswer(outcome).id) });
    },
  });
}
