import { resolve } from 'node:path';
import type { Committer } from '../../platform/commit/committer.ts';
import { cutPartitions } from '../../platform/db/partitions.ts';
import { createPool, type Pool } from '../../platform/db/pool.ts';
import { createAlerts, type AlertWay } from '../../platform/health/alerts.ts';
import type { HealthCheck } from '../../platform/health/check.ts';
import type { Backups } from '../../platform/backup/backups.ts';
import { scheduleOf } from '../../platform/backup/schedule.ts';
import {
  backupCheck,
  certificateCheck,
  clockCheck,
  databaseCheck,
  diskCheck,
  followersCheck,
  jobsCheck,
  migrationsCheck,
  partitionsCheck,
  quarantineCheck,
  replicationCheck,
} from '../../platform/health/checks.ts';
import { startHealth } from '../../platform/health/health.ts';
import { registerHealthRoutes } from '../../platform/health/health.routes.ts';
import type { Api } from '../../platform/http/app.ts';
import { createMetrics, type Metrics } from '../../platform/telemetry/metrics.ts';
import { registerMetricsRoute } from '../../platform/telemetry/metrics.routes.ts';
import type { OpenTelemetry } from '../../platform/telemetry/open-telemetry.ts';
import { watchCommands, watchDatabase, watchProgram, watchRequests } from '../../platform/telemetry/watch.ts';
import { booksAudit, booksCheck } from '../../src/accounting/server/books-check.ts';
import type { Surroundings } from './compose.ts';

/** How an installation is watched. */
export type OperationOptions = {
  readonly metrics: Metrics;
  readonly metricsToken: string | undefined;
  readonly telemetry: OpenTelemetry | undefined;
  /** Who is told when something is wrong. */
  readonly ways: readonly AlertWay[];
  /** What the installation is called in alerts: its address. */
  readonly installation: string;
  readonly dataDir: string;
  readonly certificateUntil: () => number | undefined;
  /** What is looked at beside what every retailer looks at. */
  readonly checks?: readonly HealthCheck[];
  /** Whether the database is shared with others, who are none of this retailer's business: neither how much they keep nor who copies it. */
  readonly isGuest?: boolean;
};

/** What is watched when nobody said how: everything, and nobody is told. */
function unwatched(): OperationOptions {
  return {
    metrics: createMetrics(),
    metricsToken: undefined,
    telemetry: undefined,
    ways: [],
    installation: '',
    dataDir: '.',
    certificateUntil: () => undefined,
  };
}

const MIGRATIONS = resolve(import.meta.dirname, '../../db/migrations');

/** The door for commands, counted and, if wanted, traced. */
export function watchedCommitter(committer: Committer, { metrics, telemetry }: OperationOptions): Committer {
  const counted = watchCommands(committer, metrics);
  return telemetry === undefined ? counted : telemetry.traceCommands(counted);
}

/** Numbers, health and alerts of one retailer's program. `watch` before any route is added, `register` with the others. */
export function openOperation(
  around: Surroundings,
  parts: { readonly commitPool: Pool; readonly liveStreams: () => number; readonly backups: Backups },
): { watch(api: Api): void; register(api: Api): void; close(): Promise<void> } {
  const { write, read, schema, now, logger } = around;
  const options = around.operation ?? unwatched();
  const at = { pool: write, schema };
  const onError = (error: unknown): void => logger.warn({ err: error }, 'Something could not be watched.');
  const alerts = createAlerts({ ...at, now, ways: options.ways, installation: options.installation, onError });
  const health = startHealth({
    checks: [
      databaseCheck({ pool: write, now }),
      diskCheck(options.dataDir),
      booksCheck(at, now),
      booksAudit(at),
      jobsCheck(at, now),
      followersCheck(at),
      quarantineCheck(at, now),
      ...(options.isGuest === true ? [] : [replicationCheck({ ...at, read: read === write ? undefined : read })]),
      clockCheck({ pool: write, now }),
      migrationsCheck(at, MIGRATIONS),
      partitionsCheck(at),
      certificateCheck(options.certificateUntil, now),
      backupCheck({
        latest: async () => {
          const { good_at: goodAt, trouble } = await parts.backups.store.latest();
          return { goodAt: goodAt === null ? undefined : Date.parse(goodAt), trouble };
        },
        everyMs: scheduleOf(parts.backups.plan().schedule)?.everyMs,
        since: now(),
        now,
      }),
      ...(options.checks ?? []),
    ],
    now,
    onError,
    onFound: (check, found) => alerts.found(check, found),
  });
  const stopWatching = watchProgram(
    {
      version: around.version,
      pools: { write, commit: parts.commitPool, ...(read === write ? {} : { read }) },
      liveStreams: parts.liveStreams,
      dataDir: options.dataDir,
    },
    options.metrics,
  );
  watchDatabase({ ...at, now, isGuest: options.isGuest === true }, options.metrics);
  const startedAt = now();
  return {
    watch(api) {
      watchRequests(api, options.metrics);
      options.telemetry?.traceRequests(api);
    },
    register(api) {
      registerMetricsRoute(api, { metrics: options.metrics, token: options.metricsToken });
      registerHealthRoutes(api, { health, alerts, version: around.version, startedAt });
    },
    async close() {
      stopWatching();
      await health.close();
    },
  };
}

const FIRST_CUT_MS = 60_000;
const CUT_EVERY_MS = 3_600_000;

/** Cuts tables that only grow into further partitions ahead of use, once an hour, as the user who owns them. */
export function startCutting({ url, adminUrl, schema, now, logger }: Surroundings): { close(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    const pool = createPool({ url: adminUrl ?? url, max: 3, applicationName: 'oneshelf partitions' });
    try {
      const onLeft = (table: string, error: unknown): void =>
        logger.warn({ err: error }, `${table} could not be cut into partitions; trying again in an hour.`);
      for (const { table, partition, from } of await cutPartitions({ pool, schema, now, onLeft }))
        logger.info(`${table} goes on in ${partition} from ${from}.`);
    } catch (error) {
      logger.warn({ err: error }, 'Tables could not be cut into partitions; trying again in an hour.');
    } finally {
      await pool.end();
    }
  };
  const start = (): void => void (running = running.then(run));
  const first = setTimeout(start, FIRST_CUT_MS);
  const timer = setInterval(start, CUT_EVERY_MS);
  return {
    async close() {
      clearTimeout(first);
      clearInterval(timer);
      await running;
    },
  };
}
