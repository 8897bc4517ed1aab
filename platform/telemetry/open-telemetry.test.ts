import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeApi, createApi } from '../http/app.ts';
import { route } from '../http/route.ts';
import type { Committer } from '../commit/committer.ts';
import { startOpenTelemetry } from './open-telemetry.ts';

const received: { path: string; authorization: string | undefined; body: string }[] = [];
const collector = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    received.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
    response.setHeader('content-type', 'application/json').end('{}');
  });
});
beforeAll(() => new Promise<void>((done) => collector.listen(0, '127.0.0.1', done)));
afterAll(() => collector.close());

test('a request and its command become spans of the caller’s trace, and log lines are sent', async () => {
  const telemetry = startOpenTelemetry({
    endpoint: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`,
    headers: 'authorization=Bearer%20abc',
    service: 'oneshelf-test',
    version: '1',
    percent: 0,
  });
  const committer = telemetry.traceCommands({
    submit: async () => ({ kind: 'refused', rejection: { reason: 'insufficient_stock' } }),
  } as unknown as Committer);
  const api = await createApi({
    logger: pino({ level: 'silent' }),
    authenticate: () => undefined,
    ready: async () => undefined,
  });
  telemetry.traceRequests(api);
  route(api, {
    method: 'GET',
    url: '/things',
    operationId: 'things',
    summary: 'x',
    tags: [],
    permission: 'public',
    schema: { response: {} },
    handler: async (_request, reply) => {
      await new Promise((done) => setTimeout(done, 1));
      await committer.submit({ type: 'sellThing', lane: 'interactive' } as never);
      return reply.code(204).send();
    },
  });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await api.inject({ url: '/api/v1/things', headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
  // No caller traces it, and of our own nought in a hundred are.
  await api.inject({ url: '/api/v1/things' });
  telemetry.sendLogLine('{"level":"warn","time":"2026-11-22T09:00:00.000Z","msg":"It rains.","requestId":"r1"}');
  await closeApi(api);
  await telemetry.stop();

  const traces = received
    .filter(({ path }) => path === '/v1/traces')
    .map(({ body }) => body)
    .join('');
  expect(traces.match(new RegExp(traceId, 'g'))).toHaveLength(2);
  expect(traces).toContain('GET /api/v1/things');
  expect(traces).toContain('commit sellThing');
  expect(traces).toContain('insufficient_stock');
  expect(traces).toContain('oneshelf-test');
  const logs = received
    .filter(({ path }) => path === '/v1/logs')
    .map(({ body }) => body)
    .join('');
  expect(logs).toContain('It rains.');
  expect(received.every(({ authorization }) => authorization === 'Bearer abc')).toBe(true);
});
