/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-argument -- answers are looked into as they came */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestSignIn } from './sign-in-testing.ts';

/** What the stand-in says of somebody, and how it lies. */
type Behaviour = {
  claims: Record<string, unknown>;
  lie?: 'signature' | 'nonce' | 'audience' | 'issuer' | 'expired' | 'unsigned' | 'pkce' | 'silent';
};

/** A provider on this machine, over real HTTP and with real RS256 tokens. */
async function openProvider() {
  const [good, bad] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(good.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const behaviour: Behaviour = { claims: {} };
  const codes = new Map<string, { nonce: string; challenge: string }>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (body: object, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (behaviour.lie === 'silent') return void request.socket.destroy();
    if (request.url === '/.well-known/openid-configuration')
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      });
    if (request.url === '/keys') return json({ keys: [jwk] });
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    const begun = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (begun === undefined || proof !== begun.challenge) return json({ error: 'invalid_grant' }, 400);
    json({ access_token: 'unused', token_type: 'Bearer', expires_in: 60, id_token: await idToken(begun.nonce) });
  }

  async function idToken(nonce: string): Promise<string> {
    const { lie, claims } = behaviour;
    const at = Math.floor(Date.now() / 1000);
    const token = await new SignJWT({ nonce: lie === 'nonce' ? 'another' : nonce, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(lie === 'issuer' ? 'https://other.example' : issuer)
      .setAudience(lie === 'audience' ? 'another-program' : 'oneshelf')
      .setIssuedAt(lie === 'expired' ? at - 7200 : at)
      .setExpirationTime(lie === 'expired' ? at - 3600 : at + 300)
      .sign(lie === 'signature' ? bad.privateKey : good.privateKey);
    if (lie !== 'unsigned') return token;
    const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    return `${header}.${token.split('.')[1]}.`;
  }

  return {
    issuer,
    behaviour,
    /** What a browser does there: somebody signs in, and it is sent back with a code. */
    visit(url: string): { query: string; redirect: string } {
      const { searchParams: asked } = new URL(url);
      const code = `code-${codes.size}-${Math.random()}`;
      const challenge = behaviour.lie === 'pkce' ? 'another' : (asked.get('code_challenge') ?? '');
      codes.set(code, { nonce: asked.get('nonce') ?? '', challenge });
      const query = new URLSearchParams({ code, state: asked.get('state') ?? '' });
      return { query: `?${query.toString()}`, redirect: asked.get('redirect_uri') ?? '' };
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const provider = await openProvider();
const world = await openTestSignIn({
  company: { issuer: provider.issuer, clientId: 'oneshelf', clientSecret: 'a client secret', name: 'Acme' },
});
const { api } = world;
afterAll(async () => {
  await world.close();
  await provider.close();
});

const id = (n: number): string => `01999c2f-0000-7000-8000-${String(n).padStart(12, '0')}`;
const ada = { sub: 'ada-1', email: 'Ada@Example.com', email_verified: true };
await world.employ(
  { id: id(1), name: 'Ada', email: 'ada@example.com', grants: [{ role: 'cashier' }] },
  { id: id(2), name: 'Ben', email: 'ben@example.com', grants: [{ role: 'auditor' }] },
);
beforeEach(() => {
  provider.behaviour.claims = ada;
  delete provider.behaviour.lie;
});

let caller = 0;
/** From another address each time: so many tries from one would be stopped. */
const from = (): string => `10.0.0.${(caller += 1)}`;
const start = async () => {
  const answer = await api.inject({ method: 'POST', url: '/api/v1/session/company/start', remoteAddress: from() });
  const [cookie = ''] = [answer.headers['set-cookie'] ?? []].flat();
  return { status: answer.statusCode, body: answer.json(), set: cookie, cookie: cookie.split(';')[0] ?? '' };
};
const finish = async (query: string, cookie: string) => {
  const answer = await api.inject({
    method: 'POST',
    url: '/api/v1/session/company',
    payload: { query },
    remoteAddress: from(),
    headers: { ...(cookie === '' ? {} : { cookie }), 'sec-fetch-site': 'same-origin' },
  });
  return { status: answer.statusCode, body: answer.json() };
};
const signIn = async () => {
  const { body, cookie } = await start();
  return finish(provider.visit(body.url).query, cookie);
};
const identities = () => world.run('select issuer, subject, person_id from staff_company_identity order by subject');

describe('company sign-in', () => {
  it('lets somebody in who was invited, with the rights they were given here', async () => {
    const ways = (await api.inject({ url: '/api/v1/session/ways' })).json();
    expect(ways).toEqual({ company: { name: 'Acme' } });
    const { body, set, cookie } = await start();
    expect(set).toMatch(/^oneshelf_ticket=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
    const asked = Object.fromEntries(new URL(body.url).searchParams);
    expect(asked).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid email profile',
    });
    const { query, redirect } = provider.visit(body.url);
    expect(redirect).toBe('https://shop.example/sign-in/company');
    const entered = await finish(query, cookie);
    expect(entered).toMatchObject({ status: 201, body: { person: { name: 'Ada', grants: [{ role: 'cashier' }] } } });
    expect(await identities()).toEqual([{ issuer: provider.issuer, subject: 'ada-1', person_id: id(1) }]);
  });

  it('knows somebody by the subject from then on, whatever their address becomes', async () => {
    provider.behaviour.claims = { sub: 'ada-1', email: 'ada.married@example.com', email_verified: true };
    expect((await signIn()).body.person.name).toBe('Ada');
  });

  it.each([
    ['somebody nobody invited', { sub: 'eve', email: 'eve@example.com', email_verified: true }, 403, 'not_invited'],
    [
      'an address that is not verified',
      { sub: 'ben', email: 'ben@example.com', email_verified: false },
      403,
      'email_not_verified',
    ],
    ['an address of which nothing is said', { sub: 'ben', email: 'ben@example.com' }, 403, 'email_not_verified'],
    ['a second subject with the address of another', { ...ada, sub: 'ada-2' }, 409, 'linked_to_another'],
  ])('refuses %s', async (_, claims, status, reason) => {
    provider.behaviour.claims = claims;
    const before = await identities();
    expect((await signIn()).body).toMatchObject({ status, reason });
    expect(await identities()).toEqual(before);
    expect(await world.run('select id from staff_person order by id')).toHaveLength(2);
  });

  it.each(['signature', 'nonce', 'audience', 'issuer', 'expired', 'unsigned', 'pkce'] as const)(
    'refuses a wrong %s',
    async (lie) => {
      provider.behaviour.lie = lie;
      expect((await signIn()).body).toMatchObject({ status: 401, reason: 'company_refused' });
      delete provider.behaviour.lie;
      expect((await signIn()).status).toBe(201);
    },
  );

  it('refuses another state, another browser, a second use, and an error of the provider', async () => {
    const one = await start();
    const { query } = provider.visit(one.body.url);
    const swapped = query.replace(/state=[^&]+/, 'state=another');
    expect((await finish(swapped, one.cookie)).body.reason).toBe('company_refused');
    expect((await finish(query, one.cookie)).body.reason).toBe('sign_in_again');
    const two = await start();
    const answer = provider.visit(two.body.url).query;
    expect((await finish(answer, '')).body.reason).toBe('sign_in_again');
    expect((await finish(answer, `oneshelf_ticket=${'x'.repeat(43)}`)).body.reason).toBe('sign_in_again');
    expect((await finish(answer, (await start()).cookie)).body.reason).toBe('company_refused');
    const { body, cookie } = await start();
    const state = new URL(body.url).searchParams.get('state');
    expect((await finish(`?error=access_denied&state=${state}`, cookie)).body.reason).toBe('company_refused');
    for (const odd of ['', '?', '?code=1', '?code=1&code=2&state=3', '#x', '?state=%00']) {
      const { cookie: fresh } = await start();
      expect([odd, (await finish(odd, fresh)).status]).toEqual([odd, 401]);
    }
  });

  it('asks for the code of somebody who turned codes on, unless the provider asked already', async () => {
    await world.run(
      "insert into staff_totp (person_id, sealed_seed, created_at, confirmed_at) values ($1, 'x', now(), now())",
      [id(1)],
    );
    expect((await signIn()).status).toBe(202);
    provider.behaviour.claims = { ...ada, amr: ['pwd', 'mfa'] };
    expect((await signIn()).status).toBe(201);
    await world.run('delete from staff_totp');
  });

  it('says that the provider is silent, without telling why', async () => {
    const { body, cookie } = await start();
    const { query } = provider.visit(body.url);
    provider.behaviour.lie = 'silent';
    expect((await finish(query, cookie)).body).toMatchObject({ status: 503, reason: 'company_silent' });
  });

  it('tells the log no code, token, verifier or client secret', () => {
    const told = world.logged.join('\n');
    expect(told).toContain("The company's provider");
    expect(told).not.toMatch(/code-\d|eyJ|a client secret|verifier/);
  });
});
