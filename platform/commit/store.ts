import type { AppliedChange } from '../../src/kernel/draft.ts';
import type { RecordedAct } from '../../src/kernel/act.ts';

/** What was answered to a key before. */
export type KnownKey = { readonly keyHash: string; readonly bodyHash: string; readonly eventNumber: number };

/** What one batch needs: the keys of its commands and, per book, the keys of the states. */
export type BatchNeeds = {
  readonly keyHashes: readonly string[];
  readonly books: ReadonlyMap<string, ReadonlySet<string>>;
};

/** A batch with the counter and its rows locked. */
export type OpenBatch = {
  readonly eventNumber: number;
  readonly recordedAt: number;
  readonly known: ReadonlyMap<string, KnownKey>;
  readonly books: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
};

/** What a batch, or a part of it, writes. */
export type BatchWrites = {
  readonly recordedAt: number;
  readonly acts: readonly (RecordedAct & { readonly actorId: string })[];
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
 * `run` opens a batch under the lock, hands it to `decide` and writes what comes out of it, part by part, all of it or nothing: a store may send one
 * part on its way while the next is being decided. When nothing comes out, nothing is written.
 * It throws `StoreFault` when the world failed (the caller retries; the keys settle what a lost answer left open) and
 * anything else when a guard or a CHECK refused the batch.
 */
export type CommitStore = {
  run(needs: BatchNeeds, decide: (open: OpenBatch) => Iterable<BatchWrites>): Promise<void>;
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
