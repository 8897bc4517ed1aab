import type { Draft } from '../../src/kernel/draft.ts';
import type { Rejection } from '../../src/kernel/decision.ts';

/** Which states a command reads or changes: book name → keys. The commit loads and locks exactly these. */
export type BookKeys = Readonly<Record<string, readonly string[]>>;

/** A state that was read before the lock. If its version moved in the meantime, the command is resolved again. */
export type ReadVersion = { readonly book: string; readonly key: string; readonly version: number };

/** A command, parsed, priced and complete, on its way to the lock. */
export type Submission<B = unknown> = {
  readonly type: string;
  /** The sender's idempotency key. It belongs to the principal. */
  readonly key: string;
  readonly principalId: string;
  /** The session, key, device or job that acted, and from where; see `platform_origin`. */
  readonly originId?: string | undefined;
  /** Who approved it, when it needed a second person; told in its events. */
  readonly approvedById?: string | undefined;
  /** Commands of one source keep their order: a register, a connector, a cart. */
  readonly sourceId?: string | undefined;
  readonly lane: 'interactive' | 'bulk';
  /** Clock of the process that took the command, epoch milliseconds. */
  readonly at: number;
  readonly body: B;
  /** What a repeat must send again. The body itself when absent; given when preparing adds to what was sent. */
  readonly sent?: unknown;
};

/** What a decider says: nothing (accepted, its acts are in the draft), a rejection, or that it must be resolved again. */
export type Verdict = Rejection | { readonly resolveAgain: unknown } | undefined;

/** What is known of a command before the lock: the keys that follow from stored state, and the versions that were read. */
export type Resolved<R = unknown> = {
  readonly value: R;
  readonly keys: BookKeys;
  readonly versions?: readonly ReadVersion[];
};

/** A kind of command. `decide` is pure; it runs inside the lock and costs well under a millisecond. */
export type CommandRules<B = never, R = unknown> = {
  readonly type: string;
  /** Facts are admitted always; what cannot be is kept in quarantine by their sender's route. */
  readonly kind: 'request' | 'fact';
  keys(body: B): BookKeys;
  /** Unlocked reads, before the queue; a `StoreFault` is waited out. `hint` is what the decider asked for when it said `resolveAgain`. Undefined: there is no such thing. */
  resolve?(body: B, hint: unknown): Promise<Resolved<R> | undefined>;
  /** True when `resolve` is needed only if the decider asks for it. */
  readonly resolvesLate?: boolean;
  /** What is answered when `resolve` found nothing. */
  readonly missing?: Rejection;
  decide(draft: Draft, body: B, resolved: R): Verdict;
  /** How many lines it has, for the size of a batch. 1 when absent. */
  lines?(body: B): number;
};

/** What became of a command. */
export type Outcome =
  | {
      readonly kind: 'accepted';
      readonly eventNumber: number;
      readonly type: string;
      readonly body: Readonly<Record<string, unknown>>;
      readonly recordedAt: number;
      /** True when the key had been accepted before and this is its answer again. */
      readonly repeated: boolean;
    }
  | { readonly kind: 'refused'; readonly rejection: Rejection }
  /** The key was used for another body. */
  | { readonly kind: 'key_reused' };

/** The queue is full or the database is gone: nothing was written, try again. HTTP 503. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
  readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterSeconds = 1, cause?: unknown) {
    super(message, { cause });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
