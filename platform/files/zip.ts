import type { Readable } from 'node:stream';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';

/** How much an archive may hold. A small file can unpack to more than any disk, so each limit is checked while unpacking, not only as the archive declares it. */
export type ZipLimits = {
  readonly entries: number;
  readonly entryBytes: number;
  readonly totalBytes: number;
  /** Unpacked bytes for one packed byte, over the whole archive and for each entry. Pictures are packed already: theirs is near 1. */
  readonly ratio: number;
};

/** Limits for pictures and spreadsheets. */
export const ZIP_LIMITS: ZipLimits = {
  entries: 20_000,
  entryBytes: 50 * 2 ** 20,
  totalBytes: 2 * 2 ** 30,
  ratio: 200,
};

/** An archive that is not taken. `reason` is stable. */
export class BadArchive extends Error {
  override readonly name = 'BadArchive';
  readonly reason: 'no_archive' | 'too_many_entries' | 'too_large' | 'bomb' | 'bad_name' | 'link' | 'encrypted';
  constructor(reason: BadArchive['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A file in an archive. `name` has no `..`, no drive and does not begin with a slash. */
export type ZipEntry = { readonly name: string; readonly bytes: number; read(): Promise<Buffer> };

/** An archive, opened. */
export type Zip = { readonly entries: readonly ZipEntry[]; close(): void };

/** A ratio means nothing for a few bytes. */
const RATIO_FROM_BYTES = 1_000_000;

/**
 * Opens an archive in memory and reads its directory. Throws {@link BadArchive} when it declares more than the limits, has a link or a name that would leave its folder, or is none; reading an
 * entry throws it when more comes out than was declared or allowed.
 */
export async function openZip(content: Buffer, limits: ZipLimits = ZIP_LIMITS): Promise<Zip> {
  const file = await new Promise<ZipFile>((done, fail) => {
    fromBuffer(content, { lazyEntries: true, strictFileNames: false, validateEntrySizes: true }, (error, zip) => {
      if (error === null) done(zip);
      else fail(badArchive(error));
    });
  });
  // One entry may be stored once and named twice: what comes out counts, not what lies there.
  const spent = { bytes: 0 };
  try {
    const entries = await readDirectory(file, limits, content.length);
    return {
      entries: entries.map((entry) => ({
        name: entry.fileName,
        bytes: entry.uncompressedSize,
        read: () => unpack(file, entry, limits, spent),
      })),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readDirectory(file: ZipFile, limits: ZipLimits, size: number): Promise<Entry[]> {
  return new Promise((done, fail) => {
    const entries: Entry[] = [];
    let total = 0;
    let packed = 0;
    file.on('error', (error: Error) => fail(badArchive(error)));
    file.on('end', () => done(entries));
    file.on('entry', (entry: Entry) => {
      total += entry.uncompressedSize;
      packed += entry.compressedSize;
      const refusal = refusalOf(entry, { total, packed, count: entries.length + 1, size }, limits);
      if (refusal !== undefined) return fail(refusal);
      // Folders, and what a Mac adds beside each file.
      if (!entry.fileName.endsWith('/') && !/(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$)/.test(entry.fileName))
        entries.push(entry);
      file.readEntry();
    });
    file.readEntry();
  });
}

function refusalOf(
  entry: Entry,
  so: { readonly total: number; readonly packed: number; readonly count: number; readonly size: number },
  limits: ZipLimits,
): BadArchive | undefined {
  if (so.count > limits.entries)
    return new BadArchive('too_many_entries', `The archive holds more than ${limits.entries} files.`);
  if (entry.isEncrypted()) return new BadArchive('encrypted', `${entry.fileName} is locked with a password.`);
  if (!isPlainName(entry.fileName))
    return new BadArchive('bad_name', `"${entry.fileName.slice(0, 100)}" is no name of a file in a folder.`);
  if (entry.uncompressedSize > limits.entryBytes)
    return new BadArchive('too_large', `${entry.fileName} is larger than ${limits.entryBytes} bytes.`);
  if (so.total > limits.totalBytes)
    return new BadArchive('too_large', `The archive unpacks to more than ${limits.totalBytes} bytes.`);
  if (isLink(entry)) return new BadArchive('link', `${entry.fileName} is a link to another file.`);
  // Only entries that share their bytes can be more, packed, than the archive is: Fifield's bomb of 2019 unfolds to 28 million times its size so.
  if (so.packed > so.size) return new BadArchive('bomb', 'Files in the archive lie over each other.');
  if (isBomb(so.total, so.packed, limits))
    return new BadArchive('bomb', `The archive unpacks to more than ${limits.ratio} times its size.`);
  return undefined;
}

/** Whether a name stays in the folder that it would be unpacked into, on any system. */
export function isPlainName(name: string): boolean {
  if (name === '' || name.length > 1_000 || /[\0\\]/.test(name) || /^(?:\/|[a-zA-Z]:)/.test(name)) return false;
  return !name.split('/').includes('..');
}

/** What Unix writes beside a symbolic link; its content would be the name of another file. */
function isLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

function isBomb(total: number, packed: number, limits: ZipLimits): boolean {
  return total > RATIO_FROM_BYTES && total > packed * limits.ratio;
}

async function unpack(file: ZipFile, entry: Entry, limits: ZipLimits, spent: { bytes: number }): Promise<Buffer> {
  const stream = await new Promise<Readable>((done, fail) => {
    file.openReadStream(entry, (error, opened) => {
      if (error === null) done(opened);
      else fail(badArchive(error));
    });
  });
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      bytes += piece.length;
      spent.bytes += piece.length;
      if (bytes > limits.entryBytes || spent.bytes > limits.totalBytes)
        throw new BadArchive('too_large', `${entry.fileName} unpacks to more than is allowed.`);
      if (isBomb(bytes, entry.compressedSize, limits))
        throw new BadArchive('bomb', `${entry.fileName} unpacks to more than ${limits.ratio} times its size.`);
      pieces.push(piece);
    }
  } catch (error) {
    throw error instanceof BadArchive ? error : badArchive(error as Error);
  } finally {
    stream.destroy();
  }
  return Buffer.concat(pieces);
}

function badArchive(error: Error): BadArchive {
  const badName = /invalid relative path|absolute path|invalid characters in fileName/.test(error.message);
  return badName
    ? new BadArchive('bad_name', 'A name in the archive leads out of its folder.')
    : new BadArchive('no_archive', `This is no ZIP archive that can be read: ${error.message}`);
}
