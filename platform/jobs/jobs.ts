import { Logger, run } from 'graphile-worker';
import type { Runner, TaskList } from 'graphile-worker';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { createPool, quoteIdentifier } from '../db/pool.ts';
import type { Pool } from '../db/pool.ts';
import { follow } from '../events/follow.ts';
import type { Follower } from '../events/follow.ts';
import type { StoredEvent } from '../events/log.ts';

/** What a job knows about itself. */
export type JobContext = {
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** The retailer's schema that the event was read from. */
  readonly schema: string;
};

/** A job to be done because of an event. `payload` must fit the schema the job was registered with. */
export type JobRequest = { readonly job: string; readonly payload: Readonly<Record<string, unknown>> };

/** By event type: what has to be done when it happened. */
export type JobMap = Readonly<Record<string, (event: StoredEvent) => readonly JobRequest[]>>;

/** What jobs need. */
export type JobsOptions = {
  /** The URL of the database; jobs have connections of their own. */
  readonly url: string;
  /** The retailer's schema. Its jobs live in the schema `<schema>_jobs`. */
  readonly schema: string;
  /** The pool that the log is followed with. */
  readonly pool: Pool;
  readonly onError: (error: unknown) => void;
  /** Jobs at once; 4 unless told. */
  readonly concurrency?: number;
  /** Tries before a job is left to a person; 12 unless told, which is about two days. */
  readonly maxAttempts?: number;
  readonly pollMs?: number;
};

/** The jobs of one retailer. */
export type Jobs = {
  /** Names a kind of job. Before `start`. Throws when the name is taken. Run again after a failure, so `run` must bear being repeated. */
  registerJob<T extends TSchema>(
    name: string,
    schema: T,
    run: (payload: Static<T>, context: JobContext) => Promise<void>,
  ): void;
  /** Turns events into jobs, from the first event on. Before `start`. Throws when an event type has a rule already. */
  enqueueFromEvents(map: JobMap): void;
  /** Makes the tables if need be, starts working and following. */
  start(): Promise<void>;
  /** Stops following, lets running jobs finish, closes the connections. */
  close(): Promise<void>;
};

type Job = { readonly schema: TSchema; readonly run: (payload: never, context: JobContext) => Promise<void> };

/** What is kept of a job: the payload beside where it came from. */
type Stored = { readonly event: number; readonly payload: unknown };

/**
 * Work that is done after the fact: e-mails, exports, calls to outsiders. A follower turns events into jobs in one transaction with its cursor, so an
 * event gives its jobs exactly once; a job is run at least once, with growing pauses between tries (e to the power of the attempt, in seconds).
 * What failed for good stays in the jobs table with its last error.
 */
export function createJobs(options: JobsOptions): Jobs {
  const { url, schema, pool, onError } = options;
  const jobsSchema = `${schema}_jobs`;
  const add = {
    name: `jobs.add.${jobsSchema}`.slice(0, 63),
    text: `select count(*) from unnest($1::text[], $2::json[], $3::text[]) as wanted (job, payload, key),
      ${quoteIdentifier(jobsSchema)}.add_job(wanted.job, wanted.payload, job_key => wanted.key, max_attempts => $4::integer)`,
  };
  const jobs = new Map<string, Job>();
  const rules = new Map<string, (event: StoredEvent) => readonly JobRequest[]>();
  let own: Pool | undefined;
  let runner: Runner | undefined;
  let follower: Follower | undefined;

  const requestsOf = (event: StoredEvent): { job: string; payload: string; key: string }[] =>
    (rules.get(event.type)?.(event) ?? []).map(({ job, payload }, at) => {
      if (!jobs.has(job)) throw new Error(`${event.type} asks for ${job}, which is no registered job.`);
      const stored: Stored = { event: event.number, payload };
      return {
        job,
        payload: JSON.stringify(stored),
        key: `${schema}:${event.number}:${job}${at === 0 ? '' : `:${at}`}`,
      };
    });

  const tasks = (): TaskList =>
    Object.fromEntries(
      [...jobs].map(([name, job]) => [
        name,
        async (stored: unknown, helpers: { job: { attempts: number } }) => {
          const { payload } = stored as Stored;
          if (!Value.Check(job.schema, payload)) throw new Error(`the payload of ${name} does not fit its schema`);
          await job.run(payload as never, { attempt: helpers.job.attempts, schema });
        },
      ]),
    );

  return {
    registerJob(name, payload, runJob) {
      if (jobs.has(name)) throw new Error(`${name} is registered already.`);
      jobs.set(name, { schema: payload, run: runJob });
    },

    enqueueFromEvents(map) {
      for (const [type, rule] of Object.entries(map)) {
        if (rules.has(type)) throw new Error(`${type} has a rule already.`);
        rules.set(type, rule);
      }
    },

    async start() {
      const concurrency = options.concurrency ?? 4;
      own = createPool({ url, max: concurrency + 2, applicationName: 'oneshelf-jobs', onIdleError: onError });
      // While a job has a connection, nobody else listens to it.
      own.on('connect', (client) => client.on('error', onError));
      runner = await run({
        pgPool: own,
        schema: jobsSchema,
        taskList: tasks(),
        concurrency,
        pollInterval: options.pollMs ?? 1_000,
        noHandleSignals: true,
        logger: new Logger(() => (level, message) => {
          if (level === 'error') onError(new Error(message));
        }),
      });
      runner.promise.catch(onError);
      follower = follow({
        pool,
        schema,
        name: 'jobs',
        after: 0,
        batchSize: 200,
        onError,
        ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
        onEventsIn: async (tx, events) => {
          const wanted = events.flatMap(requestsOf);
          if (wanted.length === 0) return;
          const column = (name: 'job' | 'payload' | 'key') => wanted.map((one) => one[name]);
          await tx.rows(add, [column('job'), column('payload'), column('key'), options.maxAttempts ?? 12]);
        },
      });
    },

    async close() {
      const [follows, runs, connects] = [follower, runner, own];
      follower = runner = own = undefined;
      await follows?.close();
      await runs?.stop();
      await connects?.end();
    },
  };
}
