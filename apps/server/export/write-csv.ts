import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createPool, withTransaction } from '../../../platform/db/pool.ts';
import { csvOf, EXPORT_KINDS } from './csv.ts';

/** Writes everything into a folder, one CSV file per kind, all of one moment. Gives the files and the bytes of each. */
export async function writeCsvFolder(of: {
  readonly url: string;
  readonly schema: string;
  readonly folder: string;
}): Promise<readonly { readonly file: string; readonly bytes: number }[]> {
  mkdirSync(of.folder, { recursive: true });
  const pool = createPool({ url: of.url, max: 1, applicationName: 'oneshelf export' });
  try {
    const how = { schema: of.schema, snapshot: true, statementTimeoutMs: 0, idleTimeoutMs: 0 };
    return await withTransaction(pool, how, async (tx) => {
      const written: { file: string; bytes: number }[] = [];
      for (const kind of EXPORT_KINDS) {
        const file = `${kind}.csv`;
        const handle = await open(join(of.folder, file), 'w', 0o600);
        let bytes = 0;
        try {
          for await (const piece of csvOf(tx.client, kind)) bytes += (await handle.write(piece)).bytesWritten;
        } finally {
          await handle.close();
        }
        written.push({ file, bytes });
      }
      return written;
    });
  } finally {
    await pool.end();
  }
}
