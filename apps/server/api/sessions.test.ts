/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access -- answers are looked into as they came */
import { pino } from 'pino';
import { afterAll, expect, it } from 'vitest';
import { tokenHash } from '../../../platform/auth/session.ts';
import { openApiWorld, type Answer } from './world.ts';

const logged: string[] = [];
const world = await openApiWorld({ logger: pino({ level: 'trace' }, { write: (line) => void logged.push(line) }) });
afterAll(() => world.close());

const { email, password } = world.owner;
const signIn = (headers: Record<string, string> = {}, body: object = { email, password }): Promise<Answer> =>
  world.send('POST', '/session', { body, headers, key: null });
const cookieOf = (answer: Answer): string => answer.headers.getSetCookie()[0] ?? '';
const pairOf = (answer: Answer): string => cookieOf(answer).split(';')[0] ?? '';
const category = { name: 'From a browser' };

it('gives a browser a cookie that no script reads and no other site sends', async () => {
  const flags = cookieOf(await signIn())
    .split('; ')
    .slice(1);
  expect(flags.toSorted()).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Lax']);
});

it('gives a new token at every sign-in, whatever the browser brought along', async () => {
  const planted = `oneshelf_session=${'p'.repeat(43)}`;
  const first = await signIn({ cookie: planted, 'sec-fetch-site': 'same-origin' });
  const second = await signIn({ cookie: pairOf(first), 'sec-fetch-site': 'same-origin' });
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(new Set([planted, pairOf(first), pairOf(second)]).size).toBe(3);
  expect((await world.send('GET', '/session', { headers: { cookie: planted } })).status).toBe(401);
});

it('takes nothing from a page of another site, although the browser sends the cookie along', async () => {
  const cookie = pairOf(await signIn());
  const before = await world.lastEvent();
  const strangers: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${world.url}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    {},
    { 'sec-fetch-site': 'cross-site', origin: world.url },
  ];
  for (const headers of strangers) {
    const { status, body } = await world.send('POST', '/categories', {
      headers: { cookie, ...headers },
      body: category,
    });
    expect([headers, status, body.reason]).toEqual([headers, 403, 'cross_site_request']);
  }
  // A form knows no JSON, and signing somebody in as somebody else is no less an attack.
  expect((await signIn({ origin: 'https://evil.example' })).status).toBe(403);
  expect(
    (await world.send('POST', '/session', { raw: `email=${email}`, headers: { 'content-type': 'text/plain' } })).status,
  ).toBe(415);
  expect((await world.send('DELETE', '/session', { headers: { cookie, origin: 'https://evil.example' } })).status).toBe(
    403,
  );
  expect(await world.lastEvent()).toBe(before);
  expect(
    (await world.send('POST', '/categories', { headers: { cookie, origin: world.url }, body: category })).status,
  ).toBe(201);
});

it('lets other sites read nothing', async () => {
  const { headers } = await world.send('GET', '/session', {
    token: world.owner.token,
    headers: { origin: 'https://evil.example' },
  });
  expect([
    headers.get('access-control-allow-origin'),
    headers.get('cache-control'),
    headers.get('x-content-type-options'),
  ]).toEqual([null, 'no-store', 'nosniff']);
});

it('ends at sign-out at once, for cookie and token alike, and only that session', async () => {
  const [one, other] = [await signIn(), await signIn()];
  const cookie = pairOf(one);
  expect((await world.send('DELETE', '/session', { headers: { cookie, origin: world.url } })).status).toBe(204);
  const asked = await Promise.all([
    world.send('GET', '/session', { headers: { cookie } }),
    world.send('GET', '/session', { token: one.body.token }),
    world.send('POST', '/categories', { token: one.body.token, body: category }),
    world.send('GET', '/session', { token: other.body.token }),
  ]);
  expect(asked.map(({ status }) => status)).toEqual([401, 401, 401, 200]);
});

it('lets nobody guess for long', async () => {
  const statuses: number[] = [];
  for (let tries = 0; tries < 7; tries += 1)
    statuses.push((await signIn({}, { email: 'buyer.company@example.org', password: `guess ${tries}` })).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
});

it('writes no secret into the log, whatever went wrong', async () => {
  const card = 'tok_secret_card_4242';
  const secret = 'a secret that somebody typed into the wrong field';
  const line = { skuId: world.skuIds[0], quantity: 1 };
  const { token } = world.owner;
  const answers = [
    await signIn({}, { email, password: secret }),
    await signIn({}, { email: secret, password }),
    await signIn({}, { email, password, [secret]: 1 }),
    await world.send('POST', '/session', { raw: `{"password":"${secret}"`, key: null }),
    await world.send('POST', '/orders', {
      token,
      body: { channelId: world.places.here.shopId, lines: [line], payment: { method: 'card', token: card } },
    }),
    await world.send('POST', '/orders', {
      token,
      body: {
        channelId: world.places.here.shopId,
        lines: [{ ...line, quantity: 'x' }],
        payment: { method: 'card', token: card },
      },
    }),
    await world.send('GET', `/customers?search=${encodeURIComponent(secret)}`, { token }),
    await world.send('POST', '/customers', {
      token,
      body: { name: secret, phone: secret.slice(0, 40), email: 'x'.repeat(300) },
    }),
    await world.send('POST', '/customers', { token, body: { name: secret, email: 'somebody@example.org' } }),
    await world.send('GET', `/nowhere?token=${secret.replaceAll(' ', '+')}`, { token: 'x'.repeat(43) }),
  ];
  expect(answers.every(({ status }) => status < 500)).toBe(true);
  const log = logged.join('');
  expect(logged.length).toBeGreaterThan(20);
  const found = [
    password,
    secret,
    'wrong+field',
    card,
    token,
    ...world.people.map((person) => person.token),
    tokenHash(token),
    '$argon2',
    'somebody@example.org',
    email,
  ].filter((text) => log.includes(text));
  expect(found).toEqual([]);
});
