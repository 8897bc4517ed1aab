import { Type } from 'typebox';
import { changed } from '../../../platform/commit/master-door.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { lockRights } from './rights.store.ts';
import { rightsSubmission } from './roles.routes.ts';
import type { SignInDeps } from './sign-in-flow.ts';
import { listStrictRoles, setStrictRoles } from './sign-in.store.ts';

const PolicyType = Type.Object(
  {
    roleIds: Type.Array(IdType('role'), {
      maxItems: 200,
      uniqueItems: true,
      description: 'Whoever holds one of these, anywhere, needs a second factor.',
    }),
  },
  { additionalProperties: false },
);

/** GET and PUT /staff/second-factor: which roles ask for more than a password. */
export function registerSecondFactorPolicy(app: Api, deps: SignInDeps): void {
  const { pool, schema, master, now } = deps;

  route(app, {
    method: 'GET',
    url: '/staff/second-factor',
    operationId: 'getSecondFactorPolicy',
    summary: 'Which roles need a second factor',
    tags: ['people'],
    permission: 'people:read',
    scope: 'none',
    schema: { response: { 200: PolicyType } },
    async handler() {
      const ids = await withTransaction(pool, { schema, readOnly: true }, listStrictRoles);
      return { roleIds: ids.map((id) => idText('role', id)) };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/staff/second-factor',
    operationId: 'setSecondFactorPolicy',
    summary: 'Say which roles need a second factor',
    description: 'Who has none sets one up at the next sign-in, before anything else. Open sessions go on.',
    tags: ['people'],
    permission: 'role:edit',
    scope: 'none',
    preview: true,
    schema: { body: PolicyType, response: { 200: PolicyType } },
    async handler(request) {
      const { roleIds } = request.body;
      const submission = rightsSubmission(request, 'set_second_factor_policy', now());
      const outcome = await master<{ roleIds: string[] }>(submission, async (tx) => {
        await lockRights(tx);
        const before = await listStrictRoles(tx);
        await setStrictRoles(tx, roleIds);
        const after = await listStrictRoles(tx);
        if (after.length < roleIds.length) throw notFound('role');
        const event = { type: 'SecondFactorPolicySet', version: 1, body: { before, after } };
        return changed([event], { roleIds: after });
      });
      return { roleIds: masterAnswer(outcome).roleIds.map((id) => idText('role', id)) };
    },
  });
}
