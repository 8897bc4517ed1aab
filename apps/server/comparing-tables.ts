import { isDeepStrictEqual } from 'node:util';
import type { BookTable } from '../../platform/commit/postgres-store.ts';
import { BOOK_TABLES } from './books.ts';

/**
 * The books of the server as tests open them: what a batch left in memory must be what the database gives of it, because the batch behind is decided on
 * the one and the batch after that on the other. A state that somebody else has changed since has another version and is let be; where two
 * processes write or batches are made to fail, what was left may never have come to be: not for those.
 */
export function comparingTables(): readonly BookTable[] {
  return BOOK_TABLES.map((table) => {
    if (table.load === undefined || table.parse === undefined) return table;
    const parse = table.parse.bind(table);
    const left = new Map<string, { readonly version?: number }>();
    return {
      ...table,
      record(changes, writes) {
        for (const { key, after } of changes) left.set(key, after as object);
        return table.record(changes, writes);
      },
      parse(results) {
        const states = parse(results);
        for (const [key, state] of states) {
          const before = left.get(key);
          if (before === undefined || before.version !== (state as { version?: number }).version) continue;
          if (!isDeepStrictEqual(said(before), said(state)))
            throw new Error(
              `the book ${table.name} was left as ${JSON.stringify(before)} and is read as ${JSON.stringify(state)}`,
            );
        }
        return states;
      },
    };
  });
}

/** Without what is there and undefined: nobody who reads a state can tell it from what is not there. */
function said(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(said);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => (part === undefined ? [] : [[name, said(part)]])),
  );
}
