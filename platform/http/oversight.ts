import type { FastifyRequest } from 'fastify';
import type { LimitedAmount, Principal, Target } from '../auth/principal.ts';
import { ProblemError } from './problem.ts';
import type { Permission } from './route.ts';

/**
 * An act that may go too far for who asks, or need a second person. `limits` are those that bound it, `currency` is that of its amounts, which are
 * worked out only when somebody wants to know them: `amounts` may read, decide and preview, and changes nothing.
 */
export type WatchedAct = {
  readonly act: string;
  readonly permission: Permission;
  readonly target: Target;
  readonly limits: readonly string[];
  readonly currency: string;
  readonly amounts: () => readonly LimitedAmount[] | Promise<readonly LimitedAmount[]>;
};

/** An act with its amounts worked out. */
export type WeighedAct = Omit<WatchedAct, 'amounts'> & { readonly amounts: readonly LimitedAmount[] };

/** Who approved what is being done, when that needed somebody. */
export type SecondPerson = { readonly approvalId: string; readonly principal: Principal };

/** What oversight must know of a request. */
export type Overseen = Pick<
  FastifyRequest,
  'principal' | 'originId' | 'idempotencyKey' | 'preview' | 'secondPerson' | 'server'
> & {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
};

/** Who watches over acts: the retailer's settings and the people who approve. */
export type Oversight = {
  /** Whether a second person may be needed for this act, for some amount. Asked for every act, so it answers from memory. */
  watches(act: string): boolean;
  /**
   * Whether a second person is needed for this, and has approved. Throws a 409 while nobody has decided, and when somebody said no; who may decide is told. The
   * same request, sent again after somebody approved, goes on.
   */
  second(request: Overseen, operation: string, act: WeighedAct): Promise<'not_needed' | SecondPerson>;
  /** The names of some people who may do this so far. */
  whoMay(act: WeighedAct): Promise<readonly string[]>;
};

/** What goes beyond somebody's limits may be a matter for a second person instead of a refusal; this is its name among the acts. */
export const ABOVE_LIMIT = 'above_limit';

const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * The check that comes after `allow`, before anything is changed: 403 `above_limit`, naming the limit and who may, when the act goes further than who asks may
 * go; 409 when a second person must approve it first. Costs nothing where nothing is limited and nobody watches.
 */
export async function oversee(request: Overseen, watched: WatchedAct): Promise<void> {
  const { oversight } = request.server as { oversight?: Oversight };
  const { act, permission, target, limits, currency } = watched;
  const anything = limits.map((limit) => ({ limit, currency, amount: UNLIMITED }));
  const limited = request.principal.overrun(permission, target, anything) !== undefined;
  const watches = request.secondPerson === undefined && oversight?.watches(act) === true;
  if (!limited && !watches) return;
  const weighed: WeighedAct = { ...watched, amounts: await watched.amounts() };
  const over = limited ? request.principal.overrun(permission, target, weighed.amounts) : undefined;
  // Whoever approved it stands for it, so it is within bounds when it is within theirs.
  const second = request.secondPerson?.principal;
  if (
    over !== undefined &&
    (second === undefined || second.overrun(permission, target, weighed.amounts) !== undefined)
  ) {
    const asked = await secondFor(request, oversight, { ...weighed, act: ABOVE_LIMIT });
    if (asked === 'not_needed') {
      const mayDoIt = (await oversight?.whoMay(weighed)) ?? [];
      throw new ProblemError(403, 'above_limit', 'This goes further than you may go.', {
        extra: { permission, ...over, mayDoIt },
      });
    }
    return;
  }
  if (watches) await secondFor(request, oversight, weighed);
}

async function secondFor(
  request: Overseen,
  oversight: Oversight | undefined,
  act: WeighedAct,
): Promise<'not_needed' | SecondPerson> {
  if (oversight === undefined) return 'not_needed';
  const operation = (request as FastifyRequest).routeOptions?.config.row?.operationId ?? '';
  const second = await oversight.second(request, operation, act);
  if (second !== 'not_needed') request.secondPerson = second;
  return second;
}

/** An act that was approved, as its operation is asked to do it: by who asked first, under their key. */
export type ApprovedRequest = {
  readonly principal: Principal;
  /** Where it was approved, and so done. */
  readonly originId: string | undefined;
  readonly idempotencyKey: string;
  readonly secondPerson: SecondPerson;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
};

/** Does what an operation does, without a request of its own. Throws what its handler throws. */
export type Perform = (approved: ApprovedRequest) => Promise<{ readonly status: number; readonly body: unknown }>;
