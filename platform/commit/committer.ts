import { randomUUID } from 'node:crypto';
import { assert } from '../../src/kernel/assert.ts';
import {
  openDraft,
  type AppliedChange,
  type DraftResult,
  type LoadedBooks,
  type Reaction,
} from '../../src/kernel/draft.ts';
import {
  Overloaded,
  type BookKeys,
  type CommandRules,
  type Outcome,
  type Resolved,
  type Submission,
} from './command.ts';
import { bodyHash, keyHash } from './hash.ts';
import {
  Overtaken,
  StoreFault,
  type BatchNeeds,
  type BatchWrites,
  type CommitStore,
  type KnownKey,
  type OpenBatch,
  type StreamPlace,
} from './store.ts';

/** The one door for commands. Any number of callers may wait; what waits is committed together. */
export type Committer = {
  /** Decides and commits. Throws Overloaded (nothing written, try again) or a Bug. */
  submit(submission: Submission): Promise<Outcome>;
  /** Runs the same decider on the same locked state and writes nothing. */
  preview(submission: Submission): Promise<Outcome>;
  /** The answer that was given to this key before, if it was accepted. For routes whose preparation refuses a repeat. */
  findAnswer(submission: Submission): Promise<Outcome | undefined>;
  /** Commands that wait. */
  depth(): number;
  /** Answers what waits, takes nothing more. */
  close(): Promise<void>;
};

/**
 * Sizes of the queue and its batches. Measured: larger batches gain nothing and make the one in front wait. `patienceMs` is how long an interactive
 * command may be undecided: whoever sent it has turned elsewhere by then (this process was frozen, the database away), may have been refused there, and
 * must not be surprised by a late yes. It is told to come back; bulk work (facts, imports) waits as long as it takes.
 */
export type CommitLimits = {
  readonly batchCommands: number;
  readonly batchLines: number;
  readonly waiting: number;
  readonly patienceMs: number;
};

const DEFAULT_LIMITS: CommitLimits = { batchCommands: 256, batchLines: 2000, waiting: 20_000, patienceMs: 2_500 };

/** A command is resolved again when what it read has moved, at most this often: then it waits for a quieter moment. */
const RESOLVE_ATTEMPTS = 20;

/** Faults of the database are waited out this long (in steps) before the callers are told to come back. */
const FAULT_PAUSES_MS = [20, 80, 200, 500];

type Entry = {
  readonly submission: Submission;
  readonly rules: CommandRules;
  readonly preview: boolean;
  readonly keyHash: string;
  readonly bodyHash: string;
  readonly lines: number;
  /** How many were submitted before it: the order that a source's commands keep. */
  readonly place: number;
  keys: BookKeys;
  resolved: Resolved | undefined;
  resolves: number;
  /** When it was submitted, by the clock of this process that never goes back. */
  readonly since: number;
  answered: boolean;
  answer(outcome: Outcome): void;
  fail(error: unknown): void;
};

/** Commands of one source that are being resolved, and what was sent after the first of them, in order. */
type Hold = { readonly resolving: Set<Entry>; readonly behind: Entry[] };

/** What decideBatch found for each command. */
type Verdicts = {
  readonly accepted: Map<Entry, Outcome>;
  readonly refused: Map<Entry, Outcome>;
  readonly known: Map<Entry, KnownKey>;
  readonly again: Map<Entry, unknown>;
  readonly broken: Map<Entry, unknown>;
};

/** What a batch leaves behind, before it is committed: the one behind it is decided on this. */
type Left = {
  readonly place: StreamPlace;
  readonly states: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  /** Sources whose commands were sent back: what they sent after these may not pass them. */
  readonly sentBack: ReadonlySet<string>;
  readonly wrote: boolean;
};

/** A batch on its way. */
type Flight = {
  readonly batch: readonly Entry[];
  /** Whether it was decided on what another one left. */
  readonly followed: boolean;
  readonly verdicts: Verdicts;
  /** Fulfilled when it is decided and its writes have left, or when that will not happen. */
  readonly decided: Promise<void>;
  /** Fulfilled when it is committed, or with what went wrong. */
  readonly ended: Promise<{ readonly error: unknown } | undefined>;
  left: Left | undefined;
};

