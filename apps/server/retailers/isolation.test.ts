/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-argument -- answers are looked into as they came */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { uuidv7 } from 'uuidv7';
import type { RouteRow } from '../../../platform/http/route.ts';
import { openSecrets } from '../../../platform/secrets/secrets.ts';
import { decodeId, encodeId, ID_PREFIX, isUuid } from '../../../src/kernel/ids.ts';
import { BUILT_IN_ROLES } from '../../../src/staff/role.ts';
import { addressOf, SAMPLES, WAYS_IN, type Sample } from '../api/operations.ts';
import { openApiWorld, type Answer, type ApiWorld, type Sending } from '../api/world.ts';
import type { Surroundings } from '../compose.ts';
import { openTestInstallation, sendToHost, type TestInstallation } from './testing.ts';

const HOST = 'zwei.example';
const signIn = {
  secrets: openSecrets({ file: '', setting: randomBytes(32).toString('base64url') }),
  sendMail: async () => undefined,
  baseUrl: () => 'http://localhost',
};

/** A retailer with everything that opens its doors. */
type Side = {
  readonly name: string;
  readonly world: ApiWorld;
  readonly credentials: Readonly<Record<string, Sending>>;
};

let one: ApiWorld;
let installation: TestInstallation;
let sides: readonly [Side, Side];
let ownerLink: string;

beforeAll(async () => {
  one = await openApiWorld({ signIn });
  installation = await openTestInstallation(one.database, one.surroundings);
  installation.hosting.divert(one.api);
  const { retailer, token } = await installation.create('Zwei', HOST);
  ownerLink = token;
  const { url, api } = one;
  const two = await openApiWorld({
    database: { ...one.database, schema: retailer.schema, drop: async () => undefined },
    signIn,
    served: { api, url, send: (method, path, sending) => sendToHost(url, HOST, method, path, sending) },
  });
  sides = [await sideOf('the first', one), await sideOf('the second', two)];
}, 120_000);

afterAll(async () => {
  await sides[1].world.close();
  await installation.close();
  await one.close();
});

async function sideOf(name: string, world: ApiWorld): Promise<Side> {
  const token = world.owner.token;
  const permissions = BUILT_IN_ROLES.find(({ code }) => code === 'integrator')?.permissions ?? [];
  const ask = async (path: string, body: unknown): Promise<Answer['body']> => {
    const answer = await world.send('POST', path, { token, body });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body;
  };
  const key = await ask('/api-keys', { name: 'Everything', permissions });
  const sandbox = await ask('/api-keys', { name: 'Sandbox', kind: 'sandbox', permissions });
  const { locationId } = world.places.here;
  const pairing = await ask('/device-pairings', { name: 'Handheld', locationId });
  const device = await ask('/devices', { code: pairing.code });
  return {
    name,
    world,
    credentials: {
      session: { token },
      cookie: { headers: { cookie: `oneshelf_session=${token}`, 'sec-fetch-site': 'same-origin' } },
      key: { token: key.secret },
      device: { token: device.token },
      'sandbox key': { token: sandbox.secret },
    },
  };
}

const both = (): readonly (readonly [host: Side, stranger: Side])[] => [sides, [sides[1], sides[0]]];

function sampleOf({ world }: Side, row: RouteRow): Sample {
  return SAMPLES[row.operationId]?.(world, world.places.here) ?? { path: '' };
}

const ID = /\b([a-z]{2,4})_[0-9a-z]{26}\b/g;

/** The same request about things that are nowhere. */
function nowhere(sample: Sample): Sample {
  const made = new Map<string, string>();
  const text = JSON.stringify(sample).replaceAll(ID, (id, prefix: string) => {
    const other = made.get(id) ?? encodeId(prefix, uuidv7());
    made.set(id, other);
    return other;
  });
  return JSON.parse(text) as Sample;
}

