import type { Operations, OrderSummary, Today } from '../../client/operations.ts';

// What the server says of its answers, under the names that screens use. A field that changes there does not compile here.
export type {
  Category,
  Channel,
  Customer,
  FoundSku,
  JournalEntry,
  LegalEntity,
  Location,
  Order,
  OrderSummary as OrderRow,
  Product,
  ProfitAndLossRow,
  QuarantinedFact as Quarantined,
  Session,
  ShownPrice,
  Sku,
  StockLevel as StockRow,
  StockMovement as Movement,
  StockPromise,
  Today as TodayAnswer,
} from '../../client/operations.ts';

/** What an operation answers. */
export type Answer<O extends keyof Operations> = Operations[O]['answer'];

/** A row of what an operation lists. */
export type RowOf<O extends keyof Operations> =
  Answer<O> extends { readonly items: readonly (infer Row)[] } ? Row : never;

export type OrderStatus = OrderSummary['status'];
/** A backup. `doneBytes` of `totalBytes` are copied while it is being made; `trouble` says why it failed. */
export type Backup = RowOf<'listBackups'>;
/** How backups are made. `schedule`: off, hourly, or a time of day in UTC. */
export type BackupPlan = Answer<'getBackupPlan'>;
export type TrialBalanceAnswer = Answer<'getTrialBalance'>;
export type ProfitAndLossAnswer = Answer<'getProfitAndLoss'>;
/** `ledgerMinor` of an area is null where the ledger has one inventory account for several areas. */
export type ValuationAnswer = Answer<'getStockValuation'>;
/** Sales of today until now, and of the same weekday a week ago until the same time. */
export type DaySums = Today['totals'][number];
/** `hours` run from the hour at which the business day begins; null are hours to come. */
export type ChannelDay = Today['channels'][number];
