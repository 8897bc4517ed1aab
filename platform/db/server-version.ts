import { StartRefusal } from '../start-refusal.ts';
import { isConnectionFault } from './pool.ts';
import type { Pool } from './pool.ts';

const oldestMajor = 15;

/**
 * Waits until the server answers (at most `waitMs`, because it may be starting beside us) and gives its major version. Throws
 * StartRefusal when it cannot be reached or is older than 15; `setting` is the name shown to the person.
 */
export async function requireServer(pool: Pool, setting: string, waitMs = 30_000): Promise<number> {
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    try {
      const found = await pool.query<{ version: number }>(
        `select current_setting('server_version_num')::integer as version`,
      );
      const major = Math.floor((found.rows[0]?.version ?? 0) / 10_000);
      if (major >= oldestMajor) return major;
      throw new StartRefusal(
        `The server of ${setting} is PostgreSQL ${major}; version ${oldestMajor} or newer is needed. ` +
          'Without DATABASE_URL the PostgreSQL that comes along is used.',
      );
    } catch (error) {
      if (error instanceof StartRefusal) throw error;
      if (isConnectionFault(error) && performance.now() < deadlineMs) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        continue;
      }
      throw new StartRefusal(`The database of ${setting} cannot be used: ${describe(error)}`, { cause: error });
    }
  }
}

/** Node puts the reasons of all addresses it tried into one error without a message. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  return error instanceof Error ? error.message : String(error);
}
