/** Minutes of the week, 0 being Monday 00:00; `to` is the first minute that is no longer in. One that ends before it begins goes over the end of the week. */
export type WeekSpan = { readonly from: number; readonly to: number };

/** Hours as a shopkeeper says them: on these days (1 Monday to 7 Sunday) from one time until another. `00:00` as the end is the end of the day; an end before the beginning is on the next day. */
export type DayHours = { readonly days: readonly number[]; readonly from: string; readonly to: string };

const DAY = 1440;
const WEEK = 7 * DAY;

/** Spans of the week as hours of days: days that have the same hours stand together, in the order of the week. What is longer than a day is cut at midnight. */
export function dayHoursOf(spans: readonly WeekSpan[]): DayHours[] {
  const rows = new Map<string, { days: number[]; from: string; to: string }>();
  for (const { day, from, to } of spans.flatMap(cutByDay).toSorted((a, b) => a.day - b.day || a.from - b.from)) {
    const [begin, end] = [timeOf(from), timeOf(to)];
    const key = `${begin} ${end}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { days: [day], from: begin, to: end });
    else if (!row.days.includes(day)) row.days.push(day);
  }
  return [...rows.values()];
}

/** Hours of days as spans of the week. */
export function weekSpansOf(rows: readonly DayHours[]): WeekSpan[] {
  return rows.flatMap(({ days, from, to }) => {
    const [begin, end] = [minuteOf(from), minuteOf(to)];
    if (begin === undefined || end === undefined) return [];
    const length = end > begin ? end - begin : end - begin + DAY;
    return days
      .toSorted((a, b) => a - b)
      .map((day) => {
        const start = (day - 1) * DAY + begin;
        const stop = start + length;
        // The end of Sunday is the end of the week, and no minute of it.
        return { from: start, to: stop > WEEK ? stop - WEEK : stop };
      });
  });
}

/** What is wrong with hours that are being written, or undefined. */
export function hoursProblem({ days, from, to }: DayHours): 'noDays' | 'noTime' | 'sameTime' | undefined {
  if (days.length === 0) return 'noDays';
  if (minuteOf(from) === undefined || minuteOf(to) === undefined) return 'noTime';
  return from === to && from !== '00:00' ? 'sameTime' : undefined;
}

/** A span as parts that begin on a day each; one that ends on the day after, less than a day later, stays whole. */
function cutByDay({ from, to }: WeekSpan): { day: number; from: number; to: number }[] {
  const length = to > from ? to - from : to - from + WEEK;
  const parts: { day: number; from: number; to: number }[] = [];
  for (let done = 0; done < length;) {
    const at = (from + done) % WEEK;
    const start = at % DAY;
    const left = length - done;
    const part = left < DAY ? left : DAY - start;
    parts.push({ day: Math.floor(at / DAY) + 1, from: start, to: (start + part) % DAY });
    done += part;
  }
  return parts;
}

function timeOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function minuteOf(time: string): number | undefined {
  const match = /^(\d\d):(\d\d)/.exec(time);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}
