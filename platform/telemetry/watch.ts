import type { FastifyReply, FastifyRequest } from 'fastify';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Committer } from '../commit/committer.ts';
import type { Outcome, Submission } from '../commit/command.ts';
import type { Pool } from '../db/pool.ts';
import {
  readDatabaseSize,
  readDisk,
  readFollowers,
  readJobs,
  readLogPosition,
  readQuarantine,
  readStandbys,
} from '../health/facts.ts';
import type { At } from '../health/facts.ts';
import type { Api } from '../http/app.ts';
import type { Count, Metrics, Readings, Spread } from './metrics.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Counts and times every answer by route, method and status. Before any route is added: hooks do not reach back. */
export function watchRequests(api: Api, metrics: Metrics): void {
  const spread = metrics.histogram({
    name: 'oneshelf_http_request_seconds',
    help: 'Time from the request to the end of the answer, by route pattern. Streams are left out.',
    labels: ['route', 'method', 'status'],
    bounds: SECONDS,
  });
  /** By route pattern, then by method and status, so that a request costs two look-ups. */
  const routes = new Map<string, Map<string, Spread>>();
  api.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const url = request.routeOptions.url ?? '(none)';
    let kept = routes.get(url);
    if (kept === undefined) routes.set(url, (kept = new Map<string, Spread>()));
    const key = `${request.method}${reply.statusCode}`;
    let cell = kept.get(key);
    if (cell === undefined) kept.set(key, (cell = spread.of(url, known(request.method), String(reply.statusCode))));
    // A stream lasts as long as a screen is open; that says nothing about us.
    if (request.raw.headers.accept !== 'text/event-stream') cell.observe(reply.elapsedTime / 1000);
    done();
  });
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

function known(method: string): string {
  return METHODS.has(method) ? method : 'other';
}

/** The same door, counted: what was accepted and refused and why, and how long the callers waited. */
export function watchCommands(committer: Committer, metrics: Metrics): Committer {
  const accepted = metrics.counter({
    name: 'oneshelf_commands_accepted_total',
    help: 'Commands that were committed, by type.',
    labels: ['type'],
  });
  const refused = metrics.counter({
    name: 'oneshelf_commands_refused_total',
    help: 'Commands that the business said no to, by type and reason.',
    labels: ['type', 'reason'],
  });
  const failed = metrics.counter({
    name: 'oneshelf_commands_failed_total',
    help: 'Commands that got no answer: the queue was full, the database away, or a bug.',
    labels: ['type', 'error'],
  });
  const waits = metrics.histogram({
    name: 'oneshelf_command_seconds',
    help: 'Time from the submission of a command to its answer, waiting for its batch included.',
    bounds: SECONDS,
  });
  const wait = waits.of();
  metrics.gauge({ name: 'oneshelf_queue_depth', help: 'Commands that wait for their commit.' }, () =>
    committer.depth(),
  );
  const byType = new Map<string, Count>();

  const count = (type: string, outcome: Outcome): void => {
    if (outcome.kind === 'accepted') {
      let cell = byType.get(type);
      if (cell === undefined) byType.set(type, (cell = accepted.of(type)));
      cell.add();
    } else refused.of(type, outcome.kind === 'refused' ? outcome.rejection.reason : 'key_reused').add();
  };

  const answered = (type: string, outcome: Outcome, started: number): void => {
    wait.observe((performance.now() - started) / 1000);
    count(type, outcome);
  };

  return {
    ...committer,
    submit(submission: Submission) {
      const started = performance.now();
      const answer = committer.submit(submission);
      answer.then(
        (outcome) => answered(submission.type, outcome, started),
        (error: unknown) => failed.of(submission.type, error instanceof Error ? error.name : 'unknown').add(),
      );
      return answer;
    },
  };
}

/** Counts commits. Give what comes back to the committer's `onCommitted`; accepted commands ÷ commits is the size of a batch. */
export function watchCommits(metrics: Metrics): { committed(): void; troubled(): void } {
  const commits = metrics.counter({ name: 'oneshelf_commits_total', help: 'Batches that were committed.' }).of();
  const troubles = metrics
    .counter({ name: 'oneshelf_commit_troubles_total', help: 'Batches that failed and were tried again or given up.' })
    .of();
  return { committed: () => commits.add(), troubled: () => troubles.add() };
}

/** What the program itself is asked when somebody reads. */
export type WatchedProgram = {
  readonly version: string;
  /** Connection pools by name. */
  readonly pools: Readonly<Record<string, Pool>>;
  readonly liveStreams: () => number;
  /** The folder whose disk counts. */
  readonly dataDir: string;
};

