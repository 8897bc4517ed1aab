import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { folderPlace } from '../../../platform/backup/folder-place.ts';
import type { Place } from '../../../platform/backup/place.ts';

/** Where the schemas of earlier versions are kept, each with a filled retailer in it. */
export const FIXTURES = resolve(import.meta.dirname, '../../../db/fixtures');

/** The list of the migrations of a version, beside its backup: one `name checksum` a line, for people and for `tidy/`. */
export const MIGRATION_LIST = 'migrations.txt';

/** Who may do everything in a fixture, and how they sign in. */
export const FIXTURE_OWNER = { email: 'owner.company@example.org', password: 'a shelf of ones own' };

/** What the secrets in a fixture are sealed with. Nobody's secret: there is nothing in it but what a test has made up. */
export const FIXTURE_SECRET_KEY = Buffer.alloc(32, 'fixture').toString('base64url');

/** A retailer as a version left it: a backup of its schema, without a key. */
export type Fixture = {
  readonly version: string;
  readonly place: Place;
  readonly name: string;
  /** The migrations that had run. */
  readonly migrations: readonly string[];
};

/** Every fixture, the oldest version first. Throws when one is not whole. */
export async function findFixtures(folder = FIXTURES): Promise<Fixture[]> {
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return Promise.all(
    versions.map(async (version) => {
      const place = folderPlace(join(folder, version));
      const names = await place.list();
      const [name] = names;
      if (name === undefined || names.length > 1)
        throw new Error(`The fixture of ${version} holds ${names.length} backups and must hold one.`);
      const list = readFileSync(join(folder, version, MIGRATION_LIST), 'utf8');
      return { version, place, name, migrations: [...list.matchAll(/^\S+\.sql/gm)].map(([file]) => file) };
    }),
  );
}
