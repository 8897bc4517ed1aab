/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- answers are looked into as they came */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { afterAll, afterEach, expect, it } from 'vitest';
import { openMasterDoor } from '../commit/master-door.ts';
import { withTransaction } from '../db/pool.ts';
import { createTestDatabase } from '../db/testing.ts';
import { registerEventRoutes } from '../events/events.routes.ts';
import { lastNumber } from '../events/log.ts';
import { appendEvents, entityId, locationId, until } from '../events/testing.ts';
import { idText } from '../http/ids.ts';
import { createTestApi, testPrincipal, type TestClient } from '../http/testing.ts';
import { openSafeFetch } from '../net/safe-fetch.ts';
import { openSecrets } from '../secrets/secrets.ts';
import { deliver, openReceiver, type Received } from './testing.ts';
import { registerWebhookRoutes } from './webhooks.routes.ts';

const database = await createTestDatabase({ max: 12 });
const { pool, schema } = database;
const secrets = openSecrets({ file: '', setting: Buffer.alloc(32, 7).toString('base64url') });
let ahead = 0;
const now = (): number => Date.now() + ahead;
const resolved: { address: string; family: number }[] = [];
const door = openSafeFetch({ allowedHosts: ['127.0.0.1'], resolveHost: async () => resolved.splice(0, 1) });
const api = await createTestApi((app) => {
  registerEventRoutes(app, { pool, schema });
  registerWebhookRoutes(app, {
    pool,
    schema,
    master: openMasterDoor(database),
    now,
    fetch: door.fetch,
    allowedHosts: ['127.0.0.1'],
    ...secrets,
    reachOf: async (ids) => new Map(ids.map((id) => [id, 'all'])),
  });
});
const all = ['webhook:read', 'webhook:manage', 'event:read'];
const owner = api.as(testPrincipal(all));
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
  await pool.query(`delete from ${schema}.platform_webhook`);
  ahead = 0;
});
afterAll(async () => {
  await api.close();
  await door.close();
  await database.drop();
});

const using = <T extends { close(): Promise<void> }>(each: T): T => {
  open.push(each);
  return each;
};
const create = async (as: TestClient, url: string, more: object = {}) => {
  const answer = await as.post('/webhooks', { name: 'Next door', url, types: ['*'], ...more });
  expect([answer.status, answer.body.reason]).toEqual([201, undefined]);
  return answer.body as { id: string; secret: string };
};

