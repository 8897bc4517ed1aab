import { createHash, randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { Value } from 'typebox/value';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { readFrames, type Frame } from './frames.ts';
import { NAME, MANIFEST, MissingPart, type Place } from './place.ts';
import { inChunks, isSameMac, keyIdOf, macOf, seal, sealKey, unseal, type SealKey } from './seal.ts';

const Part = Type.Object({ file: Type.String(), bytes: Type.Integer(), sha256: Type.String() });

/** What a backup says about itself, in its file manifest.json. `mac` covers all the rest when there is a key. */
const Manifest = Type.Object({
  format: Type.Literal('oneshelf-backup-1'),
  name: Type.String(),
  schema: Type.String(),
  version: Type.String(),
  startedAt: Type.String(),
  endedAt: Type.String(),
  serverMajor: Type.Integer(),
  eventNumber: Type.Integer(),
  recordedAt: Type.String(),
  fingerprint: Type.String(),
  rows: Type.Record(Type.String(), Type.Integer()),
  figures: Type.Record(Type.String(), Type.String()),
  compression: Type.Literal('zstd'),
  encryption: Type.Union([
    Type.Null(),
    Type.Object({ cipher: Type.Literal('aes-256-gcm'), keyId: Type.String(), salt: Type.String() }),
  ]),
  bytes: Type.Integer(),
  parts: Type.Array(Part),
  mac: Type.Union([Type.Null(), Type.String()]),
});

/** What a backup says about itself. */
export type Manifest = Static<typeof Manifest>;

/** A backup cannot be used. The message says why and what to do. */
export class BackupRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackupRefused';
  }
}

const PART_BYTES = 32 * 2 ** 20;

/** A name for a backup made now. */
export function nameFor(now: number): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `oneshelf-${time}-${randomBytes(3).toString('hex')}`;
}

/** What is known of a backup when all its rows have been written. */
export type About = Omit<Manifest, 'format' | 'name' | 'compression' | 'encryption' | 'bytes' | 'parts' | 'mac'>;

/**
 * Writes a backup: compresses, encrypts when there is a key, cuts into parts. Memory stays flat: two parts at most. `about` is asked when the last byte has
 * gone. Whatever goes wrong, no backup of this name is left.
 */
