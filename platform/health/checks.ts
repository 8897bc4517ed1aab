import { hostname } from 'node:os';
import { readMigrations } from '../db/migrate.ts';
import { partitionsBehind } from '../db/partitions.ts';
import { quoteIdentifier, withTransaction } from '../db/pool.ts';
import type { Pool } from '../db/pool.ts';
import { fine, finding, rank, spanText } from './check.ts';
import type { HealthCheck } from './check.ts';
import {
  readClock,
  readDisk,
  readFollowers,
  readJobs,
  readLogPosition,
  readQuarantine,
  readStandbys,
} from './facts.ts';
import type { At } from './facts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const GB = 1024 ** 3;

/** The disk under DATA_DIR: PostgreSQL stops when it is full. */
export function diskCheck(folder: string, read: typeof readDisk = readDisk): HealthCheck {
  return {
    name: 'disk',
    title: 'Disk space',
    everyMs: MINUTE,
    about: 'machine',
    async run() {
      const { free, size } = await read(folder);
      const percent = Math.floor((free / size) * 100);
      const state =
        free < GB || percent < 3 ? 'bad' : free < 5 * GB && percent < 20 ? 'warn' : percent < 10 ? 'warn' : 'ok';
      return finding(
        state,
        {
          problem: `Only ${(free / GB).toFixed(1)} GB (${percent} %) are free on the disk of ${hostname()} that holds DATA_DIR.`,
          remedy: 'Make room or enlarge the disk. When it is full the database stops and nobody can sell.',
        },
        { freeBytes: free, sizeBytes: size },
      );
    },
  };
}

/** Whether the database answers, and how fast. */
export function databaseCheck({ pool, now }: { readonly pool: Pool; readonly now: () => number }): HealthCheck {
  return {
    name: 'database',
    title: 'Database',
    everyMs: 30_000,
    about: 'machine',
    async run() {
      const clock = await readClock(pool, now).catch((error: unknown) => error as Error);
      if (clock instanceof Error)
        return finding(
          'bad',
          {
            reason: 'silent',
            problem: `The database does not answer: ${clock.message.slice(0, 200)}`,
            remedy:
              'Look whether PostgreSQL runs and can be reached from this machine; its log says why if it does not.',
          },
          { detail: clock.message.slice(0, 200) },
        );
      const latencyMs = Math.round(clock.latencyMs * 10) / 10;
      return finding(
        rank(latencyMs, { warn: 50, bad: 1_000 }),
        {
          reason: 'slow',
          problem: `The database takes ${latencyMs} ms to answer the smallest question.`,
          remedy: 'Every sale waits for it several times: look at its load, its disk and the network between.',
        },
        { latencyMs },
      );
    },
  };
}

/** Whether this machine's clock and the database's agree: sessions, offers and reservations go by the time. */
export function clockCheck({ pool, now }: { readonly pool: Pool; readonly now: () => number }): HealthCheck {
  return {
    name: 'clock',
    title: 'Clocks',
    everyMs: 5 * MINUTE,
    about: 'machine',
    async run() {
      const { skewMs } = await readClock(pool, now);
      return finding(
        rank(Math.abs(skewMs), { warn: 2_000, bad: 30_000 }),
        {
          problem: `The clock of ${hostname()} and that of the database differ by ${spanText(Math.abs(skewMs))}.`,
          remedy: 'Let both machines set their clocks by the network (NTP): prices begin and sessions end by them.',
        },
        { skewMs },
      );
    },
  };
}

/** How far standbys are behind: as the server sees those that are connected, and as the one that is read from says itself. */
export function replicationCheck(options: At & { readonly read: Pool | undefined }): HealthCheck {
  return {
    name: 'replication',
    title: 'Standbys',
    everyMs: MINUTE,
    about: 'installation',
    async run() {
      const standbys = await readStandbys(options);
      const slowest = standbys.toSorted((one, other) => other.lag_seconds - one.lag_seconds)[0];
      let lagSeconds = slowest?.lag_seconds ?? 0;
      if (options.read !== undefined) {
        // The standby first, so that what is committed in between does not count as lag.
        const there = await readLogPosition({ pool: options.read, schema: options.schema });
        const here = await readLogPosition(options);
        if (here.eventNumber > there.eventNumber)
          lagSeconds = Math.max(lagSeconds, Math.round((here.recordedAt - there.recordedAt) / 1000));
      }
      return finding(
        rank(lagSeconds, { warn: 30, bad: 300 }),
        {
          problem: `A standby (${slowest?.name ?? 'DATABASE_READ_URL'}) is ${spanText(lagSeconds * 1000)} behind.`,
          remedy:
            'Reports show old figures, and a fail-over now would lose that much. Look at the standby’s disk and network.',
        },
        { lagSeconds, standbys: standbys.length },
      );
    },
  };
}

