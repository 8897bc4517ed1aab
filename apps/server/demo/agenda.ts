import { addDays, startOfBusinessDay, weekdayOf, type BusinessDay } from '../../../src/kernel/time.ts';

/** Things to do, each at its time; what comes up meanwhile is put in between. */
export type Agenda = {
  put(at: number, act: () => void): void;
  /** Does everything up to an instant, in the order of time, and of putting where times are equal. */
  runUntil(end: number): void;
};

type Entry = { readonly at: number; readonly order: number; readonly act: () => void };

/** Opens an agenda: a binary heap. */
export function openAgenda(): Agenda {
  const heap: Entry[] = [];
  let puts = 0;
  const before = (a: number, b: number): boolean => {
    const [one, other] = [heap[a] as Entry, heap[b] as Entry];
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  };
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b] as Entry, heap[a] as Entry];
  };
  return {
    put(at, act) {
      heap.push({ at, order: (puts += 1), act });
      for (let i = heap.length - 1; i > 0 && before(i, (i - 1) >> 1); i = (i - 1) >> 1) swap(i, (i - 1) >> 1);
    },
    runUntil(end) {
      for (let first = heap[0]; first !== undefined && first.at <= end; first = heap[0]) {
        const last = heap.pop() as Entry;
        if (heap.length > 0) {
          heap[0] = last;
          for (let i = 0; ;) {
            let least = i;
            if (2 * i + 1 < heap.length && before(2 * i + 1, least)) least = 2 * i + 1;
            if (2 * i + 2 < heap.length && before(2 * i + 2, least)) least = 2 * i + 2;
            if (least === i) break;
            swap(i, least);
            i = least;
          }
        }
        first.act();
      }
    },
  };
}

const hours = new Map<string, number>();

/** The instant of a local time, given as minutes after midnight of a day. */
export function localInstant(day: BusinessDay, timeZone: string, minutes: number): number {
  const hour = Math.floor(minutes / 60);
  const key = `${day} ${hour} ${timeZone}`;
  let start = hours.get(key);
  if (start === undefined) {
    if (hours.size > 20_000) hours.clear();
    hours.set(key, (start = startOfBusinessDay(day, { timeZone, cutOffHour: hour })));
  }
  return start + Math.round((minutes - hour * 60) * 60_000);
}

/** The opening hours of a day, or undefined when a place is shut. */
export function hoursOn(
  week: readonly (readonly [number, number] | null)[],
  day: BusinessDay,
): readonly [number, number] | undefined {
  return week[weekdayOf(day) - 1] ?? undefined;
}

/** The first day from `day` on (or after it) on which a place is open. */
export function nextOpenDay(week: readonly (readonly [number, number] | null)[], day: BusinessDay): BusinessDay {
  for (let at = day; ; at = addDays(at, 1)) if (hoursOn(week, at) !== undefined) return at;
}
