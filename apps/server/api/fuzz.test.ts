/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-argument, typescript/no-unsafe-return -- answers are looked into as they came */
import fc from 'fast-check';
import { pino } from 'pino';
import { Value } from 'typebox/value';
import { afterAll, expect, it } from 'vitest';
import type { RouteRow } from '../../../platform/http/route.ts';
import {
  brokenBodies,
  changedRequest,
  everyTextOdd,
  fittingValue,
  type OddRequest,
  type Schema,
} from './odd-requests.ts';
import { SAMPLES, WAYS_IN } from './operations.ts';
import { macOf } from '../../../src/orders/server/register-facts.ts';
import { openApiWorld, type Answer } from './world.ts';

/** FUZZ_RUNS=1000 for a long look, FUZZ_SEED to see one again. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 16);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_000);

const logged: string[] = [];
const world = await openApiWorld({ logger: pino({ level: 'error' }, { write: (line) => void logged.push(line) }) });
afterAll(() => world.close());

const openapi = (await world.send('GET', '/api/openapi.json')).body;
const rows = world.api.routeTable;
const ids = [
  ...new Set([
    ...Object.values(world.places).flatMap(({ currency: _, ...place }) => Object.values(place)),
    ...world.skuIds,
    world.productId,
    world.categoryId,
    world.customerId,
    ...world.people.slice(0, 3).map(({ id }) => id),
  ]),
];
const idsOf = (prefix: string): readonly string[] => {
  const found = ids.filter((id) => id.startsWith(`${prefix}_`));
  return found.length > 0 ? found : [`${prefix}_00000000000000000000000009`];
};

/** A schema without references, as deep as it goes. */
function whole(schema: Schema | undefined): Schema | undefined {
  if (schema === undefined) return undefined;
  const open = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(open);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as { $ref?: string };
    if ($ref !== undefined) return open(openapi.components.schemas[$ref.split('/').at(-1) ?? '']);
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, open(one)]));
  };
  return open(schema) as Schema;
}

/** What OpenAPI says of a route. */
function describedOf(row: RouteRow): {
  body: Schema | undefined;
  answers: Readonly<Record<string, Schema | undefined>>;
} {
  const operation = openapi.paths[row.url.replaceAll(/:(\w+)/g, '{$1}')][row.method.toLowerCase()];
  const json = (content: Answer['body']): Schema | undefined => whole(content?.content?.['application/json']?.schema);
  return {
    body: json(operation.requestBody),
    answers: Object.fromEntries(Object.entries(operation.responses).map(([status, one]) => [status, json(one)])),
  };
}

