import type { RecordedAct } from './act.ts';
import { openDraft, type AppliedChange, type BookRules, type Draft, type Reaction } from './draft.ts';

/** Books of plain maps for the tests of deciders: what is accepted is kept, what is refused leaves nothing. */
export type TestBooks = {
  /** Runs a decider on the books as they are. Gives what it said: undefined when it accepted. */
  decide<V>(decider: (draft: Draft) => V): V;
  get<S, C>(book: BookRules<S, C>, key: string): S | undefined;
  all<S, C>(book: BookRules<S, C>): readonly S[];
  /** Every change of a book so far, in order. */
  changes<S, C>(book: BookRules<S, C>): readonly AppliedChange<S, C>[];
  readonly acts: readonly RecordedAct[];
  now: number;
};

/** Opens empty ones. `react` stands for posting rules. */
export function openTestBooks(react: Reaction = () => undefined, now = 1_798_632_000_000): TestBooks {
  const states = new Map<string, Map<string, unknown>>();
  const changes = new Map<string, AppliedChange[]>();
  const acts: RecordedAct[] = [];
  const books: TestBooks = {
    acts,
    now,
    decide(decider) {
      const open = openDraft(
        { get: (book, key) => states.get(book)?.get(key) },
        { base: acts.length, recordedAt: books.now },
        react,
      );
      const verdict = decider(open.draft);
      if (verdict !== undefined) return verdict;
      const done = open.result();
      acts.push(...done.acts);
      for (const [book, own] of done.states) {
        const all = states.get(book) ?? new Map<string, unknown>();
        states.set(book, all);
        for (const [key, state] of own) all.set(key, state);
      }
      for (const [book, own] of done.changes) changes.set(book, [...(changes.get(book) ?? []), ...own]);
      return verdict;
    },
    get: <S, C>(book: BookRules<S, C>, key: string) => states.get(book.name)?.get(key) as S | undefined,
    all: <S, C>(book: BookRules<S, C>) => [...(states.get(book.name)?.values() ?? [])] as S[],
    changes: <S, C>(book: BookRules<S, C>) => (changes.get(book.name) ?? []) as AppliedChange<S, C>[],
  };
  return books;
}
