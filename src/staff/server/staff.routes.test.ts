/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-unsafe-argument -- answers are looked into as they came */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthenticator, IDLE_MS, SESSION_MS } from '../../../platform/auth/session.ts';
import { openTestSignIn } from './sign-in-testing.ts';

const world = await openTestSignIn();
const { api, authenticator, clock, database, staff } = world;

const id = (n: number): string => `01999c2f-0000-7000-8000-${String(n).padStart(12, '0')}`;
const shop = id(99);
const password = 'correct horse battery';

beforeAll(() =>
  world.employ(
    { id: id(20), name: 'Ada', email: 'ada@example.com', password, grants: [{ role: 'owner' }] },
    { id: id(21), name: 'Ben', email: 'Ben@Example.com', password, grants: [{ role: 'cashier', locationId: shop }] },
    { id: id(22), name: 'Cem', email: 'cem@example.com', grants: [{ role: 'cashier' }] },
  ),
);
afterAll(() => world.close());

let caller = 0;
const signIn = async (
  email: string,
  given = password,
  more: { headers?: Record<string, string>; from?: string } = {},
) => {
  caller += 1;
  return api.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: { email, password: given },
    headers: more.headers ?? {},
    remoteAddress: more.from ?? `10.0.${caller >> 8}.${caller & 255}`,
  });
};
const tokenOf = async (email: string): Promise<string> => (await signIn(email)).json().token;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const me = async (headers: Record<string, string>) => api.inject({ url: '/api/v1/session', headers });

describe('signing in', () => {
  it('gives a cookie, a token, and says what one may do where', async () => {
    const answer = await signIn('ben@example.com');
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ person: { name: 'Ben', grants: [{ role: 'cashier' }] }, entities: [] });
    expect(answer.json().locations).toHaveLength(1);
    expect(answer.json().permissions).toContain('till:sell');
    expect(answer.headers['set-cookie']).toMatch(
      /^oneshelf_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect((await me(bearer(answer.json().token))).json().person.name).toBe('Ben');
    expect((await signIn('ada@example.com')).json().locations).toBeNull();
  });

  it('keeps no token, only its hash', async () => {
    const token = await tokenOf('ada@example.com');
    const kept = await database.pool.query(`select token_hash from ${database.schema}.staff_session`);
    expect(kept.rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(kept.rows)).not.toContain(token);
  });

  it('says the same to a wrong password, an unknown address and somebody without password', async () => {
    for (const [email, given] of [
      ['ada@example.com', 'wrong'],
      ['nobody@example.com', password],
      ['cem@example.com', password],
    ] as const) {
      expect((await signIn(email, given)).json()).toMatchObject({ status: 401, reason: 'wrong_credentials' });
    }
  });

  it('stops one who guesses, known address or not, and lets others in', async () => {
    for (const email of ['ada@example.com', 'nobody2@example.com']) {
      const from = `10.9.9.${email.length}`;
      for (let n = 0; n < 5; n += 1) expect((await signIn(email, 'guess', { from })).statusCode).toBe(401);
      const stopped = await signIn(email, password, { from });
      expect(stopped.json()).toMatchObject({ status: 429, reason: 'too_many_sign_ins' });
      expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await signIn('ada@example.com')).statusCode).toBe(201);
    clock.at += 16 * 60_000;
    expect((await signIn('ada@example.com', password, { from: '10.9.9.15' })).statusCode).toBe(201);
  });

  it('stops an address that tries many names', async () => {
    let last = 0;
    for (let n = 0; n < 31; n += 1)
      last = (await api.inject({ method: 'POST', url: '/api/v1/session', payload: {}, remoteAddress: '10.8.8.8' }))
        .statusCode;
    expect(last).toBe(429);
  });

  it('is refused when another site asks for it', async () => {
    const answer = await signIn('ada@example.com', password, {
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.json()).toMatchObject({ status: 403, reason: 'cross_site_request' });
  });
});

