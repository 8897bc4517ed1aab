import { newAndOld, touchedStates } from '../../../platform/commit/latest.ts';
import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import { bigintArray, textArray } from '../../../platform/db/arrays.ts';
import type { Query } from '../../../platform/db/flight.ts';
import { loadSql } from '../../../platform/db/pool.ts';
import { PROMOTION_USES, type PromotionUse } from '../promotion-use.ts';

const sql = loadSql(import.meta.url, './promotion-use-book.sql', ['load_uses', 'insert_uses', 'update_uses']);

type UseRow = {
  key: string;
  uses: number;
  overuses: number;
  spent_minor: number;
  overspent_minor: number;
  version: number;
};

/** Uses of promotions in PostgreSQL. */
export const promotionUseTable: BookTable = {
  name: PROMOTION_USES.name,
  load: (keys) => [{ statement: sql.load_uses, values: [textArray(keys)] }],
  parse([rows]) {
    return new Map(
      (rows as unknown as UseRow[]).map((row): [string, PromotionUse] => [
        row.key,
        {
          key: row.key,
          uses: row.uses,
          overuses: row.overuses,
          spentMinor: row.spent_minor,
          overspentMinor: row.overspent_minor,
          version: row.version,
        },
      ]),
    );
  },
  record(changes) {
    const { added, updated } = newAndOld(touchedStates<PromotionUse>(changes));
    const queries: Query[] = [];
    const after = updated.map((one) => one.after);
    if (added.length > 0)
      queries.push({ statement: sql.insert_uses, values: [textArray(added.map((one) => one.key)), ...columns(added)] });
    if (updated.length > 0)
      queries.push({
        statement: sql.update_uses,
        values: [
          textArray(after.map((one) => one.key)),
          bigintArray(updated.map((one) => one.before.version)),
          ...columns(after),
          updated.length,
        ],
      });
    return queries;
  },
};

function columns(uses: readonly PromotionUse[]): Buffer[] {
  return [
    bigintArray(uses.map((one) => one.uses)),
    bigintArray(uses.map((one) => one.overuses)),
    bigintArray(uses.map((one) => one.spentMinor)),
    bigintArray(uses.map((one) => one.overspentMinor)),
    bigintArray(uses.map((one) => one.version)),
  ];
}