/** The algorithm as standardwebhooks.com publishes it for receivers, written from its text and not from our code. */
function verify(secret: string, { headers, text }: Received, atSeconds: number): boolean {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    String(headers[name]),
  );
  if (Math.abs(atSeconds - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.startsWith('whsec_') ? secret.substring(6) : secret, 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`, 'utf8').digest();
  return (signatures ?? '').split(' ').some((versioned) => {
    const [version, signature] = versioned.split(',');
    const given = Buffer.from(signature ?? '', 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

it('agrees with the example that Standard Webhooks publishes', async () => {
  const { signedHeaders, signingKeyOf } = await import('./signature.ts');
  const example = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    seconds: 1614265330,
    keys: [signingKeyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
  };
  expect(signedHeaders('{"test": 2432232314}', example)['webhook-signature']).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

it('tells the secret once, seals it, and signs so that a receiver can verify it', async () => {
  const receiver = using(await openReceiver());
  const key = 'create-once';
  const body = { name: 'Next door', url: receiver.url, types: ['*'] };
  const first = (await owner.post('/webhooks', body, { key })).body;
  expect(first.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect((await owner.post('/webhooks', body, { key })).body).toEqual({ ...first, secret: null });
  const kept = await pool.query(`select sealed from ${schema}.platform_webhook_secret`);
  expect(kept.rows).toHaveLength(1);
  expect(kept.rows[0].sealed).toMatch(/^sealed\./);
  const told = await pool.query(`select body::text as body from ${schema}.platform_event where topic = 'webhook'`);
  expect(JSON.stringify(told.rows)).not.toContain('whsec_');
  using(deliver(database, { openSecret: secrets.openSecret }));
  await appendEvents(database, 1, { notify: true });
  await until(() => receiver.received.some(({ text }) => text.includes('ThingHappened')));
  const at = Date.now() / 1000;
  expect(receiver.received.every((message) => verify(first.secret, message, at))).toBe(true);
  expect(verify('whsec_AAAA', receiver.received[0] as Received, at)).toBe(false);
});

it('signs with both secrets for a day after a rotation, and then with the new one', async () => {
  const receiver = using(await openReceiver());
  const { id, secret: old } = await create(owner, receiver.url);
  const rotated = (await owner.post(`/webhooks/${id}/secret`)).body;
  expect(Date.parse(rotated.oldUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000);
  await owner.post(`/webhooks/${id}/test`);
  const [message] = receiver.received.splice(0);
  for (const secret of [old, rotated.secret]) expect(verify(secret, message as Received, Date.now() / 1000)).toBe(true);
  ahead = 25 * 3_600_000;
  await owner.post(`/webhooks/${id}/test`);
  const [later] = receiver.received.splice(0);
  expect(verify(old, later as Received, now() / 1000)).toBe(false);
  expect(verify(rotated.secret, later as Received, now() / 1000)).toBe(true);
});

it('refuses addresses that lead inside, that are in the clear, or that are none', async () => {
  const refused = async (url: string) => {
    const { status, body } = await owner.post('/webhooks', { name: 'x', url, types: ['*'] });
    return [status, body.fields?.[0]?.path];
  };
  for (const url of [
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://[::ffff:127.0.0.2]/',
    'https://0x7f000002/',
    'https://2130706434/',
    'http://example.com/',
    'https://user:password@example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'no address',
  ])
    expect([url, ...(await refused(url))]).toEqual([url, 400, '/url']);
});

it('calls nobody whose name leads inside, now or later, and follows nobody who sends it on', async () => {
  const { id } = await create(owner, 'https://hooks.example.com/in');
  resolved.push({ address: '10.1.2.3', family: 4 });
  expect((await owner.post(`/webhooks/${id}/test`)).body).toMatchObject({
    outcome: 'failed',
    problem: 'blocked_address',
    status: null,
  });
  resolved.splice(0);
  resolved.push({ address: '127.0.0.1', family: 4 });
  expect((await owner.post(`/webhooks/${id}/test`)).body).toMatchObject({
    outcome: 'failed',
    problem: 'blocked_address',
  });
  const inside = using(await openReceiver());
  const sendsOn = using(await openReceiver(() => 307, { headers: { location: inside.url } }));
  const other = await create(owner, sendsOn.url);
  expect((await owner.post(`/webhooks/${other.id}/test`)).body).toMatchObject({
    outcome: 'failed',
    problem: 'redirect',
    status: 307,
  });
  expect(inside.received).toEqual([]);
});

it('keeps the first 4 KiB of what was answered', async () => {
  const talker = using(await openReceiver(() => 500, { body: `${'é'.repeat(3_000)}\0` }));
  const { id } = await create(owner, talker.url);
  const { body } = await owner.post(`/webhooks/${id}/test`);
  expect(Buffer.byteLength(body.answer)).toBeLessThan(4_100);
  expect((await owner.get(`/webhooks/${id}/calls`)).body.items).toEqual([body]);
});

it('lets an owner manage their own and nobody else', async () => {
  const { id } = await create(owner, 'https://hooks.example.com/a');
  const local = api.as({ ...testPrincipal(all, { entityIds: [], locationIds: [locationId] }), id: entityId });
  const own = await create(local, 'https://hooks.example.com/b');
  expect((await local.get('/webhooks')).body.items.map((one: { id: string }) => one.id)).toEqual([own.id]);
  expect((await owner.get('/webhooks')).body.items).toHaveLength(2);
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['PATCH', '', { version: 1, url: 'https://hooks.example.com/mine' }],
    ['DELETE', '', undefined],
    ['POST', '/secret', undefined],
    ['POST', '/replay', { from: 1 }],
    ['POST', '/test', undefined],
    ['POST', '/resend', { number: 1 }],
    ['GET', '/calls', undefined],
    ['GET', '/messages/1', undefined],
  ] as const) {
    const path_ = `/webhooks/${id}${path}`;
    const answer = method === 'GET' ? await local.get(path_) : await local.send(method, path_, body);
    expect([method, path, answer.status]).toEqual([method, path, 404]);
  }
  expect((await api.as(testPrincipal(['event:read'])).get('/webhooks')).status).toBe(403);
});

it('is edited, disabled, enabled and removed, with before and after in the log', async () => {
  const { id } = await create(owner, 'https://hooks.example.com/a?token=theirs');
  const edit = (version: number, change: object) => owner.send('PATCH', `/webhooks/${id}`, { version, ...change });
  expect(
    (await edit(1, { types: ['stock.*'], filter: { locationIds: [idText('location', locationId)] } })).body,
  ).toEqual({ id, version: 2 });
  expect((await edit(1, { name: 'Late' })).status).toBe(409);
  await edit(2, { enabled: false });
  expect((await owner.get(`/webhooks/${id}`)).body).toMatchObject({
    disabledReason: 'by_hand',
    types: ['stock.*'],
    version: 3,
  });
  await edit(3, { enabled: true });
  expect((await owner.get(`/webhooks/${id}`)).body).toMatchObject({ disabledReason: null, disabledAt: null });
  expect((await owner.send('DELETE', `/webhooks/${id}`)).status).toBe(200);
  expect((await owner.get(`/webhooks/${id}`)).status).toBe(404);
  const { items } = (await owner.get('/events?types=webhook.*&limit=200')).body;
  const mine = items.slice(-5);
  expect(mine.map(({ type }: { type: string }) => type)).toEqual([
    'WebhookCreated',
    'WebhookEdited',
    'WebhookEdited',
    'WebhookEdited',
    'WebhookDeleted',
  ]);
  expect(mine[1].body).toMatchObject({ before: { types: ['*'] }, after: { types: ['stock.*'] } });
  expect(JSON.stringify(mine)).not.toContain('theirs');
});

it('replays from a number with the ids of the first time, sends one again, and shows what is sent', async () => {
  const receiver = using(await openReceiver());
  const from = (await appendEvents(database, 5, { topic: 'stock' })) - 4;
  const { id } = await create(owner, receiver.url, { types: ['stock.*'], after: from - 1 });
  using(deliver(database, { openSecret: secrets.openSecret }));
  await until(() => receiver.received.length === 5);
  const first = receiver.received.splice(0);
  await until(async () => (await owner.get(`/webhooks/${id}/calls`)).body.items.length === 5);
  expect((await owner.post(`/webhooks/${id}/replay`, { from: from + 2 })).body).toEqual({ id, from: from + 2 });
  await until(() => receiver.received.length === 3);
  const again = receiver.received.splice(0);
  const idOf = (messages: readonly Received[], number: number) =>
    messages.find((message) => message.number === number)?.headers['webhook-id'];
  for (const number of [from + 2, from + 3, from + 4]) expect(idOf(again, number)).toBe(idOf(first, number));
  const one = (await owner.post(`/webhooks/${id}/resend`, { number: from })).body;
  expect(one).toMatchObject({ outcome: 'delivered', status: 204, eventNumber: from, messageId: idOf(first, from) });
  const shown = (await owner.get(`/webhooks/${id}/messages/${from}`)).body;
  expect(shown).toEqual({ messageId: idOf(first, from), url: receiver.url, body: receiver.received[0]?.text });
  expect((await owner.post(`/webhooks/${id}/replay`, { from: 10_000_000 })).body.reason).toBe('no_such_event');
  expect((await owner.post(`/webhooks/${id}/resend`, { number: 10_000_000 })).status).toBe(404);
});

it('chooses events alike for webhooks, previews and pulling', async () => {
  const after = await lastNumber(pool, schema);
  const other = '01999c2f-0000-7000-8000-0000000000e2';
  await appendEvents(database, 3, { topic: 'stock', entityId, locationId });
  await appendEvents(database, 2, { topic: 'order', type: 'OrderPlaced', entityId: other });
  await appendEvents(database, 2, { topic: 'order', type: 'OrderShipped', entityId: other });
  const pull = async (query: string, as = owner): Promise<number[]> => {
    const { body } = await as.get(`/events?after=${after}${query}`);
    return body.items.map((item: { number: number }) => item.number - after);
  };
  const filter = (value: object): string => `&filter=${encodeURIComponent(JSON.stringify(value))}`;
  expect(await pull('&types=order.*')).toEqual([4, 5, 6, 7]);
  expect(await pull('&types=stock.*,OrderShipped')).toEqual([1, 2, 3, 6, 7]);
  expect(await pull(filter({ locationIds: [idText('location', locationId)] }))).toEqual([1, 2, 3]);
  expect(
    await pull(filter({ entityIds: [idText('legalEntity', other)], fields: [{ field: 'n', is: 'less', value: 1 }] })),
  ).toEqual([4, 6]);
  expect(
    await pull(
      filter({
        fields: [
          { field: 'deep.x.0', is: 'one_of', values: [1, 'one'] },
          { field: 'n', is: 'at_least', value: 1 },
        ],
      }),
    ),
  ).toEqual([2, 3, 5, 7]);
  expect(await pull(filter({ fields: [{ field: 'constructor', is: 'there' }] }))).toEqual([]);
  expect(await pull('', api.as(testPrincipal(all, { entityIds: [other], locationIds: [] })))).toEqual([4, 5, 6, 7]);
  const preview = (await owner.get('/webhook-matches?types=OrderPlaced')).body;
  expect(preview.items.map(({ number }: { number: number }) => number - after)).toEqual([5, 4]);
  for (const wrong of [
    '&types=a-b',
    '&types=/./',
    '&filter=x',
    filter({ fields: [{ field: 'a..b', is: 'there' }] }),
    filter({ locationIds: ['ent_x'] }),
  ])
    expect((await owner.get(`/events?after=0${wrong}`)).status).toBe(400);
  // Looking goes on from where it ended, also when nothing was for the reader.
  expect((await owner.get(`/events?after=${after}&types=Nothing`)).body).toMatchObject({
    items: [],
    next: null,
    through: await lastNumber(pool, schema),
  });
});

it('tells who asks for everything nothing of who came in and who was turned away, and who asks for that by name', async () => {
  const after = await lastNumber(pool, schema);
  await appendEvents(database, 1, { topic: 'stock', entityId, locationId });
  await appendEvents(database, 2, { topic: 'security', type: 'AccessDenied' });
  const pull = async (query: string): Promise<string[]> =>
    (await owner.get(`/events?after=${after}${query}`)).body.items.map(({ topic }: { topic: string }) => topic);
  expect(await pull('')).toEqual(['stock']);
  expect(await pull('&types=*')).toEqual(['stock']);
  expect(await pull('&types=security.*')).toEqual(['security', 'security']);
  expect(await pull('&types=AccessDenied')).toEqual(['security', 'security']);
  const preview = async (types: string): Promise<string[]> =>
    (await owner.get(`/webhook-matches?types=${types}`)).body.items
      .filter(({ number }: { number: number }) => number > after)
      .map(({ topic }: { topic: string }) => topic);
  expect(await preview('*')).toEqual(['stock']);
  expect(await preview('security.*')).toEqual(['security', 'security']);
});

it('waits for an event when asked to, and no longer than asked', async () => {
  const after = await lastNumber(pool, schema);
  const began = performance.now();
  const waiting = owner.get(`/events?after=${after}&types=Wanted&wait=20`);
  await new Promise((done) => setTimeout(done, 100));
  await appendEvents(database, 1, { notify: true });
  await appendEvents(database, 1, { type: 'Wanted', notify: true });
  expect((await waiting).body).toMatchObject({ items: [{ type: 'Wanted' }], through: after + 2 });
  expect(performance.now() - began).toBeLessThan(15_000);
  const empty = performance.now();
  expect((await owner.get(`/events?after=${after + 2}&wait=1`)).body.items).toEqual([]);
  expect(performance.now() - empty).toBeGreaterThan(950);
  expect((await owner.get(`/events?wait=31`)).status).toBe(400);
});

it('goes through a long filter and a deep body in no time', async () => {
  const { matcherOf } = await import('../events/selection.ts');
  const field = Array.from({ length: 8 }, () => 'a'.repeat(64)).join('.');
  const matches = matcherOf({
    types: ['*'],
    filter: {
      fields: Array.from({ length: 10 }, () => ({ field, is: 'equal' as const, value: `${'a'.repeat(499)}b` })),
    },
  });
  const body = field.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), 'a'.repeat(100_000));
  const event = (await withTransaction(pool, { schema, readOnly: true }, async () => ({ body }))) as never;
  const began = performance.now();
  for (let n = 0; n < 10_000; n += 1) matches(event);
  expect(performance.now() - began).toBeLessThan(5_000);
});
