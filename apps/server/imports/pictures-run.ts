import { createHash } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { changed } from '../../../platform/commit/master-door.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import { readWholeFile } from '../../../platform/files/file-store.ts';
import { BadArchive, openZip, type Zip } from '../../../platform/files/zip.ts';
import { FetchRefused } from '../../../platform/net/safe-fetch.ts';
import type { MediaType } from '../../../src/catalog/media.ts';
import { insertMedia } from '../../../src/catalog/server/catalog.store.ts';
import { importSql, type ProblemLog, type StoredImport } from './import-store.ts';
import { findChunk, type ChunkDid } from './product-run.ts';
import type { RunDeps, RunProgress } from './run-deps.ts';

const MAX_PICTURE_BYTES = 10 * 2 ** 20;
const MAX_ARCHIVE_BYTES = 256 * 2 ** 20;
const AT_ONCE = 4;

/** What a picture is, by its first bytes: what a server calls it may be anything. */
export function mediaTypeOf(content: Buffer): MediaType | undefined {
  const head = content.subarray(0, 16);
  if (head.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'image/png';
  if (head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
  if (head.toString('latin1', 4, 8) === 'ftyp' && /^avi[fs]$/.test(head.toString('latin1', 8, 12))) return 'image/avif';
  return undefined;
}

/** Fetches the pictures of an import that are not there yet, a few at a time, from the web or out of the archive. What cannot be had is told and does not stop the others. */
export async function runPictures(
  deps: RunDeps,
  of: StoredImport,
  log: ProblemLog,
  progress: RunProgress,
): Promise<void> {
  const archive = await openArchive(deps, of, log);
  const { chunks } = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
    tx.get<{ chunks: number }>(importSql.measure_chunks, [of.id]),
  );
  try {
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const known = await findChunk(deps, of.id, chunk);
      const wanted = await notThereYet(deps, known?.did.pictures ?? []);
      if (wanted.length === 0) continue;
      const rest = wanted.values();
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (const picture of rest) await takePicture(deps, of, picture, archive, log);
        }),
      );
      await log.flush();
      await progress.step(of.total);
    }
  } finally {
    archive?.close();
  }
}

type Picture = ChunkDid['pictures'][number] & { readonly hash: string };

async function notThereYet(deps: RunDeps, pictures: ChunkDid['pictures']): Promise<Picture[]> {
  if (pictures.length === 0) return [];
  const rows = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
    tx.rows<{ product_id: string; source_hash: string }>(importSql.find_media_sources, [
      pictures.map(({ productId }) => productId),
    ]),
  );
  const there = new Set(rows.map((row) => `${row.product_id} ${row.source_hash}`));
  return pictures
    .map((picture) => ({ ...picture, hash: createHash('sha256').update(picture.source).digest('hex') }))
    .filter(({ productId, hash }) => !there.has(`${productId} ${hash}`));
}

async function takePicture(
  deps: RunDeps,
  of: StoredImport,
  picture: Picture,
  archive: Zip | undefined,
  log: ProblemLog,
): Promise<void> {
  const problem = (reason: string, says: string): void =>
    log.tell({
      line: picture.line,
      column: '',
      value: picture.source.slice(0, 200),
      weight: 'warning',
      reason,
      says,
      does: 'The product is there without this picture.',
    });
  let content: Buffer;
  try {
    content = await contentOf(deps, picture, archive);
  } catch (error) {
    if (!(error instanceof FetchRefused) && !(error instanceof BadArchive)) throw error;
    return problem(`picture_${error.reason}`, error.message);
  }
  const mediaType = mediaTypeOf(content);
  if (mediaType === undefined) return problem('no_picture', 'What came is no PNG, JPEG, WebP or AVIF picture.');
  const id = uuidv7();
  const outcome = await deps.master(
    {
      type: 'import_picture',
      topic: 'catalog',
      principalId: of.confirmedBy ?? of.createdBy,
      key: `import/${of.id}/picture/${picture.productId}/${picture.hash}`,
      at: deps.now(),
      body: { source: picture.source },
    },
    async (tx) => {
      const { pictures } = await tx.get<{ pictures: number }>(importSql.count_media, [picture.productId]);
      await insertMedia(tx, [
        { id, productId: picture.productId, position: pictures, mediaType, alt: picture.alt, content },
      ]);
      await tx.run(importSql.insert_media_source, [picture.productId, picture.hash, id]);
      return changed(
        [
          {
            type: 'MediaImported',
            version: 1,
            subjectId: picture.productId,
            body: { mediaIds: [id], productIds: [picture.productId], skuIds: [] },
          },
        ],
        { id },
      );
    },
  );
  if (outcome.kind !== 'accepted')
    throw new Error(`a picture of import ${of.id} was not taken: ${JSON.stringify(outcome)}`);
}

async function contentOf(deps: RunDeps, { source }: Picture, archive: Zip | undefined): Promise<Buffer> {
  if (/^https?:/i.test(source)) {
    const { status, body } = await deps.fetch(source, { maxBytes: MAX_PICTURE_BYTES, timeoutMs: 20_000 });
    if (status !== 200) throw new FetchRefused('unreachable', `The server answered ${status}.`);
    return body;
  }
  const wanted = source.toLowerCase();
  const name = wanted.slice(wanted.lastIndexOf('/') + 1);
  const entry =
    archive?.entries.find((one) => one.name.toLowerCase() === wanted) ??
    archive?.entries.find((one) => one.name.toLowerCase().split('/').at(-1) === name);
  if (entry === undefined)
    throw new FetchRefused(
      'unreachable',
      archive === undefined ? 'No archive with pictures came along.' : 'The archive holds no picture of that name.',
    );
  return entry.read();
}

async function openArchive(deps: RunDeps, of: StoredImport, log: ProblemLog): Promise<Zip | undefined> {
  const problem = (reason: string, says: string): void =>
    log.tell({
      line: 0,
      column: '',
      value: 'pictures',
      weight: 'error',
      reason,
      says,
      does: 'No picture is taken out of the archive.',
    });
  try {
    const content = await readWholeFile(deps, of.picturesFileId, MAX_ARCHIVE_BYTES);
    return content.length === 0 ? undefined : await openZip(content);
  } catch (error) {
    if (error instanceof BadArchive) problem(`archive_${error.reason}`, error.message);
    else if (error instanceof RangeError) problem('archive_too_large', 'The archive is larger than 256 MB.');
    else throw error;
    return undefined;
  }
}
