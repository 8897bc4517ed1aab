import { uuidv7 } from 'uuidv7';
import type { Pool } from '../db/pool.ts';
import { openBackupStore, type BackupCause, type BackupStore, type StoredBackup } from './backup-store.ts';
import type { Retention } from './retention.ts';
import { isDue, nextDue, scheduleOf } from './schedule.ts';

/** How an installation makes backups. */
export type BackupSetting = {
  /** Where they go, for people. */
  readonly place: string;
  readonly onOwnDisk: boolean;
  /** As BACKUP_SCHEDULE has it. */
  readonly schedule: string;
  readonly keep: Retention;
  readonly encrypted: boolean;
  /** Makes the backup whose row was begun and resolves when it has ended; in a process of its own, so that sellers do not wait for it. */
  readonly run: (of: { readonly id: string; readonly cause: BackupCause }, stop: AbortSignal) => Promise<void>;
  /** Whether one that is due waits for its next turn: another retailer's is being made. */
  readonly mustWait?: () => boolean;
};

/** The backups of one retailer, made when they are due and when somebody asks. */
export type Backups = {
  readonly store: BackupStore;
  plan(): Omit<BackupSetting, 'run' | 'mustWait'> & { readonly nextAt: number | undefined };
  /** Begins one and gives it, or the one that is under way. */
  begin(cause: BackupCause, askedBy: string | undefined): Promise<StoredBackup>;
  /** Begins the one that is due, if one is. */
  tick(): Promise<void>;
  /** Begins no more and ends the one that is being made. */
  close(): Promise<void>;
};

/** The first backup of an installation is made when the program has run for so long, not in the middle of its first start. */
const FIRST_MS = 15 * 60_000;

/** Opens them. Whoever wants them made by themselves calls `tick` from time to time. */
export function openBackups(options: {
  readonly pool: Pool;
  readonly schema: string;
  readonly now: () => number;
  readonly setting: BackupSetting;
  readonly onError: (error: unknown) => void;
}): Backups {
  const { now, setting, onError } = options;
  const store = openBackupStore(options);
  const schedule = scheduleOf(setting.schedule);
  const openedAt = now();
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  const start = (of: { readonly id: string; readonly cause: BackupCause }): void => {
    const run = setting
      .run(of, stopping.signal)
      .catch(async (error: unknown) => {
        onError(error);
        await store.fail(of.id, error instanceof Error ? error.message : String(error)).catch(onError);
      })
      .finally(() => running.delete(run));
    running.add(run);
  };
  const begin = async (cause: BackupCause, askedBy: string | undefined): Promise<StoredBackup> => {
    const id = uuidv7();
    const begun = await store.begin({ id, cause, askedBy, place: setting.place });
    if (begun) start({ id, cause });
    const found = begun ? await store.find(id) : (await store.list(20)).find(({ state }) => state === 'running');
    // The other one has ended in between.
    return found ?? begin(cause, askedBy);
  };

  return {
    store,
    plan() {
      const { run: _, mustWait: __, ...plan } = setting;
      return { ...plan, nextAt: schedule === undefined ? undefined : nextDue(schedule, now()) };
    },
    begin,
    async tick() {
      if (schedule === undefined || stopping.signal.aborted || setting.mustWait?.() === true) return;
      const { scheduled_at: scheduledAt } = await store.latest();
      if (scheduledAt === null && now() - openedAt < FIRST_MS) return;
      if (isDue(schedule, { now: now(), begunAt: scheduledAt === null ? undefined : Date.parse(scheduledAt) }))
        await begin('schedule', undefined);
    },
    async close() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/** What holds when nobody said how: no backups, and whoever asks for one is told so. */
export const NO_BACKUPS: BackupSetting = {
  place: '',
  onOwnDisk: false,
  schedule: 'off',
  keep: { days: 1, weeks: 0, months: 0 },
  encrypted: false,
  run: () => Promise.reject(new Error('This program was not told where to put backups.')),
};
