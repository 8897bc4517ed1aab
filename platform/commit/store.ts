import type { AppliedChange } from '../../src/kernel/draft.ts';
import type { RecordedAct } from '../../src/kernel/act.ts';

/** What was answered to a key before. */
export type KnownKey = { readonly keyHash: string; readonly bodyHash: string; readonly eventNumber: number };

/** What one batch needs: the keys of its commands and, per book, the keys of the states. */
export type BatchNeeds = {
  readonly keyHashes: readonly string[];
  readonly books: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Where the stream stands: the last event, the time it was recorded, and the batch that wrote it. */
export type StreamPlace = { readonly eventNumber: number; readonly recordedAt: number; readonly batchId: string };

/** What a batch is decided on: nobody else writes in between, or what comes of it is refused. */
export type OpenBatch = StreamPlace & {
  readonly known: ReadonlyMap<string, KnownKey>;
  readonly books: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
};

/** What a batch writes. `batchId` is what the counter will name; nobody else has ever used it. */
export type BatchWrites = {
  readonly batchId: string;
  readonly recordedAt: number;
  readonly acts: readonly (RecordedAct & { readonly actorId: string; readonly originId?: string | undefined })[];
  readonly keys: readonly KnownKey[];
  readonly changes: ReadonlyMap<string, readonly AppliedChange[]>;
};

/** An act as the log keeps it. */
export type StoredAct = {
  readonly eventNumber: number;
  readonly type: string;
  readonly body: Record<string, unknown>;
  readonly recordedAt: number;
};

/**
 * Where batches are kept. Three implementations of one interface: PostgreSQL, the till's IndexedDB, plain memory.
 * `run` opens a batch, hands it to `decide` and writes what comes out of it, all of it or nothing. `decide` runs once and its writes are on their way when
 * it has returned. Without `ahead` the batch is opened under the lock. With `ahead`, the place that a batch still on its way will leave behind, it is opened
 * on unlocked reads, for `decide` to lay what that batch changed over them, and waits for the lock with its writes in hand; if the stream does not stand
 * at `ahead` by then, nothing is written and `run` throws `Overtaken`. Reads may begin only when everything before `ahead`'s batch is committed.
 * It throws `StoreFault` when the world failed (the caller retries; the keys settle what a lost answer left open) and
 * anything else when a guard or a CHECK refused the batch.
 */
export type CommitStore = {
  run(needs: BatchNeeds, decide: (open: OpenBatch) => BatchWrites | undefined, ahead?: StreamPlace): Promise<void>;
  /** The acts of these numbers, for answers given again. */
  acts(numbers: readonly number[]): Promise<ReadonlyMap<number, StoredAct>>;
  close(): Promise<void>;
};

/** The database is gone, the connection broke, a deadlock: nothing is wrong with the command. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : 'the database did not answer', { cause });
  }
}

/** The batch ahead failed, or somebody else wrote in between: what this batch was decided on never was. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
  constructor() {
    super('the batch was decided on what did not come to be');
  }
}
