import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { socketUrl } from '../db/pool.ts';

/** The PostgreSQL that runs in the folder of a program. */
export type RunningEmbedded = { readonly pid: number; url(database: string): string };

/** What its own pid file tells of the PostgreSQL in `dataDir`; undefined when there is none. Whether it is alive is the caller's to know. */
export function findRunningEmbedded(dataDir: string): RunningEmbedded | undefined {
  try {
    const [pid, , , , socket = ''] = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    return socket === '' ? undefined : { pid: Number(pid), url: (database) => socketUrl({ socket, database }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
