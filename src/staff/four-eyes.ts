import { accept, reject, type Decision } from '../kernel/decision.ts';
import type { Amounts, LimitedAmount } from './limit.ts';

/** The acts that may be made to need a second person, in the order of screens. `limit` names the amount from which on, where there is one. */
export const FOUR_EYES_ACTS: readonly { readonly act: string; readonly limit: string | null }[] = [
  { act: 'refund', limit: 'refund' },
  { act: 'stock_adjustment', limit: 'stockAdjustment' },
  { act: 'period_close', limit: null },
  { act: 'role_change', limit: null },
  { act: 'erasure', limit: null },
  // Instead of refusing what goes beyond somebody's limits.
  { act: 'above_limit', limit: null },
];

/** When an act needs a second person: above an amount of its currency, always where the amounts or the currency are missing. */
export type FourEyesRule = { readonly act: string; readonly amounts: Amounts | null; readonly expiresMinutes: number };

/** Whether these amounts need a second person. */
export function needsSecond({ act, amounts }: FourEyesRule, asked: readonly LimitedAmount[]): boolean {
  const limit = FOUR_EYES_ACTS.find((one) => one.act === act)?.limit ?? null;
  if (amounts === null || limit === null) return true;
  return asked.some((one) => one.limit === limit && one.amount > (amounts[one.currency] ?? -1));
}

/** A request for a second person, as far as deciding on it needs. Instants in epoch milliseconds. */
export type OpenApproval = {
  readonly askedBy: string;
  readonly state: 'pending' | 'approved' | 'declined' | 'done' | 'failed';
  readonly expiresAt: number;
  readonly decidedBy: string | null;
};

/** Why nobody decides on a request now, or not this person. */
export type ApprovalRejection =
  | { readonly reason: 'same_person' }
  | { readonly reason: 'approval_expired' }
  | { readonly reason: 'approval_decided'; readonly state: string }
  | { readonly reason: 'beyond_own_rights'; readonly permissions: readonly string[] };

/**
 * Says whether a person may decide on a request: never who asked, only while it is open, and only who could do it themselves (`mayDoIt`). Who approved may say
 * so again, which takes up what was left half done.
 */
export function decideApproval(
  approval: OpenApproval,
  by: { readonly personId: string; readonly mayDoIt: boolean; readonly permission: string },
  decision: 'approve' | 'decline',
  at: number,
): Decision<undefined, ApprovalRejection> {
  if (by.personId === approval.askedBy) return reject({ reason: 'same_person' });
  if (!by.mayDoIt) return reject({ reason: 'beyond_own_rights', permissions: [by.permission] });
  const again = approval.state === 'approved' && decision === 'approve' && approval.decidedBy === by.personId;
  if (approval.state !== 'pending' && !again) return reject({ reason: 'approval_decided', state: approval.state });
  if (approval.state === 'pending' && at >= approval.expiresAt) return reject({ reason: 'approval_expired' });
  return accept(undefined);
}
