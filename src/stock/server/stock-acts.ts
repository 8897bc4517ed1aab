import { Type } from 'typebox';
import type { Principal } from '../../../platform/auth/principal.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import type { Pool } from '../../../platform/db/pool.ts';
import {
  commandAnswer,
  submitFor,
  withIdTexts,
  type AcceptedAct,
  type AskedBy,
} from '../../../platform/http/command-answer.ts';
import { allow, type Permission } from '../../../platform/http/route.ts';
import type { SkuCache } from '../../catalog/server/sku-cache.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';

/** What the routes of stock need. */
export type StockRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly committer: Committer;
  readonly company: CompanyCache;
  readonly skus: SkuCache;
  readonly now: () => number;
};

/** Under what the routes of stock stand in the documentation. */
export const tags = ['stock'];
/** Bodies hold what is named and nothing else. */
export const closed = { additionalProperties: false };
/** More than any shelf holds, and small enough that sums stay exact. */
export const MOST_UNITS = 1_000_000_000;
/** More than any books hold. */
export const MOST_MINOR = 1_000_000_000_000;
/** Lines of one act. */
export const MOST_LINES = 500;
/** How many of something. */
export const Units = Type.Integer({ minimum: 1, maximum: MOST_UNITS, description: 'Base units of the SKU.' });
/** Which lot, where lots are kept. */
export const Lot = Type.Optional(Type.String({ minLength: 1, maxLength: 60 }));
type Asking = AskedBy & { readonly principal: Principal; scopeChecked: boolean };

/** Checks a permission at a location, known or not, before anything is told about it. */
export function allowAt(
  request: Pick<Asking, 'principal' | 'scopeChecked'>,
  { company }: StockRouteDeps,
  permission: Permission,
  locationId: string | undefined,
): { locationId: string | null; entityId: string | null } {
  const target = {
    locationId: locationId ?? null,
    entityId: locationId === undefined ? null : (company.location(locationId)?.entityId ?? null),
  };
  // Whoever may see a part may learn that an id leads nowhere; whether it leads elsewhere, not.
  if (locationId === undefined && request.principal.holds(permission)) request.scopeChecked = true;
  else allow(request, permission, target);
  return target;
}

/**
 * Prepares a command and sends it. What was accepted before is answered again even if it could not be prepared any more: a location may
 * have been archived since.
 */
export async function act(
  request: Asking,
  deps: StockRouteDeps,
  type: string,
  sent: unknown,
  prepare: (at: number) => object | Promise<object>,
): Promise<AcceptedAct> {
  const at = deps.now();
  let body: object;
  try {
    body = await prepare(at);
  } catch (error) {
    const repeat = {
      type,
      key: request.idempotencyKey,
      principalId: request.principal.id,
      lane: 'interactive' as const,
      at,
      body: sent,
      sent,
    };
    const before = request.preview ? undefined : await deps.committer.findAnswer(repeat);
    if (before === undefined) throw error;
    return commandAnswer(before);
  }
  return submitFor(request, deps.committer, { type, body, sent, at });
}

/** The parts of a request that an act needs. */
export function asked({ principal, originId, idempotencyKey, preview, secondPerson, scopeChecked }: Asking): Asking {
  return { principal, originId, idempotencyKey, preview, secondPerson, scopeChecked };
}

/** The answer of an act: its body with ids as they are outside, and where it stands in the log. */
export function told({ eventNumber, repeated, body }: AcceptedAct): Record<string, unknown> {
  return { ...(withIdTexts(body) as Record<string, unknown>), eventNumber, repeated };
}

/** Where every act stands in the log. */
export const Said = { eventNumber: Type.Integer(), repeated: Type.Boolean() };
