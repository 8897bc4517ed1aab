/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-argument -- answers are looked into as they came */
import { connect, type AddressInfo } from 'node:net';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bug } from '../../src/kernel/assert.ts';
import { FACTS_LIMIT_BYTES } from './app.ts';
import { IdType, idText } from './ids.ts';
import { decodeCursor, encodeCursor, ListOf, listQuery, pageOf } from './lists.ts';
import { MoneyType, QuantityType } from './money.ts';
import { refused } from './problem.ts';
import { allow, route } from './route.ts';
import type { RouteOptions } from './route.ts';
import { createTestApi, testPrincipal } from './testing.ts';

const uuid = '01999c2f-0000-7000-8000-000000000001';
const here = '01999c2f-0000-7000-8000-000000000002';
const thing = idText('order', uuid);
const place = idText('location', here);

const Body = Type.Object(
  {
    locationId: IdType('location'),
    lines: Type.Array(Type.Object({ skuId: IdType('sku'), quantity: QuantityType }, { additionalProperties: false }), {
      maxItems: 10,
    }),
    total: Type.Optional(MoneyType),
    either: Type.Optional(
      Type.Union([
        Type.Object({ id: IdType('sku'), kind: Type.Literal('a') }, { additionalProperties: false }),
        Type.Object({ id: IdType('sku'), kind: Type.Literal('b') }, { additionalProperties: false }),
      ]),
    ),
    size: Type.Optional(Type.Union([Type.Literal('small'), Type.Literal('large'), Type.Null()])),
    note: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);
const Answer = Type.Object({
  id: IdType('order'),
  got: Type.Record(Type.String(), Type.Unknown()),
  preview: Type.Boolean(),
});

const api = await createTestApi((app) => {
  route(app, {
    method: 'POST',
    url: '/things/:thingId',
    operationId: 'doThing',
    summary: 'Do it.',
    tags: ['test'],
    permission: 'thing:do',
    scope: 'location',
    preview: true,
    schema: { params: Type.Object({ thingId: IdType('order') }), body: Body, response: { 200: Answer } },
    handler: (request) => {
      if (request.body.note === 'forget the scope') return { id: thing, got: {}, preview: false };
      allow(request, 'thing:do', { locationId: request.body.locationId });
      if (request.body.note === 'refuse') throw refused({ reason: 'insufficient_stock', available: 2 });
      if (request.body.note === 'bug') throw new Bug('secret internals', { password: 'x' });
      if (request.body.note === 'overload') throw Object.assign(new Error('full'), { retryAfterSeconds: 1 });
      if (request.body.note === 'gone') throw Object.assign(new Error('x'), { code: '57P01' });
      if (request.body.note === 'bare uuid') return { id: uuid, got: {}, preview: false };
      return { id: idText('order', request.params.thingId), got: request.body, preview: request.preview };
    },
  });
  route(app, {
    method: 'PUT',
    url: '/company-thing',
    operationId: 'setCompanyThing',
    summary: 'Set it.',
    tags: ['test'],
    permission: 'thing:do',
    scope: 'none',
    schema: { response: { 204: Type.Null() } },
    handler: (_request, reply) => reply.code(204).send(null),
  });
  route(app, {
    method: 'POST',
    url: '/facts',
    operationId: 'pushFacts',
    summary: 'Push.',
    tags: ['test'],
    permission: 'signed_in',
    bodyLimitBytes: FACTS_LIMIT_BYTES,
    schema: { body: Type.Object({ text: Type.String() }), response: { 200: Type.Object({ length: Type.Integer() }) } },
    handler: (request) => ({ length: request.body.text.length }),
  });
  route(app, {
    method: 'GET',
    url: '/things',
    operationId: 'listThings',
    summary: 'List.',
    tags: ['test'],
    permission: 'thing:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        low: Type.Optional(Type.Boolean()),
        channel: Type.Optional(Type.Array(IdType('channel'))),
      }),
      response: { 200: ListOf(Type.Object({ n: Type.Integer() })) },
    },
    handler: (request) => {
      const after = decodeCursor(Type.Tuple([Type.Integer()]), request.query.after)?.[0] ?? 0;
      const limit = request.query.limit ?? 0;
      const rows = Array.from({ length: 7 }, (_, at) => at + 1)
        .filter((n) => n > after)
        .slice(0, limit + 1);
      return pageOf(
        rows,
        limit,
        (n) => [n],
        (n) => ({ n }),
      );
    },
  });
  const long = 'x'.repeat(100);
  route(app, {
    method: 'GET',
    url: '/long',
    operationId: 'getLong',
    summary: 'Long.',
    tags: ['test'],
    permission: 'public',
    schema: { response: { 200: Type.Array(Type.String()) } },
    handler: () => Array.from({ length: 100 }, () => long),
  });
});
afterAll(api.close);

