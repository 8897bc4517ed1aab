import { uuidv7 } from 'uuidv7';
import type { Principal } from '../../../platform/auth/principal.ts';
import { bodyHash } from '../../../platform/commit/hash.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import type { Overseen, Oversight, Perform, WeighedAct } from '../../../platform/http/oversight.ts';
import { keyReused, ProblemError } from '../../../platform/http/problem.ts';
import { instantToText } from '../../kernel/time.ts';
import { needsSecond, type FourEyesRule } from '../four-eyes.ts';
import { accessOf, holdingAt, type Grant } from '../grant.ts';
import { overrunOf } from '../limit.ts';
import {
  findApproval,
  findApprovalByKey,
  insertApproval,
  loadRules,
  saveOutcome,
  type Approval,
} from './approvals.store.ts';
import { findWhoMay } from './people.routes.ts';
import { findStaff, loadHolder } from './rights.store.ts';

/** What the four eyes need. `performers` are the API's, by operation. */
export type ApprovalDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly performers: ReadonlyMap<string, Perform>;
  readonly now: () => number;
};

/** The four eyes of one retailer: the watch over acts, and doing what was approved. */
export type Approvals = Oversight & {
  rules(): readonly FourEyesRule[];
  /** Reads the settings again: they were changed, here or in another process. */
  reload(): Promise<void>;
  /** A person as who sends a request, with what they may do now; undefined for who is not there any more. */
  findPrincipal(personId: string): Promise<Principal | undefined>;
  /** Does what was approved, by who asked and under their key, so that doing it twice does nothing. Gives the request as it is then. */
  carryOut(
    approval: Approval,
    second: { readonly by: Principal; readonly originId: string | undefined },
  ): Promise<Approval>;
};

/** Who is at the place is sooner found than who is responsible for everything. */
function nearness({ entityId, locationId }: Grant): number {
  return locationId !== null ? 0 : entityId !== null ? 1 : 2;
}

/** How many names of those who may are told. */
const NAMES = 5;

/** Opens the four eyes. Settings are kept in memory: every act asks. */
export async function openApprovals(deps: ApprovalDeps): Promise<Approvals> {
  const { pool, schema, master, performers, now } = deps;
  const reading = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(pool, { schema, readOnly: true }, fn);
  let rules = new Map<string, FourEyesRule>();
  const reload = async (): Promise<void> => {
    rules = new Map((await reading(loadRules)).map((rule) => [rule.act, rule]));
  };
  await reload();

  const findPrincipal = (personId: string): Promise<Principal | undefined> =>
    reading(async (tx) => {
      const person = await findStaff(tx, personId);
      if (person === undefined || person.archivedAt !== null) return undefined;
      const { grants } = await loadHolder(tx, personId);
      return { id: personId, kind: 'person', name: person.name, session: '', ...accessOf(holdingAt(grants, now())) };
    });

  const whoMay = ({ permission, target, amounts }: WeighedAct): Promise<readonly string[]> =>
    reading(async (tx) => {
      const found = await findWhoMay(tx, permission, target, now());
      const names = found
        .filter(({ grant }) => overrunOf(grant.limits ?? {}, amounts) === undefined)
        .toSorted((a, b) => nearness(a.grant) - nearness(b.grant));
      return [...new Set(names.map(({ name }) => name))].slice(0, NAMES);
    });

  const ask = async (request: Overseen, operation: string, act: WeighedAct, expiresAt: number): Promise<string> => {
    const id = uuidv7();
    const kept = keptOf(request);
    const { permission, target, amounts } = act;
    const [entityId, locationId] = [target.entityId ?? null, target.locationId ?? null];
    // A key of its own, because that of the request will be the act's.
    const submission = {
      type: 'ask_for_second_person',
      principalId: request.principal.id,
      originId: request.originId,
      key: `second person: ${request.idempotencyKey}`,
      body: [operation, kept],
      at: now(),
      topic: 'staff',
    };
    const outcome = await master(submission, async (tx) => {
      await insertApproval(tx, {
        id,
        act: act.act,
        operation,
        request: kept,
        requestHash: bodyHash(operation, kept),
        askedBy: request.principal.id,
        askedKey: request.idempotencyKey,
        permission,
        entityId,
        locationId,
        amounts,
        askedAt: submission.at,
        expiresAt,
      });
      const after = { state: 'pending' };
      const body = { approvalId: id, act: act.act, operation, permission, amounts, expiresAt, before: null, after };
      const where = { entityId: entityId ?? undefined, locationId: locationId ?? undefined };
      return changed([{ type: 'ApprovalAsked', version: 1, subjectId: request.principal.id, ...where, body }], { id });
    });
    return masterAnswer(outcome).id;
  };

  const second: Oversight['second'] = async (request, operation, act) => {
    const rule = rules.get(act.act);
    if (rule === undefined || !needsSecond(rule, act.amounts)) return 'not_needed';
    const { principal, idempotencyKey: key } = request;
    // Nothing is done yet, so nobody is asked yet.
    if (request.preview) return { approvalId: '', principal };
    if (principal.kind !== 'person')
      throw new ProblemError(403, 'needs_person', 'This needs two people; a program cannot ask for the second one.');
    const known = await reading((tx) => findApprovalByKey(tx, principal.id, key));
    if (known === undefined) {
      const expiresAt = now() + rule.expiresMinutes * 60_000;
      const id = await ask(request, operation, act, expiresAt);
      throw waiting({ id, act: act.act, expiresAt }, await whoMay(act));
    }
    if (known.requestHash !== bodyHash(operation, keptOf(request))) throw keyReused();
    if (known.state === 'pending' && now() < known.expiresAt) throw waiting(known, await whoMay(act));
    const by = known.decidedBy === null ? undefined : await findPrincipal(known.decidedBy);
    if ((known.state === 'approved' || known.state === 'done') && by !== undefined)
      return { approvalId: known.id, principal: by };
    throw over(known);
  };

  return {
    rules: () => [...rules.values()],
    reload,
    findPrincipal,
    watches: (act) => rules.has(act),
    second,
    whoMay,
    async carryOut(approval, second) {
      if (approval.state !== 'approved') return approval;
      const perform = performers.get(approval.operation);
      const principal = await findPrincipal(approval.askedBy);
      const outcome = await doIt(approval, { perform, principal, ...second });
      const state = outcome.because === undefined ? 'done' : 'failed';
      await withTransaction(pool, { schema }, (tx) => saveOutcome(tx, approval.id, state, outcome));
      return (await reading((tx) => findApproval(tx, approval.id))) ?? approval;
    },
  };
}

