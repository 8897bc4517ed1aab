import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeFixture } from './make-fixture.ts';

// `node oneshelf.mjs fixture`: keeps the schema of this version for the tests of all later ones, before it is released. decisions/0015-upgrades.md says why.

const root = resolve(import.meta.dirname, '../../..');

try {
  const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string };
  const made = await makeFixture({ version, migrations: resolve(root, 'db/migrations') });
  process.stdout.write(`${made.folder}: ${made.events} events, ${Math.ceil(made.bytes / 1024)} KB. Commit it.\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// What a business keeps open must not hold the process.
process.exit();