/** Every id and secret of a retailer, as outside and as inside. */
function marksOf({ world }: Side): string[] {
  const { places, skuIds, productId, categoryId, customerId, apiKeyId, webhookId, invitationId, newcomer } = world;
  const single = [productId, categoryId, customerId, apiKeyId, webhookId, invitationId, newcomer.id, world.owner.id];
  const ids = [
    ...Object.values(places).flatMap(({ currency: _, ...ids1 }) => Object.values(ids1)),
    ...skuIds,
    ...single,
  ];
  return [...ids, ...ids.map((id) => decodeId(id.slice(0, 3), id) ?? '').filter(isUuid)];
}

async function sixAtATime(work: readonly (() => Promise<void>)[]): Promise<void> {
  const rest = work.values();
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (const each of rest) await each();
    }),
  );
}

it('knows no credential of the other at any route', { timeout: 120_000 }, async () => {
  const wrong: string[] = [];
  let asked = 0;
  const rows = one.api.routeTable.filter(({ permission }) => permission !== 'public');
  await sixAtATime(
    both().flatMap(([host, stranger]) =>
      rows.flatMap((row) =>
        Object.entries(stranger.credentials).map(([name, credential]) => async () => {
          const { path, body } = sampleOf(host, row);
          const sending = { ...credential, ...(body === undefined ? {} : { body }) };
          const answer = await host.world.send(row.method, path, sending);
          asked += 1;
          if (answer.status !== 401 || answer.body.reason !== 'not_signed_in')
            wrong.push(`${row.operationId} at ${host.name}, ${name}: ${answer.status} ${answer.text.slice(0, 200)}`);
        }),
      ),
    ),
  );
  expect(wrong.slice(0, 10)).toEqual([]);
  expect(asked).toBeGreaterThan(1_500);
  // They are credentials all the same, where they belong. (The sandbox is not opened: that takes a while.)
  for (const { world, credentials } of sides) {
    for (const [name, credential] of Object.entries(credentials)) {
      if (name === 'sandbox key') continue;
      const path = name === 'session' || name === 'cookie' ? '/session' : '/api-key';
      expect([name, (await world.send('GET', path, credential)).status]).toEqual([name, 200]);
    }
  }
});

it(
  'takes ids of the other as those of nothing, at every route, and tells none of them',
  { timeout: 120_000 },
  async () => {
    const wrong: string[] = [];
    let compared = 0;
    let missing = 0;
    const before = await Promise.all(sides.map(({ world }) => world.lastEvent()));
    // What an archive holds is looked at where archives are tested: it is packed.
    const left = [...WAYS_IN, 'exportArchive'];
    const rows = one.api.routeTable.filter(({ operationId }) => !left.includes(operationId));
    await sixAtATime(
      both().flatMap(([host, stranger]) => {
        const marks = marksOf(stranger);
        const token = host.world.owner.token;
        const ask = async (row: RouteRow, sample: Sample): Promise<Answer> =>
          host.world.send(row.method, addressOf(sample, row.preview), {
            token,
            ...(sample.body === undefined ? {} : { body: sample.body }),
          });
        return rows.map((row) => async () => {
          const sample = sampleOf(stranger, row);
          const text = JSON.stringify(sample);
          const who = `${row.operationId} at ${host.name}`;
          const told = (answer: Answer): void => {
            const mark = marks.find((each) => answer.text.includes(each) && !text.includes(each));
            if (mark !== undefined) wrong.push(`${who} tells ${mark}: ${answer.text.slice(0, 300)}`);
          };
          // What it answers its own owner about its own things.
          if (row.method === 'GET') told(await ask(row, sampleOf(host, row)));
          if (!marks.some((mark) => text.includes(mark))) return;
          const [theirs, nobodys] = [await ask(row, sample), await ask(row, nowhere(sample))];
          compared += 1;
          if (theirs.status !== nobodys.status || theirs.body?.reason !== nobodys.body?.reason)
            wrong.push(
              `${who}: ${theirs.status} ${theirs.text.slice(0, 200)}, of nothing ${nobodys.status} ${nobodys.text.slice(0, 200)}`,
            );
          told(theirs);
          const [path = ''] = sample.path.split('?', 1);
          if (!marks.some((mark) => path.includes(mark))) return;
          missing += 1;
          if (theirs.status !== 404) wrong.push(`${who} is no 404: ${theirs.status} ${theirs.text.slice(0, 200)}`);
        });
      }),
    );
    expect(wrong.slice(0, 10)).toEqual([]);
    console.log(`${compared} routes were asked for things of the other, ${missing} of them by address`);
    expect(compared).toBeGreaterThan(100);
    expect(missing).toBeGreaterThan(60);
    expect(await Promise.all(sides.map(({ world }) => world.lastEvent()))).toEqual(before);
  },
);

