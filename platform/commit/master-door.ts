import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { accept, type Decision, type Rejection } from '../../src/kernel/decision.ts';
import { epochDayToDay } from '../../src/kernel/time.ts';
import { CommitOutcomeUnknownError, loadSql, withTransaction, type Pool, type Statement, type Tx } from '../db/pool.ts';
import { bodyHash, keyHash } from './hash.ts';
import { SILENCE_MS } from './postgres-store.ts';

const sql = loadSql(import.meta.url, './master-door.sql', [
  'find_answer',
  'take_numbers',
  'refuse_known_key',
  'insert_events',
  'insert_key',
  'wake_followers',
]);

/** More rows than this hold the counter row, and with it every sale, for too long. Larger changes come in chunks. */
export const MAX_MASTER_ROWS = 500;

/** A change of master data as it was asked for. `body` is what was sent, without anything made on the way, because a repeat is told by it. */
export type MasterSubmission = {
  /** What is asked for, e.g. `create_product`. The same key with another type is another request. */
  readonly type: string;
  readonly principalId: string;
  /** The session, key, device or job that acted, and from where; see `platform_origin`. */
  readonly originId?: string | undefined;
  readonly key: string;
  /** Who approved it, when it needed a second person; told in its events. */
  readonly approvedById?: string | undefined;
  readonly body: unknown;
  /** Clock of the process that took the request, epoch milliseconds. */
  readonly at: number;
  /** What live screens and webhooks subscribe to. */
  readonly topic: string;
  /** Decides and writes, then rolls everything back. */
  readonly preview?: boolean;
};

/** What the world is told. The first event of a change also carries the answer. Never personal data. */
export type MasterEvent = {
  readonly type: string;
  readonly version: number;
  readonly entityId?: string | undefined;
  readonly locationId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly subjectId?: string | undefined;
  /** Who acted and from where, when that was not the sender: what is noted later about others. */
  readonly actorId?: string | undefined;
  readonly originId?: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
};

/** What a change comes to: at least one event, and an answer that is small, holds no personal data and survives JSON. */
export type MasterChange<A> = { readonly events: readonly MasterEvent[]; readonly answer: A };

/** What became of a change. */
export type MasterOutcome<A> =
  | {
      readonly kind: 'accepted';
      readonly eventNumber: number;
      readonly recordedAt: number;
      readonly answer: A;
      readonly repeated: boolean;
    }
  | { readonly kind: 'refused'; readonly rejection: Rejection }
  /** The key was used for another body. */
  | { readonly kind: 'key_reused' };

/** Decides and writes. Runs again when the transaction does, so it has no effects but those on `tx`. */
export type MasterWork<A> = (tx: Tx) => Promise<Decision<MasterChange<A>>>;

/** The door through which products, prices, customers and settings are changed. */
export type Master = <A>(submission: MasterSubmission, work: MasterWork<A>) => Promise<MasterOutcome<A>>;

/**
 * What else is written with events, in their transaction, after them: the statements and their values. Of the numbers it is known only that they are the counter's last.
 */
export type MasterReaction = (events: readonly MasterEvent[]) => readonly (readonly [Statement, unknown[]])[];

/** Opens the door on a retailer's schema. `react` is what follows from events at once. */
export function openMasterDoor(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly react?: MasterReaction | undefined;
}): Master {
  return (submission, work) => writeMaster(deps, submission, work);
}

/** Leaves the transaction without a trace and says why. */
class Undone extends Error {
  readonly outcome: MasterOutcome<never> | { readonly kind: 'preview'; readonly answer: unknown };
  constructor(outcome: Undone['outcome']) {
    super('rolled back on purpose');
    this.outcome = outcome;
  }
}

const ATTEMPTS = 3;

/**
 * Writes master data in one ordinary transaction: exactly once per key, with its events numbered in commit order beside those
 * of the sales. The counter row, which every writer of the retailer waits for, is taken by the last statements before COMMIT; only
 * then is it certain that nobody else used the key, so it is looked up there once more. At most {@link MAX_MASTER_ROWS} rows
 * (counted by `tx.run`), else `too_many_rows`. Throws what the work or the database threw, and an Error when a change comes without an event.
 */
export async function writeMaster<A>(
  deps: { readonly pool: Pool; readonly schema: string; readonly react?: MasterReaction | undefined },
  submission: MasterSubmission,
  work: MasterWork<A>,
): Promise<MasterOutcome<A>> {
  const hashes = {
    key: keyHash(submission.principalId, submission.key),
    body: bodyHash(submission.type, submission.body),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withTransaction(deps.pool, { schema: deps.schema, idleTimeoutMs: SILENCE_MS }, async (tx) => {
        const before = submission.preview === true ? undefined : await findAnswer<A>(tx, hashes);
        if (before !== undefined) return before;
        const counted = countRows(tx);
        const decision = await work(counted.tx);
        if (!decision.ok) throw new Undone({ kind: 'refused', rejection: decision.rejection });
        const rows = counted.rows();
        if (rows > MAX_MASTER_ROWS)
          throw new Undone({ kind: 'refused', rejection: { reason: 'too_many_rows', rows, limit: MAX_MASTER_ROWS } });
        if (submission.preview === true) throw new Undone({ kind: 'preview', answer: decision.value.answer });
        return await record(tx, deps, { submission, hashes, change: decision.value });
      });
    } catch (error) {
      if (error instanceof Undone) {
        if (error.outcome.kind === 'preview') return previewed(submission, error.outcome.answer as A);
        // The same request may have been accepted on another connection meanwhile, and be what stands in our way.
        const first = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
          findAnswer<A>(tx, hashes),
        );
        return first ?? error.outcome;
      }
      // Another writer was faster, or nobody knows whether we were: the key look-up of the next attempt tells.
      if (attempt >= ATTEMPTS || !(error instanceof CommitOutcomeUnknownError || isBeaten(error))) throw error;
    }
  }
}

