import type { SourceRow } from '../../platform/files/delimited.ts';
import type { ImportedProduct } from '../../src/catalog/imported-product.ts';
import type { ColumnSpec, ReadingRules } from './columns.ts';
import type { OnProblem } from './row-reader.ts';

/** Makes products of rows. What is complete is given at once, the rest at the end. */
export type ProductReader = {
  add(row: SourceRow): readonly ImportedProduct[];
  end(): readonly ImportedProduct[];
};

/** A kind of file with products. */
export type ProductFormat = {
  readonly columns: readonly ColumnSpec[];
  /** Columns that only this kind of file has all of. */
  readonly tellTale: readonly string[];
  /** What the rows of one product share, where they must stand together to be read one after the other. */
  groupOf?(row: SourceRow, rules: ReadingRules): string;
  open(rules: ReadingRules, tell: OnProblem): ProductReader;
};
