import { setPriority } from 'node:os';
import { pino } from 'pino';
import { committerFrom, masterFrom } from '../../../platform/audit/acting-from.ts';
import { openOrigins } from '../../../platform/audit/origins.ts';
import { openMasterDoor } from '../../../platform/commit/master-door.ts';
import { createPool } from '../../../platform/db/pool.ts';
import { openSafeFetch } from '../../../platform/net/safe-fetch.ts';
import { openCompanyCache } from '../../../src/company/server/company-cache.ts';
import { openBooks } from '../books.ts';
import { COMPANY_SOURCES, stockLocation } from '../commits.ts';
import { startImportWorker, type ImportWorker } from '../imports/worker.ts';

/** What start-bulk.ts sends before anything else. */
export type BulkOrder = {
  readonly url: string;
  readonly schema: string;
  readonly privateHosts: readonly string[];
  readonly logLevel: string;
};

/** Who has looked at what was found says go soon after; starting again would make him wait. */
const REST_MS = 5_000;
/** Below everything that serves people; how the system shares the processor decides the rest. */
const NICENESS = 10;

// Long work of one retailer in a process of its own, so that reading a large file neither fills the server's memory nor makes a till wait.
// It ends when nothing is left to do, or when the server is gone.
process.once('message', (order: BulkOrder) => void work(order));
process.once('disconnect', () => setTimeout(() => process.exit(0), 10_000).unref());

async function work({ url, schema, privateHosts, logLevel }: BulkOrder): Promise<void> {
  setPriority(NICENESS);
  const log = pino({ level: logLevel });
  const onError = (error: unknown): void => log.warn({ err: error }, 'An import waits for its next turn.');
  const now = Date.now;
  const onIdleError = onError;
  const pool = createPool({ url, max: 3, applicationName: 'oneshelf bulk', onIdleError });
  const pipelined = createPool({ url, max: 2, pipeline: true, applicationName: 'oneshelf bulk commit', onIdleError });
  const company = await openCompanyCache({ pool, schema, sources: COMPANY_SOURCES });
  const committer = openBooks({
    pool: pipelined,
    schema,
    now,
    locationOf: (id) => stockLocation(company, id),
    onTrouble: (message, error) => log.error({ err: error }, message),
  });
  const origins = openOrigins({ pool, schema, now, onError });
  const ofJob = () => origins.ofJob('imports');
  const master = masterFrom(openMasterDoor({ pool: pipelined, schema }), ofJob);
  const outside = openSafeFetch({ allowedHosts: privateHosts });
  const worker = startImportWorker({
    pool,
    schema,
    master,
    committer: committerFrom(committer, ofJob),
    company,
    now,
    fetch: outside.fetch,
    onError,
  });
  // A chunk that has begun is ended first; a process that is killed instead goes on there.
  const alone = new Promise<void>((done) => void process.once('disconnect', () => done()));
  await Promise.race([rest(worker), alone]);
  await worker.close();
  await outside.close();
  await committer.close();
  await pipelined.end();
  await pool.end();
  process.exit(0);
}

/** Resolves when nothing has come for a while. */
async function rest(worker: ImportWorker): Promise<void> {
  for (let before = -1; before !== worker.turns();) {
    await worker.idle();
    before = worker.turns();
    await new Promise((done) => setTimeout(done, REST_MS));
  }
}