const boss = api.as(testPrincipal('all'));
const clerk = api.as(testPrincipal(['thing:do', 'thing:read'], { entityIds: [], locationIds: [here] }));
const good = { locationId: place, lines: [{ skuId: idText('sku', uuid), quantity: 3 }] };
const url = `/things/${thing}`;
describe('a request that is as it should be', () => {
  it('reaches the handler with plain UUIDs and is answered with prefixed ids', async () => {
    const { status, body } = await boss.post(url, good);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: thing,
      got: { locationId: here, lines: [{ skuId: uuid, quantity: 3 }] },
      preview: false,
    });
  });

  it('may be a preview, then also without a key', async () => {
    expect((await boss.post(`${url}?preview=true`, good, { key: '' })).body.preview).toBe(true);
    expect((await boss.post(`${url}?preview=false`, good, { key: '' })).body.reason).toBe('idempotency_key_missing');
  });

  it('may hold ids in a union, whichever branch fits', async () => {
    const id = idText('sku', uuid);
    expect((await boss.post(url, { ...good, either: { id, kind: 'b' } })).body.got.either).toEqual({
      id: uuid,
      kind: 'b',
    });
    expect((await boss.post(url, { ...good, either: { id: uuid, kind: 'b' } })).status).toBe(400);
  });
});

