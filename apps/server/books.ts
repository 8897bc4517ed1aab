import { createCommitter, type Committer, type CommitLimits } from '../../platform/commit/committer.ts';
import type { CommandRules } from '../../platform/commit/command.ts';
import { factSourceTable, quarantineTable } from '../../platform/commit/fact-source-book.ts';
import { createPostgresStore, type BookTable } from '../../platform/commit/postgres-store.ts';
import { StoreFault } from '../../platform/commit/store.ts';
import { isRetryable, type Pool, type Statement } from '../../platform/db/pool.ts';
import { createReader, type Reader } from '../../platform/db/read.ts';
import { postAct } from '../../src/accounting/journal.ts';
import { journalTable, periodTable } from '../../src/accounting/server/journal-books.ts';
import { journalCommands, withPeriod } from '../../src/accounting/server/journal-commands.ts';
import { taxTotalTable } from '../../src/accounting/server/tax-totals.ts';
import { seriesTable } from '../../src/company/server/series-book.ts';
import { documentTable, orderTable } from '../../src/orders/server/order-books.ts';
import { orderCommands } from '../../src/orders/server/order-commands.ts';
import type { Act } from '../../src/kernel/act.ts';
import type { Draft } from '../../src/kernel/draft.ts';
import type { BusinessDay } from '../../src/kernel/time.ts';
import { paymentTable } from '../../src/payments/server/payment-book.ts';
import { orderRewardsTable, rewardAccountTable, rewardPointsTable } from '../../src/rewards/server/reward-books.ts';
import { rewardCommands } from '../../src/rewards/server/reward-commands.ts';
import type { StockLocation } from '../../src/stock/server/goods-at.ts';
import { costTable, reservationTable, stockTable } from '../../src/stock/server/stock-books.ts';
import { earnedVoucherTable } from '../../src/pricing/server/earned-voucher-book.ts';
import { promotionUseTable } from '../../src/pricing/server/promotion-use-book.ts';
import { supplierShareTable } from '../../src/pricing/server/supplier-share-book.ts';
import { openTask } from '../../src/tasks/task.ts';
import { taskTable } from '../../src/tasks/server/task-book.ts';
import { stockCommands } from '../../src/stock/server/stock-commands.ts';

/** The books in the order in which they are written: the same in every process, so that writers never lock in opposite orders. */
export const BOOK_TABLES: readonly BookTable[] = [
  periodTable,
  factSourceTable,
  quarantineTable,
  seriesTable,
  orderTable,
  paymentTable,
  promotionUseTable,
  earnedVoucherTable,
  stockTable,
  costTable,
  reservationTable,
  rewardAccountTable,
  rewardPointsTable,
  orderRewardsTable,
  documentTable,
  journalTable,
  taxTotalTable,
  supplierShareTable,
  taskTable,
];

/** Opens the door for commands of one retailer. `pool` must be a pool of its own with `pipeline: true`. */
export function openBooks(options: {
  readonly pool: Pool;
  readonly schema: string;
  readonly now: () => number;
  readonly locationOf: (id: string) => StockLocation;
  readonly tables?: readonly BookTable[];
  readonly limits?: Partial<CommitLimits>;
  readonly onCommitted?: (eventNumber: number) => void;
  readonly onTrouble?: (message: string, error: unknown) => void;
}): Committer {
  const { pool, schema, now, locationOf } = options;
  return createCommitter({
    ...options,
    store: createPostgresStore({ pool, schema, now, tables: options.tables ?? BOOK_TABLES }),
    rules: allCommands({ read: faultsTold(createReader(pool, schema)), now, locationOf }),
    react: followAct,
  });
}

/** What follows from every act in its own commit: its task, where a person must look, and its postings. */
function followAct(act: Act, draft: Draft): BusinessDay | undefined {
  openTask(act, draft);
  return postAct(act, draft);
}

/** A reader whose lost connections are faults of the world, as the store's are: the committer waits them out. */
function faultsTold(reader: Reader): Reader {
  return {
    async rows<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row[]> {
      try {
        return await reader.rows<Row>(statement, values);
      } catch (error) {
        throw isRetryable(error) ? new StoreFault(error) : error;
      }
    },
  };
}

/** Every command there is, with the keys that accounting lends them. Tests and the simulator take them from here too. */
export function allCommands(deps: Parameters<typeof orderCommands>[0]): readonly CommandRules[] {
  return [...stockCommands(deps.read, deps.now), ...orderCommands(deps), ...rewardCommands, ...journalCommands].map(
    withPeriod,
  );
}
