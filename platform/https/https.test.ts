import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { closeApi, createApi } from '../http/app.ts';
import type { Api } from '../http/app.ts';
import { route } from '../http/route.ts';
import { setSessionCookie } from '../auth/cookie.ts';
import { checkKeyPair } from './certificate.ts';
import type { KeyPair } from './certificate.ts';
import { mustRenew, openCertificates } from './certificates.ts';
import type { CertificateSource } from './certificates.ts';
import { openLocalAuthority } from './local-authority.ts';
import { namesOfMachine } from './names.ts';
import { registerPairing } from './pairing.ts';
import { openPlainHttp } from './plain-http.ts';
import { startAcmeAuthority } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshelf-https-'));
afterAll(() => rmSync(folder, { recursive: true }));
const day = 86_400_000;
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

type SecureServer = { setSecureContext(pair: KeyPair): void };
const errors: unknown[] = [];
const log = { info: () => undefined, error: (fields: object) => void errors.push(fields) };
const open = (
  source: CertificateSource,
  more: { folder?: string; now?: () => number; onRenewed?: (pair: KeyPair) => void } = {},
) =>
  openCertificates({ source, folder: join(folder, 'keys'), now: Date.now, onRenewed: () => undefined, log, ...more });

async function serve(pair: KeyPair & { isPublic?: boolean }): Promise<{ api: Api; port: number }> {
  const api = await createApi({
    logger: pino({ level: 'silent' }),
    authenticate: () => undefined,
    ready: async () => undefined,
    tls: pair,
    https: pair.isPublic === true,
  });
  route(api, {
    method: 'GET',
    url: '/cookie',
    operationId: 'cookie',
    summary: 'x',
    tags: [],
    permission: 'public',
    schema: { response: {} },
    handler: (request, reply) => {
      setSessionCookie(request, reply, 'a'.repeat(43), 60);
      return reply.code(204).send();
    },
  });
  closing.push(() => closeApi(api));
  await api.listen({ host: '127.0.0.1', port: 0 });
  return { api, port: (api.server.address() as AddressInfo).port };
}

/** Asks by https, believing one authority only. */
function ask(port: number, path: string, ca: string, servername = 'localhost') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string; serial: string }>(
    (done, fail) => {
      const request = httpsRequest({ host: '127.0.0.1', port, path, ca, servername, agent: false }, (response) => {
        const serial = (
          response.socket as unknown as { getPeerCertificate(): { serialNumber: string } }
        ).getPeerCertificate().serialNumber;
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body, serial }));
      });
      request.on('error', fail);
      request.end();
    },
  );
}

