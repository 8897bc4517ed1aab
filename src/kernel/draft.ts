import type { Act, RecordedAct } from './act.ts';
import { assert } from './assert.ts';
import { mintUuidv7 } from './ids.ts';
import type { BusinessDay, InstantMs } from './time.ts';

/** What `evolve` may know of the moment: the number of the act it belongs to, the time inside the lock, and new ids. */
export type Stamp = {
  readonly number: number;
  readonly recordedAt: InstantMs;
  /** A new id, the same one whenever the same commands are replayed with the same clock. */
  mint(): string;
};

/**
 * The rules of a book: a kind of state that commands share. `keyOf` says which state a change is about,
 * `evolve` applies it. `evolve` never refuses: what may not be was refused before, by the decider.
 */
export type BookRules<S, C> = {
  readonly name: string;
  keyOf(change: C): string;
  /** Whether a change begins a state that is new, so that none has to be loaded. The primary key refuses one that is not. */
  begins?(change: C): boolean;
  evolve(state: S | undefined, change: C, stamp: Stamp): S;
};

/** A change with the states around it and the number of its act, as the recorders of a book receive it. */
export type AppliedChange<S = unknown, C = unknown> = {
  readonly key: string;
  readonly change: C;
  readonly before: S | undefined;
  readonly after: S;
  readonly number: number;
};

/** What a reaction (posting rules, summaries) does with an act before it is closed; it may make further changes. */
export type Reaction = (act: Act, draft: Draft) => BusinessDay | undefined;

/** What the books held when the batch began. */
export type LoadedBooks = {
  get(book: string, key: string): unknown;
};

/**
 * Where one command is decided. Reads see what earlier commands of the batch and this command itself have changed.
 * A refused command's draft is thrown away, an accepted one's is taken over whole: nothing is ever half done.
 */
export type Draft = {
  readonly now: InstantMs;
  /** The number that the next act will get. */
  nextNumber(): number;
  mint(): string;
  get<S, C>(book: BookRules<S, C>, key: string): S | undefined;
  /** Applies a change and returns the state after it. */
  change<S, C>(book: BookRules<S, C>, change: C): S;
  /** Ends an act: the changes since the last one are its own. */
  act(act: Act): RecordedAct;
};

/** What a draft leaves behind when its command was accepted. */
export type DraftResult = {
  readonly acts: readonly RecordedAct[];
  readonly changes: ReadonlyMap<string, readonly AppliedChange[]>;
  readonly states: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
};

/** Opens a draft over loaded books. `base` is the last event number given before this command. */
export function openDraft(
  loaded: LoadedBooks,
  at: { base: number; recordedAt: InstantMs },
  react: Reaction,
): { draft: Draft; result(): DraftResult } {
  const acts: RecordedAct[] = [];
  const states = new Map<string, Map<string, unknown>>();
  const changes = new Map<string, AppliedChange[]>();
  let minted = 0;
  let openChanges = 0;

  const number = (): number => at.base + acts.length + 1;
  const mint = (): string => {
    // 4,096 ids an act are more than any command makes; a commit of more lines is refused at the edge.
    assert(minted < 4096, 'a command minted too many ids');
    return mintUuidv7(at.recordedAt, at.base + 1, minted++);
  };
  const stamp: Stamp = {
    get number() {
      return number();
    },
    recordedAt: at.recordedAt,
    mint,
  };

  const draft: Draft = {
    now: at.recordedAt,
    nextNumber: number,
    mint,
    get<S, C>(book: BookRules<S, C>, key: string): S | undefined {
      const own = states.get(book.name)?.get(key);
      return (own ?? loaded.get(book.name, key)) as S | undefined;
    },
    change<S, C>(book: BookRules<S, C>, change: C): S {
      const key = book.keyOf(change);
      const before =
        book.begins?.(change) === true ? (states.get(book.name)?.get(key) as S | undefined) : draft.get(book, key);
      const after = book.evolve(before, change, stamp);
      let own = states.get(book.name);
      if (own === undefined) states.set(book.name, (own = new Map<string, unknown>()));
      own.set(key, after);
      let list = changes.get(book.name);
      if (list === undefined) changes.set(book.name, (list = []));
      list.push({ key, change, before, after, number: number() });
      openChanges += 1;
      return after;
    },
    act(act: Act): RecordedAct {
      const postingDay = react(act, draft) ?? act.businessDay;
      const recorded: RecordedAct = { ...act, number: number(), recordedAt: at.recordedAt, postingDay };
      acts.push(recorded);
      openChanges = 0;
      return recorded;
    },
  };
  return {
    draft,
    result() {
      assert(openChanges === 0, 'changes without an act that explains them');
      return { acts, changes, states };
    },
  };
}
