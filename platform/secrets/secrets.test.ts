import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import type { Statement } from '../db/pool.ts';
import { addKeyToFile } from './secret-keys.ts';
import { resealAll, type SealedColumn } from './rotate.ts';
import { openSecrets, SecretUnreadable } from './secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const database = await createTestDatabase();
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

const newFile = (): string => join(folder, randomBytes(4).toString('hex'), 'secret.keys');
const newKey = (): string => randomBytes(32).toString('base64url');

describe('a secret', () => {
  it('comes out as it went in, never twice as the same text, and says which key it needs', () => {
    const file = newFile();
    const { sealSecret, openSecret, newestPrefix } = openSecrets({ file });
    for (const text of ['', 'whsec_x', 'Grüße 🔑', 'a'.repeat(100_000)]) {
      const [one, two] = [sealSecret(text), sealSecret(text)];
      expect(one).not.toBe(two);
      expect(one.startsWith(newestPrefix())).toBe(true);
      expect(openSecret(one)).toBe(text);
      expect(openSecrets({ file }).openSecret(two)).toBe(text);
      if (text.length > 5) expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').includes(text)).toBe(false);
    }
  });

  it('cannot be opened when one bit was changed, when it is cut, with another key, or when it is none', () => {
    const { sealSecret, openSecret } = openSecrets({ file: newFile() });
    const sealed = sealSecret('hello');
    const [, id, text] = sealed.split('.');
    const bytes = Buffer.from(text ?? '', 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const bent = Buffer.from(bytes);
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect(() => openSecret(`sealed.${id}.${bent.toString('base64url')}`)).toThrow(SecretUnreadable);
    }
    const short = bytes.subarray(0, -1).toString('base64url');
    for (const odd of [`sealed.${id}.${short}`, 'hello', '', sealed.replace(id ?? '', '00000000')])
      expect(() => openSecret(odd)).toThrow(SecretUnreadable);
    expect(() => openSecrets({ file: newFile() }).openSecret(sealed)).toThrow(/is not there/);
  });
});

describe('the keys', () => {
  it('lie in a file that only its owner reads, are made once, and are never replaced when they cannot be read', () => {
    const file = newFile();
    openSecrets({ file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, 'utf8');
    openSecrets({ file });
    expect(readFileSync(file, 'utf8')).toBe(before);
    chmodSync(file, 0o644);
    expect(() => openSecrets({ file })).toThrow(/chmod 600/);
    chmodSync(file, 0o600);
    for (const broken of ['', 'short\n', `${before}x\n`]) {
      writeFileSync(file, broken);
      expect(() => openSecrets({ file })).toThrow(/from a backup/);
      expect(readFileSync(file, 'utf8')).toBe(broken);
    }
  });

  it('may stand in a setting, the newest first, and a wrong one is not repeated', () => {
    const [old, young] = [newKey(), newKey()];
    const sealed = openSecrets({ file: 'nowhere', setting: old }).sealSecret('x');
    const both = openSecrets({ file: 'nowhere', setting: `${young}, ${old}` });
    expect(both.openSecret(sealed)).toBe('x');
    expect(both.sealSecret('x').split('.')[1]).not.toBe(sealed.split('.')[1]);
    expect(() => openSecrets({ file: 'nowhere', setting: 'hunter2' })).toThrow(/^(?!.*hunter2).*SECRET_KEY/s);
  });

  it('are rotated under a running program, which opens and seals with the new one at once; the oldest goes', () => {
    const file = newFile();
    const running = openSecrets({ file });
    const first = running.sealSecret('one');
    addKeyToFile(file);
    const second = running.sealSecret('two');
    expect(second.startsWith(openSecrets({ file }).newestPrefix())).toBe(true);
    expect([running.openSecret(first), running.openSecret(second)]).toEqual(['one', 'two']);
    addKeyToFile(file);
    expect(openSecrets({ file }).openSecret(second)).toBe('two');
    expect(() => openSecrets({ file }).openSecret(first)).toThrow(/is not there/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

it('a rotation seals everything registered again, some rows at a time, and once only', async () => {
  const { pool, schema } = database;
  await pool.query(`create table ${schema}.platform_test_secret (id text primary key, sealed text not null)`);
  const statement = (name: string, text: string): Statement => ({ name: `secrets test ${name}`, text });
  const column: SealedColumn = {
    name: 'tests',
    findOld: (tx, prefix, limit) =>
      tx.rows(
        statement('find', 'select id, sealed from platform_test_secret where not starts_with(sealed, $1) limit $2'),
        [prefix, limit],
      ),
    async replace(tx, { id, from, to }) {
      await tx.run(statement('replace', 'update platform_test_secret set sealed = $3 where id = $1 and sealed = $2'), [
        id,
        from,
        to,
      ]);
    },
  };
  const file = newFile();
  const secrets = openSecrets({ file });
  for (let n = 0; n < 450; n += 1)
    await pool.query(`insert into ${schema}.platform_test_secret values ($1, $2)`, [
      String(n),
      secrets.sealSecret(`secret ${n}`),
    ]);
  addKeyToFile(file);
  expect(await resealAll({ pool, schema, secrets }, [column])).toEqual([{ name: 'tests', rows: 450 }]);
  expect(await resealAll({ pool, schema, secrets }, [column])).toEqual([{ name: 'tests', rows: 0 }]);
  addKeyToFile(file);
  const fresh = openSecrets({ file });
  const { rows } = await pool.query<{ id: string; sealed: string }>(`select * from ${schema}.platform_test_secret`);
  expect(rows.every(({ id, sealed }) => fresh.openSecret(sealed) === `secret ${id}`)).toBe(true);
});
