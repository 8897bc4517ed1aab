import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import type { FourEyesRule, OpenApproval } from '../four-eyes.ts';
import type { Amounts, LimitedAmount } from '../limit.ts';
import { instant } from './rights.store.ts';

const sql = loadSql(import.meta.url, './approvals.sql', [
  'load_rules',
  'save_rule',
  'delete_rule',
  'insert_approval',
  'find_by_key',
  'lock_approval',
  'find_approval',
  'list_approvals',
  'save_decision',
  'save_outcome',
]);

/** What was sent: the parts of a request that its operation reads. */
export type KeptRequest = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

/** How an approved act ended. */
export type ApprovalOutcome = { readonly eventNumber?: number | undefined; readonly because?: string | undefined };

/** A request for a second person as it is kept. Instants in epoch milliseconds. */
export type Approval = OpenApproval & {
  readonly id: string;
  readonly act: string;
  readonly operation: string;
  readonly request: KeptRequest;
  readonly requestHash: string;
  readonly askedKey: string;
  readonly askedByName: string;
  readonly permission: string;
  readonly entityId: string | null;
  readonly locationId: string | null;
  readonly amounts: readonly LimitedAmount[];
  readonly askedAt: number;
  readonly decidedByName: string | null;
  readonly decidedAt: number | null;
  readonly note: string;
  readonly outcome: ApprovalOutcome | null;
};

type Columns = {
  id: string;
  act: string;
  operation: string;
  request: KeptRequest;
  request_hash: string;
  asked_by: string;
  asked_key: string;
  asked_by_name: string;
  permission: string;
  entity_id: string | null;
  location_id: string | null;
  amounts: LimitedAmount[];
  asked_at: number;
  expires_at: number;
  state: OpenApproval['state'];
  decided_by: string | null;
  decided_by_name: string | null;
  decided_at: number | null;
  note: string;
  outcome: ApprovalOutcome | null;
};

/** The acts that need a second person now. */
export async function loadRules(tx: Tx): Promise<FourEyesRule[]> {
  const rows = await tx.rows<{ act: string; amounts: Amounts | null; expires_minutes: number }>(sql.load_rules);
  return rows.map(({ act, amounts, expires_minutes: expiresMinutes }) => ({ act, amounts, expiresMinutes }));
}

/** Makes an act need a second person. */
export async function saveRule(tx: Tx, { act, amounts, expiresMinutes }: FourEyesRule): Promise<void> {
  await tx.run(sql.save_rule, [act, amounts === null ? null : JSON.stringify(amounts), expiresMinutes]);
}

/** Lets an act go without a second person. */
export async function deleteRule(tx: Tx, act: string): Promise<void> {
  await tx.run(sql.delete_rule, [act]);
}

/** Keeps a request until somebody decides. */
export async function insertApproval(
  tx: Tx,
  one: Omit<Approval, 'askedByName' | 'decidedByName' | 'decidedBy' | 'decidedAt' | 'note' | 'outcome' | 'state'>,
): Promise<void> {
  await tx.run(sql.insert_approval, [
    one.id,
    one.act,
    one.operation,
    JSON.stringify(one.request),
    one.requestHash,
    one.askedBy,
    one.askedKey,
    one.permission,
    one.entityId,
    one.locationId,
    JSON.stringify(one.amounts),
    instant(one.askedAt),
    instant(one.expiresAt),
  ]);
}

/** What somebody asked for under a key of theirs. */
export async function findApprovalByKey(tx: Tx, askedBy: string, key: string): Promise<Approval | undefined> {
  const row = await tx.find<Columns>(sql.find_by_key, [askedBy, key]);
  return row && approvalOf(row);
}

/** One request; locked, when it is to be decided on. */
export async function findApproval(tx: Tx, id: string, lock = false): Promise<Approval | undefined> {
  if (lock) await tx.rows(sql.lock_approval, [id]);
  const row = await tx.find<Columns>(sql.find_approval, [id]);
  return row && approvalOf(row);
}

/** Requests of a person, and those whose permission is among theirs, newest first. `pending`: those that wait, else those that do not any more. */
export async function listApprovals(
  tx: Tx,
  wanted: {
    readonly after: string | undefined;
    readonly personId: string;
    readonly permissions: readonly string[];
    readonly at: number;
    readonly pending: boolean;
    readonly limit: number;
  },
): Promise<Approval[]> {
  const { after, personId, permissions, at, pending, limit } = wanted;
  const values = [after ?? null, personId, permissions, instant(at), pending, limit];
  return (await tx.rows<Columns>(sql.list_approvals, values)).map(approvalOf);
}

/** Writes what was decided. */
export async function saveDecision(
  tx: Tx,
  id: string,
  decided: { readonly state: 'approved' | 'declined'; readonly by: string; readonly at: number; readonly note: string },
): Promise<void> {
  await tx.run(sql.save_decision, [id, decided.state, decided.by, instant(decided.at), decided.note]);
}

/** Writes how an approved act ended. */
export async function saveOutcome(
  tx: Tx,
  id: string,
  state: 'done' | 'failed',
  outcome: ApprovalOutcome,
): Promise<void> {
  await tx.run(sql.save_outcome, [id, state, JSON.stringify(outcome)]);
}

function approvalOf(row: Columns): Approval {
  return {
    id: row.id,
    act: row.act,
    operation: row.operation,
    request: row.request,
    requestHash: row.request_hash,
    askedBy: row.asked_by,
    askedKey: row.asked_key,
    askedByName: row.asked_by_name,
    permission: row.permission,
    entityId: row.entity_id,
    locationId: row.location_id,
    amounts: row.amounts,
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    state: row.state,
    decidedBy: row.decided_by,
    decidedByName: row.decided_by_name,
    decidedAt: row.decided_at,
    note: row.note,
    outcome: row.outcome,
  };
}
