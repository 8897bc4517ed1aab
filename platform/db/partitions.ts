import { quoteIdentifier } from './pool.ts';
import type { Pool } from './pool.ts';

/**
 * Tables that only grow are partitioned by range from their first migration, with one open-ended partition at the end. When that is half full, it is
 * given an end ahead of what is written now, and an empty open-ended one is put behind it: small shops never see a second partition, large ones never
 * touch rows. What is full and old can then be moved or dropped as a whole.
 */

/** Numbers (or rows, where ids are UUIDs) that a partition holds. Fewer would make each look-up without the partition key ask more of them. */
export const PARTITION_SIZE = 20_000_000;

/** How long a statement waits for a table before sellers go first again. */
const LOCK_MS = 200;
const TRIES = 20;

type Where = { readonly pool: Pool; readonly schema: string };

/** An open-ended partition as it stands. `begin` as PostgreSQL writes it; undefined for MINVALUE. */
type Open = {
  readonly table: string;
  readonly partition: string;
  readonly key: string;
  readonly kind: 'number' | 'uuid';
  readonly begin: string | undefined;
  readonly options: string[] | null;
  readonly rows: number;
};

/** A table that should have been cut by now. `isLate`: the open partition holds twice what it should. */
export type Behind = { readonly table: string; readonly isLate: boolean };

/** A cut that was made: from where on the new partition takes over. */
export type Cut = { readonly table: string; readonly partition: string; readonly from: string };

/** The tables whose open partition is nearly full. Empty when the job does its work. */
export async function partitionsBehind(where: Where, size: number = PARTITION_SIZE): Promise<Behind[]> {
  const [position, opens] = [await positionOf(where), await openPartitions(where)];
  return opens
    .map((open) => ({ table: open.table, fill: fillOf(open, position) / size }))
    .filter(({ fill }) => fill > 0.9)
    .map(({ table, fill }) => ({ table, isLate: fill > 2 }));
}

/**
 * Cuts every open partition that is at least half full and gives what was cut. Needs the owner of the tables. Sellers wait 0.2 s at most, as long as
 * the lock is tried for; a table that stays busy is tried again, and left to the next run after 20 times (told to `onLeft`). Two do not run at once: the
 * second gives nothing. Needs a pool of at least two direct connections.
 */
export async function cutPartitions(
  where: Where & {
    readonly now: () => number;
    readonly size?: number;
    /** Told of a table that is left to the next run: because it is busy, or of what else was in the way (an id from the future, say). */
    readonly onLeft?: (table: string, error: unknown) => void;
    readonly pause?: (ms: number) => Promise<void>;
  },
): Promise<Cut[]> {
  const size = where.size ?? PARTITION_SIZE;
  const pause = where.pause ?? ((ms: number) => new Promise<void>((done) => setTimeout(done, ms)));
  const turn = await where.pool.connect();
  const ignore = (): void => undefined;
  turn.on('error', ignore);
  try {
    // Held until the end of this transaction, which is ours alone; whoever comes second leaves it to us.
    await turn.query('begin; set local idle_in_transaction_session_timeout = 0');
    const taken = await turn.query<{ taken: boolean }>(
      `select pg_try_advisory_xact_lock(hashtext('partitions'), hashtext($1)) as taken`,
      [where.schema],
    );
    if (taken.rows[0]?.taken !== true) return [];
    const position = await positionOf(where);
    const cuts: Cut[] = [];
    for (const open of await openPartitions(where)) {
      if (fillOf(open, position) < size / 2) continue;
      const from = boundary(open, { position, size, now: where.now() });
      // Proved once, because that reads the partition; then cut, as often as it takes.
      const partition = await patiently(pause, () => promiseEnd(where, open, from))
        .then((proved) => (proved === 'busy' ? proved : patiently(pause, () => cut(where, open, from))))
        .catch((error: unknown) => ({ error }));
      if (typeof partition === 'string' && partition !== 'busy') {
        cuts.push({ table: open.table, partition, from });
        continue;
      }
      // What was promised and not kept would one day refuse a sale.
      await patiently(pause, () => withdraw(where, open));
      where.onLeft?.(open.table, typeof partition === 'string' ? undefined : partition.error);
    }
    return cuts;
  } finally {
    // Ends the transaction whatever happened.
    turn.removeListener('error', ignore);
    turn.release(true);
  }
}

/** Tries again, later and later, while sellers are in the way. */
async function patiently(pause: (ms: number) => Promise<void>, attempt: () => Promise<string>): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await attempt();
    if (outcome !== 'busy' || tries >= TRIES) return outcome;
    await pause(100 * tries);
  }
}

/** How much of a partition is used: numbers since its begin, or rows. */
function fillOf(open: Open, position: number): number {
  return open.kind === 'number' ? Math.max(0, position - Number(open.begin ?? 1)) : open.rows;
}

/**
 * Where the next partition begins: so far ahead that nobody gets there while the cut is made, nor before the next run if this one is killed in the middle.
 * Ten million numbers are more than an hour at two thousand a second.
 */
function boundary(open: Open, at: { position: number; size: number; now: number }): string {
  if (open.kind === 'number') {
    const full = Number(open.begin ?? 1) + at.size;
    return String(Math.max(full, at.position + Math.ceil(at.size / 2)));
  }
  // Ids begin with the time they were made. The half that is full took since `begin`; the other half may take as long, a day at least and a year at most.
  const day = 24 * 3_600_000;
  const beginAt = open.begin === undefined ? at.now - 30 * day : timeOfUuid(open.begin);
  return uuidAt(Math.max(at.now, beginAt) + Math.min(365 * day, Math.max(day, at.now - beginAt)));
}

