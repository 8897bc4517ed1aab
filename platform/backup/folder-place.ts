import { mkdir, open, readFile, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LEFTOVER_MS, MANIFEST, MissingPart, NAME, type Place } from './place.ts';

const PARTIAL = '.partial';
const REMOVING = '.removing';

/** A folder for backups; made when missing, for its owner only. A backup is a folder in it that is renamed when it is complete and on the disk. */
export function folderPlace(folder: string): Place {
  const root = resolve(folder);
  const make = (): Promise<unknown> => mkdir(root, { recursive: true, mode: 0o700 });
  return {
    text: root,
    async free() {
      await make();
      const { bavail, bsize } = await statfs(root);
      return bavail * bsize;
    },
    async list() {
      await make();
      const names = (await readdir(root)).filter((name) => NAME.test(name)).toSorted();
      const found = await Promise.all(names.map((name) => stat(join(root, name, MANIFEST)).catch(() => undefined)));
      return names.filter((_, at) => found[at] !== undefined);
    },
    async begin(name) {
      await make();
      const partial = join(root, `${name}${PARTIAL}`);
      await mkdir(partial, { mode: 0o700 });
      return {
        put: (file, bytes) => writeSynced(join(partial, file), bytes),
        async finish(manifest) {
          await writeSynced(join(partial, MANIFEST), manifest);
          await syncFolder(partial);
          await rename(partial, join(root, name));
          await syncFolder(root);
        },
        abandon: () => rm(partial, { recursive: true, force: true }),
      };
    },
    async read(name, file) {
      try {
        return await readFile(join(root, name, file));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT')
          throw new MissingPart(join(name, file), { cause: error });
        throw error;
      }
    },
    async putBeside(file, bytes) {
      await make();
      const partial = join(root, `${file}${PARTIAL}`);
      await rm(partial, { force: true });
      await writeSynced(partial, bytes);
      await rename(partial, join(root, file));
      await syncFolder(root);
    },
    findBeside: (file) =>
      readFile(join(root, file)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    async remove(name) {
      const going = join(root, `${name}${REMOVING}`);
      await rename(join(root, name), going);
      await rm(going, { recursive: true });
    },
    async sweep(now) {
      await make();
      for (const name of await readdir(root)) {
        const ours = [PARTIAL, REMOVING].find(
          (ending) => name.endsWith(ending) && NAME.test(name.slice(0, -ending.length)),
        );
        if (ours === undefined) continue;
        const { mtimeMs } = await stat(join(root, name));
        if (ours === REMOVING || now - mtimeMs > LEFTOVER_MS)
          await rm(join(root, name), { recursive: true, force: true });
      }
    },
  };
}

/** Written and on the disk: a backup that a power failure takes back is none. */
async function writeSynced(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
