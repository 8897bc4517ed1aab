import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../../../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/db/testing.ts';
import { resealAll } from '../../../platform/secrets/rotate.ts';
import { openSecrets } from '../../../platform/secrets/secrets.ts';
import { openCompanyCache } from './company-cache.ts';
import { insertRegisters } from './company.store.ts';
import { sealedRegisterSecrets, sealRegisterSecrets } from './register-secrets.ts';

const key = (): string => randomBytes(32).toString('base64url');
const oldKey = key();
const secrets = openSecrets({ file: '', setting: oldKey });
const nothing = async () => [];
const sources = { locations: nothing, channels: nothing, vatRates: nothing, areas: nothing };
const [known, bare] = [randomUUID(), randomUUID()];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await withTransaction(database.pool, { schema: database.schema }, (tx) =>
    insertRegisters(tx, [
      { id: known, locationId: randomUUID(), code: 'T1', name: 'Till 1', factSecret: 'hush-hush' },
      { id: bare, locationId: randomUUID(), code: 'T1', name: 'Till 1', factSecret: 'left behind' },
    ]),
  );
});
afterAll(() => database.drop());

const open = (openSecret?: (sealed: string) => string) => openCompanyCache({ ...database, sources, openSecret });
const query = (text: string) =>
  withTransaction(database.pool, { schema: database.schema }, (tx) =>
    tx.rows<{ fact_secret: string }>({ name: text, text }),
  );

describe('what registers sign with', () => {
  it('is sealed at the start, once, by however many do it', async () => {
    // As it comes in an archive: the register is there and what it signs with is not.
    await query(`update company_register set fact_secret = null where id = '${bare}'`);
    const found = await Promise.all([1, 2, 3].map(() => sealRegisterSecrets(database, secrets.sealSecret)));
    // Who waited for the first may look at a row once more; what was sealed first stays.
    expect(Math.max(...found)).toBe(2);
    expect(await sealRegisterSecrets(database, secrets.sealSecret)).toBe(0);
    expect(await query('select fact_secret from company_register where fact_secret is not null')).toEqual([]);
    const kept = JSON.stringify(await query('select * from company_register_secret'));
    expect(kept).toMatch(/sealed\./);
    expect(kept).not.toMatch(/hush|left behind/);
  });

  it('is what it was for who holds the key, new where there was none, and unknown to everybody else', async () => {
    const company = await open(secrets.openSecret);
    expect(company.register(known)?.factSecret).toBe('hush-hush');
    expect(company.register(bare)?.factSecret).toMatch(/^[0-9a-f]{64}$/);
    expect((await open()).register(known)?.factSecret).toBeUndefined();
    expect((await open(openSecrets({ file: '', setting: key() }).openSecret)).register(known)).toMatchObject({
      code: 'T1',
      factSecret: undefined,
    });
  });

  it('is sealed again with a new key', async () => {
    const rotated = openSecrets({ file: '', setting: `${key()},${oldKey}` });
    const told = await resealAll({ ...database, secrets: rotated }, [sealedRegisterSecrets]);
    expect(told).toEqual([{ name: 'secrets of registers', rows: 2 }]);
    expect((await open(rotated.openSecret)).register(known)?.factSecret).toBe('hush-hush');
    expect((await open(secrets.openSecret)).register(known)?.factSecret).toBeUndefined();
  });
});