describe('a session', () => {
  it('ends at sign-out, at once', async () => {
    const token = await tokenOf('ada@example.com');
    const ended: string[] = [];
    const stop = authenticator.onEnded((session) => ended.push(session));
    expect((await me(bearer(token))).statusCode).toBe(200);
    expect((await api.inject({ method: 'DELETE', url: '/api/v1/session', headers: bearer(token) })).statusCode).toBe(
      204,
    );
    expect((await me(bearer(token))).statusCode).toBe(401);
    expect(ended).toHaveLength(1);
    stop();
  });

  it('ends when nobody uses it, and lives on when somebody does', async () => {
    const [used, unused] = [await tokenOf('ada@example.com'), await tokenOf('ada@example.com')];
    clock.at += IDLE_MS - 60_000;
    expect((await me(bearer(used))).statusCode).toBe(200);
    clock.at += 2 * 60_000;
    expect((await me(bearer(used))).statusCode).toBe(200);
    expect((await me(bearer(unused))).statusCode).toBe(401);
  });

  it('ends after thirty days in any case', async () => {
    const token = await tokenOf('ada@example.com');
    const expires = clock.at + SESSION_MS;
    while (clock.at + IDLE_MS / 2 < expires) {
      clock.at += IDLE_MS / 2;
      if ((await me(bearer(token))).statusCode !== 200) break;
    }
    expect(expires - clock.at).toBeLessThanOrEqual(IDLE_MS / 2);
    clock.at = expires;
    expect((await me(bearer(token))).statusCode).toBe(401);
  });

  it('notices a changed grant within five seconds', async () => {
    const token = await tokenOf('ben@example.com');
    await me(bearer(token));
    await database.pool.query(`delete from ${database.schema}.staff_grant where person_id = $1`, [id(21)]);
    clock.at += 5_001;
    expect((await api.inject({ url: '/api/v1/people', headers: bearer(token) })).statusCode).toBe(403);
    const principal = await authenticator.authenticate({ headers: bearer(token) } as never);
    expect(principal?.permissions).toEqual([]);
  });

  it('asks the database once for many requests', async () => {
    let asked = 0;
    const counting = createAuthenticator({
      store: {
        ...staff,
        find: async (hash) => {
          asked += 1;
          return staff.find(hash);
        },
      },
      now: () => clock.at,
    });
    const request = { headers: bearer(await tokenOf('ada@example.com')) } as never;
    await Promise.all(Array.from({ length: 20 }, async () => counting.authenticate(request)));
    expect(counting.authenticate(request)).not.toBeInstanceOf(Promise);
    expect(asked).toBe(1);
  });
});

describe('a session in a cookie', () => {
  it.each([
    ['from our own page', { 'sec-fetch-site': 'same-origin' }, 204],
    ['typed by the person', { 'sec-fetch-site': 'none' }, 204],
    ['from an older browser on our page', { origin: 'http://localhost:80', host: 'localhost:80' }, 204],
    ['from another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['from a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }, 403],
    ['from another site in an older browser', { origin: 'https://evil.example' }, 403],
    ['from a sandbox', { origin: 'null' }, 403],
    ['from who knows where', {}, 403],
  ])('%s', async (_, headers, status) => {
    const cookie = `theme=dark; oneshelf_session=${await tokenOf('ada@example.com')}`;
    expect((await me({ cookie, ...(headers as Record<string, string>) })).statusCode).toBe(200);
    expect(
      (await api.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie, ...headers } })).statusCode,
    ).toBe(status);
  });

  it.each(['Bearer x', 'Basic YTpi', 'Bearer '])(
    'is not looked at beside a bad Authorization: %s',
    async (authorization) => {
      const cookie = `oneshelf_session=${await tokenOf('ada@example.com')}`;
      expect((await me({ cookie, authorization })).statusCode).toBe(401);
    },
  );
});

describe('people', () => {
  it('are listed page by page, with their grants', async () => {
    const headers = bearer(await tokenOf('ada@example.com'));
    const first = (await api.inject({ url: '/api/v1/people?limit=2', headers })).json();
    expect(first.items.map((one: { name: string }) => one.name)).toEqual(['Ada', 'Ben']);
    const second = (await api.inject({ url: `/api/v1/people?limit=2&after=${first.next}`, headers })).json();
    expect(second).toMatchObject({
      items: [{ name: 'Cem', grants: [{ role: 'cashier', locationId: null }] }],
      next: null,
    });
    expect((await api.inject({ url: '/api/v1/people', headers: {} })).statusCode).toBe(401);
  });
});
