import { Button, Checkbox, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { dayHoursOf, hoursProblem, weekSpansOf, type DayHours, type WeekSpan } from './hours.ts';
import { Wrong } from './effect-fields.tsx';
import { weekdayName } from './words.ts';

const WORKING: DayHours = { days: [1, 2, 3, 4, 5], from: '09:00', to: '12:00' };
const WEEK = [1, 2, 3, 4, 5, 6, 7];

/** Hours of the week: days and times. What is not touched stays as it was stored; `onHours` also hears whether a row says nothing yet. */
export function HoursFields({
  hours,
  onHours,
}: {
  hours: readonly WeekSpan[] | undefined;
  onHours: (hours: WeekSpan[] | undefined, whole: boolean) => void;
}) {
  const t = useTranslations('promotions');
  const locale = useLocale();
  const [rows, setRows] = useState<readonly DayHours[]>(() => dayHoursOf(hours ?? []));
  const change = (next: readonly DayHours[]): void => {
    setRows(next);
    const spans = weekSpansOf(next);
    onHours(
      spans.length === 0 ? undefined : spans,
      next.every((row) => hoursProblem(row) === undefined),
    );
  };
  const put = (at: number, part: Partial<DayHours>): void =>
    change(rows.map((row, n) => (n === at ? { ...row, ...part } : row)));
  return (
    <div className="os-fields">
      {rows.map((row, at) => {
        const problem = hoursProblem(row);
        const later = problem === undefined && row.to !== '00:00' && row.to <= row.from;
        return (
          // Rows have no names of their own; a changed one stays where it is.
          <fieldset key={at} className="os-group">
            <legend>{t('hoursRow', { n: at + 1 })}</legend>
            <Checkbox.Group value={row.days.map(String)} onChange={(days) => put(at, { days: days.map(Number) })}>
              <div className="os-row">
                {WEEK.map((day) => (
                  <Checkbox key={day} value={String(day)} label={weekdayName(locale, day, 'short')} />
                ))}
              </div>
            </Checkbox.Group>
            <div className="os-row os-group-foot">
              <TextInput
                type="time"
                label={t('fromTime')}
                value={row.from}
                onChange={(event) => put(at, { from: event.currentTarget.value })}
              />
              <TextInput
                type="time"
                label={t('toTime')}
                value={row.to}
                onChange={(event) => put(at, { to: event.currentTarget.value })}
              />
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={t('takeOut', { name: t('hoursRow', { n: at + 1 }) })}
                leftSection={<X size={14} aria-hidden="true" />}
                onClick={() => change(rows.filter((_, n) => n !== at))}
              >
                {t('out')}
              </Button>
            </div>
            {problem !== undefined && <Wrong text={t(`hoursProblems.${problem}`)} />}
            {later && <p className="os-soft os-small">{t('nextDay')}</p>}
          </fieldset>
        );
      })}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          disabled={rows.length >= 7}
          leftSection={<Plus size={14} aria-hidden="true" />}
          onClick={() => change([...rows, WORKING])}
        >
          {t('addHours')}
        </Button>
      </div>
    </div>
  );
}