/** Fewer than these are not worth two batches. Measured: below it the statements cost more than the overlap gains. */
const SMALLEST_HALF = 16;

/** After being overtaken by another process, batches go one at a time for this many, twice as many each time. */
const ALONE_AT_FIRST = 16;
const ALONE_AT_MOST = 1024;

/**
 * Opens the queue of one retailer. While one batch is being written the next one gathers, and is read and decided on what the first will leave behind:
 * alone a command pays two round trips, under load batches form and follow each other without a gap. There is no timer.
 */
export function createCommitter(options: {
  readonly store: CommitStore;
  readonly rules: readonly CommandRules[];
  /** Posting rules and other consequences inside the same commit. */
  readonly react: Reaction;
  readonly limits?: Partial<CommitLimits>;
  /** Called after each commit with the last event number. */
  readonly onCommitted?: (eventNumber: number) => void;
  /** Told when a batch failed and its commands are tried one by one, or when the database is gone. */
  readonly onTrouble?: (message: string, error: unknown) => void;
  readonly pause?: (ms: number) => Promise<void>;
}): Committer {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const rulesByType = new Map(options.rules.map((rules) => [rules.type, rules]));
  const pause = options.pause ?? ((ms: number) => new Promise<void>((done) => setTimeout(done, ms)));
  const interactive: Entry[] = [];
  const bulk: Entry[] = [];
  const inFlight = new Map<string, { bodyHash: string; outcome: Promise<Outcome> }>();
  /** Sources some of whose commands are being resolved: what they sent after the first of these waits behind it, in order. */
  const holds = new Map<string, Hold>();
  let submitted = 0;
  let waiting = 0;
  let pumping: Promise<void> | undefined;
  let closed = false;
  /** Batches that still go one at a time, because another process writes too, and how many it will be the next time. */
  let alone = 0;
  let aloneNext = ALONE_AT_FIRST;
  let wake: () => void = () => undefined;

  function laneOf(entry: Entry): Entry[] {
    return entry.submission.lane === 'bulk' ? bulk : interactive;
  }

  /** What this command has to wait behind: its source sent one before it that is being resolved. */
  function holdOf(entry: Entry): Hold | undefined {
    const hold = entry.submission.sourceId === undefined ? undefined : holds.get(entry.submission.sourceId);
    if (hold !== undefined) for (const other of hold.resolving) if (other.place < entry.place) return hold;
    return undefined;
  }

  /** Takes out of a lane what has to wait: it had been queued before the command in front of it was sent back. */
  function holdBack(lane: Entry[]): void {
    if (holds.size === 0) return;
    let kept = 0;
    for (const entry of lane) {
      const hold = holdOf(entry);
      if (hold === undefined) lane[kept++] = entry;
      else insertInOrder(hold.behind, entry);
    }
    lane.length = kept;
  }

  /** What leaves now. Behind a batch on its way everything that waits; with none ahead half of it, so that the other half can follow at once. */
  function take(ahead: Left | undefined): Entry[] {
    const batch: Entry[] = [];
    let lines = 0;
    holdBack(interactive);
    holdBack(bulk);
    const waits = interactive.length + bulk.length;
    const half = ahead === undefined && alone === 0 ? Math.max(SMALLEST_HALF, Math.ceil(waits / 2)) : waits;
    const commands = Math.min(limits.batchCommands, half);
    const from = (lane: Entry[], most: number): void => {
      let taken = 0;
      let kept = 0;
      let at = 0;
      for (; at < lane.length && taken < most && batch.length < commands; at += 1) {
        const entry = lane[at] as Entry;
        if (entry.submission.sourceId !== undefined && ahead?.sentBack.has(entry.submission.sourceId) === true) {
          lane[kept++] = entry;
          continue;
        }
        if (batch.length > 0 && lines + entry.lines > limits.batchLines) break;
        lines += entry.lines;
        batch.push(entry);
        taken += 1;
      }
      lane.splice(kept, at - kept);
    };
    // A quarter of the batch that leaves, not of the largest that could: beside three checkouts one fact, not sixty-four.
    const quarter = Math.floor(Math.min(interactive.length / 3, commands / 4));
    const bulkShare = interactive.length > 0 ? Math.max(1, quarter) : commands;
    const reserved = Math.min(bulk.length, bulkShare);
    from(interactive, Math.max(1, commands - reserved));
    from(bulk, bulkShare);
    return batch;
  }

  function pump(): void {
    wake();
    if (pumping !== undefined) return;
    pumping = (async () => {
      // One turn of the event loop first, so that requests parsed in the same turn share a batch.
      await new Promise<void>((done) => setImmediate(done));
      await fly();
    })().finally(() => {
      pumping = undefined;
      if (interactive.length + bulk.length > 0) pump();
    });
  }

  /** Sends batches until nothing waits: at most two are on their way, the second decided on what the first leaves. */
  async function fly(): Promise<void> {
    let ahead: Flight | undefined;
    while (ahead !== undefined || interactive.length + bulk.length > 0) {
      let behind: Flight | undefined;
      if (ahead !== undefined && alone === 0) await gather(ahead);
      // One that failed before it was decided leaves nothing to stand on.
      if (ahead === undefined || (alone === 0 && ahead.left !== undefined)) {
        const batch = stillWaiting(take(ahead?.left));
        if (batch.length > 0) behind = launch(batch, ahead?.left);
      }
      if (ahead !== undefined) {
        const failure = await land(ahead);
        if (failure !== undefined) {
          await recover(ahead, failure.error, behind);
          behind = undefined;
        } else if (ahead.followed) aloneNext = ALONE_AT_FIRST;
      }
      await behind?.decided;
      ahead = behind;
    }
  }

  /** Waits until half as many wait as are on their way, so that batches stay of a size, or until there is nothing ahead any more. */
  async function gather(ahead: Flight): Promise<void> {
    const end = ahead.ended.then(() => true);
    let over = false;
    while (!over && interactive.length + bulk.length < ahead.batch.length / 2)
      over = await Promise.race([end, new Promise<false>((more) => (wake = () => more(false)))]);
  }

  /** Sends a batch on its way, under the lock or on what the one ahead of it leaves. */
  function launch(batch: readonly Entry[], ahead: Left | undefined): Flight {
    if (alone > 0) alone -= 1;
    const verdicts: Verdicts = {
      accepted: new Map(),
      refused: new Map(),
      known: new Map(),
      again: new Map(),
      broken: new Map(),
    };
    let decided: () => void = () => undefined;
    const flight: { -readonly [K in keyof Flight]: Flight[K] } = {
      batch,
      followed: ahead !== undefined,
      verdicts,
      left: undefined,
      decided: new Promise((done) => (decided = done)),
      ended: Promise.resolve(undefined),
    };
    flight.ended = options.store
      .run(
        needsOf(batch),
        (open) => {
          const { writes, left } = decideBatch(batch, open, ahead?.states, options.react, verdicts);
          flight.left = left;
          decided();
          return writes;
        },
        ahead?.place,
      )
      .then(
        () => undefined,
        (error: unknown) => ({ error }),
      )
      .finally(decided);
    return flight;
  }

  /** Waits for a batch and answers its commands; gives what went wrong. */
  async function land(flight: Flight): Promise<{ readonly error: unknown } | undefined> {
    const failure = await flight.ended;
    if (failure !== undefined) return failure;
    try {
      await settle(flight.verdicts);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  /** After a batch failed: what flew behind it waits again, and it is tried anew before anything else leaves. */
  async function recover(failed: Flight, error: unknown, behind: Flight | undefined): Promise<void> {
    const overtaken = error instanceof Overtaken;
    // What wrote something was let through by the database: the batch ahead of it is there, only its answer was lost.
    const landed = behind !== undefined && (await behind.ended) === undefined && behind.left?.wrote === true;
    if (behind !== undefined && !landed) queueAgain(behind.batch);
    if (overtaken) {
      alone = aloneNext;
      aloneNext = Math.min(2 * aloneNext, ALONE_AT_MOST);
      queueAgain(failed.batch);
    } else await runBatch(failed.batch, { error });
    if (landed) {
      const failure = await land(behind);
      if (failure !== undefined) await runBatch(behind.batch, failure);
    }
  }

  /** Puts back what was taken and has no answer, in front and in its order. */
  function queueAgain(batch: readonly Entry[]): void {
    for (const entry of batch.toReversed()) if (!entry.answered) queue(entry);
  }

  /** Runs a batch that failed until everybody has an answer or waits elsewhere, one batch at a time. */
  async function runBatch(taken: readonly Entry[], failedBefore?: { readonly error: unknown }): Promise<void> {
    let failure = failedBefore;
    for (let attempt = 0; ; attempt += 1) {
      // Who has an answer keeps it: a refusal that was told is not decided again because something else of the batch failed.
      const batch = stillWaiting(taken);
      if (batch.length === 0) return;
      failure ??= await land(launch(batch, undefined));
      if (failure === undefined) return;
      const { error } = failure;
      failure = undefined;
      if (error instanceof StoreFault) {
        const ms = FAULT_PAUSES_MS[attempt];
        if (ms === undefined) {
          options.onTrouble?.('the database does not answer', error);
          for (const entry of batch) entry.fail(new Overloaded('the database does not answer', 1, error));
          return;
        }
        await pause(ms);
      } else if (batch.length === 1) {
        options.onTrouble?.(`${(batch[0] as Entry).submission.type} failed`, error);
        (batch[0] as Entry).fail(error);
        return;
      } else {
        options.onTrouble?.(`a batch of ${batch.length} failed and is retried one by one`, error);
        const unanswered = new Set<string>();
        for (const entry of batch) {
          const source = entry.submission.sourceId;
          if (source === undefined || !unanswered.has(source)) await runBatch([entry]);
          // A source whose earlier command is resolved again waits behind it, also when that one is back in its lane by now.
          else queue(entry);
          if (source !== undefined && !entry.answered) unanswered.add(source);
        }
        return;
      }
    }
  }

  /** Those without an answer; who waited too long gets one. */
  function stillWaiting(taken: readonly Entry[]): Entry[] {
    for (const entry of taken) {
      const waitedMs = performance.now() - entry.since;
      if (!entry.answered && entry.submission.lane === 'interactive' && waitedMs > limits.patienceMs)
        entry.fail(new Overloaded('the command waited too long'));
    }
    return taken.filter((entry) => !entry.answered);
  }

  async function settle(verdicts: Verdicts): Promise<void> {
    for (const [entry, outcome] of verdicts.accepted) entry.answer(outcome);
    let last = 0;
    for (const [entry, outcome] of verdicts.accepted) {
      if (!entry.preview && outcome.kind === 'accepted' && outcome.eventNumber > last) last = outcome.eventNumber;
    }
    if (last > 0) options.onCommitted?.(last);
    for (const [entry, outcome] of verdicts.refused) entry.answer(outcome);
    for (const [entry, error] of verdicts.broken) entry.fail(error);
    if (verdicts.known.size > 0) {
      const answers = await knownAnswers([...verdicts.known.values()]);
      for (const [entry, known] of verdicts.known) {
        const outcome =
          known.bodyHash === entry.bodyHash ? answers.get(known.eventNumber) : ({ kind: 'key_reused' } as const);
        if (outcome === undefined) entry.fail(new StoreFault(new Error('the stored answer was not found')));
        else entry.answer(outcome);
      }
    }
    // Last, because what stands before may fail and be tried again.
    for (const [entry, hint] of verdicts.again) {
      // The first of a source is resolved, the others wait behind it.
      const hold = holdOf(entry);
      if (hold === undefined) void resolveAndQueue(entry, hint);
      else insertInOrder(hold.behind, entry);
    }
  }

  async function knownAnswers(known: readonly KnownKey[]): Promise<Map<number, Outcome>> {
    const acts = await options.store.acts(known.map((key) => key.eventNumber));
    const answers = new Map<number, Outcome>();
    for (const [number, act] of acts) {
      answers.set(number, {
        kind: 'accepted',
        eventNumber: number,
        type: act.type,
        body: act.body,
        recordedAt: act.recordedAt,
        repeated: true,
      });
    }
    return answers;
  }

  /** Puts a command to where it belongs: behind the one of its source that is resolved, to be resolved itself, or into its lane. */
  function queue(entry: Entry): void {
    const hold = holdOf(entry);
    if (hold !== undefined) insertInOrder(hold.behind, entry);
    else if (needsResolving(entry)) void resolveAndQueue(entry, undefined);
    else insertInOrder(laneOf(entry), entry);
  }

  /** Resolves a command and gives it back to its lane, ahead of what its source sent after it. */
  async function resolveAndQueue(entry: Entry, hint: unknown): Promise<void> {
    const source = entry.submission.sourceId;
    const hold = source === undefined ? undefined : (holds.get(source) ?? { resolving: new Set<Entry>(), behind: [] });
    if (source !== undefined && hold !== undefined) holds.set(source, hold);
    hold?.resolving.add(entry);
    let ready = false;
    try {
      entry.resolves += 1;
      if (entry.resolves > RESOLVE_ATTEMPTS) throw new Overloaded('what the command needs keeps changing');
      ready = await resolveEntry(entry, hint);
    } catch (error) {
      entry.fail(error);
    }
    hold?.resolving.delete(entry);
    if (ready) queue(entry);
    // One that waited behind and must be resolved itself holds those after it again.
    for (const waitingEntry of hold?.behind.splice(0) ?? []) queue(waitingEntry);
    if (source !== undefined && hold?.resolving.size === 0) holds.delete(source);
    pump();
  }

  /** Waits out faults of the database, then tells the caller to come back. */
  async function whenItAnswers<T>(read: () => Promise<T> | undefined): Promise<T | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof StoreFault)) throw error;
        const ms = FAULT_PAUSES_MS[attempt];
        if (ms === undefined) throw new Overloaded('the database does not answer', 1, error);
        await pause(ms);
      }
    }
  }

  /** False when there was nothing to resolve to: the entry has been answered. */
  async function resolveEntry(entry: Entry, hint: unknown): Promise<boolean> {
    const { rules, submission } = entry;
    const own = rules.keys(submission.body as never);
    if (rules.resolve === undefined) {
      entry.keys = own;
      return true;
    }
    const resolved = await whenItAnswers(() => rules.resolve?.(submission.body as never, hint));
    if (resolved === undefined) {
      entry.answer({ kind: 'refused', rejection: rules.missing ?? { reason: 'not_found' } });
      return false;
    }
    entry.resolved = resolved;
    entry.keys = mergeKeys(own, resolved.keys);
    return true;
  }

  function enqueue(submission: Submission, preview: boolean): Promise<Outcome> {
    const rules = rulesByType.get(submission.type);
    assert(rules !== undefined, 'no rules for this type of command', { type: submission.type });
    if (closed) return Promise.reject(new Overloaded('the server is stopping', 2));
    if (waiting >= limits.waiting) return Promise.reject(new Overloaded('too many commands wait'));
    const hash = keyHash(submission.principalId, submission.key);
    const body = bodyHash(submission.type, submission.sent ?? submission.body);
    if (!preview) {
      const first = inFlight.get(hash);
      if (first !== undefined) return afterFirst(first, submission, body);
    }
    const outcome = new Promise<Outcome>((answer, fail) => {
      const entry: Entry = {
        submission,
        rules,
        preview,
        keyHash: hash,
        bodyHash: body,
        lines: rules.lines?.(submission.body as never) ?? 1,
        place: (submitted += 1),
        keys: {},
        resolved: undefined,
        resolves: 0,
        since: performance.now(),
        answered: false,
        answer(outcome) {
          entry.answered = true;
          answer(outcome);
        },
        fail(error: unknown) {
          entry.answered = true;
          fail(error instanceof Error ? error : new Error(String(error)));
        },
      };
      waiting += 1;
      entry.keys = rules.keys(submission.body as never);
      const hold = holdOf(entry);
      if (hold !== undefined) hold.behind.push(entry);
      else if (needsResolving(entry)) void resolveAndQueue(entry, undefined);
      else {
        laneOf(entry).push(entry);
        pump();
      }
    }).finally(() => {
      waiting -= 1;
      if (inFlight.get(hash)?.outcome === outcome) inFlight.delete(hash);
    });
    if (!preview) inFlight.set(hash, { bodyHash: body, outcome });
    return outcome;
  }

  /** The same key while its first command is still under way: its answer, or another try when that one was refused. */
  async function afterFirst(
    first: { bodyHash: string; outcome: Promise<Outcome> },
    submission: Submission,
    body: string,
  ): Promise<Outcome> {
    const outcome = await first.outcome.catch(() => undefined);
    if (outcome?.kind !== 'accepted') return enqueue(submission, false);
    return first.bodyHash === body ? { ...outcome, repeated: true } : { kind: 'key_reused' };
  }

  return {
    submit: (submission) => enqueue(submission, false),
    preview: (submission) => enqueue(submission, true),
    async findAnswer(submission) {
      const hash = keyHash(submission.principalId, submission.key);
      const found = await whenItAnswers(async () => {
        const known: KnownKey[] = [];
        await options.store.run({ keyHashes: [hash], books: new Map() }, (open) => {
          known.push(...open.known.values());
          return undefined;
        });
        return known[0];
      });
      if (found === undefined) return undefined;
      if (found.bodyHash !== bodyHash(submission.type, submission.sent ?? submission.body))
        return { kind: 'key_reused' };
      return (await whenItAnswers(() => knownAnswers([found])))?.get(found.eventNumber);
    },
    depth: () => waiting,
    async close() {
      closed = true;
      while (waiting > 0) {
        await (pumping ?? pause(5));
        await pause(1);
      }
      await options.store.close();
    },
  };
}

