import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { loadSql, withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { instantToText } from '../../../src/kernel/time.ts';
import type { BulkOrder } from './bulk-process.ts';

const sql = loadSql(import.meta.url, './bulk.sql', ['find_waiting']);

const POLL_MS = 500;
/** What one chunk takes at most; who has not ended by then is ended, and the next one goes on there. */
const STOP_MS = 10_000;
/** A file is read piece by piece: more than this is a mistake, and must not become the server's. */
const MEMORY_FLAGS = ['--max-old-space-size=256', '--max-semi-space-size=24'];

/** How many processes work, of all retailers that share this, and how many may. */
export type BulkTurns = { running: number; readonly most: number };

/** What bulk work needs to be started. */
export type BulkDeps = BulkOrder & {
  readonly pool: Pool;
  readonly now: () => number;
  readonly turns?: BulkTurns | undefined;
  readonly onError: (error: unknown) => void;
};

/** Looks now and then whether an import waits, and starts a process for it. Not more than one at a time; `pid` is its, while there is one. */
export function startBulk({ pool, now, turns, onError, ...order }: BulkDeps): {
  pid(): number | undefined;
  close(): Promise<void>;
} {
  let child: ChildProcess | undefined;
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    if (child !== undefined || (turns !== undefined && turns.running >= turns.most)) return;
    const found = await withTransaction(pool, { schema: order.schema, readOnly: true }, (tx) =>
      tx.find<object>(sql.find_waiting, [instantToText(now())]),
    );
    if (found !== undefined && !closing) child = startProcess();
  }

  function startProcess(): ChildProcess {
    const started = fork(join(import.meta.dirname, 'bulk-process.ts'), [], { execArgv: MEMORY_FLAGS });
    if (turns !== undefined) turns.running += 1;
    started.once('error', onError);
    started.once('exit', (code, signal) => {
      if (turns !== undefined) turns.running -= 1;
      if (child === started) child = undefined;
      if (code !== 0 && !closing) onError(new Error(`an import's process ended with ${signal ?? code}`));
    });
    started.send(order satisfies BulkOrder, (error) => error === null || onError(error));
    return started;
  }

  function again(): void {
    timer = setTimeout(() => {
      looking = look()
        .catch(onError)
        .then(() => (closing ? undefined : again()));
    }, POLL_MS);
  }
  again();

  return {
    pid: () => child?.pid,
    async close() {
      closing = true;
      clearTimeout(timer);
      await looking;
      const last = child;
      if (last === undefined || last.exitCode !== null) return;
      const ended = new Promise<void>((done) => void last.once('exit', () => done()));
      const hard = setTimeout(() => last.kill('SIGKILL'), STOP_MS);
      last.disconnect();
      await ended;
      clearTimeout(hard);
    },
  };
}
