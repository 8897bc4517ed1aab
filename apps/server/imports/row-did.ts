import type { AccountRole } from '../../../src/accounting/chart.ts';
import type { BusinessDay } from '../../../src/kernel/time.ts';
import type { ImportCounts } from './import-store.ts';
import type { ChunkDid } from './product-run.ts';

/** What a chunk of rows did, as it is kept for what follows and for undoing. Of customers ids only. */
export type RowDid = {
  readonly counts: Pick<ImportCounts, 'created' | 'changed' | 'unchanged' | 'leftOut'>;
  readonly customers?: readonly {
    readonly customerId: string;
    readonly cardId: string;
    /** Undefined for one that was made. */
    readonly formerCardId?: string;
  }[];
  readonly prices?: readonly (ChunkDid['prices'][number] & { readonly validFrom: number })[];
  readonly priceListId?: string;
  readonly stock?: ChunkDid['stock'];
  readonly counted?: readonly { readonly skuId: string; readonly counted: number }[];
  readonly locationId?: string;
  readonly balances?: BookedBalances;
};

/** Opening balances of an entity and a day: what is added to what earlier imports booked. */
export type BookedBalances = {
  readonly entityId: string;
  readonly day: BusinessDay;
  readonly lines: readonly { readonly account: AccountRole; readonly amountMinor: number }[];
};

/** Nothing yet. */
export function noCounts(): { -readonly [K in keyof RowDid['counts']]: number } {
  return { created: 0, changed: 0, unchanged: 0, leftOut: 0 };
}
