import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Principal } from '../../../platform/auth/principal.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import {
  CursorId,
  decodeCursor,
  DEFAULT_LIMIT,
  encodeCursor,
  listQuery,
  ListOf,
} from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { oversee } from '../../../platform/http/oversight.ts';
import { malformed, notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { instantToText } from '../../kernel/time.ts';
import { decideApproval, FOUR_EYES_ACTS } from '../four-eyes.ts';
import type { Approvals } from './approvals.ts';
import { deleteRule, findApproval, listApprovals, saveDecision, saveRule, type Approval } from './approvals.store.ts';
import { rightsSubmission } from './roles.routes.ts';
import { OrNull, ThresholdType } from './staff-shapes.ts';

/** What the routes of approvals need. `identify` finds who shows a PIN or a badge at a place; it throws when nobody does. */
export type ApprovalRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly approvals: Approvals;
  readonly identify: (shown: ShownAtRegister, registerId: string, locationId: string | null) => Promise<string>;
  readonly now: () => number;
};

const closed = { additionalProperties: false };
const tags = ['people'];
const byId = Type.Object({ id: IdType('approval') });

const ShownType = Type.Object(
  {
    registerId: IdType('register'),
    personId: Type.Optional(IdType('person')),
    pin: Type.Optional(Type.String({ pattern: '^[0-9]{4,8}$' })),
    badge: Type.Optional(Type.String({ minLength: 20, maxLength: 100 })),
  },
  { ...closed, description: 'Who stands at the register: a badge, or a person and their PIN.' },
);

/** What somebody shows at a register. */
export type ShownAtRegister = Pick<Static<typeof ShownType>, 'personId' | 'pin' | 'badge'>;

const ApprovalType = model(
  'Approval',
  Type.Object({
    id: IdType('approval'),
    act: Type.String(),
    operation: Type.String(),
    state: Type.String({ description: 'pending, approved (being done), done, failed, declined or expired.' }),
    askedBy: IdType('person'),
    askedByName: Type.String(),
    askedAt: InstantType,
    expiresAt: InstantType,
    permission: Type.String(),
    entityId: OrNull(IdType('legalEntity')),
    locationId: OrNull(IdType('location')),
    amounts: Type.Array(Type.Object({ limit: Type.String(), currency: Type.String(), amount: Type.Integer() })),
    decidedBy: OrNull(IdType('person')),
    decidedByName: OrNull(Type.String()),
    decidedAt: OrNull(InstantType),
    note: Type.String(),
    eventNumber: OrNull(Type.Integer()),
    because: OrNull(Type.String({ description: 'Why it could not be done any more.' })),
    mine: Type.Boolean({ description: 'Whether who asks is who asked for it; then somebody else decides.' }),
  }),
);

const RuleType = model(
  'FourEyesRule',
  Type.Object({
    act: Type.String(),
    limit: OrNull(Type.String({ description: 'The amount that counts, where there is one.' })),
    on: Type.Boolean(),
    amounts: ThresholdType,
    expiresMinutes: Type.Integer(),
  }),
);

/** How long a request waits unless told: a day. */
const EXPIRES_MINUTES = 1_440;

