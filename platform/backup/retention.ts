/** How many backups stay: the last one of so many days, weeks and months that have one. The latest stays always. */
export type Retention = { readonly days: number; readonly weeks: number; readonly months: number };

const DAY = 86_400_000;

/** When a backup was made, by its name. */
export function madeAt(name: string): number {
  const [, year, month, day, hour, minute, second] = /-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(name) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** The backups that go. Of each day, week (from Monday) and month in UTC the last one counts. */
export function superfluous(names: readonly string[], keep: Retention): readonly string[] {
  const newestFirst = names.toSorted((one, other) => madeAt(other) - madeAt(one));
  const kept = new Set(newestFirst.slice(0, 1));
  const keepLastOf = (count: number, spanOf: (ms: number) => string | number): void => {
    const spans = new Set<string | number>();
    for (const name of newestFirst) {
      const span = spanOf(madeAt(name));
      if (spans.has(span)) continue;
      if (spans.size >= count) return;
      spans.add(span);
      kept.add(name);
    }
  };
  keepLastOf(keep.days, (ms) => Math.floor(ms / DAY));
  // The first of January 1970 was a Thursday.
  keepLastOf(keep.weeks, (ms) => Math.floor((ms / DAY + 3) / 7));
  keepLastOf(keep.months, (ms) => new Date(ms).toISOString().slice(0, 7));
  return newestFirst.filter((name) => !kept.has(name));
}
