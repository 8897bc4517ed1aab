/** Where backups are kept: a folder, or a part of a bucket. A backup is a name with files below it; `manifest.json` is written last and makes it one. */
export type Place = {
  /** For people; without secrets. */
  readonly text: string;
  /** Bytes that fit; undefined where nobody knows. */
  free(): Promise<number | undefined>;
  /** Names of the complete backups, the oldest first. */
  list(): Promise<readonly string[]>;
  begin(name: string): Promise<Writing>;
  /** A file of a complete backup, whole: manifests and parts fit in memory. Throws MissingPart when it is not there. */
  read(name: string, file: string): Promise<Buffer>;
  /** Writes a small file beside the backups, over the one before. */
  putBeside(file: string, bytes: Buffer): Promise<void>;
  /** A file beside the backups; undefined when it is not there. */
  findBeside(file: string): Promise<Buffer | undefined>;
  /** Takes a backup away; what is left when it is cut short no longer looks like one. */
  remove(name: string): Promise<void>;
  /** Takes away what runs left that ended in the middle, but for those younger than a day: they may be under way elsewhere. */
  sweep(now: number): Promise<void>;
};

/** A backup that is being written. */
export type Writing = {
  put(file: string, bytes: Buffer): Promise<void>;
  /** Writes the manifest. From now on, and not before, there is a backup of this name. */
  finish(manifest: Buffer): Promise<void>;
  /** Takes away what was written. */
  abandon(): Promise<void>;
};

/** A file that a manifest names is not there. */
export class MissingPart extends Error {
  constructor(file: string, options?: ErrorOptions) {
    super(`${file} is missing.`, options);
    this.name = 'MissingPart';
  }
}

/** The file whose presence makes a backup one. */
export const MANIFEST = 'manifest.json';

/** Leftovers of runs that ended in the middle are taken away when they are this old. */
export const LEFTOVER_MS = 24 * 3_600_000;

/** `oneshelf-20261122T103000Z-1a2b3c`: sorts by time, and nothing else is touched in the place. */
export const NAME = /^oneshelf-\d{8}T\d{6}Z-[0-9a-f]{6}$/;