/** Puts a command among those of its source where it was sent, else in front: it has waited longest. */
function insertInOrder(list: Entry[], entry: Entry): void {
  const source = entry.submission.sourceId;
  let at = 0;
  if (source !== undefined) {
    for (let i = 0; i < list.length; i += 1) {
      const other = list[i] as Entry;
      if (other.submission.sourceId === source && other.place < entry.place) at = i + 1;
    }
  }
  list.splice(at, 0, entry);
}

function needsResolving(entry: Entry): boolean {
  return entry.rules.resolve !== undefined && entry.rules.resolvesLate !== true && entry.resolved === undefined;
}

function mergeKeys(a: BookKeys, b: BookKeys): BookKeys {
  const merged: Record<string, readonly string[]> = { ...a };
  for (const [book, keys] of Object.entries(b)) merged[book] = [...(merged[book] ?? []), ...keys];
  return merged;
}

function needsOf(batch: readonly Entry[]): BatchNeeds {
  const books = new Map<string, Set<string>>();
  const keyHashes: string[] = [];
  for (const entry of batch) {
    keyHashes.push(entry.keyHash);
    for (const book in entry.keys) {
      let set = books.get(book);
      if (set === undefined) books.set(book, (set = new Set()));
      for (const key of entry.keys[book] as readonly string[]) set.add(key);
    }
  }
  return { keyHashes, books };
}

