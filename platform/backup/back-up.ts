import pg from 'pg';
import type { About, Manifest } from './archive.ts';
import { nameFor, openArchive, verifyArchive, writeArchive } from './archive.ts';
import type { BackupStore } from './backup-store.ts';
import { copyOut, type Contents, type KeptFile, type RowCounts } from './copy-out.ts';
import type { Place } from './place.ts';
import { superfluous, type Retention } from './retention.ts';
import type { Queries } from './shape.ts';

/** Sums of the books by name, read in the schema of `search_path`: the same before and after, or a restore is refused. */
export type ReadFigures = (queries: Queries) => Promise<Readonly<Record<string, string>>>;

/** What a backup needs. `url` leads directly (no pooler) to the database. */
export type BackUp = {
  /** The row that says that it is being made; its `begin` was answered yes. */
  readonly id: string;
  readonly store: BackupStore;
  readonly url: string;
  readonly schema: string;
  readonly migrations: string;
  readonly version: string;
  readonly place: Place;
  readonly key: Buffer | undefined;
  readonly keep: Retention | undefined;
  readonly figures: ReadFigures;
  /** Small files that belong to the installation; they go only into an encrypted backup, because there are keys among them. */
  readonly files: readonly KeptFile[];
  readonly now: () => number;
  readonly onProgress?: (progress: {
    readonly phase: 'copy' | 'verify';
    readonly done: number;
    readonly total: number;
  }) => void;
};

const SEEN_EVERY_MS = 1_000;
/** What a backup takes at least of what its tables take: a place with less room is refused before anything is written. */
const LEAST_SHARE = 0.3;

/**
 * Makes a backup, reads it back, and takes away those that need not stay. It reads at one snapshot while everybody sells on. Whatever goes wrong is written
 * down before it is thrown.
 */
export async function backUp(options: BackUp): Promise<Manifest> {
  const { id, store, place, key, now } = options;
  const seen = startSeeing(options);
  try {
    await place.sweep(now());
    const manifest = await write(options, seen);
    const archive = await openArchive(place, manifest.name, key);
    seen.goOn({ phase: 'verify', total: manifest.bytes });
    await verifyArchive(place, archive, (bytes) => seen.add(bytes));
    await seen.stop();
    const { name, bytes, eventNumber } = manifest;
    const ended = await store.end(id, { name, bytes, eventNumber, encrypted: key !== undefined, verifiedAt: now() });
    if (!ended) throw new Error('This backup was given up because nothing was heard of it for too long.');
    await prune(options);
    return manifest;
  } catch (error) {
    await store.fail(id, error instanceof Error ? error.message : String(error)).catch(() => undefined);
    throw error;
  } finally {
    await seen.stop();
  }
}

async function write(options: BackUp, seen: Seeing): Promise<Manifest> {
  const { place, key, now, schema } = options;
  const startedAt = now();
  const name = nameFor(startedAt);
  const client = new pg.Client({ connectionString: options.url, application_name: 'oneshelf backup' });
  // A connection that dies while nothing is asked of it is heard of by the next question.
  client.on('error', () => undefined);
  await client.connect();
  let contents: Contents | undefined;
  let figures: About['figures'] = {};
  let rows: RowCounts = {};
  try {
    const source = copyOut({
      client,
      schema,
      migrations: options.migrations,
      files: key === undefined ? [] : options.files,
      onContents: async (found, tableBytes) => {
        contents = found;
        figures = await options.figures(client);
        await requireRoom(place, tableBytes);
        seen.goOn({ phase: 'copy', total: tableBytes, name, eventNumber: found.eventNumber });
      },
      onRows: (counts) => (rows = counts),
    });
    return await writeArchive({
      place,
      name,
      key,
      source: counted(source, (bytes) => seen.add(bytes)),
      about: () => {
        if (contents === undefined) throw new Error('There is nothing in the backup.');
        const { serverMajor, eventNumber, recordedAt, fingerprint } = contents;
        const ended = new Date(now()).toISOString();
        return Promise.resolve({
          schema,
          version: options.version,
          startedAt: new Date(startedAt).toISOString(),
          endedAt: ended,
          serverMajor,
          eventNumber,
          recordedAt,
          fingerprint,
          rows,
          figures,
        });
      },
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function requireRoom(place: Place, tableBytes: number): Promise<void> {
  const free = await place.free();
  if (free === undefined || free > tableBytes * LEAST_SHARE) return;
  const mb = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MB`;
  throw new Error(`${place.text} has ${mb(free)} left; the backup needs at least ${mb(tableBytes * LEAST_SHARE)}.`);
}

async function* counted(source: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const bytes of source) {
    onBytes(bytes.length);
    yield bytes;
  }
}

type Stage = {
  readonly phase: 'copy' | 'verify';
  readonly total: number;
  readonly name?: string;
  readonly eventNumber?: number;
};

type Seeing = { goOn(stage: Stage): void; add(bytes: number): void; stop(): Promise<void> };

/** Says once a second that the backup is alive and how far. When it was given up as dead, the next `add` throws. */
function startSeeing({ id, store, onProgress }: BackUp): Seeing {
  let stage: Stage = { phase: 'copy', total: 0 };
  let [done, copied] = [0, 0];
  let trouble: Error | undefined;
  let saying: Promise<void> = Promise.resolve();
  const say = async (): Promise<void> => {
    const { phase, total, name, eventNumber } = stage;
    onProgress?.({ phase, done: Math.min(done, total), total });
    const told = phase === 'copy' ? { done, total } : { done: copied, total: copied };
    // A database that is away for a moment is no reason to stop.
    const alive = await store.see(id, { ...told, name, eventNumber }).catch(() => true);
    if (!alive) trouble = new Error('This backup was given up, because nothing was heard of it for too long.');
  };
  const timer = setInterval(() => void (saying = saying.then(say)), SEEN_EVERY_MS);
  return {
    goOn(next) {
      if (next.phase === 'verify') copied = stage.total;
      stage = next;
      done = 0;
      saying = saying.then(say);
    },
    add(bytes) {
      done += bytes;
      if (trouble !== undefined) throw trouble;
    },
    async stop() {
      clearInterval(timer);
      await saying;
    },
  };
}

/** Takes away what need not stay. */
async function prune({ place, keep, store }: BackUp): Promise<void> {
  if (keep === undefined) return;
  for (const name of superfluous(await place.list(), keep)) {
    await place.remove(name);
    await store.removed(place.text, name);
  }
}
