import { Type } from 'typebox';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { malformed } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { privacySql } from './erase.ts';
import { findRule, findRun, findTouched, RETAINED, saveRule, type RetentionRule } from './retention.ts';

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
const What = Type.Union(RETAINED.map((what) => Type.Literal(what)));
const Years = OrNull(Type.Integer({ minimum: 1, maximum: 30 }));
const Days = OrNull(Type.Integer({ minimum: 1, maximum: 36_500 }));
const RuleType = Type.Object({
  what: What,
  country: Type.String({ description: 'Empty: any other country, and what knows no countries.' }),
  years: Years,
  days: Days,
  basis: Type.String(),
});

/** GET and PUT /privacy/retention: how long what is kept, and what the last run took away. */
export function registerRetentionRoutes(
  app: Api,
  deps: { readonly pool: Pool; readonly schema: string; readonly master: Master; readonly now: () => number },
): void {
  const { pool, schema, now } = deps;

  route(app, {
    method: 'GET',
    url: '/privacy/retention',
    operationId: 'listRetention',
    summary: 'How long what is kept, and what the last run took away',
    tags: ['privacy'],
    permission: 'privacy:manage',
    scope: 'none',
    schema: {
      response: {
        200: Type.Object({
          items: Type.Array(RuleType),
          lastRun: OrNull(
            Type.Object({
              at: InstantType,
              addresses: Type.Integer(),
              sessions: Type.Integer(),
              cards: Type.Integer(),
              fileParts: Type.Integer(),
            }),
          ),
        }),
      },
    },
    async handler() {
      return withTransaction(pool, { schema, readOnly: true }, async (tx) => ({
        items: await tx.rows<RetentionRule>(privacySql.list_retention),
        lastRun: (await findRun(tx)) ?? null,
      }));
    },
  });

  route(app, {
    method: 'PUT',
    url: '/privacy/retention',
    operationId: 'setRetention',
    summary: 'Keep something longer or shorter',
    description:
      'Years for invoices, days for everything else. The preview says how much and how many people it reaches.',
    tags: ['privacy'],
    permission: 'privacy:manage',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          what: What,
          country: Type.String({ pattern: '^([A-Z]{2})?$' }),
          years: Years,
          days: Days,
          basis: Type.String({ maxLength: 200 }),
        },
        { additionalProperties: false },
      ),
      response: { 200: Type.Object({ things: Type.Integer(), people: Type.Integer() }) },
    },
    async handler(request) {
      const { principal, originId, idempotencyKey: key, preview, body: wanted } = request;
      checkForm(wanted);
      const at = now();
      const submission = { type: 'set_retention', principalId: principal.id, originId, key, at, preview };
      const outcome = await deps.master({ ...submission, body: wanted, topic: 'company' }, async (tx) => {
        const before = (await findRule(tx, wanted)) ?? null;
        await saveRule(tx, wanted);
        const touched = await findTouched(tx, wanted, at);
        return changed([{ type: 'RetentionSet', version: 1, body: { before, after: wanted } }], touched);
      });
      return masterAnswer(outcome);
    },
  });
}

/** Throws for years where days are meant and the other way round, for neither, and for a country where there is none. */
function checkForm({ what, country, years, days }: RetentionRule): void {
  const inYears = what === 'invoices';
  const [wanted, other] = inYears ? (['years', 'days'] as const) : (['days', 'years'] as const);
  const given = { years, days };
  if (given[wanted] === null) throw malformed([{ path: `/${wanted}`, message: 'is what this is kept by' }]);
  if (given[other] !== null)
    throw malformed([{ path: `/${other}`, message: `must be null: this is kept by ${wanted}` }]);
  if (!inYears && country !== '') throw malformed([{ path: '/country', message: 'only invoices are kept by country' }]);
}
