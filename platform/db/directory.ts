import { uuidv7 } from 'uuidv7';
import { migrate } from './migrate.ts';
import { loadSql, withTransaction, type Pool, type Tx } from './pool.ts';

const sql = loadSql(import.meta.url, './directory.sql', [
  'list_retailers',
  'insert_retailer',
  'insert_hosts',
  'delete_hosts',
  'take_hosts',
  'set_state',
  'set_exported',
  'delete_retailer',
  'insert_act',
  'list_acts',
  'ring',
]);

/** The schema of the directory. It is made with the second retailer of an installation; before there is none. */
export const DIRECTORY_SCHEMA = 'oneshelf_directory';

/** `creating`: not ready for anybody; `deleting`: it will not come back, its schema goes in parts. */
export type RetailerState = 'creating' | 'active' | 'suspended' | 'deleting';

/** A retailer of the directory. Instants are RFC 3339. `reason` says why it is suspended; `hosts` are the names it answers to, the first is what people are sent to. */
export type Retailer = {
  readonly id: string;
  readonly name: string;
  readonly schema: string;
  readonly state: RetailerState;
  readonly reason: string | null;
  readonly hosts: readonly string[];
  readonly createdAt: string;
  readonly stateSince: string;
  readonly exportedAt: string | null;
  /** The number of the last event that was in what was written out. */
  readonly exportedEvent: number | null;
};

/** Something an operator did to a retailer, with who ran the command as the system knows them. */
export type RetailerAct = {
  readonly at: string;
  readonly act: string;
  readonly name: string;
  readonly schema: string;
  readonly byUser: string;
  readonly detail: string | null;
};

/** Who does something when, for the list of what operators did. */
export type ActBy = { readonly at: number; readonly byUser: string };

/** A name or a host that another retailer has already. */
export type Taken = { readonly kind: 'taken'; readonly what: 'name' | 'host' | 'schema'; readonly value: string };

/** The directory of an installation. Every change is written down beside it and wakes whoever listens for {@link DIRECTORY_SCHEMA}. */
export type Directory = {
  /** All of them by name; nobody when there is no directory yet. Costs one small question then. */
  list(): Promise<readonly Retailer[]>;
  /** Makes the directory, or brings it up to date. */
  prepare(): Promise<void>;
  /** Writes down one that is being made: its name, schema and hosts are taken from now on. */
  begin(
    retailer: Pick<Retailer, 'name' | 'schema' | 'hosts'>,
    by: ActBy,
  ): Promise<Taken | { kind: 'begun'; retailer: Retailer }>;
  /** Gives one other hosts. */
  setHosts(retailer: Retailer, hosts: readonly string[], by: ActBy): Promise<Taken | { kind: 'done' }>;
  /** False when it was in none of the states `from` any more. `reason` goes with `suspended` only. */
  setState(
    retailer: Retailer,
    change: { readonly from: readonly RetailerState[]; readonly to: RetailerState; readonly reason?: string },
    by: ActBy,
  ): Promise<boolean>;
  /** Notes that everything of it was written out. */
  exported(retailer: Retailer, written: { readonly file: string; readonly event: number }, by: ActBy): Promise<void>;
  /** Takes one out that is being deleted, when nothing is left of it. */
  remove(retailer: Retailer, by: ActBy): Promise<void>;
  /** What operators did, the newest first. */
  acts(limit: number): Promise<readonly RetailerAct[]>;
};

type Row = {
  id: string;
  name: string;
  schema_name: string;
  state: RetailerState;
  reason: string | null;
  created_at: string;
  state_since: string;
  exported_at: string | null;
  exported_event: number | null;
  hosts: string[];
};

