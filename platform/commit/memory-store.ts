import { Overtaken, type BatchWrites, type CommitStore, type KnownKey, type StoredAct } from './store.ts';

/** Everything a memory store holds; the simulator and tests look inside. */
export type Memory = {
  eventNumber: number;
  recordedAt: number;
  batchId: string;
  readonly known: Map<string, KnownKey>;
  readonly books: Map<string, Map<string, unknown>>;
  readonly acts: BatchWrites['acts'][number][];
  readonly log: BatchWrites[];
};

/**
 * A store of plain maps, locked as the real one is: a batch is on its way for a moment (`air`), and one behind it is decided meanwhile. `fault` may throw
 * before or after a batch is written, as a crash or a lost answer would.
 */
export function createMemoryStore(options: {
  now(): number;
  fault?: (moment: 'before_commit' | 'after_commit', writes: BatchWrites) => void;
  onWrites?: (writes: BatchWrites) => void;
  air?: () => Promise<void>;
}): CommitStore & { readonly memory: Memory } {
  const memory: Memory = {
    eventNumber: 0,
    recordedAt: 0,
    batchId: '',
    known: new Map(),
    books: new Map(),
    acts: [],
    log: [],
  };
  let lastInLine: Promise<unknown> = Promise.resolve();

  /** One writer at a time, in the order they came. */
  function locked(work: () => Promise<void>): Promise<void> {
    const turn = lastInLine.then(work);
    lastInLine = turn.catch(() => undefined);
    return turn;
  }

  function write(writes: BatchWrites): void {
    options.fault?.('before_commit', writes);
    memory.eventNumber += writes.acts.length;
    memory.recordedAt = writes.recordedAt;
    memory.batchId = writes.batchId;
    for (const key of writes.keys) memory.known.set(key.keyHash, key);
    for (const act of writes.acts) memory.acts.push(act);
    for (const [name, changes] of writes.changes) {
      let book = memory.books.get(name);
      if (book === undefined) memory.books.set(name, (book = new Map<string, unknown>()));
      for (const change of changes) book.set(change.key, change.after);
    }
    options.onWrites?.(writes);
    options.fault?.('after_commit', writes);
  }

  return {
    memory,
    async run(needs, decide, ahead) {
      const open = (): BatchWrites | undefined => {
        const books = new Map<string, ReadonlyMap<string, unknown>>();
        for (const name of needs.books.keys()) books.set(name, memory.books.get(name) ?? new Map<string, unknown>());
        const known = new Map<string, KnownKey>();
        for (const hash of needs.keyHashes) {
          const found = memory.known.get(hash);
          if (found !== undefined) known.set(hash, found);
        }
        const { eventNumber, recordedAt, batchId } = ahead ?? memory;
        return decide({ eventNumber, recordedAt: Math.max(recordedAt, options.now()), batchId, known, books });
      };
      if (ahead === undefined) {
        return locked(async () => {
          const writes = open();
          await options.air?.();
          if (writes !== undefined) write(writes);
        });
      }
      const writes = open();
      if (writes === undefined) return undefined;
      return locked(async () => {
        if (memory.eventNumber !== ahead.eventNumber || memory.batchId !== ahead.batchId) throw new Overtaken();
        await options.air?.();
        write(writes);
      });
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