test('the local authority is made once, its key is its owner’s alone, and what it signs is trusted by who trusts it', async () => {
  const first = await openLocalAuthority(join(folder, 'authority'), Date.now());
  const again = await openLocalAuthority(join(folder, 'authority'), Date.now());
  expect(again.fingerprint).toBe(first.fingerprint);
  expect(first.fingerprint).toBe(new X509Certificate(first.certificate).fingerprint256);
  if (process.platform !== 'win32')
    expect(statSync(join(folder, 'authority/authority-key.pem')).mode & 0o777).toBe(0o600);
  const pair = await again.issue(['localhost', 'till.local', '127.0.0.1', '::1'], Date.now());
  const leaf = new X509Certificate(pair.cert);
  expect(leaf.subjectAltName).toBe('DNS:localhost, DNS:till.local, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  expect(leaf.ca).toBe(false);
  const { port } = await serve(pair);
  expect((await ask(port, '/health', first.certificate)).status).toBe(200);
  const stranger = await openLocalAuthority(join(folder, 'stranger'), Date.now());
  await expect(ask(port, '/health', stranger.certificate)).rejects.toThrow(/signature|certificate|issuer/);
  await expect(ask(port, '/health', first.certificate, 'other.example')).rejects.toThrow(/altnames/);
});

test('the local certificate is kept, and renews itself when less than a third of its life is left', async () => {
  let now = Date.now();
  const renewed: KeyPair[] = [];
  const more = { now: () => now, onRenewed: (pair: KeyPair) => renewed.push(pair) };
  const certificates = await open({ kind: 'local', names: ['localhost'] }, more);
  const first = certificates.current().cert;
  certificates.close();
  const again = await open({ kind: 'local', names: ['localhost'] }, more);
  expect(again.current().cert).toBe(first);
  await again.look();
  expect(renewed).toEqual([]);
  now += 65 * day;
  await again.look();
  expect(renewed).toHaveLength(1);
  expect(again.current().validUntil).toBeGreaterThan(now + 80 * day);
  again.close();
  const other = await open({ kind: 'local', names: ['localhost', 'till.local'] }, more);
  expect(new X509Certificate(other.current().cert).subjectAltName).toContain('till.local');
  other.close();
});

test('files are read again when they change, without a restart; what cannot be used is told and the present ones stay', async () => {
  const authority = await openLocalAuthority(join(folder, 'authority'), Date.now());
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const put = ({ cert, key }: KeyPair): void => {
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
  };
  const one = await authority.issue(['localhost'], Date.now());
  put(one);
  const served: { api: Api; port: number }[] = [];
  const certificates = await open(
    { kind: 'files', certFile, keyFile },
    {
      onRenewed: (pair) => {
        for (const { api } of served) (api.server as unknown as SecureServer).setSecureContext(pair);
      },
    },
  );
  const { api, port } = await serve(certificates.current());
  served.push({ api, port });
  const before = await ask(port, '/health', authority.certificate);
  const two = await authority.issue(['localhost'], Date.now());
  writeFileSync(certFile, two.cert);
  errors.length = 0;
  await certificates.look();
  expect((errors[0] as { err: Error }).err.message).toBe('The key does not belong to the certificate.');
  expect((await ask(port, '/health', authority.certificate)).serial).toBe(before.serial);
  put(two);
  await certificates.look();
  expect((await ask(port, '/health', authority.certificate)).serial).not.toBe(before.serial);
  certificates.close();
});

test('files that cannot be used keep the program from starting', async () => {
  const gone = { kind: 'files', certFile: join(folder, 'gone.pem'), keyFile: join(folder, 'gone.key') } as const;
  await expect(open(gone)).rejects.toThrow('HTTPS_CERT_FILE and HTTPS_KEY_FILE cannot be used');
  const authority = await openLocalAuthority(join(folder, 'authority'), Date.now());
  const old = await authority.issue(['localhost'], Date.now() - 200 * day);
  expect(() => checkKeyPair(old, Date.now())).toThrow('was valid until');
  expect(() => checkKeyPair({ ...old, cert: 'x' }, 0)).toThrow('holds none');
  expect(() => checkKeyPair({ ...old, key: 'x' }, 0)).toThrow('no private key');
});

test('an authority that speaks ACME gives a certificate after it has looked for our answer', async () => {
  let port = 0;
  const acme = await startAcmeAuthority({ challengePort: () => port });
  closing.push(() => acme.close());
  const source = {
    kind: 'acme',
    directoryUrl: acme.url,
    email: 'it@example.com',
    names: ['shop.example.com', 'www.example.com'],
  } as const;
  let now = Date.now();
  const keys = join(folder, 'acme-keys');
  const certificates = await open(source, { folder: keys, now: () => now });
  // Until then a temporary one of our own.
  expect(new X509Certificate(certificates.current().cert).issuer).toContain('Oneshelf local authority');
  const plain = await openPlainHttp({
    host: '127.0.0.1',
    port: 0,
    httpsPort: () => 443,
    names: source.names,
    challenges: certificates.challenges,
    authority: certificates.authority,
  });
  closing.push(() => plain.close());
  port = plain.port;

  acme.refuse = true;
  errors.length = 0;
  await certificates.look();
  expect(errors).toHaveLength(1);
  acme.refuse = false;
  // The authority is left alone for an hour.
  await certificates.look();
  expect(acme.orders).toHaveLength(1);
  now += 2 * 3_600_000;
  errors.length = 0;
  await certificates.look();
  expect(errors).toEqual([]);
  const leaf = new X509Certificate(certificates.current().cert);
  expect(leaf.issuer).toBe('CN=Authority for tests');
  expect(leaf.subjectAltName).toBe('DNS:shop.example.com, DNS:www.example.com');
  expect(certificates.challenges.size).toBe(0);
  expect(acme.accounts.size).toBe(1);
  await certificates.look();
  expect(acme.orders).toHaveLength(2);
  certificates.close();
  if (process.platform !== 'win32') expect(statSync(join(keys, 'acme.json')).mode & 0o777).toBe(0o600);

  const again = await open(source, { folder: keys, now: () => now });
  expect(again.current().cert).toBe(certificates.current().cert);
  now += 70 * day;
  await again.look();
  expect(acme.orders).toHaveLength(3);
  expect(acme.accounts.size).toBe(1);
  again.close();
});

test('plain HTTP sends readers to https, and nowhere else', async () => {
  const authority = await openLocalAuthority(join(folder, 'authority'), Date.now());
  const plain = await openPlainHttp({
    host: '127.0.0.1',
    port: 0,
    httpsPort: () => 4000,
    names: ['till.local', '127.0.0.1'],
    challenges: new Map([['abc', 'abc.xyz']]),
    authority,
  });
  closing.push(() => plain.close());
  const base = `http://127.0.0.1:${plain.port}`;
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${base}${path}`, { redirect: 'manual', headers, method });
  expect((await get('/orders?search=x')).headers.get('location')).toBe('https://127.0.0.1:4000/orders?search=x');
  expect((await get('//evil.example/')).headers.get('location')).toBe('https://127.0.0.1:4000/');
  const posted = await get('/api/v1/session', {}, 'POST');
  expect([posted.status, posted.headers.get('location')]).toEqual([403, null]);
  const keyed = await get('/api/v1/orders', { authorization: 'Bearer osk_sent-in-the-clear' });
  expect([keyed.status, keyed.headers.get('location')]).toEqual([403, null]);
  expect((await get('/api/docs')).headers.get('location')).toBe('https://127.0.0.1:4000/api/docs');
  expect(await (await get('/.well-known/acme-challenge/abc')).text()).toBe('abc.xyz');
  expect((await get('/.well-known/acme-challenge/../secret')).status).not.toBe(200);
  const page = await (await get('/pair')).text();
  expect(page).toContain(authority.fingerprint);
  expect(page).toContain('https://127.0.0.1:4000/');
  const der = Buffer.from(await (await get('/pair/authority.crt')).arrayBuffer());
  expect(new X509Certificate(der).fingerprint256).toBe(authority.fingerprint);
});

test('who comes by a name that is not ours is not sent there', async () => {
  const { request } = await import('node:http');
  const plain = await openPlainHttp({
    host: '127.0.0.1',
    port: 0,
    httpsPort: () => 443,
    names: ['shop.example.com'],
    challenges: new Map(),
    authority: undefined,
  });
  closing.push(() => plain.close());
  const ask1 = (host: string, path = '/') =>
    new Promise<string | undefined>((done) =>
      request({ host: '127.0.0.1', port: plain.port, path, headers: { host } }, (response) => {
        response.resume();
        done(response.headers.location);
      }).end(),
    );
  expect(await ask1('evil.example')).toBe('https://shop.example.com/');
  expect(await ask1('evil.example@x:1')).toBe('https://shop.example.com/');
  expect(await ask1('SHOP.example.com:80', '/pair')).toBe('https://shop.example.com/pair');
});

test('cookies are secure over https; browsers are told to insist only on a certificate that all of them trust', async () => {
  const authority = await openLocalAuthority(join(folder, 'authority'), Date.now());
  const pair = await authority.issue(['localhost'], Date.now());
  expect(checkKeyPair(pair, Date.now()).isPublic).toBe(false);
  const { api, port } = await serve(pair);
  registerPairingLate(api);
  const cookie = await ask(port, '/api/v1/cookie', authority.certificate);
  expect(String(cookie.headers['set-cookie'])).toMatch(/^__Host-oneshelf_session=.*Secure/);
  const insisting = await serve({ ...pair, isPublic: true });
  for (const path of ['/api/docs', '/api/v1/health', '/api/v1/cookie']) {
    expect((await ask(port, path, authority.certificate)).headers['strict-transport-security']).toBeUndefined();
    expect((await ask(insisting.port, path, authority.certificate)).headers['strict-transport-security']).toMatch(
      /^max-age=31536000; ?includeSubDomains$/,
    );
  }
});

/** Routes are added before listening; this one only shows that it is refused later. */
function registerPairingLate(api: Api): void {
  expect(() =>
    registerPairing(api, { certificate: '', fingerprint: '', issue: () => Promise.reject(new Error('no')) }),
  ).toThrow();
}

test('a chain that ends in a root of browsers is public', () => {
  // A root is its own chain.
  const root = rootCertificates.find((pem) => new X509Certificate(pem).validToDate.getTime() > Date.now()) ?? '';
  expect(() => checkKeyPair({ cert: root, key: readFileSync(join(folder, 'key.pem'), 'utf8') }, Date.now())).toThrow(
    'does not belong',
  );
  expect(mustRenew({ validFrom: 0, validUntil: 90 }, 59)).toBe(false);
  expect(mustRenew({ validFrom: 0, validUntil: 90 }, 61)).toBe(true);
});

test('a certificate is made for the names and addresses of the machine', () => {
  expect(namesOfMachine()).toEqual(expect.arrayContaining(['localhost', '127.0.0.1']));
});
