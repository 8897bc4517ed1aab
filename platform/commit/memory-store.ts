import type { BatchWrites, CommitStore, KnownKey, OpenBatch, StoredAct } from './store.ts';

/** Everything a memory store holds; the simulator and tests look inside. */
export type Memory = {
  eventNumber: number;
  recordedAt: number;
  readonly known: Map<string, KnownKey>;
  readonly books: Map<string, Map<string, unknown>>;
  readonly acts: BatchWrites['acts'][number][];
  readonly log: BatchWrites[];
};

/** A store of plain maps. `fault` may throw before or after a batch is written, as a crash or a lost answer would. */
export function createMemoryStore(options: {
  now(): number;
  fault?: (moment: 'before_commit' | 'after_commit', writes: BatchWrites) => void;
  onWrites?: (writes: BatchWrites) => void;
}): CommitStore & { readonly memory: Memory } {
  const memory: Memory = { eventNumber: 0, recordedAt: 0, known: new Map(), books: new Map(), acts: [], log: [] };
  return {
    memory,
    async run(needs, decide) {
      const books = new Map<string, ReadonlyMap<string, unknown>>();
      for (const name of needs.books.keys()) books.set(name, memory.books.get(name) ?? new Map<string, unknown>());
      const known = new Map<string, KnownKey>();
      for (const hash of needs.keyHashes) {
        const found = memory.known.get(hash);
        if (found !== undefined) known.set(hash, found);
      }
      const open: OpenBatch = {
        eventNumber: memory.eventNumber,
        recordedAt: Math.max(memory.recordedAt, options.now()),
        known,
        books,
      };
      const writes = together([...decide(open)]);
      if (writes === undefined) return;
      options.fault?.('before_commit', writes);
      memory.eventNumber += writes.acts.length;
      memory.recordedAt = writes.recordedAt;
      for (const key of writes.keys) memory.known.set(key.keyHash, key);
      for (const act of writes.acts) memory.acts.push(act);
      for (const [name, changes] of writes.changes) {
        let book = memory.books.get(name);
        if (book === undefined) memory.books.set(name, (book = new Map<string, unknown>()));
        for (const change of changes) book.set(change.key, change.after);
      }
      options.onWrites?.(writes);
      options.fault?.('after_commit', writes);
    },
    async acts(numbers) {
      const found = new Map<number, StoredAct>();
      for (const number of numbers) {
        const act = memory.acts[number - 1];
        if (act !== undefined) {
          found.set(number, { eventNumber: number, type: act.type, body: act.body, recordedAt: act.recordedAt });
        }
      }
      return found;
    },
    async close() {},
  };
}

/** The parts of a batch as one: in memory nothing is on its way anywhere. */
function together(parts: readonly BatchWrites[]): BatchWrites | undefined {
  const [first, ...rest] = parts;
  if (first === undefined || rest.length === 0) return first;
  const changes = new Map<string, BatchChanges[]>();
  for (const part of parts) {
    for (const [book, list] of part.changes) changes.set(book, [...(changes.get(book) ?? []), ...list]);
  }
  return {
    recordedAt: first.recordedAt,
    acts: parts.flatMap((part) => part.acts),
    keys: parts.flatMap((part) => part.keys),
    changes,
  };
}

type BatchChanges = NonNullable<ReturnType<BatchWrites['changes']['get']>>[number];