/** Whether jobs are done: none failed for good, none stuck, none waiting long. */
export function jobsCheck(at: At, now: () => number): HealthCheck {
  return {
    name: 'jobs',
    title: 'Jobs',
    everyMs: MINUTE,
    about: 'installation',
    async run() {
      const jobs = await readJobs(at, now());
      if (jobs === undefined) return fine();
      const runsMs = jobs.runningSince === undefined ? 0 : now() - jobs.runningSince;
      const waitsMs = jobs.oldestDueAt === undefined ? 0 : now() - jobs.oldestDueAt;
      const worst = Math.max(runsMs, waitsMs);
      const { waiting, running, failed, lastError } = jobs;
      const figures = {
        waiting,
        running,
        failed,
        minutes: Math.round(worst / MINUTE),
        detail: failed > 0 ? (lastError ?? null) : null,
      };
      if (worst >= 15 * MINUTE)
        return finding(
          rank(worst, { warn: 15 * MINUTE, bad: HOUR }),
          {
            reason: runsMs > waitsMs ? 'running_long' : 'waiting_long',
            problem:
              runsMs > waitsMs
                ? `A job has been running for ${spanText(runsMs)}.`
                : `Jobs wait: the oldest that is due has waited for ${spanText(waitsMs)}.`,
            remedy: 'Look into the log for the job; starting the program again takes its jobs up anew.',
          },
          figures,
        );
      return finding(
        failed > 0 ? 'warn' : 'ok',
        {
          reason: 'failed',
          problem: `${failed} jobs failed for good. The last one: ${lastError ?? 'unknown'}`,
          remedy: 'Remove the cause and run them again, or dismiss them.',
        },
        figures,
      );
    },
  };
}

/** Whether those who read the event log keep up: live screens, webhooks, jobs. */
export function followersCheck(at: At): HealthCheck {
  return {
    name: 'followers',
    title: 'Followers of the event log',
    everyMs: MINUTE,
    about: 'installation',
    async run() {
      const slowest = (await readFollowers(at)).toSorted((one, other) => other.behind - one.behind)[0];
      return finding(
        rank(slowest?.behind ?? 0, { warn: 20_000, bad: 500_000 }),
        {
          problem: `${slowest?.name} has still to read ${slowest?.behind} events.`,
          remedy: 'It catches up by itself unless it fails again and again: look into the log for it.',
        },
        { behind: slowest?.behind ?? 0, follower: slowest?.name ?? null },
      );
    },
  };
}

/** Facts that could not be read or believed. The customer has the goods; the books wait for a person. */
export function quarantineCheck(at: At, now: () => number): HealthCheck {
  return {
    name: 'quarantine',
    title: 'Quarantine',
    everyMs: MINUTE,
    about: 'installation',
    async run() {
      const { waiting, oldestAt } = await readQuarantine(at);
      const ageMs = oldestAt === undefined ? 0 : Math.max(0, now() - oldestAt);
      return finding(
        waiting === 0 ? 'ok' : ageMs > 3 * DAY ? 'bad' : 'warn',
        {
          problem: `${waiting} facts wait in quarantine, the oldest for ${spanText(ageMs)}.`,
          remedy: 'Open them and decide: they happened, and the books do not have them.',
        },
        { waiting },
      );
    },
  };
}

