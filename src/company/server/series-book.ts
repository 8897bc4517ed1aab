import { newAndOld, touchedStates } from '../../../platform/commit/latest.ts';
import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import type { Query } from '../../../platform/db/flight.ts';
import { bigintArray, integerArray, textArray, uuidArray } from '../../../platform/db/arrays.ts';
import { loadSql } from '../../../platform/db/pool.ts';
import { SERIES, seriesKey, type Series, type SeriesChange, type SeriesKind } from '../document-series.ts';

const sql = loadSql(import.meta.url, './series-book.sql', ['load_series', 'insert_series', 'update_series']);

type SeriesRow = {
  id: string;
  entity_id: string;
  kind: SeriesKind;
  scope_id: string;
  fiscal_year: number;
  last_number: number;
};

/** Document series in PostgreSQL. The numbers taken in a batch are counted apart from the last number, and a CHECK holds them equal. */
export const seriesTable: BookTable = {
  name: SERIES.name,
  load: (keys) => [{ statement: sql.load_series, values: columns(keys) }],
  parse([rows]) {
    const series = new Map<string, Series>();
    for (const row of rows as unknown as SeriesRow[]) {
      const key = seriesKey({
        entityId: row.entity_id,
        kind: row.kind,
        scopeId: row.scope_id,
        fiscalYear: row.fiscal_year,
      });
      series.set(key, { id: row.id, key, lastNumber: row.last_number, version: row.last_number });
    }
    return series;
  },
  record(changes) {
    const taken = new Map<string, number>();
    for (const { key, change } of changes)
      taken.set(key, (taken.get(key) ?? 0) + 1 + ((change as SeriesChange).skip ?? 0));
    const { added, updated } = newAndOld(touchedStates<Series>(changes));
    const queries: Query[] = [];
    if (added.length > 0) {
      queries.push({
        statement: sql.insert_series,
        values: [
          uuidArray(added.map((series) => series.id)),
          ...columns(added.map((series) => series.key)),
          bigintArray(added.map((series) => series.lastNumber)),
        ],
      });
    }
    if (updated.length > 0) {
      queries.push({
        statement: sql.update_series,
        values: [
          uuidArray(updated.map(({ after }) => after.id)),
          bigintArray(updated.map(({ before }) => before.lastNumber)),
          bigintArray(updated.map(({ after }) => after.lastNumber)),
          bigintArray(updated.map(({ after }) => taken.get(after.key) ?? 0)),
          updated.length,
        ],
      });
    }
    return queries;
  },
};

function columns(keys: readonly string[]): Buffer[] {
  const parts = keys.map((key) => key.split('|') as [string, string, string, string]);
  return [
    uuidArray(parts.map(([entityId]) => entityId)),
    textArray(parts.map(([, kind]) => kind)),
    uuidArray(parts.map(([, , scopeId]) => scopeId)),
    integerArray(parts.map(([, , , year]) => Number(year))),
  ];
}
