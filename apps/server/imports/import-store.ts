import type { DateOrder } from '../../../platform/files/dates.ts';
import type { Encoding } from '../../../platform/files/encoding.ts';
import type { DecimalMark } from '../../../platform/files/numbers.ts';
import type { Recognised } from '../../../platform/files/recognised.ts';
import type { Separator } from '../../../platform/files/separator.ts';
import { loadSql, withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { ImportProblem, ProblemWeight } from '../../../src/catalog/imported-product.ts';
import { instantToText } from '../../../src/kernel/time.ts';

/** The statements of imports; the runs take theirs from here too. */
export const importSql = loadSql(import.meta.url, './imports.sql', [
  'insert_import',
  'find_import',
  'list_imports',
  'lock_import',
  'set_state',
  'ask_cancel',
  'claim_import',
  'keep_claim',
  'free_claim',
  'clear_problems',
  'insert_problems',
  'last_problem',
  'find_locale',
  'list_problems',
  'insert_chunk',
  'find_chunk',
  'finish_chunk',
  'undo_chunk',
  'measure_chunks',
  'levels_there',
  'levels_of_skus',
  'codes_alike',
  'own_skus',
  'find_media_sources',
  'insert_media_source',
  'count_media',
  'balances_booked',
  'forget_file',
]);

/** What a file may be about. */
export const IMPORT_KINDS = ['products', 'customers', 'stock', 'prices', 'opening_balances', 'comparison'] as const;
/** One of {@link IMPORT_KINDS}. */
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** Whose kind of file it is. */
export const IMPORT_FORMATS = ['shopify', 'woocommerce', 'magento', 'oneshelf'] as const;
/** One of {@link IMPORT_FORMATS}. */
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** How far an import is. */
export const IMPORT_STATES = [
  'uploading',
  'checking',
  'needs_choice',
  'checked',
  'running',
  'done',
  'cancelled',
  'failed',
  'undoing',
  'undone',
] as const;
/** One of {@link IMPORT_STATES}. */
export type ImportState = (typeof IMPORT_STATES)[number];

/** What a person chose. What is left out is recognised, or not taken in where no place for it is named (prices without a channel, stock without a location). */
export type ImportSettings = {
  readonly encoding?: Encoding;
  readonly separator?: Separator;
  /** By field. */
  readonly numbers?: Readonly<Record<string, DecimalMark>>;
  /** By field. */
  readonly dates?: Readonly<Record<string, DateOrder>>;
  /** Field → name of the column; the empty text takes a field away. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Whose prices they are. */
  readonly channelId?: string;
  /** Where the stock is. */
  readonly locationId?: string;
  /** Where products without a category go. Without it a category "Imported" is made. */
  readonly categoryId?: string;
  readonly pictures?: boolean;
  /** Of stock: `opening` was there before the books began, `count` is what was counted now. */
  readonly stock?: 'opening' | 'count';
};

/** How many became what. */
export type ImportCounts = {
  rows: number;
  objects: number;
  created: number;
  changed: number;
  unchanged: number;
  leftOut: number;
};

/** What is told of an import. */
export type ImportReport = {
  /** Why nothing could be read at all. */
  readonly failure?: { readonly reason: string; readonly says: string };
  readonly recognised?: {
    readonly encoding: Recognised<Encoding> | null;
    readonly separator: Recognised<Separator> | null;
    readonly format: { readonly fits: boolean; readonly others: readonly ImportFormat[] };
    readonly columns: readonly {
      readonly column: string;
      readonly field: string | null;
      readonly samples: readonly string[];
    }[];
    readonly missing: readonly string[];
    readonly doubled: readonly string[];
    readonly numbers: Readonly<Record<string, Recognised<DecimalMark>>>;
    readonly dates: Readonly<Record<string, Recognised<DateOrder>>>;
  };
  /** What a person must choose before it can be checked: `encoding`, `separator`, `numbers.price`, `dates.validFrom`, `columns.sku`. */
  readonly choices?: readonly string[];
  /** What the import will do. */
  readonly planned?: ImportCounts;
  /** What it did so far. */
  readonly applied?: ImportCounts;
  /** Of opening balances: what the books will say, by legal entity and day. `openingMinor` is the posting to the account of opening balances. */
  readonly balances?: readonly {
    readonly entity: string;
    readonly currency: string;
    readonly day: string;
    readonly lines: readonly { readonly account: string; readonly amountMinor: number }[];
    readonly debitMinor: number;
    readonly creditMinor: number;
    readonly openingMinor: number;
  }[];
  readonly problems?: Readonly<Record<string, { readonly weight: ProblemWeight; readonly count: number }>>;
  readonly undone?: { readonly archived: number; readonly setBack: number; readonly left: number };
};

/** An import as it is kept. */
export type StoredImport = {
  readonly id: string;
  readonly kind: ImportKind;
  readonly format: ImportFormat;
  readonly fileId: string;
  readonly fileName: string;
  readonly picturesFileId: string;
  readonly state: ImportState;
  readonly settings: ImportSettings;
  readonly report: ImportReport;
  readonly done: number;
  readonly total: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly confirmedBy: string | null;
  readonly confirmedAt: number | null;
  readonly finishedAt: string | null;
  readonly cancelAsked: boolean;
  readonly version: number;
};

type Row = {
  id: string;
  kind: ImportKind;
  format: ImportFormat;
  file_id: string;
  file_name: string;
  pictures_file_id: string;
  state: ImportState;
  settings: ImportSettings;
  report: ImportReport;
  done: number;
  total: number;
  created_by: string;
  created_at: string;
  confirmed_by: string | null;
  confirmed_at: number | null;
  finished_at: string | null;
  cancel_asked: boolean;
  version: number;
};

function toImport(row: Row): StoredImport {
  const { id, kind, format, state, settings, report, done, total, version } = row;
  return {
    id,
    kind,
    format,
    state,
    settings,
    report,
    done,
    total,
    version,
    fileId: row.file_id,
    fileName: row.file_name,
    picturesFileId: row.pictures_file_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
    confirmedBy: row.confirmed_by,
    confirmedAt: row.confirmed_at,
    finishedAt: row.finished_at,
    cancelAsked: row.cancel_asked,
  };
}

/** An import, or undefined. */
export async function findImport(tx: Tx, id: string): Promise<StoredImport | undefined> {
  const row = await tx.find<Row>(importSql.find_import, [id]);
  return row === undefined ? undefined : toImport(row);
}

/** A page of imports, newest first. */
export async function listImports(
  tx: Tx,
  wanted: { limit: number; after?: string | undefined },
): Promise<StoredImport[]> {
  const after = wanted.after ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  return (await tx.rows<Row>(importSql.list_imports, [wanted.limit + 1, after])).map(toImport);
}

/** Notes an import whose files are made already. */
export async function insertImport(
  tx: Tx,
  wanted: Pick<StoredImport, 'id' | 'kind' | 'format' | 'fileId' | 'picturesFileId' | 'settings' | 'createdBy'> & {
    at: number;
  },
): Promise<void> {
  await tx.run(importSql.insert_import, [
    wanted.id,
    wanted.kind,
    wanted.format,
    wanted.fileId,
    wanted.picturesFileId,
    JSON.stringify(wanted.settings),
    wanted.createdBy,
    instantToText(wanted.at),
  ]);
}

/** Puts an import into a state. What is left out stays. */
export async function setState(
  tx: Tx,
  id: string,
  to: {
    readonly state: ImportState;
    readonly settings?: ImportSettings;
    readonly report?: ImportReport;
    readonly finishedAt?: number;
    readonly confirmedBy?: string;
    readonly confirmedAt?: number;
  },
): Promise<void> {
  await tx.run(importSql.set_state, [
    id,
    to.state,
    to.settings === undefined ? null : JSON.stringify(to.settings),
    to.report === undefined ? null : JSON.stringify(to.report),
    to.finishedAt === undefined ? null : instantToText(to.finishedAt),
    to.confirmedBy ?? null,
    to.confirmedAt === undefined ? null : instantToText(to.confirmedAt),
  ]);
}

/** A problem as it is listed. */
export type StoredProblem = ImportProblem & { readonly number: number };
/** When a problem was found. */
export type ProblemPhase = 'check' | 'run' | 'undo';

/** A page of problems in the order they were found. */
export async function listProblems(
  tx: Tx,
  wanted: {
    importId: string;
    phase: ProblemPhase;
    limit: number;
    after?: number | undefined;
    weight?: ProblemWeight | undefined;
    reason?: string | undefined;
  },
): Promise<StoredProblem[]> {
  const { importId, phase, limit, after = 0, weight = null, reason = null } = wanted;
  const rows = await tx.rows<Omit<StoredProblem, 'column'> & { column_name: string }>(importSql.list_problems, [
    importId,
    phase,
    after,
    weight,
    reason,
    limit + 1,
  ]);
  return rows.map(({ column_name: column, ...row }) => ({ ...row, column }));
}

/** Problems that are kept one by one; of more only the numbers are. Nobody reads ten thousand lines, and the first ones tell what is wrong with the file. */
export const MAX_KEPT_PROBLEMS = 10_000;

/** Gathers problems and writes them down now and then. */
export type ProblemLog = {
  readonly tell: (problem: ImportProblem) => void;
  flush(): Promise<void>;
  counts(): NonNullable<ImportReport['problems']>;
};

/** Opens the log of one phase; what an earlier attempt at it wrote goes away unless it is gone on with. */
export async function openProblemLog(
  deps: { pool: Pool; schema: string },
  of: { importId: string; phase: ProblemPhase; goOn: boolean },
): Promise<ProblemLog> {
  const { importId, phase } = of;
  let number = await withTransaction(deps.pool, { schema: deps.schema }, async (tx) => {
    if (!of.goOn) await tx.run(importSql.clear_problems, [importId, phase]);
    return (await tx.get<{ number: number }>(importSql.last_problem, [importId, phase])).number;
  });
  const counts = new Map<string, { weight: ProblemWeight; count: number }>();
  let waiting: StoredProblem[] = [];
  return {
    tell(problem) {
      const count = counts.get(problem.reason);
      if (count === undefined) counts.set(problem.reason, { weight: problem.weight, count: 1 });
      else count.count += 1;
      if (number >= MAX_KEPT_PROBLEMS) return;
      number += 1;
      waiting.push({ ...problem, number });
    },
    async flush() {
      if (waiting.length === 0) return;
      const rows = waiting;
      waiting = [];
      const column = (name: keyof StoredProblem) => rows.map((row) => keepable(row[name]));
      await withTransaction(deps.pool, { schema: deps.schema }, (tx) =>
        tx.run(importSql.insert_problems, [
          importId,
          phase,
          column('number'),
          column('line'),
          column('column'),
          column('value'),
          column('weight'),
          column('reason'),
          column('says'),
          column('does'),
        ]),
      );
    },
    counts: () => Object.fromEntries(counts),
  };
}

/** Text of a file may hold what no database keeps. */
function keepable(value: string | number): string | number {
  return typeof value === 'string' ? value.replaceAll('\0', '') : value;
}
