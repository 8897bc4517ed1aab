import type pg from 'pg';
import { quoteIdentifier } from '../db/pool.ts';

/** A table of the archive and how its columns are written: `json` keeps the text of a JSON value as it is. */
export type ArchiveTable = {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};

type Queries = Pick<pg.ClientBase, 'query'>;

/**
 * The tables of the schema in `search_path` in an order in which each stands behind those it refers to; partitions count as their parent. Throws when tables refer to
 * each other in a circle.
 */
export async function tablesInOrder(client: Queries, leftOut: ReadonlySet<string>): Promise<ArchiveTable[]> {
  const { rows } = await client.query<{ name: string; columns: ArchiveTable['columns']; needs: string[] }>(
    `select c.relname as name,
       (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
       array(select distinct t.relname::text from pg_constraint k join pg_class t on t.oid = k.confrelid
             where k.conrelid = c.oid and k.contype = 'f' and t.oid <> c.oid and not t.relispartition) as needs
     from pg_class c
     where c.relnamespace = current_schema::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     order by c.relname`,
  );
  const waiting = new Map(rows.filter(({ name }) => !leftOut.has(name)).map((row) => [row.name, row]));
  const ordered: ArchiveTable[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ needs }) => needs.every((name) => !waiting.has(name)));
    if (ready.length === 0)
      throw new Error(`tables refer to each other in a circle: ${[...waiting.keys()].join(', ')}`);
    for (const { name, columns } of ready) {
      waiting.delete(name);
      ordered.push({ name, columns });
    }
  }
  return ordered;
}

const isJson = (type: string): boolean => type === 'json' || type === 'jsonb';

/** Characters that JSON always escapes: a line of JSON is one cell of such a "CSV" file, whatever stands in it. */
const RAW = `with (format csv, quote e'\\x01', escape e'\\x01', delimiter e'\\x02')`;

/** The statement that writes a table's rows, one JSON object a line. JSON values go as their text, so that they come back letter by letter. */
export function copyOutText({ name, columns }: ArchiveTable): string {
  const list = columns.map((one) => `${quoteIdentifier(one.name)}${isJson(one.type) ? '::text' : ''}`).join(', ');
  const names = columns.map((one) => quoteIdentifier(one.name)).join(', ');
  return `copy (select row_to_json(r) from (select ${list} from ${quoteIdentifier(name)}) r(${names})) to stdout ${RAW}`;
}

/** The statement that reads such lines into the one-column table `incoming_line`. */
export const COPY_IN_TEXT = `copy incoming_line (line) from stdin ${RAW}`;

/** The statement that makes rows of the lines. */
export function insertText({ name, columns }: ArchiveTable): string {
  const names = columns.map((one) => quoteIdentifier(one.name));
  const values = columns.map((one, at) => (isJson(one.type) ? `r.${names[at]}::${one.type}` : `r.${names[at]}`));
  const shape = columns.map((one, at) => `${names[at]} ${isJson(one.type) ? 'text' : one.type}`);
  return `insert into ${quoteIdentifier(name)} (${names.join(', ')}) select ${values.join(', ')} from incoming_line l cross join lateral json_to_record(l.line::json) as r(${shape.join(', ')})`;
}
