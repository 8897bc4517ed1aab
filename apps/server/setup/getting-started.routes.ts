import { Type } from 'typebox';
import { changed } from '../../../platform/commit/master-door.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { route } from '../../../platform/http/route.ts';
import { findReadiness, findSteps, skipStep, STEPS, type Outside } from './getting-started.ts';
import { setupSubmission, type SetupDeps } from './setup-deps.ts';

const tags = ['company'];
const closed = { additionalProperties: false };
const oneOf = <const T extends string>(values: readonly T[]) => Type.Union(values.map((value) => Type.Literal(value)));

/** GET /getting-started, PUT /getting-started/{step}, GET /readiness. */
export function registerGettingStarted(app: Api, deps: SetupDeps & { readonly outside: () => Outside }): void {
  const { pool, schema, now } = deps;

  route(app, {
    method: 'GET',
    url: '/getting-started',
    operationId: 'getGettingStarted',
    summary: 'How far the retailer is on the way to the first sale',
    tags,
    permission: 'company:edit',
    scope: 'none',
    schema: {
      response: {
        200: Type.Object({
          steps: Type.Array(
            Type.Object({
              step: oneOf(STEPS),
              state: oneOf(['open', 'skipped', 'done'] as const),
            }),
          ),
        }),
      },
    },
    async handler() {
      return { steps: await withTransaction(pool, { schema, readOnly: true }, findSteps) };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/getting-started/:step',
    operationId: 'skipStep',
    summary: 'Skip a step, or take it up again',
    tags,
    permission: 'company:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ step: oneOf(STEPS) }),
      body: Type.Object({ skipped: Type.Boolean() }, closed),
      response: { 200: Type.Object({ skipped: Type.Array(oneOf(STEPS)) }) },
    },
    async handler(request) {
      const wanted = { step: request.params.step, skipped: request.body.skipped };
      const submission = setupSubmission({ ...request, body: wanted }, 'skip_step', now());
      const outcome = await deps.master(submission, async (tx) => {
        const { before, after } = await skipStep(tx, wanted);
        return changed([{ type: 'SetupStepSkipped', version: 1, body: { ...wanted, before, after } }], {
          skipped: after,
        });
      });
      return masterAnswer(outcome);
    },
  });

  route(app, {
    method: 'GET',
    url: '/readiness',
    operationId: 'getReadiness',
    summary: 'What is still to do before the doors are opened',
    tags,
    permission: 'company:edit',
    scope: 'none',
    schema: {
      response: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              name: Type.String(),
              weight: oneOf(['must', 'should'] as const),
              count: Type.Integer({ description: 'Things that are not as they should be; 0 when all is well.' }),
            }),
          ),
        }),
      },
    },
    async handler() {
      const items = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
        findReadiness(tx, deps.outside(), now()),
      );
      return { items };
    },
  });
}