describe('a malformed request', () => {
  it('is told every field that is wrong', async () => {
    const { status, body, headers } = await boss.post(url, {
      locationId: thing,
      lines: [{ skuId: 'sku_1', quantity: '3' }],
      total: { amount: 1.5, currency: 'eur' },
      extra: 1,
    });
    expect(status).toBe(400);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({
      type: 'https://oneshelf.dev/problems/malformed_request',
      reason: 'malformed_request',
      status: 400,
    });
    expect(body.fields.map((field: { path: string }) => field.path).toSorted()).toEqual([
      '/extra',
      '/lines/0/quantity',
      '/lines/0/skuId',
      '/locationId',
      '/total/amount',
      '/total/currency',
    ]);
  });

  it('is told what a value may be, also beside other mistakes', async () => {
    const size = { path: '/size', message: 'must be one of small, large, null' };
    expect((await boss.post(url, { ...good, size: 'huge' })).body.fields).toEqual([size]);
    expect((await boss.post(url, { ...good, size: 'huge', either: { id: place, kind: 'c' } })).body.fields).toEqual(
      expect.arrayContaining([size, { path: '/either/kind', message: 'must be one of a, b' }]),
    );
    expect((await boss.post(url, { ...good, size: null })).status).toBe(200);
  });

  it.each([
    ['null where an object is needed', null],
    ['a number as text', { ...good, lines: [{ skuId: idText('sku', uuid), quantity: '3' }] }],
    ['an id of another kind', { ...good, locationId: thing }],
    ['a bare UUID', { ...good, locationId: here }],
    ['an upper-case id', { ...good, locationId: place.toUpperCase() }],
    ['an unsafe integer', { ...good, lines: [{ skuId: idText('sku', uuid), quantity: 2 ** 53 }] }],
    ['too many lines', { ...good, lines: Array.from({ length: 11 }, () => good.lines[0]) }],
    ['no body', undefined],
  ])('is 400: %s', async (_, body) => {
    expect((await boss.post(url, body)).body).toMatchObject({ status: 400, reason: 'malformed_request' });
  });

  it('names the id in the address', async () => {
    expect((await boss.post(`/things/${place}`, good)).body.fields).toEqual([
      { path: '/thingId', message: 'must be an id like ord_…' },
    ]);
  });

  it.each([
    ['broken JSON', '{"a":', 400, 'malformed_json'],
    ['a poisoned prototype', '{"__proto__":{"a":1}}', 400, 'malformed_json'],
    ['deep nesting', `{"note":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 400, 'too_deeply_nested'],
    ['deep nesting that is only quoted', `{"note":"${'['.repeat(5_000)}\\""}`, 400, 'malformed_request'],
    ['a huge body', `"${'x'.repeat(1_100_000)}"`, 413, 'too_large'],
    ['nothing at all', '', 400, 'malformed_request'],
  ])('as bytes: %s', async (_, text, status, reason) => {
    expect((await boss.post(url, text, { type: 'application/json' })).body).toMatchObject({ status, reason });
  });

  it.each(['text/xml', 'text/plain', 'application/x-www-form-urlencoded'])('as %s is 415', async (type) => {
    expect((await boss.post(url, 'a=b', { type })).body).toMatchObject({
      status: 415,
      reason: 'unsupported_media_type',
    });
  });

  it('without a usable key is 400', async () => {
    for (const key of ['', 'x'.repeat(201), 'ü']) {
      expect((await boss.post(url, good, { key })).body).toMatchObject({
        status: 400,
        reason: 'idempotency_key_missing',
      });
    }
  });

  it('is refused when a query is not known, above all a preview where there is none', async () => {
    expect((await boss.send('PUT', '/company-thing?preview=true')).body.fields).toEqual([
      { path: '/preview', message: 'is not known here' },
    ]);
  });

  it('to a route that is not there is 404', async () => {
    expect((await boss.get('/nothing')).body).toMatchObject({ status: 404, reason: 'unknown_route' });
    expect((await boss.get('/api/%zz')).body).toMatchObject({ status: 400, reason: 'malformed_address' });
  });

  it('takes larger bodies only where facts are expected', async () => {
    expect((await boss.post('/facts', { text: 'x'.repeat(4_000_000) })).body).toEqual({ length: 4_000_000 });
    expect((await boss.post('/facts', { text: 'x'.repeat(5_300_000) })).status).toBe(413);
  });
});

describe('who may', () => {
  it('strangers are asked to sign in before anything is read', async () => {
    expect((await api.as(undefined).post(url, '{', { type: 'application/json' })).body).toMatchObject({
      status: 401,
      reason: 'not_signed_in',
    });
  });

  it('a permission held somewhere reads everything placeless, and changes nothing placeless', async () => {
    expect((await clerk.get('/things?limit=1')).status).toBe(200);
    expect((await clerk.send('PUT', '/company-thing')).body).toMatchObject({
      status: 403,
      reason: 'not_allowed',
      permission: 'thing:do',
    });
    expect((await boss.send('PUT', '/company-thing')).status).toBe(204);
    expect((await api.as(testPrincipal([])).get('/things')).status).toBe(403);
  });

  it('the place in the body is checked by the handler, and a thing elsewhere is not there', async () => {
    expect((await clerk.post(url, good)).status).toBe(200);
    expect((await clerk.post(url, { ...good, locationId: idText('location', uuid) })).status).toBe(404);
  });

  it('an answer whose handler forgot to check is held back', async () => {
    expect((await boss.post(url, { ...good, note: 'forget the scope' })).body).toMatchObject({
      status: 500,
      reason: 'scope_not_checked',
    });
  });

  it('a route without permission or scope does not start', () => {
    const bare = {
      method: 'GET',
      url: '/x',
      operationId: 'x',
      summary: '',
      tags: [],
      schema: { response: {} },
      handler: () => null,
    };
    const add = (more: object) => () =>
      route(api.app, { ...bare, ...more } as unknown as RouteOptions<{ response: Record<number, never> }>);
    expect(add({})).toThrow('names no permission');
    expect(add({ permission: 'stock' })).toThrow('names no permission');
    expect(add({ permission: 'stock:read' })).toThrow('checked against');
    expect(add({ permission: 'public', operationId: 'listThings' })).toThrow('taken');
  });

  it('every route is in the table that tests walk', () => {
    expect(api.app.routeTable.map((row) => `${row.method} ${row.url} ${row.permission} ${row.scope}`)).toContain(
      'POST /api/v1/things/:thingId thing:do location',
    );
  });
});

describe('when it does not work out', () => {
  it.each([
    ['refuse', 409, 'insufficient_stock', undefined],
    ['overload', 503, 'overloaded', '1'],
    ['gone', 503, 'database_gone', '1'],
    ['bug', 500, 'internal_error', undefined],
    ['bare uuid', 500, 'internal_error', undefined],
  ])('%s', async (note, status, reason, retryAfter) => {
    const answer = await boss.post(url, { ...good, note });
    expect(answer.body).toMatchObject({ status, reason });
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|stack|password/);
    if (note === 'refuse') expect(answer.body.available).toBe(2);
    if (status === 500) expect(answer.body.requestId).toMatch(/./);
  });
});

describe('lists', () => {
  it('go on from the cursor to the end', async () => {
    const seen: number[] = [];
    for (let next = ''; ;) {
      const { body } = await clerk.get(`/things?limit=3${next}`);
      seen.push(...body.items.map((item: { n: number }) => item.n));
      if (body.next === null) break;
      next = `&after=${body.next}`;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it.each(['nonsense', encodeCursor(['a']), encodeCursor([1, 2]), `${encodeCursor([1])}=`, encodeCursor([1.5])])(
    'refuse the cursor %s',
    async (after) => {
      expect((await clerk.get(`/things?after=${after}`)).body).toMatchObject({
        status: 400,
        fields: [{ path: '/after' }],
      });
    },
  );

  it.each([
    'limit=0',
    'limit=201',
    'limit=',
    'limit=1e2',
    'limit=1&limit=2',
    'low=1',
    'low=TRUE',
    'channel=x',
    'typo=1',
  ])('refuse the query %s', async (query) => {
    expect((await clerk.get(`/things?${query}`)).status).toBe(400);
  });

  it('read numbers, booleans and repeated names in the query', async () => {
    const channel = idText('channel', uuid);
    expect((await clerk.get(`/things?low=true&limit=2&channel=${channel}&channel=${channel}`)).status).toBe(200);
    expect((await clerk.get(`/things?channel=${channel}`)).status).toBe(200);
  });
});

describe('over a socket', () => {
  let port = 0;
  beforeAll(async () => {
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    port = (api.app.server.address() as AddressInfo).port;
  });
  const ask = (text: string): Promise<string> =>
    new Promise((done, fail) => {
      let answer = '';
      const socket = connect({ host: '127.0.0.1', port }, () => socket.write(text));
      socket.setTimeout(2_000, () => socket.destroy());
      socket.on('data', (piece) => (answer += piece.toString()));
      socket.on('error', fail).on('close', () => done(answer));
    });
  const post = 'POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

  it.each([
    [
      'a length beside chunks',
      `${post}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/health HTTP/1.1\r\nhost: x\r\n\r\n`,
    ],
    ['two lengths', `${post}content-length: 4\r\ncontent-length: 5\r\n\r\n{"a"}`],
    ['chunks in another coding', `${post}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['a line break in a header', `${post}x: a\rb\r\ncontent-length: 2\r\n\r\n{}`],
    ['no host', 'GET /api/v1/health HTTP/1.1\r\n\r\n'],
  ])('%s is no request, and nothing behind it is one', async (_, text) => {
    const answer = await ask(text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it.each(['TRACE', 'OPTIONS', 'HEAD', 'PROPFIND'])('%s is not known', async (method) => {
    const answer = await ask(
      `${method} /api/v1/health HTTP/1.1\r\nhost: x\r\nx-secret: seen\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain('x-secret');
  });

  it.each([
    '/api/v1/%2e%2e/v1/health',
    '/api/v1//health',
    '/api/v1/health/',
    '/API/v1/health',
    '/api%2fv1%2fhealth',
    '/api/v1/health%2f',
    '/api/v1/health;a=b',
    '/api/v1/x/../health',
  ])('%s leads nowhere', async (path) => {
    expect(await ask(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('a name that comes twice in a query is refused where one is meant', async () => {
    expect((await boss.post(`${url}?preview=true&preview=false`, good)).status).toBe(400);
  });
});

it('every answer is kept by no cache, taken for nothing else, run by no browser and shown in no frame', async () => {
  const answers = await Promise.all([
    boss.get('/health'),
    boss.post(url, good),
    boss.post(url, { wrong: true }),
    clerk.get('/nothing/here'),
    api.as(undefined).post(url, good),
    boss.post(url, '{"a":', { type: 'application/json' }),
    boss.post(url, 'a=b', { type: 'text/plain' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 404, 401, 400, 415]);
  for (const { headers } of answers)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    });
});

describe('what everybody may read', () => {
  it('says that it is alive and ready, at the root too', async () => {
    for (const address of ['/health', '/ready', '/api/v1/health', '/api/v1/ready']) {
      expect((await api.app.inject(address)).json()).toMatchObject({ status: 'ok' });
    }
  });

  it('compresses what is long', async () => {
    const answer = await api.app.inject({ url: '/api/v1/long', headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers['content-encoding']).toBe('gzip');
    const short = await api.app.inject({ url: '/api/v1/health', headers: { 'accept-encoding': 'gzip' } });
    expect(short.headers['content-encoding']).toBeUndefined();
  });

  it('describes itself from the schemas that validate', async () => {
    const document = (await api.app.inject('/api/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    const operation = document.paths['/api/v1/things/{thingId}'].post;
    expect(operation.description).toContain('thing:do');
    expect(operation.requestBody.content['application/json'].schema.properties.total).toEqual({
      $ref: '#/components/schemas/Money',
    });
    expect(operation.parameters.map((one: { name: string }) => one.name)).toEqual(
      expect.arrayContaining(['Idempotency-Key', 'preview', 'thingId']),
    );
    expect(JSON.stringify(document)).not.toContain('x-id');
  });

  it('says of a route that is on its way out since when, until when and what comes after it', async () => {
    const row = { method: 'GET', summary: '', tags: [], permission: 'public', handler: () => ({}) } as const;
    const schema = { response: { 200: Type.Object({}) } };
    const deprecated = { since: '2026-01-01', sunset: '2027-01-01', instead: '/api/v2/things' };
    const { app: old, close } = await createTestApi((app) => {
      route(app, { ...row, schema, url: '/things', operationId: 'oldThings', deprecated });
      const hasty = { ...deprecated, sunset: '2026-12-01' };
      expect(() => route(app, { ...row, schema, url: '/hasty', operationId: 'hasty', deprecated: hasty })).toThrow(
        'less than a year',
      );
    });
    const { headers } = await old.inject('/api/v1/things');
    expect(headers).toMatchObject({
      deprecation: '@1767225600',
      sunset: 'Fri, 01 Jan 2027 00:00:00 GMT',
      link: '</api/v2/things>; rel="successor-version"',
    });
    expect((await old.inject('/api/openapi.json')).json().paths['/api/v1/things'].get.deprecated).toBe(true);
    await close();
  });

  it('has a page for people, with nothing from elsewhere and with a policy', async () => {
    const page = await api.app.inject('/api/docs');
    expect(page.body).toContain('Do it.');
    expect(page.body).not.toMatch(/<script>|https?:\/\//);
    const files = [...page.body.matchAll(/(?:src|href)="(\/api\/[^"]*)"/g)].map(([, url]) => url ?? '');
    expect(files).toContain('/api/docs/docs.js');
    for (const file of files) expect([file, (await api.app.inject(file)).statusCode]).toEqual([file, 200]);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  });
});
