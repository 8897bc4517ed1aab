import type pg from 'pg';
import { quoteIdentifier } from '../db/pool.ts';
import type { Change, Relation, Row } from './changes.ts';

/** Changes of one kind to one table that name no row twice: they go in one statement. */
type Run = {
  readonly kind: 'insert' | 'update' | 'delete';
  readonly relation: Relation;
  readonly columns: readonly string[];
  readonly rows: { readonly row: Row; readonly key: Row }[];
  readonly seen: Set<string>;
};

/** Writes changes in their order into the schema of `search_path`. Each `apply` is one transaction. Throws when a row to change is not there. */
export function changeWriter(client: pg.Client, schema: string): { apply(changes: readonly Change[]): Promise<void> } {
  const types = new Map<string, ReadonlyMap<string, string>>();
  const typesOf = async (table: string): Promise<ReadonlyMap<string, string>> => {
    const known = types.get(table);
    if (known !== undefined) return known;
    const { rows } = await client.query<{ name: string; type: string }>(
      `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
       where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
      [`${quoteIdentifier(schema)}.${quoteIdentifier(table)}`],
    );
    const found = new Map(rows.map(({ name, type }) => [name, type]));
    types.set(table, found);
    return found;
  };
  const write = async (run: Run): Promise<void> => {
    const { rowCount } = await client.query(statementOf(run, await typesOf(run.relation.name)), valuesOf(run));
    if (rowCount !== run.rows.length)
      throw new Error(`${run.kind} of ${run.rows.length} rows of ${run.relation.name} touched ${rowCount ?? 0}.`);
  };
  const inTransaction = async (work: () => Promise<void>): Promise<void> => {
    await client.query('begin');
    await work();
    await client.query('commit');
  };
  const inOrder = async (changes: readonly Change[]): Promise<void> => {
    let open: Run | undefined;
    for (const change of changes) {
      if (change.kind === 'truncate') {
        if (open !== undefined) await write(open);
        open = undefined;
        await client.query(`truncate ${change.relations.map(({ name }) => quoteIdentifier(name)).join(', ')}`);
        continue;
      }
      const next = runOf(change);
      if (open !== undefined && join(open, next)) continue;
      if (open !== undefined) await write(open);
      open = next;
    }
    if (open !== undefined) await write(open);
  };
  let ranks: ReadonlyMap<string, number> | undefined;
  return {
    async apply(changes) {
      const condensed = condense(changes);
      if (condensed !== undefined) {
        ranks ??= await tableRanks(client, schema);
        try {
          const runs = inRunsByTable(condensed, ranks);
          await inTransaction(async () => {
            for (const run of runs) await write(run);
          });
          return;
        } catch (error) {
          // Only the order in which they happened keeps every promise on the way (23…: a promise of the database was broken).
          if (!((error as { code?: string }).code ?? '').startsWith('23')) throw error;
          await client.query('rollback');
        }
      }
      await inTransaction(() => inOrder(changes));
    },
  };
}

type RowChange = Exclude<Change, { kind: 'truncate' }>;

/** What many changes come to: one for each row. A hundred sales of one SKU are one update. Undefined when only their order says what they come to. */
function condense(changes: readonly Change[]): readonly RowChange[] | undefined {
  const left = new Map<string, RowChange>();
  for (const change of changes) {
    if (change.kind === 'truncate' || (change.kind === 'update' && change.before !== undefined)) return undefined;
    const { relation } = change;
    const key = `${relation.name} ${keyText(relation, change.kind === 'delete' ? change.before : change.row)}`;
    const earlier = left.get(key);
    if (earlier === undefined) left.set(key, change);
    else if (change.kind === 'update' && earlier.kind !== 'delete')
      left.set(key, { ...earlier, row: new Map([...earlier.row, ...change.row]) });
    else if (change.kind === 'delete' && earlier.kind === 'insert') left.delete(key);
    else if (change.kind === 'delete') left.set(key, change);
    else return undefined;
  }
  return [...left.values()];
}

/** Deletes first, what refers before what is referred to; then updates and inserts the other way round. */
function inRunsByTable(changes: readonly RowChange[], ranks: ReadonlyMap<string, number>): readonly Run[] {
  const rankOf = ({ relation }: RowChange): number => ranks.get(relation.name) ?? 0;
  const place = { delete: 0, update: 1, insert: 2 } as const;
  const ordered = changes.toSorted(
    (one, other) =>
      place[one.kind] - place[other.kind] ||
      (one.kind === 'delete' ? rankOf(other) - rankOf(one) : rankOf(one) - rankOf(other)) ||
      (one.relation.name < other.relation.name ? -1 : one.relation.name > other.relation.name ? 1 : 0),
  );
  const runs: Run[] = [];
  for (const change of ordered) {
    const next = runOf(change);
    const last = runs.at(-1);
    if (last === undefined || !join(last, next)) runs.push(next);
  }
  return runs;
}

/** How many tables stand below a table, by foreign keys: what it refers to has a smaller number. */
async function tableRanks(client: pg.Client, schema: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ name: string; refers: string }>(
    `select t.relname as name, r.relname as refers from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class r on r.oid = c.confrelid
     where c.contype = 'f' and c.conrelid <> c.confrelid and c.connamespace = $1::regnamespace`,
    [quoteIdentifier(schema)],
  );
  const ranks = new Map<string, number>();
  for (let round = 0; round < 20; round += 1)
    for (const { name, refers } of rows) ranks.set(name, Math.max(ranks.get(name) ?? 0, (ranks.get(refers) ?? 0) + 1));
  return ranks;
}

function runOf(change: RowChange): Run {
  const { kind, relation } = change;
  const row = kind === 'delete' ? change.before : change.row;
  const key = (kind === 'insert' ? undefined : change.before) ?? row;
  return {
    kind,
    relation,
    columns: kind === 'delete' ? [] : relation.columns.filter((column) => row.has(column)),
    rows: [{ row, key }],
    seen: new Set([keyText(relation, key), keyText(relation, row)]),
  };
}

function keyText({ keys }: Relation, row: Row): string {
  return JSON.stringify(keys.map((column) => row.get(column)));
}

/** Most rows of a statement. */
const LONGEST = 2_000;

/** Adds the one row of `next` to an open run, if it fits. */
function join(open: Run, next: Run): boolean {
  const fits =
    open.kind === next.kind &&
    open.relation.name === next.relation.name &&
    open.columns.length === next.columns.length &&
    open.columns.every((column, at) => column === next.columns[at]) &&
    open.rows.length < LONGEST &&
    ![...next.seen].some((key) => open.seen.has(key));
  if (!fits) return false;
  open.rows.push(...next.rows);
  for (const key of next.seen) open.seen.add(key);
  return true;
}

function statementOf({ kind, relation, columns }: Run, types: ReadonlyMap<string, string>): string {
  const table = quoteIdentifier(relation.name);
  const as = (column: string, source: string): string => `${source}::${types.get(column) ?? 'text'}`;
  const keys = kind === 'insert' ? [] : relation.keys;
  const given = [...columns.map((_, at) => `c${at}`), ...keys.map((_, at) => `k${at}`)];
  const rows = `unnest(${given.map((_, at) => `$${at + 1}::text[]`).join(', ')}) as u(${given.join(', ')})`;
  const values = columns.map((column, at) => as(column, `u.c${at}`));
  const found = keys.map((column, at) => `t.${quoteIdentifier(column)} = ${as(column, `u.k${at}`)}`).join(' and ');
  if (kind === 'insert')
    return `insert into ${table} (${columns.map(quoteIdentifier).join(', ')}) select ${values.join(', ')} from ${rows}`;
  if (kind === 'delete') return `delete from ${table} t using ${rows} where ${found}`;
  const sets = columns.map((column, at) => `${quoteIdentifier(column)} = ${values[at]}`).join(', ');
  return `update ${table} t set ${sets} from ${rows} where ${found}`;
}

function valuesOf({ kind, relation, columns, rows }: Run): (string | null)[][] {
  const keys = kind === 'insert' ? [] : relation.keys;
  return [
    ...columns.map((column) => rows.map(({ row }) => row.get(column) ?? null)),
    ...keys.map((column) => rows.map(({ key }) => key.get(column) ?? null)),
  ];
}