/** Does it, or says why it cannot be done any more. Throws what may pass: then it stays approved and is tried again. */
async function doIt(
  { id, askedKey, request }: Approval,
  how: {
    readonly perform: Perform | undefined;
    readonly principal: Principal | undefined;
    readonly by: Principal;
    /** Where it was approved, and so done. */
    readonly originId: string | undefined;
  },
): Promise<{ eventNumber?: number; because?: string }> {
  const { perform, principal, by, originId } = how;
  if (perform === undefined) return { because: 'unknown_operation' };
  if (principal === undefined) return { because: 'person_deactivated' };
  try {
    const secondPerson = { approvalId: id, principal: by };
    const { body } = await perform({ principal, originId, idempotencyKey: askedKey, secondPerson, ...request });
    const { eventNumber } = (body ?? {}) as { eventNumber?: unknown };
    return typeof eventNumber === 'number' ? { eventNumber } : {};
  } catch (error) {
    if (error instanceof ProblemError && error.status < 500 && error.status !== 429) return { because: error.reason };
    throw error;
  }
}

function keptOf({ params, query, body }: Overseen): { params: unknown; query: unknown; body: unknown } {
  return { params: params ?? {}, query: query ?? {}, body: body ?? null };
}

function waiting(one: Pick<Approval, 'id' | 'act' | 'expiresAt'>, mayDecide: readonly string[]): ProblemError {
  return new ProblemError(409, 'needs_second_person', 'It is kept until a second person approves it.', {
    extra: {
      approvalId: idText('approval', one.id),
      act: one.act,
      expiresAt: instantToText(one.expiresAt),
      mayDecide,
    },
  });
}

function over({ id, state, note, outcome, decidedByName }: Approval): ProblemError {
  const reason =
    state === 'declined' ? 'approval_declined' : state === 'failed' ? 'approval_failed' : 'approval_expired';
  return new ProblemError(409, reason, 'It was asked for and will not be done. Ask anew with another key.', {
    extra: { approvalId: idText('approval', id), note, because: outcome?.because ?? null, decidedBy: decidedByName },
  });
}
