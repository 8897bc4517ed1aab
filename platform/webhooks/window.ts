import type { Waiting } from './webhooks.store.ts';

/** An event that has still to be told to one receiver, with the message ready. Instants are epoch milliseconds. */
export type Entry = {
  readonly number: number;
  /** What it is about; events about one thing are told one after the other. */
  readonly subject: string | null;
  readonly topic: string;
  readonly entityId: string | null;
  readonly locationId: string | null;
  readonly message: string;
  tries: number;
  /** Not before this; 0 at once. */
  nextAt: number;
  /** When it failed first, 0 when it never did. */
  failedAt: number;
};

/** How much is held and done at once for one receiver, and how long is waited after failures. */
export type WindowLimits = {
  readonly entries: number;
  readonly bytes: number;
  readonly atOnce: number;
  /** The first pause after a failure; doubled each time. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
};

/** What the log of a receiver needs: 500 events, a megabyte, 8 calls at once, pauses from 5 s to an hour. */
export const WINDOW_LIMITS: WindowLimits = {
  entries: 500,
  bytes: 1024 * 1024,
  atOnce: 8,
  firstPauseMs: 5_000,
  longestPauseMs: 3_600_000,
};

/** So many failures with no success between them, and the receiver is taken to be down. */
const DOWN_AFTER = 5;

/**
 * What has still to be told to one receiver. One thing's events wait for each other, different things' events do not. When nothing succeeds any more the receiver is
 * tried with one call at a time, later and later, each time with another event, so that one which it cannot digest does not hide that it is up again.
 * The first success lets everything go on at once.
 */
export type Window = {
  /** Takes an event in; they come in the order of their numbers. */
  add(entry: Entry): void;
  /** Whether no more is taken in. */
  isFull(): boolean;
  /** Whether it is worth reading more. */
  hasRoom(): boolean;
  /** The next event to be told, undefined when there is none for now. It stays until one of the following is said of it. */
  next(now: number): Entry | undefined;
  delivered(entry: Entry, now: number): void;
  /** `pauseMs`: how long the receiver asked to be left alone. `isOver`: it is not tried again. */
  failed(entry: Entry, how: { readonly now: number; readonly pauseMs: number; readonly isOver: boolean }): void;
  /** It is not told, through no fault of the receiver. */
  dropped(entry: Entry): void;
  /** Since when nothing has succeeded. */
  failingSince(): number | undefined;
  /** All that is not told yet, by number. */
  waiting(): Waiting[];
  size(): number;
};

/** Makes an empty window. `dice` gives numbers from 0 to 1; without them all that failed together would come back together. */
export function createWindow(
  limits: WindowLimits,
  { dice, failingSince: since }: { readonly dice: () => number; readonly failingSince: number | undefined },
): Window {
  const lanes = new Map<string, Entry[]>();
  const ready: Entry[] = [];
  const later = new Set<Entry>();
  let [size, bytes, underWay] = [0, 0, 0];
  /** The earliest of `later`. */
  let due = Infinity;
  let failures = 0;
  let failingSince = since;
  let down: { probes: number; at: number; probe: Entry | undefined } | undefined;

  const laneOf = ({ subject, number }: Entry): string => subject ?? `#${number}`;
  const pause = (failed: number): number =>
    Math.min(limits.firstPauseMs * 2 ** Math.min(failed - 1, 30), limits.longestPauseMs) * (0.8 + 0.4 * dice());
  const put = (entry: Entry): void => {
    if (entry.nextAt === 0) ready.push(entry);
    else {
      later.add(entry);
      due = Math.min(due, entry.nextAt);
    }
  };
  const leave = (entry: Entry): void => {
    underWay -= 1;
    size -= 1;
    bytes -= entry.message.length;
    const lane = lanes.get(laneOf(entry)) ?? [];
    lane.shift();
    const following = lane[0];
    if (following === undefined) lanes.delete(laneOf(entry));
    else put(following);
  };
  const promote = (now: number): void => {
    if (now < due) return;
    due = Infinity;
    for (const entry of later) {
      if (entry.nextAt <= now) {
        later.delete(entry);
        ready.push(entry);
      } else due = Math.min(due, entry.nextAt);
    }
  };
  /** The one that has not been tried for longest. */
  const probe = (): Entry | undefined => {
    const first = ready.shift();
    if (first !== undefined) return first;
    let chosen: Entry | undefined;
    for (const entry of later) if (chosen === undefined || entry.nextAt < chosen.nextAt) chosen = entry;
    if (chosen !== undefined) later.delete(chosen);
    return chosen;
  };

  return {
    add(entry) {
      size += 1;
      bytes += entry.message.length;
      const lane = lanes.get(laneOf(entry));
      if (lane !== undefined) return void lane.push(entry);
      lanes.set(laneOf(entry), [entry]);
      put(entry);
    },
    isFull: () => size >= limits.entries || bytes >= limits.bytes,
    hasRoom: () => size <= limits.entries / 2 && bytes <= limits.bytes / 2,
    next(now) {
      if (down !== undefined) {
        if (underWay > 0 || now < down.at) return undefined;
        down.probe = probe();
        if (down.probe !== undefined) underWay += 1;
        return down.probe;
      }
      promote(now);
      const entry = underWay < limits.atOnce ? ready.shift() : undefined;
      if (entry !== undefined) underWay += 1;
      return entry;
    },
    delivered(entry, now) {
      leave(entry);
      failures = 0;
      failingSince = undefined;
      if (down === undefined) return;
      down = undefined;
      for (const each of later) each.nextAt = now;
      due = now;
    },
    failed(entry, { now, pauseMs, isOver }) {
      entry.tries += 1;
      if (entry.failedAt === 0) entry.failedAt = now;
      if (isOver) leave(entry);
      else {
        underWay -= 1;
        entry.nextAt = now + Math.max(pause(entry.tries), pauseMs);
        put(entry);
      }
      failures += 1;
      failingSince ??= now;
      if (down === undefined) {
        if (failures >= DOWN_AFTER || pauseMs > 0)
          down = { probes: 1, at: now + Math.max(pause(1), pauseMs), probe: undefined };
      } else if (down.probe === entry) {
        down.probes += 1;
        down.at = now + Math.max(pause(down.probes), pauseMs);
      }
    },
    dropped: leave,
    failingSince: () => failingSince,
    waiting: () =>
      [...lanes.values()]
        .flat()
        .map(({ number, tries, nextAt, failedAt }): Waiting => [number, tries, Math.round(nextAt), failedAt])
        .toSorted(([a], [b]) => a - b),
    size: () => size,
  };
}