it('opens nothing with a link, a code, a password or a badge of the other', { timeout: 60_000 }, async () => {
  const [first, second] = sides.map(({ world }) => world) as [ApiWorld, ApiWorld];
  const password = 'a shelf for two';
  const post = (world: ApiWorld, path: string, body: unknown): Promise<Answer> =>
    world.send('POST', path, { body, key: null });

  expect((await post(first, '/invitations/look', { token: ownerLink })).status).toBe(410);
  expect((await post(first, '/invitations/accept', { token: ownerLink, password })).status).toBe(410);
  const accepted = await post(second, '/invitations/accept', { token: ownerLink, password });
  expect(accepted.status, accepted.text).toBe(201);
  const cookie = accepted.headers.get('set-cookie') ?? '';
  // Without a domain a browser sends it to this host alone.
  expect(cookie).toMatch(/^oneshelf_session=/);
  expect(cookie.toLowerCase()).not.toContain('domain');
  expect((await first.send('GET', '/session', { headers: { cookie: cookie.split(';', 1)[0] ?? '' } })).status).toBe(
    401,
  );
  expect((await second.send('GET', '/session', { headers: { cookie: cookie.split(';', 1)[0] ?? '' } })).status).toBe(
    200,
  );

  const email = `owner@${HOST}`;
  expect((await post(first, '/session', { email, password })).status).toBe(401);
  expect((await post(second, '/session', { email, password })).status).toBe(201);

  await post(second, '/password-resets', { email });
  const mailed = (): string | undefined => installation.mails.find(({ to }) => to === email)?.text;
  for (let waited = 0; waited < 3_000 && mailed() === undefined; waited += 20)
    await new Promise((done) => setTimeout(done, 20));
  const reset = /#([A-Za-z0-9_-]{43})/.exec(mailed() ?? '')?.[1] ?? '';
  expect(reset).not.toBe('');
  const chosen = { token: reset, password: 'another shelf for two' };
  const refused = await post(first, '/password-resets/complete', chosen);
  expect([refused.status, refused.body.reason]).toEqual([410, 'link_gone']);
  expect((await post(second, '/password-resets/complete', chosen)).status).toBeLessThan(300);

  expect((await post(first, '/devices', { code: second.pairingCode })).status).toBeGreaterThanOrEqual(400);
  expect((await post(second, '/devices', { code: second.pairingCode })).status).toBe(201);
  const badge = await first.send('POST', `/registers/${first.places.here.registerId}/sessions`, {
    token: first.owner.token,
    body: { badge: second.ownerBadge },
  });
  expect(badge.status).toBeGreaterThanOrEqual(400);

  // Money that was held for the one pays nothing at the other.
  const place = (world: ApiWorld, payment: unknown): Promise<Answer> =>
    world.send('POST', '/orders', {
      token: world.owner.token,
      body: { channelId: world.places.here.shopId, lines: [{ skuId: world.skuIds[0], quantity: 1 }], payment },
    });
  const provider = (one.surroundings.card as NonNullable<Surroundings['card']>).provider;
  const held = await provider.authorise({
    reference: uuidv7(),
    token: 'tok_ok',
    amountMinor: 2500,
    currency: 'GBP',
  });
  const authorisation = held.id;
  const refusedOrder = await place(second, { method: 'card', authorisation });
  expect([refusedOrder.status, refusedOrder.body.reason]).toEqual([409, 'unknown_authorisation']);
  const placed = await place(first, { method: 'card', authorisation });
  expect(placed.status, placed.text).toBe(201);
});

