import type pg from 'pg';
import type { AppliedChange } from '../../src/kernel/draft.ts';
import { dayToEpochDay } from '../../src/kernel/time.ts';
import { bigintArray, dateArray, instantArray, smallintArray, textArray, uuidArray } from '../db/arrays.ts';
import { fly, type Landed, type Query } from '../db/flight.ts';
import { beginText, isConnectionFault, isRetryable, loadSql, type Pool } from '../db/pool.ts';
import {
  Overtaken,
  StoreFault,
  type BatchWrites,
  type CommitStore,
  type KnownKey,
  type StoredAct,
  type StreamPlace,
} from './store.ts';

/**
 * How a book stands in PostgreSQL. `load` gives the statements that read the states of these keys, `parse` their rows: they lock
 * nothing, because whoever writes a book holds the counter row; `record` writes all changes of a batch, a statement a table. A book without `load` is only appended to.
 * Every statement that updates raises by itself (platform_guard) when it did not touch the rows it had to.
 */
export type BookTable = {
  readonly name: string;
  load?(keys: readonly string[]): readonly Query[];
  parse?(results: readonly (readonly Record<string, unknown>[])[]): ReadonlyMap<string, unknown>;
  record(changes: readonly AppliedChange[], writes: BatchWrites): readonly Query[];
};

const sql = loadSql(import.meta.url, './commit.sql', [
  'lock_counter',
  'lock_counter_at',
  'find_keys',
  'find_acts',
  'insert_events',
  'insert_keys',
  'move_counter',
  'commit',
]);

/**
 * How long whoever holds the counter row may be silent inside its transaction before PostgreSQL ends it. A process that is stopped may have two
 * of them in the line, one behind the other, and everybody else must sell on within two seconds.
 */
export const SILENCE_MS = 700;

/**
 * The store over PostgreSQL: two round trips a batch, one that reads and one that writes and commits. A batch behind another reads while that one is
 * written, and its writes stand in the line for the counter row when that one commits.
 * `pool` must have been opened with `pipeline: true`. The transaction cannot outlive a process that stops in the middle:
 * PostgreSQL ends it when it is silent for too long, and the counter row is free again.
 */
export function createPostgresStore(options: {
  readonly pool: Pool;
  readonly schema: string;
  readonly tables: readonly BookTable[];
  readonly now: () => number;
}): CommitStore {
  const tables = new Map(options.tables.map((table) => [table.name, table]));
  const begin = beginText({ schema: options.schema, statementTimeoutMs: 10_000, idleTimeoutMs: SILENCE_MS });

  return {
    async run(needs, decide, ahead) {
      const client = await connect(options.pool);
      const ignore = (): void => undefined;
      client.on('error', ignore);
      let broken = false;
      try {
        const loads: { name: string; queries: readonly Query[] }[] = [];
        for (const [name, keys] of needs.books) {
          const table = tables.get(name);
          if (table?.load !== undefined) loads.push({ name, queries: table.load([...keys]) });
        }
        const reads = [
          { statement: sql.find_keys, values: [uuidArray(needs.keyHashes)] },
          ...loads.flatMap((load) => load.queries),
        ];
        const opening = client.query(begin);
        opening.catch(ignore);
        const lock = ahead === undefined ? [{ statement: sql.lock_counter, values: [] }] : [];
        const answers = await fly(client, [...lock, ...reads], { rows: true });
        await opening;
        const place = ahead ?? readPlace(answers[0]);
        const [found, ...loaded] = answers.slice(lock.length) as [Landed, ...Landed[]];
        const books = new Map<string, ReadonlyMap<string, unknown>>();
        for (const name of needs.books.keys()) books.set(name, new Map());
        let at = 0;
        for (const load of loads) {
          const results = loaded.slice(at, (at += load.queries.length)).map((result) => result.rows);
          books.set(load.name, tables.get(load.name)?.parse?.(results) ?? new Map());
        }
        const writes = decide({
          ...place,
          recordedAt: Math.max(place.recordedAt, options.now()),
          known: readKnown(found),
          books,
        });
        if (writes === undefined) {
          await client.query('rollback');
          return;
        }
        const flight = [
          ...(ahead === undefined
            ? []
            : [{ statement: sql.lock_counter_at, values: [ahead.eventNumber, ahead.batchId] }]),
          ...bookQueries(tables, writes),
          ...logQueries(writes),
          {
            statement: sql.move_counter,
            values: [
              place.eventNumber,
              place.eventNumber + writes.acts.length,
              new Date(writes.recordedAt).toISOString(),
              options.schema,
              writes.batchId,
            ],
          },
          { statement: sql.commit, values: [] },
        ];
        const tag = (await fly(client, flight, { rows: false })).at(-1)?.command;
        if (tag !== 'COMMIT') throw new Error(`COMMIT answered ${tag}`);
      } catch (error) {
        broken = true;
        // The connection is thrown away: what it was doing is rolled back by its end, or was committed, which the keys will tell.
        throw isOvertaken(error) ? new Overtaken() : isFault(error) ? new StoreFault(error) : error;
      } finally {
        client.removeListener('error', ignore);
        client.release(broken);
      }
    },

    async acts(numbers) {
      const client = await connect(options.pool);
      const ignore = (): void => undefined;
      client.on('error', ignore);
      let broken = false;
      try {
        const results = await settled([
          client.query(beginText({ schema: options.schema, readOnly: true })),
          send(client, { statement: sql.find_acts, values: [bigintArray(numbers)] }),
          client.query('commit'),
        ]);
        const found = new Map<number, StoredAct>();
        for (const row of (results[1]?.rows ?? []) as {
          number: number;
          type: string;
          body: Record<string, unknown>;
          recorded_at: number;
        }[]) {
          found.set(row.number, {
            eventNumber: row.number,
            type: row.type,
            body: row.body,
            recordedAt: row.recorded_at,
          });
        }
        return found;
      } catch (error) {
        broken = true;
        throw isFault(error) ? new StoreFault(error) : error;
      } finally {
        client.removeListener('error', ignore);
        client.release(broken);
      }
    },

    async close() {},
  };

  async function connect(pool: Pool): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      throw new StoreFault(error);
    }
  }
  function send(client: pg.PoolClient, query: Query): Promise<pg.QueryResult> {
    return client.query({ name: query.statement.name, text: query.statement.text, values: query.values as unknown[] });
  }
}

