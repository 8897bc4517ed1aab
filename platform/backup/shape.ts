import { createHash } from 'node:crypto';
import type pg from 'pg';

/** What runs statements in a schema that its search_path names: one connection, or a pool whose URL says so. */
export type Queries = Pick<pg.ClientBase, 'query'>;

/** A key, a foreign key or an index, with the statements that drop it and make it again. */
export type Key = { readonly name: string; readonly gone: string; readonly made: string };

/** Every key, foreign key and index of the schema, in the order in which they are made. */
const KEYS = `
  select c.conname as name, format('alter table %s drop constraint %I cascade', c.conrelid::regclass, c.conname) as gone,
    format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as made, case c.contype when 'f' then 3 else 1 end as place
  from pg_constraint c
  where c.connamespace = current_schema::regnamespace and c.contype in ('p', 'u', 'f') and c.conparentid = 0
  union all
  select i.relname, format('drop index %I', i.relname), replace(pg_get_indexdef(i.oid), ' ON ONLY ', ' ON '), 2
  from pg_class i
  join pg_index x on x.indexrelid = i.oid
  where i.relnamespace = current_schema::regnamespace and not i.relispartition and not exists (select from pg_constraint c where c.conindid = i.oid and c.contype in ('p', 'u'))
  order by place, name`;

/** Columns, promises and ways to find things, those of the partitions too. The schema's own name does not count: a copy has another one. */
const SHAPE = `
  select string_agg(line, E'\\n' order by line) as shape from (
    select format('%s %s %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as line
    from pg_constraint c where c.connamespace = current_schema::regnamespace and c.contype in ('p', 'u', 'f', 'c', 'x')
    union all
    select replace(pg_get_indexdef(x.indexrelid), quote_ident(current_schema) || '.', '') || ' ' || x.indisvalid
    from pg_index x join pg_class i on i.oid = x.indexrelid where i.relnamespace = current_schema::regnamespace
    union all
    select format('%s %s %s %s', t.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull)
    from pg_attribute a join pg_class t on t.oid = a.attrelid
    where t.relnamespace = current_schema::regnamespace and t.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped) lines`;

/** What the schema of `search_path` promises and how it finds things, as text. */
export async function readShape(queries: Queries): Promise<string> {
  const { rows } = await queries.query<{ shape: string | null }>(SHAPE);
  return rows[0]?.shape ?? '';
}

/** A hash of the shape: two schemas with one fingerprint can hold each other's rows. */
export async function fingerprintOf(queries: Queries): Promise<string> {
  return createHash('sha256')
    .update(await readShape(queries))
    .digest('hex')
    .slice(0, 32);
}

/** Drops every key and index of the schema of `search_path` and gives them, so that they can be made again: sorting and checking once takes a tenth of doing it for every row. */
export async function dropKeys(queries: Queries): Promise<readonly Key[]> {
  const { rows } = await queries.query<Key>(KEYS);
  for (const { gone } of rows.toReversed()) await queries.query(gone);
  return rows;
}