/** The least UUIDv7 of a millisecond. */
export function uuidAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

function timeOfUuid(uuid: string): number {
  return Number.parseInt(uuid.replace('-', '').slice(0, 12), 16);
}

async function positionOf({ pool, schema }: Where): Promise<number> {
  const { rows } = await pool.query<{ event_number: number }>(
    `select event_number from ${quoteIdentifier(schema)}.platform_counter`,
  );
  return rows[0]?.event_number ?? 0;
}

/** The last partition of every table that is partitioned by one column and ends in MAXVALUE. */
async function openPartitions({ pool, schema }: Where): Promise<Open[]> {
  const { rows } = await pool.query<{
    table: string;
    partition: string;
    key: string;
    type: string;
    bound: string;
    options: string[] | null;
    rows: number;
  }>(
    `select parent.relname as table, child.relname as partition, key.attname as key, format_type(key.atttypid, null) as type,
            pg_get_expr(child.relpartbound, child.oid) as bound, child.reloptions as options,
            greatest(child.reltuples, 0)::bigint as rows
       from pg_partitioned_table part
       join pg_class parent on parent.oid = part.partrelid
       join pg_namespace namespace on namespace.oid = parent.relnamespace
       join pg_attribute key on key.attrelid = parent.oid and key.attnum = part.partattrs[0]
       join pg_inherits link on link.inhparent = parent.oid
       join pg_class child on child.oid = link.inhrelid
      where namespace.nspname = $1 and part.partstrat = 'r' and part.partnatts = 1
        and pg_get_expr(child.relpartbound, child.oid) like '%TO (MAXVALUE)'
      order by parent.relname`,
    [schema],
  );
  return rows.flatMap(({ type, bound, ...open }): Open[] => {
    const kind = type === 'bigint' ? 'number' : type === 'uuid' ? 'uuid' : undefined;
    const begin = /FROM \((?:'([^']+)'|MINVALUE)\)/.exec(bound);
    return kind === undefined || begin === null ? [] : [{ ...open, kind, begin: begin[1] }];
  });
}

/** What a partition from its begin to `from` holds, in words that PostgreSQL compares with its own: then attaching reads no row. */
function condition({ key, begin }: Open, from: string): string {
  const column = quoteIdentifier(key);
  const lower = begin === undefined ? '' : `${column} >= '${begin}' and `;
  return `${column} is not null and ${lower}${column} < '${from}'`;
}

const constraintOf = ({ partition }: Open): string => `${partition}_end`.slice(-63);

/** Proves, while everybody writes on, that the open partition ends before `from`. */
async function promiseEnd({ pool, schema }: Where, open: Open, from: string): Promise<'done' | 'busy'> {
  const table = `${quoteIdentifier(schema)}.${quoteIdentifier(open.partition)}`;
  const constraint = quoteIdentifier(constraintOf(open));
  const added = await attemptIn(pool, [
    `alter table ${table} drop constraint if exists ${constraint}, add constraint ${constraint} check (${condition(open, from)}) not valid`,
  ]);
  // Reads the whole partition, as long as it takes; takes no lock that a writer meets.
  return added === 'busy' ? 'busy' : attemptIn(pool, [`alter table ${table} validate constraint ${constraint}`], 0);
}

/** Takes the promise back. */
function withdraw({ pool, schema }: Where, open: Open): Promise<'done' | 'busy'> {
  const table = `${quoteIdentifier(schema)}.${quoteIdentifier(open.partition)}`;
  return attemptIn(pool, [`alter table ${table} drop constraint if exists ${quoteIdentifier(constraintOf(open))}`]);
}

/** Gives the open partition its end and puts an empty one behind it, in one transaction. Gives the new partition's name. */
async function cut({ pool, schema }: Where, open: Open, from: string): Promise<string> {
  const inSchema = (name: string): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  const [parent, old] = [inSchema(open.table), inSchema(open.partition)];
  const next = `${open.partition.replace(/_\d+$/, '')}_${Number(/_(\d+)$/.exec(open.partition)?.[1] ?? 0) + 1}`;
  const begin = open.begin === undefined ? 'minvalue' : `'${open.begin}'`;
  const settings = (open.options ?? []).join(', ');
  const outcome = await attemptIn(pool, [
    `lock table ${parent} in access exclusive mode`,
    `alter table ${parent} detach partition ${old}`,
    `alter table ${parent} attach partition ${old} for values from (${begin}) to ('${from}')`,
    `alter table ${old} drop constraint ${quoteIdentifier(constraintOf(open))}`,
    `create table ${inSchema(next)} partition of ${parent} for values from ('${from}') to (maxvalue)${
      settings === '' ? '' : ` with (${settings})`
    }`,
  ]);
  return outcome === 'done' ? next : outcome;
}

/** Runs statements in one transaction that waits for locks no longer than sellers may wait behind it. */
async function attemptIn(pool: Pool, statements: readonly string[], limitMs = 10_000): Promise<'done' | 'busy'> {
  const client = await pool.connect();
  const ignore = (): void => undefined;
  client.on('error', ignore);
  let broken = true;
  try {
    await client.query(`begin; set local lock_timeout = ${LOCK_MS}; set local statement_timeout = ${limitMs}`);
    for (const statement of statements) await client.query(statement);
    await client.query('commit');
    broken = false;
    return 'done';
  } catch (error) {
    // 55P03: the lock was not to be had; 40P01: two waited for each other. Both pass.
    if (!['55P03', '40P01'].includes((error as { code?: string }).code ?? '')) throw error;
    await client.query('rollback');
    broken = false;
    return 'busy';
  } finally {
    client.removeListener('error', ignore);
    client.release(broken);
  }
}