/**
 * Whether the world failed and not the command: besides lost connections and deadlocks a statement that took too long behind a migration (57014), and
 * a database without disk, memory or a working disk (classes 53 and 58). A till's fact must wait for these, not go into quarantine.
 */
function isFault(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return (
    isRetryable(error) || isConnectionFault(error) || (typeof code === 'string' && /^(57014|53...|58...)$/.test(code))
  );
}

/** All of them, so that no answer of the flight is left unheard; then the first error, which is the one that caused the others. */
async function settled(answers: readonly Promise<pg.QueryResult>[]): Promise<pg.QueryResult[]> {
  const results = await Promise.allSettled(answers);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return results.map((result) => (result as PromiseFulfilledResult<pg.QueryResult>).value);
}

/** The counter did not stand where the batch ahead was to leave it. Raised by the database, so that the COMMIT already on the wire was not run. */
function isOvertaken(error: unknown): boolean {
  const { code, failedStatement } = error as { code?: unknown; failedStatement?: unknown };
  return code === 'OS001' && failedStatement === sql.lock_counter_at.name;
}

function readPlace(counter: Landed | undefined): StreamPlace {
  const row = counter?.rows[0] as { event_number: number; recorded_at: number; batch_id: string } | undefined;
  if (row === undefined) throw new Error('the counter row is missing: the schema was not migrated');
  return { eventNumber: row.event_number, recordedAt: row.recorded_at, batchId: row.batch_id };
}

function readKnown(found: Landed): ReadonlyMap<string, KnownKey> {
  const keys = new Map<string, KnownKey>();
  for (const row of found.rows as { key_hash: string; body_hash: string; event_number: number }[]) {
    keys.set(row.key_hash, { keyHash: row.key_hash, bodyHash: row.body_hash, eventNumber: row.event_number });
  }
  return keys;
}

function bookQueries(tables: ReadonlyMap<string, BookTable>, writes: BatchWrites): Query[] {
  const queries: Query[] = [];
  // In the tables' own order, the same in every process, so that two writers never lock in opposite orders.
  for (const [name, table] of tables) {
    const changes = writes.changes.get(name);
    if (changes !== undefined) queries.push(...table.record(changes, writes));
  }
  return queries;
}

function logQueries(writes: BatchWrites): Query[] {
  const { acts, keys } = writes;
  const recordedAt = new Date(writes.recordedAt).toISOString();
  return [
    {
      statement: sql.insert_events,
      values: [
        bigintArray(acts.map((act) => act.number)),
        textArray(acts.map((act) => act.type)),
        smallintArray(acts.map((act) => act.version)),
        textArray(acts.map((act) => act.topic)),
        uuidArray(acts.map((act) => act.entityId)),
        uuidArray(acts.map((act) => act.locationId)),
        uuidArray(acts.map((act) => act.channelId)),
        uuidArray(acts.map((act) => act.subjectId)),
        uuidArray(acts.map((act) => act.actorId)),
        instantArray(acts.map((act) => act.occurredAt)),
        dateArray(acts.map((act) => dayToEpochDay(act.businessDay))),
        dateArray(acts.map((act) => dayToEpochDay(act.postingDay))),
        recordedAt,
        textArray(acts.map((act) => JSON.stringify(act.body))),
        uuidArray(acts.map((act) => act.originId)),
      ],
    },
    {
      statement: sql.insert_keys,
      values: [
        uuidArray(keys.map((key) => key.keyHash)),
        bigintArray(keys.map((key) => key.eventNumber)),
        uuidArray(keys.map((key) => key.bodyHash)),
      ],
    },
  ];
}
