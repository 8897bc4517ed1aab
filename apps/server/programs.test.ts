/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-argument, typescript/no-unsafe-call, typescript/no-unsafe-return -- answers are looked into as they came */
import { afterAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../../platform/db/pool.ts';
import { openApiWorld, sendTo, type Answer } from './api/world.ts';
import { openApi, openBusiness } from './compose.ts';

const world = await openApiWorld();
// The same books behind a second process.
const otherBusiness = await openBusiness(world.surroundings);
const other = await openApi(world.surroundings, otherBusiness);
const otherUrl = await other.api.listen({ host: '127.0.0.1', port: 0 });
afterAll(async () => {
  await other.close();
  await otherBusiness.close();
  await world.close();
});

const { owner, places } = world;
const asOwner = (method: string, path: string, body?: unknown): Promise<Answer> =>
  world.send(method, path, { token: owner.token, ...(body === undefined ? {} : { body }) });

async function makeKey(body: object): Promise<{ id: string; secret: string }> {
  const answer = await asOwner('POST', '/api-keys', { name: 'Test', permissions: ['stock:read'], ...body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

const stockAt = (locationId: string, token: string, url = world.url): Promise<Answer> =>
  sendTo(url, 'GET', `/stock?location=${locationId}&limit=1`, { token });

async function eventually(check: () => Promise<boolean>): Promise<number> {
  const since = performance.now();
  while (!(await check())) {
    if (performance.now() - since > 15_000) throw new Error('it did not happen within fifteen seconds');
    await new Promise((done) => {
      setTimeout(done, 5);
    });
  }
  return performance.now() - since;
}

describe('a key of a program', () => {
  it('may do what it was given, where it was given, and nothing else', async () => {
    const { secret } = await makeKey({ locationIds: [places.here.locationId] });
    expect(secret).toMatch(/^osk_/);
    expect((await stockAt(places.here.locationId, secret)).status).toBe(200);
    expect([403, 404]).toContain((await stockAt(places.abroad.locationId, secret)).status);
    const order = { channelId: places.here.shopId, lines: [{ skuId: world.skuIds[0], quantity: 1 }] };
    expect((await world.send('POST', '/orders', { token: secret, body: order })).status).toBe(403);
    const own = await world.send('GET', '/api-key', { token: secret });
    expect(own.body).toMatchObject({ name: 'Test', permissions: ['stock:read'], perMinute: 600 });
  });

  it('is nobody: what is for people is not for keys, and the other way round', async () => {
    const { secret } = await makeKey({});
    expect((await world.send('GET', '/session', { token: secret })).body).toMatchObject({
      status: 403,
      reason: 'for_person_only',
    });
    expect((await asOwner('GET', '/api-key')).body).toMatchObject({ status: 403, reason: 'for_key_only' });
  });

  it('tells its secret once, and nobody finds it in the database or in the events', async () => {
    const key = 'made once';
    const sending = { token: owner.token, key, body: { name: 'Once', permissions: ['stock:read'] } };
    const first = await world.send('POST', '/api-keys', sending);
    const again = await world.send('POST', '/api-keys', sending);
    expect(again.body).toEqual({ ...first.body, secret: null });
    expect((await stockAt(places.here.locationId, first.body.secret)).status).toBe(200);
    const { pool, schema } = world.database;
    const found = await withTransaction(pool, { schema, readOnly: true }, ({ client }) =>
      client.query<{ told: string }>(
        `select (select string_agg(body::text, '') from platform_event) || (select string_agg(s::text, '') from staff_api_secret s) as told`,
      ),
    );
    expect(found.rows[0]?.told).toContain(first.body.start);
    expect(found.rows[0]?.told).not.toContain(first.body.secret.slice(10));
    expect((await asOwner('GET', '/api-keys?limit=200')).text).not.toContain(first.body.secret.slice(10));
  });

  it('is never more than the one who makes it', async () => {
    const { body } = await asOwner('POST', '/api-keys', { name: 'Maker', permissions: ['key:manage'] });
    expect(body).toMatchObject({ status: 409, reason: 'permissions_not_for_keys' });
    const manager = world.people.find(({ role, reach }) => role === 'manager' && reach === 'company');
    const answer = await world.send('POST', '/api-keys', {
      token: manager?.token ?? '',
      body: { name: 'Books', permissions: ['stock:read', 'journal:post'] },
    });
    expect(answer.body).toMatchObject({ status: 409, reason: 'permissions_not_held', permissions: ['journal:post'] });
    expect(
      (await asOwner('POST', '/api-keys', { name: 'Odd', permissions: ['stock:steal'] })).body.fields[0].path,
    ).toBe('/permissions/0');
  });

  it('is let in nowhere from the moment it is revoked, in any process', async () => {
    const { id, secret } = await makeKey({});
    const at = places.here.locationId;
    expect([(await stockAt(at, secret)).status, (await stockAt(at, secret, otherUrl)).status]).toEqual([200, 200]);
    expect((await asOwner('POST', `/api-keys/${id}/revocation`, {})).status).toBe(200);
    expect((await stockAt(at, secret)).status).toBe(401);
    await eventually(async () => (await stockAt(at, secret, otherUrl)).status === 401);
    expect((await asOwner('POST', `/api-keys/${id}/revocation`, {})).body.reason).toBe('key_revoked');
    expect((await asOwner('POST', `/api-keys/${id}/rotation`, {})).body.reason).toBe('key_revoked');
  });

  it('has two secrets while it is rotated, and stays the same key', async () => {
    const { id, secret } = await makeKey({ permissions: ['customer:edit', 'customer:read'] });
    const customer = { name: 'Rita', email: 'rita@example.org', country: 'PT' };
    const first = await world.send('POST', '/customers', { token: secret, key: 'rita', body: customer });
    expect(first.status).toBe(201);
    const rotated = await asOwner('POST', `/api-keys/${id}/rotation`, { graceSeconds: 1 });
    const fresh: string = rotated.body.secret;
    expect(fresh).not.toBe(secret);
    // What was sent with the old secret is known when it comes again with the new one.
    const again = await world.send('POST', '/customers', { token: fresh, key: 'rita', body: customer });
    expect(again.body.id).toBe(first.body.id);
    expect((await world.send('GET', '/customers', { token: secret })).status).toBe(200);
    await eventually(async () => (await world.send('GET', '/customers', { token: secret })).status === 401);
    expect((await world.send('GET', '/customers', { token: fresh })).status).toBe(200);
  });

  it('ends when it was told to', async () => {
    const { secret } = await makeKey({ expiresAt: new Date(Date.now() + 1_000).toISOString() });
    expect((await stockAt(places.here.locationId, secret)).status).toBe(200);
    await eventually(async () => (await stockAt(places.here.locationId, secret)).status === 401);
  });
});

describe('a device', () => {
  const code = async (more: object = {}): Promise<string> => {
    const body = { name: 'Till', locationId: places.there.locationId, registerId: places.there.registerId, ...more };
    const answer = await asOwner('POST', '/device-pairings', body);
    expect(answer.status, answer.text).toBe(201);
    return answer.body.code;
  };
  const pair = (typed: string): Promise<Answer> => world.send('POST', '/devices', { body: { code: typed }, key: null });

  it('is paired once by its code, as its register, and replaces the one before', async () => {
    const first = await code();
    const paired = await pair(`${first.slice(0, 4).toLowerCase()}-${first.slice(4)}`);
    expect(paired.body).toMatchObject({ registerId: places.there.registerId, locationId: places.there.locationId });
    expect(paired.body.factSecret).toBe(places.there.registerSecret);
    expect((await pair(first)).body).toMatchObject({ status: 404, reason: 'pairing_code_unknown' });
    const { token } = paired.body;
    const facts = { facts: [{ counter: 1, nonsense: true }] };
    const push = (registerId: string) =>
      world.send('POST', `/registers/${registerId}/facts`, { token, key: null, body: facts });
    expect((await push(places.there.registerId)).status).toBe(200);
    expect([403, 404]).toContain((await push(places.here.registerId)).status);
    expect((await world.send('GET', '/journal', { token })).status).toBe(403);
    const second = await pair(await code());
    expect(second.status).toBe(201);
    expect((await push(places.there.registerId)).status).toBe(401);
    const { items } = (await asOwner('GET', '/devices')).body;
    expect(items.find(({ id }: { id: string }) => id === paired.body.id).revokedAt).not.toBeNull();
  });

  it('speaks for its own register only, also within its place', async () => {
    const scanner = await pair(await code({ registerId: null, permissions: ['till:sync', 'stock:read'] }));
    const facts = { facts: [{ counter: 1, nonsense: true }] };
    const { token } = scanner.body;
    const answer = await world.send('POST', `/registers/${places.there.registerId}/facts`, {
      token,
      key: null,
      body: facts,
    });
    expect(answer.status).toBe(404);
    expect((await stockAt(places.there.locationId, token)).status).toBe(200);
  });

  it('is let in no more once it is revoked', async () => {
    const { id, token } = (await pair(await code())).body;
    expect((await stockAt(places.there.locationId, token)).status).toBe(200);
    expect((await asOwner('POST', `/devices/${id}/revocation`, {})).status).toBe(200);
    expect((await stockAt(places.there.locationId, token)).status).toBe(401);
  });

  it('is not guessed', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => pair('AAAAAAAA')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404, 429]));
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).not.toBeNull();
  });
});
