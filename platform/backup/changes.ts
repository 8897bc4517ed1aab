/**
 * What PostgreSQL's logical replication says of a change (plugin pgoutput, protocol version 1). Source: PostgreSQL manual, "Logical Replication Message Formats".
 */

/** A table as the stream names it. `keys`: the columns that a row is found by. */
export type Relation = { readonly name: string; readonly columns: readonly string[]; readonly keys: readonly string[] };

/** A row: text by column, null for NULL; columns that are not there did not change. */
export type Row = ReadonlyMap<string, string | null>;

/** A change of one row, or of whole tables. `before` is there when the key changed. */
export type Change =
  | { readonly kind: 'insert'; readonly relation: Relation; readonly row: Row }
  | { readonly kind: 'update'; readonly relation: Relation; readonly row: Row; readonly before: Row | undefined }
  | { readonly kind: 'delete'; readonly relation: Relation; readonly before: Row }
  | { readonly kind: 'truncate'; readonly relations: readonly Relation[] };

/** Reads messages one after the other; it remembers the tables that were described. Gives undefined for messages that change nothing. */
export function changeReader(): (message: Buffer) => Change | undefined {
  const relations = new Map<number, Relation>();
  const relationOf = (id: number): Relation => {
    const found = relations.get(id);
    if (found === undefined) throw new Error(`The stream of changes names table ${id} and never described it.`);
    return found;
  };
  return (message) => {
    const bytes = cursor(message);
    const kind = bytes.letter();
    if (kind === 'R') {
      relations.set(bytes.int32(), readRelation(bytes));
      return undefined;
    }
    if (kind === 'I') {
      const relation = relationOf(bytes.int32());
      bytes.letter();
      return { kind: 'insert', relation, row: readRow(bytes, relation) };
    }
    if (kind === 'U') {
      const relation = relationOf(bytes.int32());
      const before = bytes.letter() === 'N' ? undefined : readRow(bytes, relation);
      if (before !== undefined) bytes.letter();
      return { kind: 'update', relation, row: readRow(bytes, relation), before };
    }
    if (kind === 'D') {
      const relation = relationOf(bytes.int32());
      bytes.letter();
      return { kind: 'delete', relation, before: readRow(bytes, relation) };
    }
    if (kind === 'T') {
      const count = bytes.int32();
      bytes.int8();
      return { kind: 'truncate', relations: Array.from({ length: count }, () => relationOf(bytes.int32())) };
    }
    if ('BCOYM'.includes(kind)) return undefined;
    throw new Error(`The stream of changes holds "${kind}", which is unknown.`);
  };
}

type Cursor = ReturnType<typeof cursor>;

function cursor(bytes: Buffer) {
  let at = 0;
  const next = (length: number): number => {
    at += length;
    return at - length;
  };
  return {
    int8: (): number => bytes.readInt8(next(1)),
    int16: (): number => bytes.readInt16BE(next(2)),
    int32: (): number => bytes.readInt32BE(next(4)),
    letter: (): string => String.fromCharCode(bytes.readUInt8(next(1))),
    text: (length: number): string => bytes.toString('utf8', at, next(length) + length),
    word(): string {
      const end = bytes.indexOf(0, at);
      const word = bytes.toString('utf8', at, end);
      at = end + 1;
      return word;
    },
  };
}

function readRelation(bytes: Cursor): Relation {
  bytes.word();
  const name = bytes.word();
  bytes.int8();
  const columns: string[] = [];
  const keys: string[] = [];
  for (let left = bytes.int16(); left > 0; left -= 1) {
    const isKey = bytes.int8() === 1;
    const column = bytes.word();
    bytes.int32();
    bytes.int32();
    columns.push(column);
    if (isKey) keys.push(column);
  }
  return { name, columns, keys };
}

function readRow(bytes: Cursor, { columns }: Relation): Row {
  const row = new Map<string, string | null>();
  const count = bytes.int16();
  for (const column of columns.slice(0, count)) {
    const kind = bytes.letter();
    if (kind === 'n') row.set(column, null);
    else if (kind === 't') row.set(column, bytes.text(bytes.int32()));
  }
  return row;
}
