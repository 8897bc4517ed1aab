type Person = { readonly id: string; readonly name: string; readonly email: string; readonly locale: string };
/** Who is signed in; `locations` null means: everywhere. */
export type Session = {
  readonly person: Person;
  readonly permissions: readonly string[];
  readonly locations: readonly string[] | null;
  /** What must be set up before anything is allowed. */
  readonly mustSetUp: 'second_factor' | null;
};

export type LegalEntity = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly country: string;
  readonly functionalCurrency: string;
};
export type Location = {
  readonly id: string;
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly city: string;
  readonly country: string;
  readonly timeZone: string;
  readonly cutOffHour: number;
};
export type Channel = {
  readonly id: string;
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: 'shop' | 'store' | 'marketplace' | 'call_centre';
  readonly currency: string;
  readonly defaultLocationId: string;
};

export type ShownPrice = {
  readonly channelId: string;
  readonly currency: string;
  readonly amount: number;
  readonly scale: number;
  readonly per: number;
  readonly taxInclusive: boolean;
};
export type Category = {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly taxClass: string;
};
export type Sku = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly gtin: string | null;
  readonly kind: string;
  readonly baseUnit: string;
  readonly archivedAt: string | null;
  readonly version: number;
  readonly prices: readonly ShownPrice[];
};
type Variant = {
  readonly id: string;
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  readonly skus: readonly Sku[];
};
export type Product = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly categoryId: string;
  /** From the root of the tree down. */
  readonly category: readonly string[];
  readonly archivedAt: string | null;
  readonly version: number;
  readonly pictures: readonly { readonly id: string; readonly url: string; readonly alt: string }[];
  readonly variants: readonly Variant[];
};
export type FoundSku = {
  readonly id: string;
  readonly productId: string;
  readonly code: string;
  readonly name: string;
  readonly gtin: string | null;
  readonly kind: string;
  readonly baseUnit: string;
  readonly exact: boolean;
  readonly prices: readonly ShownPrice[];
};

export type Customer = {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
};

export type StockRow = {
  readonly id: string;
  readonly skuId: string;
  readonly skuCode: string;
  readonly skuName: string;
  readonly productId: string;
  readonly locationId: string;
  readonly condition: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
  readonly incoming: number;
  readonly shortfall: number;
  readonly backordered: number;
  readonly safety: number;
};
export type Movement = {
  readonly move: number;
  readonly delta: number;
  readonly netAfter: number;
  readonly reason: string;
  /** Null for those who may not see the books. */
  readonly costMinor: number | null;
  readonly currency: string | null;
  readonly eventNumber: number;
  readonly eventType: string;
  readonly document: string | null;
  readonly orderId: string | null;
  readonly orderNumber: string | null;
  readonly recordedAt: string;
};
export type StockPromise = {
  readonly kind: 'order' | 'reservation';
  readonly id: string;
  readonly number: string | null;
  readonly quantity: number;
  readonly expiresAt: string | null;
};

export type OrderStatus = 'placed' | 'part_shipped' | 'completed' | 'cancelled';
type OrderKind = 'order' | 'till_sale' | 'marketplace_order' | 'return';
/** Amounts in minor units of the order's currency; a return's are negative. */
export type OrderRow = {
  readonly id: string;
  readonly number: string;
  readonly kind: OrderKind;
  readonly status: OrderStatus;
  readonly channelId: string;
  readonly sellingLocationId: string;
  readonly currency: string;
  readonly grossMinor: number;
  readonly placedAt: string;
};
type OrderLine = {
  readonly line: number;
  readonly kind: string;
  readonly skuId: string;
  readonly description: string;
  readonly quantity: number;
  readonly unitAmount: number;
  readonly unitScale: number;
  readonly unitPer: number;
  readonly taxPpm: number;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly returned: number;
  readonly fulfillingLocationId: string;
};
type Payment = {
  readonly id: string;
  readonly method: string;
  readonly currency: string;
  readonly reference: string;
  readonly authorisedMinor: number;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
  readonly refundedMinor: number;
  readonly feeMinor: number;
};
type OrderDocument = {
  readonly label: string;
  readonly kind: string;
  readonly eventNumber: number;
  readonly issuedAt: string;
  readonly grossMinor: number;
};
type OrderReturn = Pick<OrderRow, 'id' | 'number' | 'placedAt' | 'grossMinor'>;
type OrderEvent = { readonly number: number; readonly type: string; readonly occurredAt: string };
export type Order = OrderRow & {
  readonly entityId: string;
  readonly customerId: string | null;
  readonly originalOrderId: string | null;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly prepaidMinor: number;
  readonly taxInclusive: boolean;
  readonly externalRef: string;
  readonly lines: readonly OrderLine[];
  readonly payments: readonly Payment[];
  readonly documents: readonly OrderDocument[];
  readonly returns: readonly OrderReturn[];
  readonly events: readonly OrderEvent[];
};

