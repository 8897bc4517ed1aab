import { randomUUID } from 'node:crypto';
import type { Master, MasterEvent } from '../commit/master-door.ts';
import type { Origin, Origins } from './origins.ts';

/**
 * Something that concerns who may come in and do what, or is done, and changed none of the books: a sign-in, one that failed, an attempt that was turned away, a
 * backup that was asked for.
 */
export type SecurityNote = {
  readonly type: 'SignedIn' | 'SignedOut' | 'SignInFailed' | 'AttemptDenied' | 'ActDone';
  readonly origin: Origin;
  /** Whom it is about, when that is known: the one who signed in, or who was named. */
  readonly personId?: string | undefined;
  /** Which operation was asked for, and why it was refused. Never what was sent. */
  readonly operation: string;
  /** What it was done to: the id in its address. */
  readonly about?: string | undefined;
  readonly reason?: string | undefined;
  readonly at: number;
};

/** Notes them. Costs the request nothing: they are written together, the same ones as one with a number. */
export type SecurityLog = {
  note(note: SecurityNote): void;
  /** Writes what was noted so far. */
  flush(): Promise<void>;
  /** Writes down what is left and stops. */
  close(): Promise<void>;
};

const FLUSH_MS = 2_000;
/** The same note is written at most this often, so that somebody who tries without end writes a row now and then and not a row a try. */
const SAME_MS = 60_000;
/** Kinds of notes at one time; what is beyond is counted. */
const MAX_GROUPS = 200;

type Group = { readonly note: SecurityNote; times: number; last: number; nextAt: number };

/**
 * Opens the log: notes become events of the topic `security`, in the one stream and under its chain like every other act. `principalId` is whom the
 * master door knows as the writer, the program itself.
 */
export function openSecurityLog(deps: {
  readonly master: Master;
  readonly origins: Origins;
  readonly principalId: string;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}): SecurityLog {
  const { master, origins, principalId, now, onError } = deps;
  const groups = new Map<string, Group>();
  let omitted = 0;
  let writing: Promise<void> = Promise.resolve();

  /** What is to be written now. What was written a moment ago goes on being counted. */
  const take = (all: boolean): Group[] => {
    const at = now();
    const due: Group[] = [];
    for (const [key, group] of groups) {
      if (!all && at < group.nextAt) continue;
      if (group.times === 0) groups.delete(key);
      else {
        due.push({ ...group });
        group.times = 0;
        group.nextAt = at + SAME_MS;
      }
    }
    return due;
  };

  const write = async (all: boolean): Promise<void> => {
    const [taken, beyond] = [take(all), omitted];
    omitted = 0;
    const events: MasterEvent[] = [];
    for (const group of taken) events.push(await eventOf(group, origins));
    if (beyond > 0) events.push({ type: 'AttemptsOmitted', version: 1, body: { times: beyond } });
    if (events.length === 0) return;
    const of = { principalId, originId: await origins.ofJob('security notes'), topic: 'security' };
    await master({ ...of, type: 'note_security', key: randomUUID(), body: {}, at: now() }, async () => ({
      ok: true,
      value: { events, answer: null },
    }));
  };
  const flush = (all: boolean): Promise<void> => (writing = writing.then(() => write(all)).catch(onError));
  const timer = setInterval(() => void flush(false), FLUSH_MS);
  timer.unref();

  return {
    note(note) {
      const { origin } = note;
      const what = [note.type, note.operation, note.about, note.reason, note.personId];
      const key = [...what, origin.credential, origin.address].join('\n');
      const known = groups.get(key);
      if (known !== undefined) {
        known.times += 1;
        known.last = note.at;
      } else if (groups.size < MAX_GROUPS) groups.set(key, { note, times: 1, last: note.at, nextAt: note.at });
      else omitted += 1;
    },
    flush: () => flush(true),
    async close() {
      clearInterval(timer);
      await flush(true);
    },
  };
}

async function eventOf({ note, times, last }: Group, origins: Origins): Promise<MasterEvent> {
  const { type, origin, personId, operation, about, reason, at } = note;
  return {
    type,
    version: 1,
    subjectId: personId,
    actorId: personId ?? origin.principalId,
    originId: await origins.of(origin),
    body: {
      operation,
      ...(about === undefined ? {} : { about }),
      ...(reason === undefined ? {} : { reason }),
      ...(times === 1 ? {} : { times, last: new Date(last).toISOString() }),
      at: new Date(at).toISOString(),
    },
  };
}