/** Whether a unique index (23505) or the guard on the key (OS001) found that someone else came first. */
function isBeaten(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === '23505' || (code === 'OS001' && String(message).startsWith('guard platform_key '));
}

function previewed<A>(submission: MasterSubmission, answer: A): MasterOutcome<A> {
  return { kind: 'accepted', eventNumber: 0, recordedAt: submission.at, answer, repeated: false };
}

type Hashes = { readonly key: string; readonly body: string };

async function findAnswer<A>(tx: Tx, hashes: Hashes): Promise<MasterOutcome<A> | undefined> {
  const row = await tx.find<{ body_hash: string; event_number: number; body: { answer: A }; recorded_at: number }>(
    sql.find_answer,
    [hashes.key],
  );
  if (row === undefined) return undefined;
  if (row.body_hash !== hashes.body) return { kind: 'key_reused' };
  return {
    kind: 'accepted',
    eventNumber: row.event_number,
    recordedAt: row.recorded_at,
    answer: row.body.answer,
    repeated: true,
  };
}

async function record<A>(
  tx: Tx,
  { schema, react }: { readonly schema: string; readonly react?: MasterReaction | undefined },
  { submission, hashes, change }: { submission: MasterSubmission; hashes: Hashes; change: MasterChange<A> },
): Promise<MasterOutcome<A>> {
  const { events, answer } = change;
  if (events.length === 0) throw new Error(`${submission.type} changed something without an event`);
  const at = new Date(submission.at).toISOString();
  const approved = submission.approvedById === undefined ? {} : { approvedById: submission.approvedById };
  const bodies = events.map((event, index) =>
    JSON.stringify({ ...event.body, ...approved, ...(index === 0 ? { answer } : {}) }),
  );
  const column = <K extends keyof MasterEvent>(name: K) => events.map((event) => event[name] ?? null);
  // All sent at once: between taking the counter and giving it back lies one round trip, not six.
  const [taken] = await flight(tx.client, [
    [sql.take_numbers, [events.length, at, randomUUID()]],
    [sql.refuse_known_key, [hashes.key]],
    [
      sql.insert_events,
      [
        column('type'),
        column('version'),
        column('entityId'),
        column('locationId'),
        column('channelId'),
        column('subjectId'),
        epochDayToDay(Math.floor(submission.at / 86_400_000)),
        bodies,
        submission.topic,
        submission.principalId,
        at,
        column('actorId'),
        column('originId'),
        submission.originId ?? null,
      ],
    ],
    ...(react?.(events) ?? []),
    [sql.insert_key, [hashes.key, hashes.body, events.length]],
    [sql.wake_followers, [schema]],
  ]);
  const row = taken?.rows[0] as { first_number: number; recorded_at: number } | undefined;
  if (row === undefined) throw new Error('the counter row is missing: the schema was not migrated');
  // What a repeat will read is what the first one gets, also where JSON knows no undefined.
  const stored = JSON.parse(JSON.stringify({ answer })) as { answer: A };
  return {
    kind: 'accepted',
    eventNumber: row.first_number,
    recordedAt: row.recorded_at,
    answer: stored.answer,
    repeated: false,
  };
}

/**
 * Sends the queries together where the connection pipelines, else one after the other. Waits for all answers, so that none is left unheard, and throws
 * the first error, which caused the others.
 */
async function flight(
  client: pg.PoolClient,
  queries: readonly (readonly [Statement, unknown[]])[],
): Promise<pg.QueryResult[]> {
  if ((client as { pipeline?: boolean }).pipeline !== true) {
    const results: pg.QueryResult[] = [];
    for (const [{ name, text }, values] of queries) results.push(await client.query({ name, text, values }));
    return results;
  }
  const answers = await Promise.allSettled(
    queries.map(([{ name, text }, values]) => client.query({ name, text, values })),
  );
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  });
}

function countRows(tx: Tx): { tx: Tx; rows(): number } {
  let rows = 0;
  return {
    tx: {
      ...tx,
      async run(statement, values) {
        const touched = await tx.run(statement, values);
        rows += touched;
        return touched;
      },
    },
    rows: () => rows,
  };
}

/** A change that is always accepted. */
export function changed<A>(events: readonly MasterEvent[], answer: A): Decision<MasterChange<A>> {
  return accept({ events, answer });
}
