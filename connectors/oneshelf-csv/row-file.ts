import type { ColumnSpec } from '../product-file/columns.ts';
import type { RowReader } from '../product-file/row-reader.ts';

/** A kind of file in which each row is a thing of its own. `read` tells what is wrong and gives undefined for a row that cannot be taken in. */
export type RowFile<T> = {
  readonly columns: readonly ColumnSpec[];
  /** Whether its cells are about persons: then none of them is kept beside the cards. */
  readonly personal: boolean;
  read(row: RowReader): T | undefined;
};

/** Tells that a row is left out because a cell is empty. */
export function leftOut(row: RowReader, field: string, says: string, reason = 'missing_value'): undefined {
  row.problem(field, { weight: 'error', reason, says, does: 'The row is left out.' });
}
