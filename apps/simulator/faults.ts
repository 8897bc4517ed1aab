import type { Submission } from '../../platform/commit/command.ts';
import { Overtaken, StoreFault, type BatchWrites, type CommitStore } from '../../platform/commit/store.ts';
import type { Dice } from './dice.ts';

/** Every misfortune that a run must have met. */
export const FAULTS = [
  'crash_before_commit',
  'crash_after_commit',
  'fault_before_commit',
  'lost_answer',
  'batch_refused',
  'overtaken',
  'queue_full',
  'duplicate_at_once',
  'duplicate_later',
  'key_with_other_body',
  'reordered_facts',
  'offline_backlog',
  'clock_forward',
  'clock_back',
  'day_passes',
  'resolved_again',
  'stale_read',
  'poisoned',
  'preview',
] as const;

/** One of them. */
export type Fault = (typeof FAULTS)[number];

/** A process that stands before a store until it crashes: then nothing of it answers any more. */
export type FragileStore = { readonly store: CommitStore; readonly crashed: Promise<'crashed'> };

/** What the simulated crash throws through the store; nobody outside sees it. */
class Crash extends Error {
  override readonly name = 'Crash';
}

/** What a guard of the database would throw. */
class GuardMissed extends Error {
  override readonly name = 'GuardMissed';
}

/** The misfortunes of a run. `onMoment` is handed to the memory store, `process` wraps it for one life of a server. */
export function createFaults(
  dice: Dice,
  count: (fault: Fault) => void,
): {
  readonly onMoment: (moment: 'before_commit' | 'after_commit', writes: BatchWrites) => void;
  /** How long a batch is on its way, in turns of the queue of promises. */
  readonly air: () => Promise<void>;
  process(store: CommitStore): FragileStore;
} {
  return {
    async air() {
      for (let turns = dice.whole(12); turns > 0; turns -= 1) await Promise.resolve();
    },
    onMoment(moment, writes) {
      if (!dice.oneIn(30)) return;
      const before = moment === 'before_commit';
      if (dice.oneIn(3)) {
        count(before ? 'crash_before_commit' : 'crash_after_commit');
        throw new Crash();
      }
      if (before && writes.keys.length > 1 && dice.oneIn(2)) {
        count('batch_refused');
        throw new GuardMissed('a guard missed');
      }
      count(before ? 'fault_before_commit' : 'lost_answer');
      throw new StoreFault(new Error('the connection broke'));
    },
    process(inner) {
      let die: (reason: 'crashed') => void = () => undefined;
      let dead = false;
      const crashed = new Promise<'crashed'>((resolve) => (die = resolve));
      const never = new Promise<never>(() => undefined);
      const store: CommitStore = {
        ...inner,
        async run(needs, decide, ahead) {
          if (dead) return never;
          try {
            await inner.run(needs, decide, ahead);
          } catch (error) {
            if (error instanceof Overtaken) count('overtaken');
            if (dead) return never;
            if (!(error instanceof Crash)) throw error;
            dead = true;
            die('crashed');
          }
          // What was on the wire when the process died may still be written; it hears of it no more.
          return dead ? never : undefined;
        },
        acts: async (numbers) => (dead ? never : inner.acts(numbers)),
      };
      return { store, crashed };
    },
  };
}

/** The same key with another body: the sender made a mistake, or somebody guesses keys. */
export function withOtherBody(submission: Submission): Submission {
  return { ...submission, body: { ...(submission.body as object), tampered: true } };
}
