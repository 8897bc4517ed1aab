import pg from 'pg';
import { createPool, quoteIdentifier, type Pool } from '../db/pool.ts';
import { BackupRefused } from './archive.ts';
import type { ReadFigures } from './back-up.ts';
import { changeWriter } from './apply.ts';
import { changeReader, type Change } from './changes.ts';
import { copyIn } from './copy-in.ts';
import { copyOut } from './copy-out.ts';
import { readFrames } from './frames.ts';
import { giveName, requireEmpty, unfinishedName } from './restore.ts';

/** What a move needs. Both URLs lead directly to their servers; the source's user may replicate. */
export type Move = {
  readonly sourceUrl: string;
  readonly targetUrl: string;
  readonly schema: string;
  readonly migrations: string;
  readonly figures: ReadFigures;
  readonly audit: (pool: Pool, schema: string) => Promise<readonly string[]>;
  /** Called when nobody can write any more and the target has everything, before anybody may write again: the program must use the target from now on. */
  readonly switchOver: (fence: Fence) => Promise<void>;
  readonly onProgress?: (progress: MoveProgress) => void;
};

/** What stands between writers and the source. `endWriters` ends whoever waits before it; what they wanted was not done. */
export type Fence = { endWriters(): Promise<void> };

/** What a move tells while it works. */
export type MoveProgress =
  | { readonly kind: 'copy'; readonly table: string }
  | { readonly kind: 'keys'; readonly done: number; readonly total: number }
  | { readonly kind: 'audit' | 'fence' }
  | { readonly kind: 'catch_up'; readonly changes: number };

/** What a move came to. `pauseMs`: from the last moment somebody could write to the moment the target was ready. */
export type Moved = { readonly eventNumber: number; readonly changes: number; readonly pauseMs: number };

const NAME = 'oneshelf_move';
/** Changes that are read at once; whole transactions, so it may be some more. */
const AT_ONCE = 20_000;
/** So few changes behind, or so quickly done, what is left is done in a moment. */
const CLOSE = 2_000;
const QUICK_MS = 500;

/**
 * Moves a retailer to another server while everybody sells: copies at one snapshot, follows what was changed since by logical replication, then holds writers
 * back for as long as the last changes take, compares the books and hands over. Whatever goes wrong before that leaves the source as it was and nothing in the
 * target that looks whole. Throws BackupRefused when the target is not empty or the source does not keep what is needed.
 */
export async function move(options: Move): Promise<Moved> {
  const { schema, onProgress } = options;
  const unfinished = unfinishedName(schema);
  const pool = createPool({ url: options.targetUrl, max: 3, applicationName: 'oneshelf move' });
  const clients = new Map<string, pg.Client>();
  const open = async (name: string, url: string, replication?: 'database'): Promise<pg.Client> => {
    const config = {
      connectionString: url,
      application_name: 'oneshelf move',
      ...(replication === undefined ? {} : { replication }),
    };
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    await client.connect();
    clients.set(name, client);
    return client;
  };
  try {
    const target = await open('target', options.targetUrl);
    await requireEmpty(target, schema);
    const source = await open('source', options.sourceUrl);
    await requireFollowable(source, schema);
    await holdPartitions(await open('partitions', options.sourceUrl), schema);
    await publish(source, schema);
    // A slot that ends with its connection: one that stayed behind would keep all that is ever written.
    const log = await open('log', options.sourceUrl, 'database');
    const snapshot = await makeSlot(log);
    await target.query(`drop schema if exists ${quoteIdentifier(unfinished)} cascade`);
    await copyIn({
      pool,
      client: target,
      schema: unfinished,
      frames: readFrames(
        copyOut({ client: await open('copy', options.sourceUrl), schema, migrations: options.migrations, snapshot }),
      ),
      onTable: (table) => onProgress?.({ kind: 'copy', table }),
      onKeys: (progress) => onProgress?.({ kind: 'keys', ...progress }),
    });
    const following = follow(log, target, unfinished, (changes) => onProgress?.({ kind: 'catch_up', changes }));
    await following.until(CLOSE);
    onProgress?.({ kind: 'audit' });
    const found = await options.audit(pool, unfinished);
    if (found.length > 0)
      throw new BackupRefused(`The books did not arrive in order:\n  ${found.join('\n  ')}\nNothing was changed.`);
    await following.until(CLOSE);
    onProgress?.({ kind: 'fence' });
    const fencing = await raiseFence(await open('fence', options.sourceUrl), schema);
    await following.untilLog(fencing.lsn);
    await compareBooks(options, { source: clients.get('fence') as pg.Client, target, unfinished });
    await source.query(`drop publication if exists ${NAME}`);
    await giveName(target, { unfinished, schema });
    const pauseMs = Math.round(performance.now() - fencing.at);
    try {
      await options.switchOver(fencing);
    } finally {
      await closeSource(clients.get('fence') as pg.Client, schema);
    }
    return { eventNumber: fencing.eventNumber, changes: following.changes(), pauseMs };
  } finally {
    await clients
      .get('source')
      ?.query(`drop publication if exists ${NAME}`)
      .catch(() => undefined);
    for (const client of clients.values()) await client.end().catch(() => undefined);
    await pool.end();
  }
}

async function requireFollowable(source: pg.Client, schema: string): Promise<void> {
  const level = await source.query<{ wal_level: string }>('show wal_level');
  if (level.rows[0]?.wal_level !== 'logical')
    throw new BackupRefused(
      'The database does not keep what following its changes needs (wal_level = logical). Back it up and restore it instead.',
    );
  const { rows } = await source.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r' and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)`,
    [schema],
  );
  if (rows[0] !== undefined) throw new Error(`${rows[0].name} has no primary key, so its changes cannot be followed.`);
}