/** GET /staff/approvals, POST /staff/approvals/{id}/decision, GET and PUT /staff/four-eyes. */
export function registerApprovalRoutes(app: Api, deps: ApprovalRouteDeps): void {
  const { pool, schema, master, approvals, now } = deps;
  app.oversight = approvals;

  route(app, {
    method: 'GET',
    url: '/staff/approvals',
    operationId: 'listApprovals',
    summary: 'What waits for a second person: what I asked for and what I may decide',
    tags,
    permission: 'signed_in',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        pending: Type.Optional(
          Type.Boolean({ description: 'True unless told; false for what is decided or expired.' }),
        ),
      }),
      response: { 200: ListOf(ApprovalType) },
    },
    async handler({ query, principal }) {
      const { limit = DEFAULT_LIMIT, pending = true } = query;
      const [after] = decodeCursor(Type.Tuple([CursorId]), query.after) ?? [];
      const rows = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
        listApprovals(tx, {
          after,
          personId: principal.id,
          permissions: principal.permissions,
          at: now(),
          pending,
          limit: limit + 1,
        }),
      );
      const page = rows.slice(0, limit);
      // The permission is known to the database, the place is not: a page may be shorter than asked for and still have a next one.
      return {
        items: page.filter((one) => seenBy(principal, one)).map((one) => approvalAnswer(one, principal, now())),
        next: rows.length > limit ? encodeCursor([page.at(-1)?.id]) : null,
      };
    },
  });

  route(app, {
    method: 'POST',
    url: '/staff/approvals/:id/decision',
    operationId: 'decideApproval',
    summary: 'Approve or decline what somebody asked for',
    description:
      'Never who asked, and only who could do it themselves there and so far. At a register a manager may show a badge or a PIN instead of signing in. When it is approved it is done at once, with both names in its event.',
    tags,
    permission: 'signed_in',
    schema: {
      params: byId,
      body: Type.Object(
        {
          decision: Type.Union([Type.Literal('approve'), Type.Literal('decline')]),
          note: Type.Optional(Type.String({ maxLength: 300, description: 'Not about a person: it is kept for ever.' })),
          shown: Type.Optional(ShownType),
        },
        closed,
      ),
      response: { 200: ApprovalType },
    },
    async handler(request) {
      const { params, body } = request;
      const at = now();
      const found = await withTransaction(pool, { schema, readOnly: true }, (tx) => findApproval(tx, params.id));
      if (found === undefined || !seenBy(request.principal, found)) throw notFound('approval');
      const by = await whoDecides(deps, request.principal, body.shown, found.locationId);
      const target = { entityId: found.entityId, locationId: found.locationId };
      const mayDoIt =
        by.can(found.permission, target) && by.overrun(found.permission, target, found.amounts) === undefined;
      // What somebody shows is no part of what is kept.
      const { shown: _, ...sent } = body;
      const submission = {
        ...rightsSubmission({ ...request, body: sent }, 'decide_approval', at),
        principalId: by.id,
      };
      const outcome = await master(submission, async (tx) => {
        const approval = await findApproval(tx, params.id, true);
        if (approval === undefined) throw notFound('approval');
        const { permission } = approval;
        const decision = decideApproval(approval, { personId: by.id, mayDoIt, permission }, body.decision, at);
        if (!decision.ok) return decision;
        const state = body.decision === 'approve' ? 'approved' : 'declined';
        await saveDecision(tx, approval.id, { state, by: by.id, at, note: body.note ?? '' });
        const { id: approvalId, act, askedBy } = approval;
        const [before, after] = [{ state: approval.state }, { state }];
        const told = { approvalId, act, askedBy, state, atRegister: body.shown?.registerId ?? null, before, after };
        return changed([{ type: 'ApprovalDecided', version: 1, subjectId: askedBy, body: told }], { state });
      });
      masterAnswer(outcome);
      const decided = await withTransaction(pool, { schema, readOnly: true }, (tx) => findApproval(tx, params.id));
      const done = await approvals.carryOut(decided ?? found, { by, originId: request.originId });
      return approvalAnswer(done, request.principal, at);
    },
  });

  route(app, {
    method: 'GET',
    url: '/staff/four-eyes',
    operationId: 'listFourEyes',
    summary: 'Which acts need a second person, and from which amount on',
    tags,
    permission: 'people:read',
    scope: 'none',
    schema: { response: { 200: Type.Object({ items: Type.Array(RuleType) }) } },
    async handler() {
      const rules = new Map(approvals.rules().map((rule) => [rule.act, rule]));
      return {
        items: FOUR_EYES_ACTS.map(({ act, limit }) => {
          const rule = rules.get(act);
          const { amounts, expiresMinutes } = rule ?? { amounts: null, expiresMinutes: EXPIRES_MINUTES };
          return {
            act,
            limit,
            on: rule !== undefined,
            amounts: amounts === null ? null : { ...amounts },
            expiresMinutes,
          };
        }),
      };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/staff/four-eyes/:act',
    operationId: 'setFourEyes',
    summary: 'Make an act need a second person, or not any more',
    description:
      'Above an amount of its currency; always where there are no amounts or the currency is not named. Where changes of roles need a second person, so does this.',
    tags,
    permission: 'role:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: Type.Object({ act: Type.String({ maxLength: 40 }) }),
      body: Type.Object(
        {
          on: Type.Boolean(),
          amounts: Type.Optional(ThresholdType),
          expiresMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 43_200 })),
        },
        closed,
      ),
      response: { 200: Type.Object({ act: Type.String(), on: Type.Boolean() }) },
    },
    async handler(request) {
      const { act } = request.params;
      const { on, amounts = null, expiresMinutes = EXPIRES_MINUTES } = request.body;
      const known = FOUR_EYES_ACTS.find((one) => one.act === act);
      if (known === undefined) throw notFound('act');
      if (known.limit === null && amounts !== null)
        throw malformed([{ path: '/amounts', message: 'this act has no amount' }]);
      await oversee(request, {
        act: 'role_change',
        permission: 'role:edit',
        target: {},
        limits: [],
        currency: '',
        amounts: () => [],
      });
      const rule = { act, amounts, expiresMinutes };
      const outcome = await master(rightsSubmission(request, 'set_four_eyes', now()), async (tx) => {
        const before = approvals.rules().find((one) => one.act === act) ?? null;
        if (on) await saveRule(tx, rule);
        else await deleteRule(tx, act);
        const body = { act, before, after: on ? rule : null };
        return changed([{ type: 'FourEyesSet', version: 1, body }], { act, on });
      });
      const answer = masterAnswer(outcome);
      await approvals.reload();
      return answer;
    },
  });
}

/** Who decides: who is signed in, or who shows a PIN or a badge at a register. */
async function whoDecides(
  { identify, approvals }: ApprovalRouteDeps,
  principal: Principal,
  shown: Static<typeof ShownType> | undefined,
  locationId: string | null,
): Promise<Principal> {
  if (shown === undefined) return principal;
  const person = await approvals.findPrincipal(await identify(shown, shown.registerId, locationId));
  if (person === undefined) throw notFound('person');
  return person;
}

/** Who asked sees it, and who may do such a thing there. */
function seenBy(principal: Principal, { askedBy, permission, entityId, locationId }: Approval): boolean {
  return askedBy === principal.id || principal.can(permission, { entityId, locationId });
}

function approvalAnswer(one: Approval, principal: Principal, at: number): Static<typeof ApprovalType> {
  return {
    id: idText('approval', one.id),
    act: one.act,
    operation: one.operation,
    state: one.state === 'pending' && at >= one.expiresAt ? 'expired' : one.state,
    askedBy: idText('person', one.askedBy),
    askedByName: one.askedByName,
    askedAt: instantToText(one.askedAt),
    expiresAt: instantToText(one.expiresAt),
    permission: one.permission,
    entityId: idText('legalEntity', one.entityId),
    locationId: idText('location', one.locationId),
    amounts: [...one.amounts],
    decidedBy: idText('person', one.decidedBy),
    decidedByName: one.decidedByName,
    decidedAt: one.decidedAt === null ? null : instantToText(one.decidedAt),
    note: one.note,
    eventNumber: one.outcome?.eventNumber ?? null,
    because: one.outcome?.because ?? null,
    mine: one.askedBy === principal.id,
  };
}
