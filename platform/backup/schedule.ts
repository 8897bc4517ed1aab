/** When backups are made: every hour, or every day at a time of UTC. */
export type Schedule = { readonly everyMs: number; readonly offsetMs: number };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Reads BACKUP_SCHEDULE: `off`, `hourly` or a time as `03:30`. Undefined for off. */
export function scheduleOf(text: string): Schedule | undefined {
  if (text === 'off') return undefined;
  if (text === 'hourly') return { everyMs: HOUR, offsetMs: 0 };
  const [hours, minutes] = text.split(':').map(Number);
  return { everyMs: 24 * HOUR, offsetMs: (hours ?? 0) * HOUR + (minutes ?? 0) * MINUTE };
}

/** The last moment at or before `now` at which one was due. */
export function lastDue({ everyMs, offsetMs }: Schedule, now: number): number {
  return Math.floor((now - offsetMs) / everyMs) * everyMs + offsetMs;
}

/** Whether one is due that was not begun: also one that was missed while the program did not run. */
export function isDue(schedule: Schedule, at: { readonly now: number; readonly begunAt: number | undefined }): boolean {
  return at.begunAt === undefined || at.begunAt < lastDue(schedule, at.now);
}

/** When the next one is due. */
export function nextDue(schedule: Schedule, now: number): number {
  return lastDue(schedule, now) + schedule.everyMs;
}
