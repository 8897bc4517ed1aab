import { appendFile, readFile } from 'node:fs/promises';
import { isUuid } from '../../../src/kernel/ids.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Master } from '../../../platform/commit/master-door.ts';
import { eraseWork, privacySql, type Erasure } from './erase.ts';

/**
 * Adds an erasure to the list beside the database: a file of lines, ids alone. A backup from before the erasure knows nothing of it, so the list must not
 * stand in what is restored.
 */
export async function listErasure(file: string, schema: string, erasure: Erasure): Promise<void> {
  await appendFile(file, `${JSON.stringify({ schema, ...erasure })}\n`, { mode: 0o600 });
}

/** The erasures of a retailer in a list; a file that is not there is an empty one. Lines that are none are passed over: the disk was full once. */
export async function readErasures(file: string, schema: string): Promise<Erasure[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return erasuresIn(text, schema);
}

/** The erasures of a retailer in the text of a list. */
export function erasuresIn(text: string, schema: string): Erasure[] {
  return text.split('\n').flatMap((line): Erasure[] => {
    try {
      const { schema: of, id, kind, subjectId, askedBy, at } = JSON.parse(line) as Erasure & { schema: string };
      const fits = of === schema && [id, subjectId, askedBy].every(isUuid) && typeof at === 'number';
      return fits && (kind === 'customer' || kind === 'person') ? [{ id, kind, subjectId, askedBy, at }] : [];
    } catch {
      return [];
    }
  });
}

/**
 * Does again what a restored backup does not know of: every erasure of the list that the database has not written down. Whom the backup does not know
 * need not be forgotten. Gives how many were done.
 */
export async function replayErasures(
  { pool, schema, master }: { readonly pool: Pool; readonly schema: string; readonly master: Master },
  erasures: readonly Erasure[],
): Promise<number> {
  if (erasures.length === 0) return 0;
  const known = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
    tx.rows<{ id: string }>(privacySql.known_erasures, [erasures.map(({ id }) => id)]),
  );
  const done = new Set(known.map(({ id }) => id));
  let replayed = 0;
  for (const erasure of erasures) {
    if (done.has(erasure.id)) continue;
    const { id, kind, askedBy: principalId, at } = erasure;
    const topic = kind === 'customer' ? 'customer' : 'staff';
    const submission = { type: 'erase_again', principalId, key: `erasure/${id}`, body: { id }, at, topic };
    try {
      await master(submission, eraseWork(erasure, true));
      replayed += 1;
    } catch (error) {
      if ((error as { status?: unknown }).status !== 404) throw error;
    }
  }
  return replayed;
}
