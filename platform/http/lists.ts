import { Type } from 'typebox';
import type { Static, TArray, TObject, TNull, TSchema, TString, TUnion } from 'typebox';
import { Value } from 'typebox/value';
import { findUnkeepable } from './keepable.ts';
import { malformed } from './problem.ts';

/** Most rows a list gives at once. */
export const MAX_LIMIT = 200;

/** How many rows a list gives when the reader does not say. */
export const DEFAULT_LIMIT = 50;

/** The query of every list; spread it: `Type.Object({ ...listQuery, search: … }, { additionalProperties: false })`. */
export const listQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT, description: 'Rows at most.' }),
  ),
  after: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: 'The `next` of the page before.' })),
};

/** An id in the tuple of a cursor: a UUID as the database has it. */
export const CursorId = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });

/** The answer of every list. `next` is the cursor of the following page, null when this is the last. */
export function ListOf<T extends TSchema>(item: T): TObject<{ items: TArray<T>; next: TUnion<[TString, TNull]> }> {
  return Type.Object({ items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) });
}

/** Turns the last row's key into an opaque cursor: base64url of a JSON array. Not signed: it only says where to go on. */
export function encodeCursor(key: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * Reads a cursor back as the tuple it has to be, undefined when there is none. Whatever does not fit the schema exactly is a
 * 400 that names `after`: a cursor of another list, of an older release, or a guess.
 */
export function decodeCursor<T extends TSchema>(schema: T, text: string | undefined): Static<T> | undefined {
  if (text === undefined) return undefined;
  const key = parse(text);
  if (
    !Array.isArray(key) ||
    !Value.Check(schema, key) ||
    encodeCursor(key) !== text ||
    findUnkeepable(key) !== undefined
  ) {
    throw malformed([{ path: '/after', message: 'is not a cursor of this list' }]);
  }
  return key;
}

function parse(text: string): unknown {
  if (!/^[A-Za-z0-9_-]{1,1000}$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Cuts a page out of `limit + 1` rows that the store read: one row more than asked for tells whether there is a next page.
 * `keyOf` gives the cursor's tuple of a row.
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly unknown[],
  itemOf: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(itemOf),
    next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  };
}
