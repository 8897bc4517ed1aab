import { createHash } from 'node:crypto';
import { createGzip } from 'node:zlib';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { readContents } from '../backup/copy-out.ts';
import { quoteIdentifier } from '../db/pool.ts';
import type { ReadFigures } from '../backup/back-up.ts';
import { tarFile, TAR_END, type TarFile } from './tar.ts';
import { copyOutText, tablesInOrder } from './tables.ts';

/** The version of the archive's form. */
export const ARCHIVE_FORMAT = 'oneshelf-archive/1';
/** Where the list of everything stands: last, because only then all checksums are known. */
export const ARCHIVE_MANIFEST = 'manifest.json';
/** What the archive was made of: what is needed to make the same schema without the program that made it. */
export const ARCHIVE_CONTENTS = 'contents.json';

const PART_BYTES = 8 * 2 ** 20;

/** What an archive says of itself. */
export type ArchiveManifest = {
  readonly format: string;
  readonly version: string;
  readonly madeAt: string;
  readonly eventNumber: number;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  readonly rows: Readonly<Record<string, number>>;
  /** Sums of the books, which must come out the same elsewhere. */
  readonly figures: Readonly<Record<string, string>>;
};

/** What writing an archive needs. `client` is a direct connection that does nothing else; tables in `leftOut` come without their rows. */
export type WriteArchive = {
  readonly url: string;
  readonly schema: string;
  readonly migrations: string;
  readonly version: string;
  readonly now: number;
  readonly leftOut: ReadonlySet<string>;
  readonly figures: ReadFigures;
  readonly to: Writable;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
};

/**
 * Writes a retailer whole, as it was at one moment while everybody works on: a tar archive, packed with gzip, of JSON lines by table in an order in which each row comes after those it
 * refers to, with checksums and the sums of the books. Any program can read it; another Oneshelf can take it in.
 */
export async function writeArchive(options: WriteArchive): Promise<ArchiveManifest> {
  const client = new pg.Client({ connectionString: options.url, application_name: 'oneshelf export' });
  client.on('error', () => undefined);
  await client.connect();
  let manifest: ArchiveManifest | undefined;
  try {
    await pipeline(
      async function* () {
        manifest = yield* archivePieces(client, options);
      },
      createGzip({ level: 5 }),
      options.to,
    );
  } finally {
    await client.end();
  }
  if (manifest === undefined) throw new Error('the archive has no end');
  return manifest;
}

async function* archivePieces(
  client: pg.Client,
  { schema, migrations, version, now, leftOut, figures, onProgress }: WriteArchive,
): AsyncGenerator<Buffer, ArchiveManifest> {
  await client.query(
    `begin isolation level repeatable read read only; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`,
  );
  await client.query(`set local search_path = ${quoteIdentifier(schema)}, public; set local timezone = 'UTC'`);
  const tables = await tablesInOrder(client, leftOut);
  const contents = await readContents(client, { client, schema, migrations }, tables);
  const files: ArchiveManifest['files'][number][] = [];
  const rows: Record<string, number> = {};
  const piece = (file: TarFile): Buffer => {
    const sha256 = createHash('sha256').update(file.content).digest('hex');
    files.push({ name: file.name, bytes: file.content.length, sha256 });
    return tarFile(file);
  };
  yield piece({ name: ARCHIVE_CONTENTS, content: Buffer.from(JSON.stringify({ ...contents, tables })) });
  for (const [done, table] of tables.entries()) {
    onProgress?.({ done, total: tables.length });
    const stream = client.query(copyTo(copyOutText(table)));
    let waiting: Buffer[] = [];
    let bytes = 0;
    let part = 0;
    const cut = (): Buffer => {
      part += 1;
      const content = Buffer.concat(waiting);
      waiting = [];
      bytes = 0;
      return piece({ name: `tables/${table.name}/${String(part).padStart(6, '0')}.jsonl`, content });
    };
    for await (const given of stream) {
      let line = given as Buffer;
      if (bytes > PART_BYTES) {
        // A file ends with a line, so that each can be read by itself.
        const end = line.indexOf(10) + 1;
        if (end > 0) {
          waiting.push(line.subarray(0, end));
          yield cut();
          line = line.subarray(end);
        }
      }
      waiting.push(line);
      bytes += line.length;
    }
    if (bytes > 0) yield cut();
    // The number comes behind the last row, perhaps in a packet of its own.
    await client.query('select 1');
    rows[table.name] = stream.rowCount;
  }
  const manifest: ArchiveManifest = {
    format: ARCHIVE_FORMAT,
    version,
    madeAt: new Date(now).toISOString(),
    eventNumber: contents.eventNumber,
    files: [...files],
    rows,
    figures: await figures(client),
  };
  yield tarFile({ name: ARCHIVE_MANIFEST, content: Buffer.from(JSON.stringify(manifest, null, 1)) });
  yield TAR_END;
  await client.query('commit');
  onProgress?.({ done: tables.length, total: tables.length });
  return manifest;
}