it('streams and gives out its own events only', { timeout: 60_000 }, async () => {
  const [first, second] = sides.map(({ world }) => world) as [ApiWorld, ApiWorld];
  const streams = [openStream(first, undefined), openStream(second, HOST)];
  await Promise.all(streams.map(({ open }) => open));
  // Events name things of a topic by one kind of id.
  const add = async (world: ApiWorld, name: string): Promise<string> => {
    const { status, body, text } = await world.send('POST', '/categories', {
      token: world.owner.token,
      body: { name },
    });
    expect(status, text).toBe(201);
    return encodeId(ID_PREFIX.product, decodeId(ID_PREFIX.category, body.id) ?? '');
  };
  const made = { first: [] as string[], second: [] as string[] };
  for (let n = 0; n < 15; n += 1) {
    made.first.push(await add(first, `First ${n}`));
    if (n % 3 === 0) made.second.push(await add(second, `Second ${n}`));
  }
  const [ofFirst, ofSecond] = streams as [Stream, Stream];
  const all = (stream: Stream, ids: string[]): boolean => ids.every((id) => stream.text().includes(id));
  for (let waited = 0; waited < 5_000 && !(all(ofFirst, made.first) && all(ofSecond, made.second)); waited += 20)
    await new Promise((done) => setTimeout(done, 20));
  expect(all(ofFirst, made.first) && all(ofSecond, made.second)).toBe(true);
  for (const id of made.second) expect(ofFirst.text()).not.toContain(id);
  for (const id of made.first) expect(ofSecond.text()).not.toContain(id);
  for (const stream of streams) stream.close();

  for (const [world, own, others] of [
    [first, made.first, made.second],
    [second, made.second, made.first],
  ] as const) {
    const texts: string[] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const page: Answer = await world.send('GET', `/events?after=${after}&limit=200`, { token: world.owner.token });
      expect(page.status, page.text).toBe(200);
      texts.push(page.text);
      const last: number = page.body.items.at(-1)?.number ?? after;
      after = last === after ? undefined : last;
    }
    const told = texts.join('');
    for (const id of own) expect(told).toContain(id);
    for (const id of others) expect(told).not.toContain(id);
  }
});

type Stream = { readonly open: Promise<void>; text(): string; close(): void };

function openStream({ url, owner }: ApiWorld, host: string | undefined): Stream {
  let text = '';
  let asked: ReturnType<typeof get>;
  const open = new Promise<void>((done, fail) => {
    const headers = { authorization: `Bearer ${owner.token}`, ...(host === undefined ? {} : { host }) };
    asked = get(`${url}/api/v1/live`, { headers }, (response) => {
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        done();
      });
      response.on('error', () => undefined);
    });
    asked.on('error', fail);
  });
  return { open, text: () => text, close: () => asked.destroy() };
}

it.each([
  ['zwei.example', {}, true],
  ['ZWEI.example', {}, true],
  ['zwei.example.', {}, true],
  ['zwei.example:8443', {}, true],
  ['zwei.example.evil.example', {}, false],
  ['evil-zwei.example', {}, false],
  ['localhost', { 'x-forwarded-host': 'zwei.example' }, false],
  ['localhost', { forwarded: 'host=zwei.example' }, false],
  ['zwei.example', { 'x-forwarded-host': 'localhost' }, true],
])('leads %s with %j to the second: %s', async (host, headers, leads) => {
  const { token } = sides[1].world.owner;
  const answer = await sendToHost(one.url, host, 'GET', '/session', { token, headers });
  expect(answer.status).toBe(leads ? 200 : 401);
});

it('goes by the Host header also when the request line names a host', async () => {
  const { token } = sides[1].world.owner;
  const target = 'http://zwei.example/api/v1/session';
  const answer = await sendToHost(one.url, 'localhost', 'GET', '', { token, target });
  expect(answer.status).toBeGreaterThanOrEqual(400);
});

it('keeps numbers of its own only', async () => {
  const [first, second] = sides.map(({ world }) => world) as [ApiWorld, ApiWorld];
  const read = async (world: ApiWorld): Promise<string> =>
    (await world.send('GET', '/api/../../metrics', { token: world.owner.token })).text;
  expect(await read(first)).not.toBe(await read(second));
});