/** Keeps tables from being cut into further partitions until the move is over: the target would not have them. */
async function holdPartitions(client: pg.Client, schema: string): Promise<void> {
  await client.query('begin; set local idle_in_transaction_session_timeout = 0');
  await client.query(`select pg_advisory_xact_lock(hashtext('partitions'), hashtext('${schema}'))`);
}

async function publish(source: pg.Client, schema: string): Promise<void> {
  const { rows } = await source.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind = 'r'`,
    [schema],
  );
  const tables = rows.map(({ name }) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`).join(', ');
  await source.query(`drop publication if exists ${NAME}`);
  await source.query(`create publication ${NAME} for table ${tables}`);
}

/** Gives the snapshot that everything after the slot is a change of. */
async function makeSlot(log: pg.Client): Promise<string> {
  const { rows } = await log.query<{ snapshot_name: string }>(
    `CREATE_REPLICATION_SLOT ${NAME}_${process.pid} TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT`,
  );
  if (rows[0] === undefined) throw new Error('No replication slot was made.');
  return rows[0].snapshot_name;
}

type Following = {
  /** Follows until fewer than so many messages came at once, or they were written in half a second. */
  until(few: number): Promise<void>;
  /** Follows until everything that was committed before a place of the log is there. */
  untilLog(lsn: string): Promise<void>;
  changes(): number;
};

function follow(log: pg.Client, target: pg.Client, schema: string, onChanges: (changes: number) => void): Following {
  const read = changeReader();
  const writer = changeWriter(target, schema);
  let total = 0;
  const take = async (upTo: string | undefined): Promise<number> => {
    const lsn = upTo === undefined ? 'null' : `'${upTo}'`;
    const { rows } = await log.query<{ data: Buffer }>(
      `select data from pg_logical_slot_get_binary_changes('${NAME}_${process.pid}', ${lsn}, ${AT_ONCE}, 'proto_version', '1', 'publication_names', '${NAME}')`,
    );
    const changes = rows.map(({ data }) => read(data)).filter((change): change is Change => change !== undefined);
    if (changes.length > 0) await writer.apply(changes);
    total += changes.length;
    onChanges(total);
    return rows.length;
  };
  return {
    async until(few) {
      for (let tookMs = Number.POSITIVE_INFINITY; tookMs > QUICK_MS;) {
        const began = performance.now();
        if ((await take(undefined)) < few) return;
        tookMs = performance.now() - began;
      }
    },
    async untilLog(lsn) {
      while ((await take(lsn)) > 0);
    },
    changes: () => total,
  };
}

type Raised = Fence & { readonly lsn: string; readonly eventNumber: number; readonly at: number };

const FENCE_TRIES = 20;

/** Holds every writer back; readers pass. The counter first: whoever sells waits there, holding nothing else that is wanted here. */
async function raiseFence(client: pg.Client, schema: string): Promise<Raised> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r' order by c.relname <> 'platform_counter', c.relname`,
    [schema],
  );
  const tables = rows.map(({ name }) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
  for (let tries = 1; ; tries += 1) {
    const at = performance.now();
    try {
      await client.query(`begin; set local idle_in_transaction_session_timeout = 0; set local lock_timeout = '500ms'`);
      await client.query(`lock table ${tables.join(', ')} in exclusive mode`);
      const place = await client.query<{ lsn: string; event_number: string }>(
        `select pg_current_wal_insert_lsn()::text as lsn, event_number::text from ${quoteIdentifier(schema)}.platform_counter`,
      );
      const [found] = place.rows;
      if (found === undefined) throw new Error('There is no counter of events.');
      return { ...found, eventNumber: Number(found.event_number), at, endWriters: () => endOthers(client) };
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (!['55P03', '40P01'].includes(code) || tries >= FENCE_TRIES) throw error;
      await client.query('rollback');
      await new Promise((done) => setTimeout(done, 50 * tries));
    }
  }
}

/** Ends the other connections to this database. None of them can have written since the fence stands. */
async function endOthers(client: pg.Client): Promise<void> {
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and application_name <> 'oneshelf move'`,
  );
}

/** Puts the old schema out of the way before the fence falls, so that a program that did not hear of the move writes nowhere. */
async function closeSource(client: pg.Client, schema: string): Promise<void> {
  const moved = `${schema.slice(0, 56)}_moved`;
  try {
    await client.query(`alter schema ${quoteIdentifier(schema)} rename to ${quoteIdentifier(moved)}`);
    await client.query('commit');
  } catch {
    // The program that used it has ended and taken its database with it: then nobody writes there either.
  }
}

async function compareBooks(
  { figures, schema }: Move,
  of: { readonly source: pg.Client; readonly target: pg.Client; readonly unfinished: string },
): Promise<void> {
  await of.source.query(`set local search_path = ${quoteIdentifier(schema)}, public`);
  await of.target.query(`set search_path = ${quoteIdentifier(of.unfinished)}, public`);
  const [there, here] = [await figures(of.target), await figures(of.source)];
  const wrong = Object.keys(here).filter((figure) => here[figure] !== there[figure]);
  if (wrong.length > 0)
    throw new BackupRefused(`The books did not arrive as they left: ${wrong.join(', ')}. Nothing was changed.`);
}