/** A backup. `doneBytes` of `totalBytes` are copied while it is being made; `trouble` says why it failed. */
export type Backup = {
  readonly id: string;
  readonly cause: 'schedule' | 'person' | 'command';
  readonly state: 'running' | 'done' | 'failed';
  readonly name: string | null;
  readonly startedAt: string;
  readonly verifiedAt: string | null;
  readonly removedAt: string | null;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly bytes: number | null;
  readonly eventNumber: number | null;
  readonly trouble: string | null;
};

/** How backups are made. `schedule`: off, hourly, or a time of day in UTC. */
export type BackupPlan = {
  readonly place: string;
  readonly onOwnDisk: boolean;
  readonly schedule: string;
  readonly nextAt: string | null;
  readonly keepDays: number;
  readonly keepWeeks: number;
  readonly keepMonths: number;
  readonly encrypted: boolean;
};

/** A fact that could not be read or believed. `raw` is what came, word for word. */
export type Quarantined = {
  readonly id: string;
  readonly sourceId: string;
  readonly counter: number | null;
  readonly locationId: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly raw: string;
  readonly receivedAt: string;
};

type Posting = {
  readonly accountCode: string;
  readonly accountName: string;
  readonly amountMinor: number;
  readonly debitMinor: number;
  readonly creditMinor: number;
  readonly currency: string;
};
export type JournalEntry = {
  /** Number of the event and of the entry within it. */
  readonly id: string;
  readonly eventNumber: number;
  readonly eventType: string;
  readonly subjectId: string | null;
  readonly document: string | null;
  readonly entityId: string;
  readonly locationId: string;
  readonly channelId: string | null;
  readonly postingDay: string;
  readonly recordedAt: string;
  readonly postings: readonly Posting[];
};

type Balance = {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly debitMinor: number;
  readonly creditMinor: number;
  readonly balanceMinor: number;
  readonly journalUrl: string;
};
export type TrialBalanceAnswer = {
  readonly currency: string;
  readonly accounts: readonly Balance[];
  readonly debitMinor: number;
  readonly creditMinor: number;
};
export type ProfitAndLossRow = {
  readonly channelId: string | null;
  readonly locationId: string | null;
  readonly revenueMinor: number;
  readonly discountsMinor: number;
  readonly returnsMinor: number;
  readonly netRevenueMinor: number;
  readonly costMinor: number;
  readonly grossMarginMinor: number;
  readonly paymentFeesMinor: number;
  readonly commissionMinor: number;
  readonly carrierMinor: number;
  readonly contributionMinor: number;
  readonly otherMinor: number;
  readonly resultMinor: number;
  readonly journalUrl: string;
};
export type ProfitAndLossAnswer = {
  readonly currency: string;
  readonly rows: readonly ProfitAndLossRow[];
  readonly total: ProfitAndLossRow;
};
/** `ledgerMinor` of an area is null where the ledger has one inventory account for several areas. */
type ValuationArea = {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly currency: string;
  readonly quantity: number;
  readonly shortQuantity: number;
  readonly valueMinor: number;
  readonly ledgerMinor: number | null;
  readonly differenceMinor: number | null;
};
type SkuValue = {
  readonly areaId: string;
  readonly skuId: string;
  readonly skuCode: string;
  readonly skuName: string;
  readonly quantity: number;
  readonly valueMinor: number;
};
export type ValuationAnswer = {
  readonly currency: string;
  readonly valueMinor: number;
  readonly ledgerMinor: number;
  readonly differenceMinor: number;
  readonly areas: readonly ValuationArea[];
  readonly items: readonly SkuValue[];
  readonly next: string | null;
};
/** Sales of today until now, and of the same weekday a week ago until the same time. */
export type DaySums = {
  readonly currency: string;
  readonly sales: number;
  readonly units: number;
  readonly grossMinor: number;
  readonly netMinor: number;
  readonly lastWeekSales: number;
  readonly lastWeekMinor: number;
};
/** `hours` run from the hour at which the business day begins; null are hours to come. */
export type ChannelDay = DaySums & {
  readonly channelId: string;
  readonly hours: readonly (number | null)[];
  readonly lastWeekHours: readonly number[];
};
type LowStock = {
  readonly levelId: string;
  readonly skuId: string;
  readonly skuCode: string;
  readonly skuName: string;
  readonly locationId: string;
  readonly available: number;
  readonly safety: number;
  readonly incoming: number;
};
export type TodayAnswer = {
  readonly at: string;
  /** One for each currency; two currencies are never added. */
  readonly totals: readonly DaySums[];
  readonly channels: readonly ChannelDay[];
  readonly locations: readonly (DaySums & { readonly locationId: string })[];
  readonly low: readonly LowStock[];
  readonly lastOrders: readonly OrderRow[];
  readonly openOrders: number;
  /** Stock levels that promised more than they hold. */
  readonly backorders: number;
  /** Stock levels of which more was handed over than the books had. */
  readonly shortfalls: number;
  readonly quarantine: number;
};