export async function writeArchive(options: {
  readonly place: Place;
  readonly name: string;
  readonly key: Buffer | undefined;
  readonly source: AsyncIterable<Buffer>;
  readonly about: () => Promise<About>;
  readonly onPart?: (bytes: number) => void;
}): Promise<Manifest> {
  const { place, name, key } = options;
  const salt = randomBytes(32);
  const sealing = key === undefined ? undefined : sealKey(key, salt);
  const writing = await place.begin(name);
  try {
    const parts: Static<typeof Part>[] = [];
    const compress = createZstdCompress({
      params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
    });
    await pipeline(options.source, compress, async (compressed: AsyncIterable<Buffer>) => {
      const closed = sealing === undefined ? compressed : seal(compressed, sealing);
      for await (const bytes of inChunks(closed, PART_BYTES)) {
        const file = `part-${String(parts.length + 1).padStart(6, '0')}`;
        await writing.put(file, bytes);
        parts.push({ file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
        options.onPart?.(bytes.length);
      }
    });
    const manifest: Manifest = {
      format: 'oneshelf-backup-1',
      name,
      ...(await options.about()),
      compression: 'zstd',
      encryption:
        key === undefined ? null : { cipher: 'aes-256-gcm', keyId: keyIdOf(key), salt: salt.toString('base64') },
      bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
      parts,
      mac: null,
    };
    const signed = sealing === undefined ? manifest : { ...manifest, mac: macOf(sealing, JSON.stringify(manifest)) };
    await writing.finish(Buffer.from(`${JSON.stringify(signed, undefined, 1)}\n`));
    return signed;
  } catch (error) {
    await writing.abandon().catch(() => undefined);
    throw error;
  }
}

/** A backup whose manifest was read and, when there is a key, believed. */
export type OpenArchive = { readonly manifest: Manifest; readonly sealing: SealKey | undefined };

/** Reads what a backup says about itself. Throws BackupRefused when there is none, the key is missing or another one, or the manifest was changed. */
export async function openArchive(place: Place, name: string, key: Buffer | undefined): Promise<OpenArchive> {
  if (!NAME.test(name)) throw new BackupRefused(`"${name}" is no name of a backup.`);
  const text = await place.read(name, MANIFEST).catch((error: unknown) => {
    if (error instanceof MissingPart) throw new BackupRefused(`There is no backup ${name} in ${place.text}.`);
    throw error;
  });
  const manifest = parseManifest(text.toString());
  if (manifest === undefined || manifest.name !== name)
    throw new BackupRefused(`The manifest of ${name} cannot be read.`);
  const { encryption } = manifest;
  if (encryption === null) return { manifest, sealing: undefined };
  if (key === undefined) throw new BackupRefused(`The backup ${name} is encrypted; set BACKUP_KEY to its key.`);
  if (keyIdOf(key) !== encryption.keyId)
    throw new BackupRefused(`The backup ${name} was encrypted with another key than BACKUP_KEY.`);
  const sealing = sealKey(key, Buffer.from(encryption.salt, 'base64'));
  const mac = macOf(sealing, JSON.stringify({ ...manifest, mac: null }));
  if (manifest.mac === null || !isSameMac(manifest.mac, mac))
    throw new BackupRefused(`The manifest of ${name} was changed after the backup was made.`);
  return { manifest, sealing };
}

function parseManifest(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(Manifest, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The frames of a backup, every part compared with its checksum first. Throws BackupRefused for a part that is missing, cut off or changed. */
export async function* readArchive(
  place: Place,
  { manifest, sealing }: OpenArchive,
  onPart?: (bytes: number) => void,
): AsyncGenerator<Frame> {
  const parts = readParts(place, manifest, onPart);
  const compressed = sealing === undefined ? parts : unseal(parts, sealing);
  const decompress = createZstdDecompress();
  // What goes wrong before the decompression must reach whoever reads behind it.
  const feeding = pipeline(compressed, decompress).catch((error: unknown) => void decompress.destroy(error as Error));
  try {
    yield* readFrames(decompress as AsyncIterable<Buffer>);
  } catch (error) {
    if (error instanceof BackupRefused) throw error;
    throw new BackupRefused(`The backup ${manifest.name} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    decompress.destroy();
    await feeding;
  }
}

async function* readParts(place: Place, manifest: Manifest, onPart?: (bytes: number) => void): AsyncGenerator<Buffer> {
  for (const { file, bytes, sha256 } of manifest.parts) {
    const found = await place.read(manifest.name, file).catch((error: unknown) => {
      if (error instanceof MissingPart) throw new BackupRefused(`${file} of the backup ${manifest.name} is missing.`);
      throw error;
    });
    if (found.length !== bytes)
      throw new BackupRefused(
        `${file} of the backup ${manifest.name} has ${found.length} bytes and must have ${bytes}.`,
      );
    if (createHash('sha256').update(found).digest('hex') !== sha256)
      throw new BackupRefused(`${file} of the backup ${manifest.name} was changed after it was written.`);
    yield found;
    onPart?.(bytes);
  }
}

/** Reads a backup from its first byte to its last, as a restore would, and keeps nothing. Throws BackupRefused. */
export async function verifyArchive(
  place: Place,
  archive: OpenArchive,
  onPart?: (bytes: number) => void,
): Promise<void> {
  let last: Frame | undefined;
  for await (const frame of readArchive(place, archive, onPart)) last = frame;
  const said =
    last?.kind === 'J' ? (JSON.parse(last.content.toString()) as { rows?: Readonly<Record<string, number>> }) : {};
  const { name, rows } = archive.manifest;
  const wrong = Object.keys(rows).find((table) => rows[table] !== said.rows?.[table]);
  if (said.rows === undefined || wrong !== undefined)
    throw new BackupRefused(`The backup ${name} does not hold the rows that its manifest names.`);
}