/** The process: memory, event loop, pools, disk, open streams. Gives the function that stops measuring. */
export function watchProgram(program: WatchedProgram, metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const startedAt = Date.now() / 1000 - process.uptime();
  metrics.gauge({ name: 'oneshelf_info', help: 'The version that runs.', labels: ['version', 'node'] }, () => [
    { labels: [program.version, process.version], value: 1 },
  ]);
  metrics.gauge({ name: 'process_start_time_seconds', help: 'When the program started, since 1970.' }, () => startedAt);
  metrics.gauge({ name: 'process_resident_memory_bytes', help: 'Memory of the program.' }, () =>
    process.memoryUsage.rss(),
  );
  metrics.gauge(
    { name: 'nodejs_heap_size_used_bytes', help: 'Memory in use by JavaScript.' },
    () => process.memoryUsage().heapUsed,
  );
  metrics.total({ name: 'process_cpu_seconds_total', help: 'Time on processors, user and system.' }, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000_000;
  });
  metrics.gauge(
    {
      name: 'oneshelf_event_loop_delay_seconds',
      help: 'How late the program comes to what is due, since the last reading.',
      labels: ['quantile'],
    },
    () => {
      const readings = [50, 99, 100].map((percentile) => ({
        labels: [String(percentile / 100)],
        // Measured with a timer of 20 ms, which is no delay.
        value: Math.max(0, (percentile === 100 ? delay.max : delay.percentile(percentile)) / 1e9 - 0.02),
      }));
      delay.reset();
      return readings.filter(({ value }) => Number.isFinite(value));
    },
  );
  metrics.gauge({ name: 'oneshelf_live_streams', help: 'Screens that are told live.' }, program.liveStreams);
  metrics.gauge(
    { name: 'oneshelf_pool_connections', help: 'Connections to the database.', labels: ['pool', 'state'] },
    () =>
      Object.entries(program.pools).flatMap(([name, pool]) => [
        { labels: [name, 'busy'], value: pool.totalCount - pool.idleCount },
        { labels: [name, 'idle'], value: pool.idleCount },
        { labels: [name, 'waited_for'], value: pool.waitingCount },
      ]),
  );
  metrics.gauge({ name: 'oneshelf_disk_bytes', help: 'The disk under DATA_DIR.', labels: ['part'] }, async () => {
    const { free, size } = await readDisk(program.dataDir);
    return [
      { labels: ['free'], value: free },
      { labels: ['size'], value: size },
    ];
  });
  return () => delay.disable();
}

/** What a database is asked at most this often, however many read. */
const KEEP_MS = 5_000;

/** The database: events, followers, jobs, quarantine, size, standbys, the last backup. */
export function watchDatabase(
  options: At & {
    readonly now: () => number;
    /** When the last backup was finished, if backups are made. Milliseconds since 1970. */
    readonly lastBackupAt?: () => Promise<number | undefined>;
    /** Others share the database: its size and its standbys are not told. */
    readonly isGuest?: boolean;
  },
  metrics: Metrics,
): void {
  const { now, lastBackupAt } = options;
  const gauge = (name: string, help: string, labels: readonly string[], read: () => Promise<Readings>): void =>
    metrics.gauge({ name, help, labels }, kept(read, now));

  gauge(
    'oneshelf_event_number',
    'The number of the last event.',
    [],
    async () => (await readLogPosition(options)).eventNumber,
  );
  gauge('oneshelf_follower_behind_events', 'Events a follower has still to read.', ['follower'], async () =>
    (await readFollowers(options)).map(({ name, behind }) => ({ labels: [name], value: behind })),
  );
  gauge(
    'oneshelf_quarantine_waiting',
    'Facts that wait for a person.',
    [],
    async () => (await readQuarantine(options)).waiting,
  );
  if (options.isGuest !== true) {
    gauge('oneshelf_database_bytes', 'The size of the database.', [], () => readDatabaseSize(options));
    gauge('oneshelf_replication_lag_seconds', 'How far a standby is behind.', ['standby'], async () =>
      (await readStandbys(options)).map(({ name, lag_seconds: value }) => ({ labels: [name], value })),
    );
  }
  gauge('oneshelf_jobs', 'Jobs by state.', ['state'], async () => {
    const jobs = await readJobs(options, now());
    if (jobs === undefined) return undefined;
    return (['waiting', 'running', 'failed'] as const).map((state) => ({ labels: [state], value: jobs[state] }));
  });
  gauge('oneshelf_jobs_oldest_due_seconds', 'How long the oldest job that is due has waited.', [], async () => {
    const oldest = (await readJobs(options, now()))?.oldestDueAt;
    return oldest === undefined ? 0 : Math.max(0, now() - oldest) / 1000;
  });
  if (lastBackupAt !== undefined)
    gauge('oneshelf_last_backup_age_seconds', 'How long ago the last backup was finished.', [], async () => {
      const at = await lastBackupAt();
      return at === undefined ? undefined : (now() - at) / 1000;
    });
}

/** Reads at most every few seconds, and once for all who ask meanwhile. A failure is not kept. */
function kept(read: () => Promise<Readings>, now: () => number): () => Promise<Readings> {
  let until = 0;
  let reading: Promise<Readings> | undefined;
  return () => {
    if (reading !== undefined && now() < until) return reading;
    until = now() + KEEP_MS;
    reading = read().catch((error: unknown) => {
      until = 0;
      throw error;
    });
    return reading;
  };
}
