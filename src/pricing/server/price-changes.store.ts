import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import type { ChangeWindow, PriceChangeStart, PriceChangeState } from '../price-change.ts';

const sql = loadSql(import.meta.url, './price-changes.sql', ['find_change_windows']);

type WindowRow = {
  readonly state: PriceChangeState;
  readonly start_at: number | null;
  readonly start_local: string | null;
  readonly not_before: number | null;
  readonly ended_at: number | null;
};

function windowOf(row: WindowRow): ChangeWindow {
  return {
    state: row.state,
    start: startOf(row),
    ...(row.not_before === null ? {} : { notBefore: row.not_before }),
    ...(row.ended_at === null ? {} : { until: row.ended_at }),
  };
}

/** A draft has no start yet: it never begins. */
function startOf({ start_at: at, start_local: local }: WindowRow): PriceChangeStart {
  return local === null ? { at: at ?? Infinity } : { local };
}

/** When every change begins and ends that has left the draft. */
export async function loadChangeWindows(tx: Tx): Promise<Map<string, ChangeWindow>> {
  const rows = await tx.rows<WindowRow & { id: string }>(sql.find_change_windows);
  return new Map(rows.map((row) => [row.id, windowOf(row)]));
}
