import { balanceRows } from '../../../connectors/oneshelf-csv/balance-csv.ts';
import { comparisonRows } from '../../../connectors/oneshelf-csv/comparison-csv.ts';
import { customerRows } from '../../../connectors/oneshelf-csv/customer-csv.ts';
import { priceRows } from '../../../connectors/oneshelf-csv/price-csv.ts';
import type { RowFile } from '../../../connectors/oneshelf-csv/row-file.ts';
import { stockRows } from '../../../connectors/oneshelf-csv/stock-csv.ts';
import type { DateOrder } from '../../../platform/files/dates.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { OnProblem } from '../../../connectors/product-file/row-reader.ts';
import type { ImportKind, StoredImport } from './import-store.ts';
import { cutBalances, planBalances } from './balance-rows.ts';
import { comparedIdentity, endComparison, planComparison } from './comparison-rows.ts';
import { planCustomers } from './customer-rows.ts';
import { planPrices } from './price-rows.ts';
import type { RowDid } from './row-did.ts';
import type { RunDeps } from './run-deps.ts';
import { planStock } from './stock-rows.ts';

/** The kinds of files whose rows are things of their own. */
export type RowImportKind = Exclude<ImportKind, 'products'>;

/** What planning some rows has at hand. */
export type RowContext = {
  readonly deps: RunDeps;
  readonly of: StoredImport;
  readonly dates: Readonly<Record<string, DateOrder>>;
  readonly at: number;
  readonly tell: OnProblem;
};

/** What becomes of a chunk: what it will do, and what is written together with the note of it. */
export type RowPlan = { readonly did: RowDid; readonly write?: (tx: Tx) => Promise<void> };

/** A kind: how its rows are read, which must come together, and what becomes of them. */
export type RowKind<T extends { readonly line: number }> = {
  readonly file: RowFile<T>;
  /** Rows of one chunk share this. */
  readonly chunkOf: (row: T, context: RowContext) => string;
  /** A row with the same text as an earlier one is left out. */
  readonly identityOf: (row: T) => string;
  readonly most: number;
  plan(tx: Tx, rows: readonly T[], context: RowContext): Promise<RowPlan>;
  /** Tells what can only be told when every row was seen; `seen` are their identities. */
  end?(tx: Tx, seen: ReadonlySet<string>, context: RowContext): Promise<void>;
};

const customers: RowKind<ReturnType<typeof customerRows.read> & object> = {
  file: customerRows,
  chunkOf: () => '',
  identityOf: ({ number }) => number,
  most: 200,
  plan: planCustomers,
};
const stock: RowKind<ReturnType<typeof stockRows.read> & object> = {
  file: stockRows,
  chunkOf: ({ location }) => location ?? '',
  identityOf: ({ location = '', code }) => `${location} ${code}`,
  most: 400,
  plan: planStock,
};
const prices: RowKind<ReturnType<typeof priceRows.read> & object> = {
  file: priceRows,
  chunkOf: () => '',
  identityOf: ({ code, from }) => `${code} ${from}`,
  most: 400,
  plan: planPrices,
};
const balances: RowKind<ReturnType<typeof balanceRows.read> & object> = {
  file: balanceRows,
  chunkOf: cutBalances,
  identityOf: ({ entity, account, day }) => `${entity} ${account} ${day}`,
  // A trial balance is booked whole, or it does not balance.
  most: 5_000,
  plan: planBalances,
};

const comparison: RowKind<ReturnType<typeof comparisonRows.read> & object> = {
  file: comparisonRows,
  chunkOf: () => '',
  identityOf: comparedIdentity,
  most: 400,
  plan: planComparison,
  end: endComparison,
};

/** By kind. */
export const ROW_KINDS = { customers, stock, prices, opening_balances: balances, comparison } as unknown as Readonly<
  Record<RowImportKind, RowKind<{ readonly line: number }>>
>;