/** Opens it. `migrations` is the folder of its own migrations; `pool` is of a user who may make a schema where `prepare` is called. */
export function openDirectory(options: { readonly pool: Pool; readonly migrations: string }): Directory {
  const { pool } = options;
  const at = { schema: DIRECTORY_SCHEMA };
  let isThere = false;

  const list = async (): Promise<readonly Retailer[]> => {
    if (!isThere) {
      const found = await pool.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
        `${DIRECTORY_SCHEMA}.platform_retailer_act`,
      ]);
      isThere = found.rows[0]?.found === true;
    }
    if (!isThere) return [];
    const rows = await withTransaction(pool, { ...at, readOnly: true }, (tx) => tx.rows<Row>(sql.list_retailers));
    return rows.map(retailerOf);
  };

  const changing = async (work: (tx: Tx) => Promise<void>): Promise<Taken | undefined> => {
    try {
      await withTransaction(pool, at, work);
      return undefined;
    } catch (error) {
      if (error instanceof IsTaken) return error.taken;
      throw error;
    }
  };

  return {
    list,
    async prepare() {
      await migrate(pool, { ...at, directory: options.migrations });
    },
    async begin({ name, schema, hosts }, by) {
      const id = uuidv7();
      const sameName = (await list()).find((one) => one.name.toLowerCase() === name.toLowerCase());
      if (sameName !== undefined) return { kind: 'taken', what: 'name', value: sameName.name };
      const taken = await changing(async (tx) => {
        if ((await tx.run(sql.insert_retailer, [id, name, schema, instant(by.at)])) === 0) {
          const isName = (await list()).some((one) => one.name === name);
          throw new IsTaken(isName ? { what: 'name', value: name } : { what: 'schema', value: schema });
        }
        await insertHosts(tx, id, hosts);
        await note(tx, { act: 'create', id, name, schema, detail: hosts.join(' ') }, by);
      });
      if (taken !== undefined) return taken;
      const begun = (await list()).find((one) => one.id === id);
      if (begun === undefined) throw new Error(`The retailer ${name} was taken away again.`);
      return { kind: 'begun', retailer: begun };
    },
    async setHosts(retailer, hosts, by) {
      const taken = await changing(async (tx) => {
        await tx.run(sql.delete_hosts, [retailer.id]);
        await insertHosts(tx, retailer.id, hosts);
        await note(tx, { act: 'hosts', ...retailer, detail: hosts.join(' ') }, by);
      });
      return taken ?? { kind: 'done' };
    },
    setState: (retailer, { from, to, reason }, by) =>
      withTransaction(pool, at, async (tx) => {
        const changed = await tx.run(sql.set_state, [retailer.id, to, reason ?? null, instant(by.at), from]);
        if (changed === 1) await note(tx, { act: to, ...retailer, detail: reason ?? null }, by);
        return changed === 1;
      }),
    exported: (retailer, { file, event }, by) =>
      withTransaction(pool, at, async (tx) => {
        await tx.run(sql.set_exported, [retailer.id, instant(by.at), event]);
        await note(tx, { act: 'export', ...retailer, detail: file }, by);
      }),
    remove: (retailer, by) =>
      withTransaction(pool, at, async (tx) => {
        const gone = await tx.run(sql.delete_retailer, [retailer.id]);
        if (gone === 1) await note(tx, { act: 'deleted', ...retailer, detail: null }, by);
      }),
    async acts(limit) {
      if ((await list()).length === 0 && !isThere) return [];
      const rows = await withTransaction(pool, { ...at, readOnly: true }, (tx) =>
        tx.rows<{ at: string; act: string; name: string; schema_name: string; by_user: string; detail: string | null }>(
          sql.list_acts,
          [limit],
        ),
      );
      return rows.map(({ schema_name: schema, by_user: byUser, ...row }) => ({ ...row, schema, byUser }));
    },
  };
}

/** Leaves the transaction without a trace and says what is taken. */
class IsTaken extends Error {
  readonly taken: Taken;
  constructor(taken: Omit<Taken, 'kind'>) {
    super('rolled back on purpose');
    this.taken = { kind: 'taken', ...taken };
  }
}

/** The key of a host decides who was first, also between two at the same moment. */
async function insertHosts(tx: Tx, id: string, hosts: readonly string[]): Promise<void> {
  if ((await tx.run(sql.insert_hosts, [id, hosts])) === hosts.length) return;
  const [row] = await tx.rows<{ host: string }>(sql.take_hosts, [hosts, id]);
  throw new IsTaken({ what: 'host', value: row?.host ?? hosts.join(', ') });
}

/** Writes down what was done, and wakes the servers when it is committed. */
async function note(
  tx: Tx,
  {
    act,
    id,
    name,
    schema,
    detail,
  }: { readonly act: string; readonly detail: string | null } & Pick<Retailer, 'id' | 'name' | 'schema'>,
  { at, byUser }: ActBy,
): Promise<void> {
  await tx.run(sql.insert_act, [uuidv7(), instant(at), act, id, name, schema, byUser, detail]);
  await tx.rows(sql.ring, [DIRECTORY_SCHEMA]);
}

function retailerOf({ schema_name, created_at, state_since, exported_at, exported_event, ...row }: Row): Retailer {
  return {
    ...row,
    exportedEvent: exported_event,
    schema: schema_name,
    createdAt: created_at,
    stateSince: state_since,
    exportedAt: exported_at,
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
