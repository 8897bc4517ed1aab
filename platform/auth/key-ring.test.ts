import { describe, expect, it } from 'vitest';
import { createKeyRing, newSecret, secretHash, secretIn, type StoredKey } from './key-ring.ts';

const access = {
  can: () => true,
  holds: () => true,
  scopes: () => 'all' as const,
  overrun: () => undefined,
  permissions: [],
};
const limit = { perMinute: 60, burst: 10 };

function openRing(kind: StoredKey['kind'] = 'key') {
  const { secret, hash } = newSecret(kind);
  const clock = { at: 1_000 };
  const stored = new Map<string, StoredKey>([
    [hash, { id: 'k1', kind, name: 'Shop', access, limit, boundTo: undefined, validUntil: undefined }],
  ]);
  const asked: string[] = [];
  const noted: { id: string; at: number }[] = [];
  const store = {
    find: async (wanted: string) => {
      asked.push(wanted);
      const found = stored.get(wanted);
      await new Promise((done) => {
        setTimeout(done, 1);
      });
      return found;
    },
    noteUsed: async (uses: readonly { id: string; at: number }[]) => void noted.push(...uses),
  };
  const ring = createKeyRing({
    store,
    kinds: ['key'],
    now: () => clock.at,
    onError: (error) => expect.fail(String(error)),
  });
  return { ring, secret, hash, stored, asked, noted, clock };
}

describe('a key ring', () => {
  it('looks a key up once, however many ask, and then answers at once', async () => {
    const { ring, secret, asked } = openRing();
    const both = await Promise.all([ring.find(secret), ring.find(secret)]);
    expect(both.map((one) => one?.name)).toEqual(['Shop', 'Shop']);
    expect(ring.find(secret)).toMatchObject({ id: 'k1', kind: 'key', limit, session: secretHash(secret) });
    expect(asked).toHaveLength(1);
  });

  it('lets nobody in with a forgotten key, also when it was being looked up at that moment', async () => {
    const { ring, secret, hash, stored } = openRing();
    const ended: string[] = [];
    const looking = ring.find(secret);
    stored.delete(hash);
    ring.forget('k1');
    expect(await looking).toBeUndefined();
    stored.set(hash, { id: 'k1', kind: 'key', name: 'Shop', access, limit, boundTo: undefined, validUntil: undefined });
    ring.forget();
    expect(await ring.find(secret)).toBeDefined();
    ring.onEnded((session) => ended.push(session));
    ring.forget('another');
    expect(ended).toEqual([]);
    ring.forget('k1');
    expect(ended).toEqual([hash]);
  });

  it('knows when a key is over without asking again', async () => {
    const { ring, secret, hash, stored, clock, asked } = openRing();
    stored.set(hash, { ...(stored.get(hash) as StoredKey), validUntil: 2_000 });
    expect(await ring.find(secret)).toBeDefined();
    clock.at = 2_000;
    expect(ring.find(secret)).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  it('lets in only the kinds it is for', async () => {
    const { ring, secret } = openRing('sandbox');
    expect(await ring.find(secret)).toBeUndefined();
  });

  it('notes what was used, all at once', async () => {
    const { ring, secret, noted, clock } = openRing();
    await ring.find(secret);
    clock.at = 1_500;
    await ring.find(secret);
    expect(noted).toEqual([]);
    await ring.close();
    expect(noted).toEqual([{ id: 'k1', at: 1_500 }]);
  });
});

it('a secret is known by its form', () => {
  const { secret, start } = newSecret('device');
  expect(secret).toMatch(/^osd_[\w-]{43}$/);
  expect(secret.startsWith(start)).toBe(true);
  const read = (authorization?: string) => secretIn({ headers: authorization === undefined ? {} : { authorization } });
  expect(read(`Bearer ${secret}`)).toBe(secret);
  expect([read(), read(secret), read(`Bearer ${secret}x`), read(`Bearer osx_${secret.slice(4)}`)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