/** Whether the database has what this version needs; false after a copy of an older database was put in its place. */
export function migrationsCheck({ pool, schema }: At, directory: string): HealthCheck {
  return {
    name: 'migrations',
    title: 'Migrations',
    everyMs: 10 * MINUTE,
    about: 'installation',
    async run() {
      const files = await readMigrations(directory);
      const done = await withTransaction(pool, { schema, readOnly: true }, ({ client }) =>
        client.query<{ name: string }>(
          `select name from ${quoteIdentifier(schema)}.platform_migration where finished_at is not null`,
        ),
      );
      const names = new Set(done.rows.map(({ name }) => name));
      const pending = files.filter(({ name }) => !names.has(name));
      return finding(
        pending.length === 0 ? 'ok' : 'bad',
        {
          problem: `${pending.length} migrations are not applied, the first is ${pending[0]?.name}.`,
          remedy: 'Run "node oneshelf.mjs migrate", or start the program again.',
        },
        { pending: pending.length },
      );
    },
  };
}

/** Whether tables that only grow have been cut ahead of use. */
export function partitionsCheck(at: At): HealthCheck {
  return {
    name: 'partitions',
    title: 'Partitions',
    everyMs: HOUR,
    about: 'installation',
    async run() {
      const behind = await partitionsBehind(at);
      return finding(
        behind.length === 0 ? 'ok' : behind.some(({ isLate }) => isLate) ? 'bad' : 'warn',
        {
          problem: `${behind.map(({ table }) => table).join(', ')} should have been cut into a further partition by now.`,
          remedy:
            'The log says why it was not; the user of DATABASE_ADMIN_URL must own the tables. It is tried again every hour.',
        },
        { behind: behind.length },
      );
    },
  };
}

/** How long the certificate holds. `validUntil` gives undefined without HTTPS of our own. */
export function certificateCheck(validUntil: () => number | undefined, now: () => number): HealthCheck {
  return {
    name: 'certificate',
    title: 'Certificate',
    everyMs: HOUR,
    about: 'machine',
    async run() {
      const until = validUntil();
      if (until === undefined) return fine();
      const leftMs = until - now();
      const days = Math.floor(leftMs / DAY);
      return finding(
        leftMs < 3 * DAY ? 'bad' : leftMs < 14 * DAY ? 'warn' : 'ok',
        {
          problem:
            leftMs < 0
              ? 'The certificate is no longer valid.'
              : `The certificate is valid for ${spanText(leftMs)} more.`,
          remedy: 'It should have been renewed: the log says why it was not. With HTTPS=files put new files in place.',
        },
        { days },
      );
    },
  };
}

/**
 * Whether backups are made as they are planned. `latest` gives when the last good one was finished and what kept the last one from being made;
 * `everyMs` is how often one should be made, undefined when none is planned; `since`, from when on one could have been expected.
 */
export function backupCheck(options: {
  readonly latest: () => Promise<{ readonly goodAt: number | undefined; readonly trouble: string | null }>;
  readonly everyMs: number | undefined;
  readonly since: number;
  readonly now: () => number;
}): HealthCheck {
  return {
    name: 'backup',
    title: 'Backups',
    everyMs: 10 * MINUTE,
    about: 'installation',
    async run() {
      const { goodAt, trouble } = await options.latest();
      const ageMs = goodAt === undefined ? undefined : options.now() - goodAt;
      const figures = {
        ageSeconds: ageMs === undefined ? null : Math.round(ageMs / 1000),
        detail: trouble?.slice(0, 300) ?? null,
      };
      if (options.everyMs === undefined) return fine(figures);
      const lateMs = options.now() - (goodAt ?? options.since);
      const state = rank(lateMs, { warn: options.everyMs * 1.5, bad: options.everyMs * 3 });
      const age =
        ageMs === undefined ? 'There is no backup yet.' : `The last good backup was finished ${spanText(ageMs)} ago.`;
      return finding(
        trouble !== null && state === 'ok' ? 'warn' : state,
        {
          reason: trouble !== null ? 'failed' : ageMs === undefined ? 'none' : 'old',
          problem: trouble === null ? age : `${age} The last attempt failed: ${trouble.slice(0, 300)}`,
          remedy:
            'Remove the cause, then make a backup now (in the office, or by "npm run backup") and see whether it succeeds.',
        },
        figures,
      );
    },
  };
}
