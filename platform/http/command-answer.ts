import { encodeId, ID_PREFIX, isUuid } from '../../src/kernel/ids.ts';
import type { Outcome, Submission } from '../commit/command.ts';
import type { Committer } from '../commit/committer.ts';
import type { SecondPerson } from './oversight.ts';
import { keyReused, refused } from './problem.ts';

/** What an accepted command answers: its act's body, and where it stands in the log. */
export type AcceptedAct = {
  readonly eventNumber: number;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly repeated: boolean;
};

/** What a route must know of the request that asks for a command. */
export type AskedBy = {
  readonly principal: { readonly id: string };
  readonly originId?: string | undefined;
  readonly idempotencyKey: string;
  readonly preview: boolean;
  readonly secondPerson?: SecondPerson | undefined;
};

/**
 * Sends a prepared command for a request, or previews it when that was asked. `sent` is what the client sent (with the ids of the path), by
 * which a repeat is told: ids and prices that the route adds do not count. Throws the problem of whatever was not accepted: 409 with the
 * numbers of the rejection, 422 for a key used before, 503 when too much is waiting.
 */
export async function submitFor(
  request: AskedBy,
  committer: Committer,
  command: Pick<Submission, 'type' | 'body' | 'sourceId'> & {
    readonly sent: unknown;
    readonly at: number;
    readonly lane?: Submission['lane'];
  },
): Promise<AcceptedAct> {
  const submission: Submission = {
    lane: 'interactive',
    ...command,
    key: request.idempotencyKey,
    principalId: request.principal.id,
    originId: request.originId,
    approvedById: request.secondPerson?.principal.id,
  };
  return commandAnswer(await (request.preview ? committer.preview(submission) : committer.submit(submission)));
}

/** The act of an accepted command. Throws the problem of any other outcome. */
export function commandAnswer(outcome: Outcome): AcceptedAct {
  switch (outcome.kind) {
    case 'accepted':
      return outcome;
    case 'refused':
      throw refused({
        ...(withIdTexts(outcome.rejection) as Record<string, unknown>),
        reason: outcome.rejection.reason,
      });
    case 'key_reused':
      throw keyReused();
  }
}

/**
 * A value as it is told outside: every field named after a kind of id (`skuId`, `fromEntityId`, `reservationIds`), however deep, as
 * prefixed text. A UUID under any other name is left alone, so that a test finds it.
 */
export function withIdTexts(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => withIdTexts(each, name.replace(/s$/, '')));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withIdTexts(each, key)]));
  }
  if (typeof value !== 'string' || !name.endsWith('Id') || !isUuid(value)) return value;
  const prefix = prefixOf(name.slice(0, -2));
  return prefix === undefined ? value : encodeId(prefix, value);
}

/** `fromLocation` is a location: the longest kind that the name ends with. */
function prefixOf(name: string): string | undefined {
  return (
    prefixes[name] ?? Object.entries(prefixes).find(([kind]) => name.toLowerCase().endsWith(kind.toLowerCase()))?.[1]
  );
}

const prefixes: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    ...ID_PREFIX,
    entity: ID_PREFIX.legalEntity,
    receipt: ID_PREFIX.document,
    adjustment: ID_PREFIX.document,
    count: ID_PREFIX.document,
    expense: ID_PREFIX.document,
  }).toSorted(([a], [b]) => b.length - a.length),
);