/**
 * Decides each command in turn on what the ones before it left, and the batch ahead before them. Pure but for the verdicts it fills and the name it gives.
 */
function decideBatch(
  batch: readonly Entry[],
  open: OpenBatch,
  ahead: Left['states'] | undefined,
  react: Reaction,
  verdicts: Verdicts,
): { writes: BatchWrites | undefined; left: Left } {
  const states = new Map<string, Map<string, unknown>>();
  const acts: BatchWrites['acts'][number][] = [];
  const keys: KnownKey[] = [];
  const changes = new Map<string, AppliedChange[]>();
  const blockedSources = new Set<string>();
  const loaded: LoadedBooks = {
    get(book, key) {
      const changed = states.get(book)?.get(key);
      if (changed !== undefined) return changed;
      const found = open.books.get(book);
      // A state that was not asked for is not locked, and what is not locked may not be used.
      assert(found !== undefined, 'a decider read a book that its command did not name', { book, key });
      return ahead?.get(book)?.get(key) ?? found.get(key);
    },
  };

  for (const entry of batch) {
    const { submission, rules } = entry;
    const source = submission.sourceId;
    const known = open.known.get(entry.keyHash);
    if (known !== undefined && !entry.preview) {
      verdicts.known.set(entry, known);
      continue;
    }
    if (source !== undefined && blockedSources.has(source)) {
      verdicts.again.set(entry, undefined);
      continue;
    }
    const moved =
      entry.resolved?.versions?.some((read) => versionOf(loaded.get(read.book, read.key)) !== read.version) ?? false;
    if (moved) {
      verdicts.again.set(entry, undefined);
      if (source !== undefined) blockedSources.add(source);
      continue;
    }
    const opened = openDraft(loaded, { base: open.eventNumber + acts.length, recordedAt: open.recordedAt }, react);
    try {
      const verdict = rules.decide(opened.draft, submission.body as never, entry.resolved?.value);
      if (verdict !== undefined) {
        if ('resolveAgain' in verdict && rules.resolve !== undefined) {
          verdicts.again.set(entry, verdict.resolveAgain);
          if (source !== undefined) blockedSources.add(source);
        } else {
          assert('reason' in verdict, 'a verdict is a rejection or asks to be resolved again');
          verdicts.refused.set(entry, { kind: 'refused', rejection: verdict });
        }
        continue;
      }
      const done = withApprover(opened.result(), submission.approvedById);
      const main = done.acts.find((act) => act.consequence !== true);
      assert(main !== undefined, 'an accepted command leaves an act', { type: submission.type });
      verdicts.accepted.set(entry, {
        kind: 'accepted',
        eventNumber: main.number,
        type: main.type,
        body: main.body,
        recordedAt: open.recordedAt,
        repeated: false,
      });
      if (entry.preview) continue;
      for (const act of done.acts)
        acts.push({ ...act, actorId: submission.principalId, originId: submission.originId });
      keys.push({ keyHash: entry.keyHash, bodyHash: entry.bodyHash, eventNumber: main.number });
      for (const [book, list] of done.changes) {
        const all = changes.get(book);
        if (all === undefined) changes.set(book, [...list]);
        else for (const change of list) all.push(change);
      }
      for (const [book, own] of done.states) {
        let all = states.get(book);
        if (all === undefined) states.set(book, (all = new Map<string, unknown>()));
        for (const [key, state] of own) all.set(key, state);
      }
    } catch (error) {
      // One broken command fails alone: its draft is dropped, the others have not seen it.
      verdicts.broken.set(entry, error);
    }
  }
  const writes =
    acts.length === 0 ? undefined : { batchId: randomUUID(), recordedAt: open.recordedAt, acts, keys, changes };
  const place: StreamPlace = {
    eventNumber: open.eventNumber + acts.length,
    recordedAt: open.recordedAt,
    batchId: writes?.batchId ?? open.batchId,
  };
  return { writes, left: { place, states, sentBack: blockedSources, wrote: writes !== undefined } };
}

/** The acts of a command, with the name of who approved it beside that of who asked. */
function withApprover(done: DraftResult, approvedById: string | undefined): DraftResult {
  if (approvedById === undefined) return done;
  return { ...done, acts: done.acts.map((act) => ({ ...act, body: { ...act.body, approvedById } })) };
}

function versionOf(state: unknown): number {
  return (state as { version?: number } | undefined)?.version ?? 0;
}