const LEAKS = /\bat \S+ \(|node_modules|\.ts:\d+|violates|syntax error|SQLSTATE|relation "|invalid input syntax|stack/;

/** What is wrong with an answer, whatever was asked. */
function faultsOf(
  { status, type, body, text }: Answer,
  request: OddRequest,
  answers: Readonly<Record<string, Schema | undefined>>,
): string[] {
  if (status >= 500) return [`it fell over: ${logged.at(-1)?.slice(0, 600)}`];
  if (status >= 300) {
    const faults = type.startsWith('application/problem+json') ? [] : [`it is ${type}`];
    if (
      body?.status !== status ||
      typeof body.reason !== 'string' ||
      typeof body.detail !== 'string' ||
      typeof body.title !== 'string'
    )
      faults.push('it is no problem');
    else if (
      body.reason === 'malformed_request' &&
      !(
        body.fields?.length > 0 &&
        body.fields.every((one: Answer['body']) => one.path?.startsWith('/') && one.message !== '')
      )
    )
      faults.push('it names no field');
    if (LEAKS.test(text) && !LEAKS.test(JSON.stringify(request))) faults.push('it tells what is inside');
    return faults;
  }
  const schema = answers[String(status)];
  if (schema === undefined || !/json/.test(type))
    return status === 204 || !/json/.test(type) ? [] : [`${status} is not declared`];
  return [...Value.Errors(schema as never, body)]
    .slice(0, 3)
    .map(({ instancePath, message }) => `it does not fit what is declared: ${instancePath} ${message}`);
}

/** Whether a 400 names the field that was changed, or one around, beside or inside it. */
function namesField(body: Answer['body'], touched: string): boolean {
  // A field may be wrong only because of the one beside it: a cost that is too much times the quantity.
  const around = touched.slice(0, touched.lastIndexOf('/')) || touched;
  return (
    body.reason !== 'malformed_request' ||
    body.fields.some(({ path }: { path: string }) => path.startsWith(around) || touched.startsWith(path))
  );
}

it('refuses to find more than any books can hold, and goes on selling', async () => {
  const { locationId, currency, storeId } = world.places.there;
  const skuId = world.skuIds[5];
  const act = (path: string, body: object): Promise<Answer> =>
    world.send('POST', path, { token: world.owner.token, body: { locationId, ...body } });
  const { body: before } = await world.send('GET', `/stock?location=${locationId}&sku=${skuId}`, {
    token: world.owner.token,
  });
  await act('/stock-adjustments', { lines: [{ skuId, delta: 1 - before.items[0].available, reason: 'correction' }] });
  expect(
    (
      await act('/goods-receipts', {
        lines: [{ skuId, quantity: 1, totalCost: { amount: 1_000_000_000_000, currency } }],
      })
    ).status,
  ).toBe(201);
  for (const [path, line] of [
    ['/stock-counts', { skuId, counted: 1_000_000_000 }],
    ['/stock-adjustments', { skuId, delta: 1_000_000_000, reason: 'found' }],
  ] as const) {
    const { status, body } = await act(path, { lines: [line] });
    expect([path, status, body.reason, body.line]).toEqual([path, 409, 'value_out_of_range', 1]);
  }
  expect(
    (
      await act('/sales', {
        channelId: storeId,
        lines: [{ skuId, quantity: 1 }],
        tenders: [{ method: 'cash', amountMinor: 2500 }],
      })
    ).status,
  ).toBe(201);
});

let counted = 0;
let sent = 0;
let taken = 0;
const statuses = new Map<number, number>();

/** Sends a request and tells what is wrong with what came of it. */
async function trySending(
  row: RouteRow,
  request: OddRequest,
  described: ReturnType<typeof describedOf>,
  token = world.owner.token,
): Promise<string[]> {
  const before = counted;
  const answer = await world
    .send(row.method, request.path, {
      token,
      ...('body' in request && request.body !== undefined ? { body: request.body } : {}),
      ...(request.raw === undefined ? {} : { raw: request.raw }),
      ...(request.type === undefined ? {} : { headers: { 'content-type': request.type } }),
    })
    .catch((error: unknown): Answer => ({
      status: 599,
      type: '',
      headers: new Headers(),
      text: String(error),
      body: {},
    }));
  sent += 1;
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  const faults = faultsOf(answer, request, described.answers);
  if (row.method !== 'GET') counted = await world.lastEvent();
  if (answer.status < 300) taken += 1;
  else if (before !== counted) faults.push(`it was refused and still it is event ${counted}`);
  if (request.touched !== undefined && answer.status === 400 && !namesField(answer.body, request.touched))
    faults.push(`it names another field than ${request.touched}`);
  if (
    request.touched !== undefined &&
    described.body !== undefined &&
    answer.status < 300 &&
    !Value.Check(described.body as never, JSON.parse(JSON.stringify(request.body ?? null)))
  ) {
    faults.push('it was taken although OpenAPI says that it does not fit');
  }
  return faults.map(
    (fault) =>
      `${row.operationId} (${request.how}): ${fault}\n  ${row.method} ${request.path.slice(0, 200)} ${(request.raw ?? JSON.stringify(request.body) ?? '').slice(0, 600)}\n  ${answer.status} ${answer.text.slice(0, 400)}`,
  );
}

/** Signing in is limited by address and signing out ends the session; their odd input is tried by the tests of sessions. The stream of changes never ends. */
const ELSEWHERE = ['signOut'];

it(
  'answers odd requests with a 4xx that says what is wrong, or does what they say, and never half',
  { timeout: 300_000 },
  async () => {
    const faults: string[] = [];
    counted = await world.lastEvent();
    for (const row of rows) {
      const sampleOf = SAMPLES[row.operationId];
      if (sampleOf === undefined || ELSEWHERE.includes(row.operationId)) continue;
      const described = describedOf(row);
      const sample = sampleOf(world, world.places.here);
      const changed = changedRequest(sample, ids);
      const isWayIn = WAYS_IN.includes(row.operationId);
      const many = isWayIn ? 5 : runs;
      const requests = fc.sample(changed, { numRuns: many, seed });
      if (described.body !== undefined && !isWayIn) {
        const fitting = fittingValue(described.body, idsOf).map((body): OddRequest => ({
          path: sample.path,
          body,
          how: 'made up',
        }));
        requests.push(...fc.sample(fitting, { numRuns: Math.ceil(runs / 3), seed }));
      }
      if (!isWayIn) requests.push(...everyTextOdd(sample));
      // One in a while: the parser is the same for all routes, what stands behind it is not.
      if (row.method !== 'GET')
        requests.push(...brokenBodies(sample.path).slice(0, row.operationId === 'receiveGoods' ? 100 : 9));
      const rowsBefore = row.method === 'GET' ? '' : await world.written();
      const takenBefore = taken;
      for (const request of requests) {
        faults.push(...(await trySending(row, request, described)));
      }
      if (row.method !== 'GET' && taken === takenBefore && rowsBefore !== (await world.written()))
        faults.push(
          `${row.operationId}: everything was refused and still there are more rows: ${rowsBefore} | ${await world.written()}`,
        );
    }
    const told = [...statuses]
      .toSorted(([a], [b]) => a - b)
      .map(([status, times]) => `${status}: ${times}`)
      .join(', ');
    console.log(`sent ${sent} odd requests to ${rows.length} routes with seed ${seed}; ${taken} were taken (${told})`);
    expect(faults.slice(0, 25).join('\n\n')).toBe('');
    expect(sent).toBeGreaterThan(runs * 40);
    expect(taken).toBeGreaterThan(runs);
  },
);

it('puts facts that no database can keep aside with their numbers, and the till goes on', async () => {
  const { registerId, registerSecret, locationId } = world.places.abroad;
  let previous = '';
  const signed = (counter: number, payload: string): object => {
    const mac = macOf(registerSecret, { counter, previous, payload });
    const fact = { counter, previous, mac, payload };
    previous = mac;
    return fact;
  };
  const facts = [
    { counter: 2, previous: '\u0000', mac: 'a\u0000\ud800', payload: '{}' },
    { counter: 3, previous: '', mac: 'f'.repeat(64), payload: '\u0000\ud800' },
    signed(4, '{"type":"a\\u0000","version":7}'),
    signed(5, `{"type":"${'x'.repeat(39)}😀","version":7}`),
    signed(6, '{"type":"sale","version":1,"\\ud800":1}'),
    signed(7, '\u0000'),
    { 'a\u0000': '\udfff', counter: 8 },
    signed(9, '[]'),
  ];
  const push = (): Promise<Answer> =>
    world.send('POST', `/registers/${registerId}/facts`, { token: world.owner.token, body: { facts }, key: null });
  const first = await push();
  expect([
    first.status,
    first.body.answers?.map(({ counter, status }: Answer['body']) => `${counter} ${status}`),
  ]).toEqual([200, [2, 3, 4, 5, 6, 7, 8, 9].map((counter) => `${counter} quarantined`)]);
  const again = await push();
  expect(again.body.answers.map(({ quarantineId }: Answer['body']) => quarantineId)).toEqual(
    first.body.answers.map(({ quarantineId }: Answer['body']) => quarantineId),
  );
  const { body: aside } = await world.send('GET', '/quarantine?limit=200', { token: world.owner.token });
  expect(aside.items.filter((one: Answer['body']) => one.locationId === locationId && one.counter > 1)).toHaveLength(
    facts.length,
  );
});
