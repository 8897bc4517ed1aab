import { loadSql, withTransaction, type Pool, type Tx } from '../db/pool.ts';
import { instantToText } from '../../src/kernel/time.ts';

const sql = loadSql(import.meta.url, './file-store.sql', ['insert_file', 'save_part', 'find_part', 'measure_file']);

/** Bytes of a part at most. Sent as base64 in JSON, it stays below the limit of a body. */
export const PART_BYTES = 512 * 1024;

/** Parts of a file at most: 1 GiB. */
export const MAX_PARTS = 2_048;

/** Makes an empty file. */
export async function createFile(tx: Tx, file: { id: string; name: string; at: number }): Promise<void> {
  await tx.run(sql.insert_file, [file.id, file.name, instantToText(file.at)]);
}

/** Keeps a part, over the one that was there: sending it again is harmless. */
export async function savePart(tx: Tx, part: { fileId: string; part: number; content: Buffer }): Promise<void> {
  await tx.run(sql.save_part, [part.fileId, part.part, part.content]);
}

/** How large a file is. `complete` is false while a part between others is missing. */
export async function measureFile(
  tx: Tx,
  fileId: string,
): Promise<{ bytes: number; parts: number; complete: boolean }> {
  const row = await tx.get<{ parts: number; wanted: number; bytes: number }>(sql.measure_file, [fileId]);
  return { bytes: row.bytes, parts: row.parts, complete: row.parts === row.wanted };
}

/** The bytes of a file, part by part, each in a transaction of its own: reading may take as long as an import. */
export async function* readFileParts(deps: { pool: Pool; schema: string }, fileId: string): AsyncGenerator<Buffer> {
  for (let part = 0; ; part += 1) {
    const row = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
      tx.find<{ content: Buffer }>(sql.find_part, [fileId, part]),
    );
    if (row === undefined) return;
    yield row.content;
  }
}

/** A file whole, for those that cannot be read in pieces. Throws RangeError when it has more than so many bytes. */
export async function readWholeFile(
  deps: { pool: Pool; schema: string },
  fileId: string,
  maxBytes: number,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of readFileParts(deps, fileId)) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new RangeError(`the file has more than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
