import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublicAddress } from './addresses.ts';
import { openSafeFetch, type SafeFetchOptions } from './safe-fetch.ts';

let server: Server;
let port = 0;
let asked = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    if (request.url === '/inside') response.writeHead(302, { location: `http://127.0.0.1:${port}/secret` }).end();
    else if (request.url === '/round') response.writeHead(302, { location: '/round' }).end();
    else if (request.url === '/to-file') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    else if (request.url === '/large') response.end(Buffer.alloc(5_000));
    else if (request.url === '/slow') setTimeout(() => response.end('late'), 5_000).unref();
    else response.end(`${request.method} ${request.url}`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function ask(url: string, options: SafeFetchOptions = {}): Promise<string> {
  const door = openSafeFetch(options);
  try {
    return (await door.fetch(url, { timeoutMs: 1_000, maxBytes: 1_000 })).body.toString();
  } finally {
    await door.close();
  }
}
const names = (addresses: Readonly<Record<string, readonly string[]>>): SafeFetchOptions => ({
  resolveHost: async (host) =>
    (addresses[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
});

describe('ways into a private network', () => {
  it.each([
    ['loopback', 'http://127.0.0.1:PORT/'],
    ['the whole loopback range', 'http://127.8.8.8:PORT/'],
    ['a short form', 'http://127.1:PORT/'],
    ['one decimal number', 'http://2130706433:PORT/'],
    ['one hexadecimal number', 'http://0x7f000001:PORT/'],
    ['octal parts', 'http://0177.0.0.1:PORT/'],
    ['this host', 'http://0.0.0.0:PORT/'],
    ['loopback of IPv6', 'http://[::1]:PORT/'],
    ['an address mapped into IPv6', 'http://[::ffff:127.0.0.1]:PORT/'],
    ['NAT64', 'http://[64:ff9b::7f00:1]:PORT/'],
    ['6to4', 'http://[2002:7f00:1::]:PORT/'],
    ['a private network', 'http://10.1.2.3/'],
    ['the metadata service of a cloud', 'http://169.254.169.254/latest/meta-data/'],
    ['carrier-grade NAT', 'http://100.64.0.1/'],
    ['a unique local address', 'http://[fd00:ec2::254]/'],
    ['a name that leads inside', 'http://inside.example:PORT/'],
    ['a name with one address outside and one inside', 'http://both.example:PORT/'],
    ['a name that leads to the mapped form', 'http://mapped.example:PORT/'],
    ['a name with a dot at its end', 'http://localhost.:PORT/'],
    ['an address with a dot at its end', 'http://127.0.0.1.:PORT/'],
    ['wide digits', 'http://１２７.０.０.１:PORT/'],
    ['circled digits', 'http://①②⑦.⓪.⓪.①:PORT/'],
    ['a full stop of another script', 'http://127。0。0。1:PORT/'],
    ['an international name that leads inside', 'http://bücher.example:PORT/'],
    ['all hosts at once', 'http://255.255.255.255:PORT/'],
    ['a group of hosts', 'http://224.0.0.1:PORT/'],
    ['a group of hosts of IPv6', 'http://[ff02::1]:PORT/'],
    ['a link-local address of IPv6', 'http://[fe80::1]:PORT/'],
    ['an address of IPv6 that is written as one of IPv4', 'http://[::127.0.0.1]:PORT/'],
    ['the metadata service, as one number', 'http://2852039166/'],
    ['percent signs', 'http://%31%32%37.0.0.1:PORT/'],
  ])('%s is closed', async (_, url) => {
    const before = asked;
    const options = names({
      'inside.example': ['127.0.0.1'],
      'both.example': ['93.184.216.34', '127.0.0.1'],
      'mapped.example': ['::ffff:127.0.0.1'],
      'xn--bcher-kva.example': ['10.0.0.1'],
      'localhost.': ['127.0.0.1'],
    });
    await expect(ask(url.replace('PORT', String(port)), options)).rejects.toMatchObject({ reason: 'blocked_address' });
    expect(asked).toBe(before);
  });
});

describe('a name that changes its address', () => {
  it('is judged by the address that is connected to, which is looked up once', async () => {
    let looked = 0;
    const options: SafeFetchOptions = {
      resolveHost: async () => [{ address: (looked += 1) === 1 ? '127.0.0.1' : '93.184.216.34', family: 4 }],
    };
    const url = `http://rebinding.example:${port}/`;
    await expect(ask(url, options)).rejects.toMatchObject({ reason: 'blocked_address' });
    expect(looked).toBe(1);
  });

  it('is judged anew with each connection, also of one door', async () => {
    const before = asked;
    const looked: string[] = [];
    const door = openSafeFetch({
      // Nobody answers there at that port, so the first call ends before it is connected.
      resolveHost: async () => {
        looked.push(looked.length === 0 ? '93.184.216.34' : '127.0.0.1');
        return [{ address: looked.at(-1) ?? '', family: 4 }];
      },
    });
    const url = `http://rebinding.example:${port}/`;
    await expect(door.fetch(url, { timeoutMs: 200 })).rejects.toMatchObject({ name: 'FetchRefused' });
    await expect(door.fetch(url, { timeoutMs: 1_000 })).rejects.toMatchObject({ reason: 'blocked_address' });
    await door.close();
    expect(looked).toEqual(['93.184.216.34', '127.0.0.1']);
    expect(asked).toBe(before);
  });
});

it('goes through no proxy that the environment names, which would be asked for anything', async () => {
  const [before, kept] = [asked, { ...process.env }];
  const proxy = `http://127.0.0.1:${port}`;
  Object.assign(process.env, { HTTP_PROXY: proxy, http_proxy: proxy, ALL_PROXY: proxy, NODE_USE_ENV_PROXY: '1' });
  try {
    const options = names({ 'outside.example': ['10.0.0.1'] });
    await expect(ask('http://outside.example/', options)).rejects.toMatchObject({ reason: 'blocked_address' });
    expect(asked).toBe(before);
  } finally {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']) {
      if (kept[name] === undefined) delete process.env[name];
      else process.env[name] = kept[name];
    }
  }
});

it('follows no redirect inside, from a host that may be called', async () => {
  const options = { allowedHosts: [`localhost:${port}`] };
  const at = `http://localhost:${port}`;
  expect(await ask(`${at}/fine`, options)).toBe('GET /fine');
  const before = asked;
  await expect(ask(`${at}/inside`, options)).rejects.toMatchObject({ reason: 'blocked_address' });
  expect(asked).toBe(before + 1);
  await expect(ask(`${at}/to-file`, options)).rejects.toMatchObject({ reason: 'bad_url' });
  await expect(ask(`${at}/round`, options)).rejects.toMatchObject({ reason: 'too_many_redirects' });
});

it('takes no more than is allowed and waits no longer', async () => {
  const options = { allowedHosts: ['127.0.0.1'] };
  const at = `http://127.0.0.1:${port}`;
  await expect(ask(`${at}/large`, options)).rejects.toMatchObject({ reason: 'too_large' });
  await expect(ask(`${at}/slow`, options)).rejects.toMatchObject({ reason: 'too_slow' });
});

it.each([
  'ftp://example.org/a',
  'file:///etc/passwd',
  'gopher://example.org',
  'http://user:pw@example.org/',
  'http://example.org@127.0.0.1/',
  'http://example.org:25/',
  'http://example.org:6379/',
  'https://example.org:5432/',
  'data:text/plain,hello',
  'javascript:alert(1)',
  'dict://example.org:11211/stats',
  'http://example.org:99999/',
  'http:///',
  'http://exa mple.org/',
  'http://a\r\nHost: b/\0',
  'nonsense',
  `http://example.org/${'a'.repeat(3_000)}`,
])('does not call %j', async (url) => {
  await expect(ask(url)).rejects.toMatchObject({ reason: 'bad_url' });
});

it('knows what the public internet is', () => {
  for (const inside of [
    '192.168.0.1',
    '172.16.5.5',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '192.0.2.1',
    '240.0.0.1',
    'fe80::1',
    'fe80::1%eth0',
    '::',
    '::127.0.0.1',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '',
  ])
    expect([inside, isPublicAddress(inside)]).toEqual([inside, false]);
  for (const outside of ['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111'])
    expect(isPublicAddress(outside)).toBe(true);
});
