import { describe, expect, it } from 'vitest';
import { dayHoursOf, hoursProblem, weekSpansOf, type WeekSpan } from './hours.ts';

const DAY = 1440;
const at = (day: number, hour: number): number => (day - 1) * DAY + hour * 60;

/** Every minute of the week that spans hold. */
function minutes(spans: readonly WeekSpan[]): Set<number> {
  const held = new Set<number>();
  for (const { from, to } of spans)
    for (let minute = 0; minute < 7 * DAY; minute += 1)
      if (from <= to ? minute >= from && minute < to : minute >= from || minute < to) held.add(minute);
  return held;
}

describe('hours of the week', () => {
  it.each<[string, WeekSpan[], { days: number[]; from: string; to: string }[]]>([
    ['a morning', [{ from: at(1, 9), to: at(1, 12) }], [{ days: [1], from: '09:00', to: '12:00' }]],
    [
      'the same hours on two days',
      [
        { from: at(3, 9), to: at(3, 12) },
        { from: at(1, 9), to: at(1, 12) },
      ],
      [{ days: [1, 3], from: '09:00', to: '12:00' }],
    ],
    ['a whole day', [{ from: at(2, 0), to: at(3, 0) }], [{ days: [2], from: '00:00', to: '00:00' }]],
    ['the whole of Sunday', [{ from: at(7, 0), to: 7 * DAY }], [{ days: [7], from: '00:00', to: '00:00' }]],
    [
      'a night over the end of the week',
      [{ from: at(7, 22), to: at(1, 2) }],
      [{ days: [7], from: '22:00', to: '02:00' }],
    ],
    [
      'a weekend that is one span',
      [{ from: at(5, 18), to: 7 * DAY }],
      [
        { days: [5], from: '18:00', to: '00:00' },
        { days: [6, 7], from: '00:00', to: '00:00' },
      ],
    ],
    ['the whole week', [{ from: 0, to: 7 * DAY }], [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00' }]],
  ])('are said by days and hold the same minutes: %s', (_, spans, rows) => {
    expect(dayHoursOf(spans)).toEqual(rows);
    expect(minutes(weekSpansOf(rows))).toEqual(minutes(spans));
  });

  it('are not kept while they say nothing', () => {
    expect(hoursProblem({ days: [], from: '09:00', to: '12:00' })).toBe('noDays');
    expect(hoursProblem({ days: [1], from: '', to: '12:00' })).toBe('noTime');
    expect(hoursProblem({ days: [1], from: '09:00', to: '09:00' })).toBe('sameTime');
    expect(hoursProblem({ days: [1], from: '00:00', to: '00:00' })).toBeUndefined();
  });
});
