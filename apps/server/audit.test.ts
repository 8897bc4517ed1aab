import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerAuditRoutes } from '../../platform/audit/audit.routes.ts';
import { sealAudit } from '../../platform/audit/chain.ts';
import { openOrigins } from '../../platform/audit/origins.ts';
import { searchAudit, type AuditFilter } from '../../platform/audit/search.ts';
import type { Reach } from '../../platform/auth/principal.ts';
import { changed } from '../../platform/commit/master-door.ts';
import { csvLine } from '../../platform/files/csv-out.ts';
import { LOCAL, openTestApi, TEST_NOW, type TestApi } from '../../src/company/server/route-testing.ts';
import { encodeId } from '../../src/kernel/ids.ts';
import { actorNames } from './audit.ts';

const ADA = '01900000-0000-7000-8000-0000000000a1';
const ELSEWHERE = '01900000-0000-7000-8000-00000000000b';
const SUBJECT = '01900000-0000-7000-8000-0000000000c1';
const SYSTEM = '00000000-0000-7000-8000-000000000001';

function rethrow(error: unknown): never {
  throw error;
}

let api: TestApi;
let originId: string;

type Entry = { readonly number: number; readonly type: string };
type Told = { readonly items: readonly (Entry & Record<string, unknown>)[]; readonly next: string | null };

async function write(type: string, more: { actor?: string; location?: string; body?: object; at?: number } = {}) {
  const { actor = SYSTEM, location, body = {}, at = TEST_NOW } = more;
  const event = { type, version: 1, subjectId: SUBJECT, locationId: location, body: { ...body } };
  const submission = { type, principalId: actor, originId, key: randomUUID(), body: {}, at, topic: 'catalog' };
  await api.master(submission, async () => changed([event], null));
}

async function find(query: string): Promise<Told> {
  const answer = await api.call('GET', `/audit?${query}`);
  expect(answer.status).toBe(200);
  return answer.body as unknown as Told;
}

beforeAll(async () => {
  api = await openTestApi((app, deps) =>
    registerAuditRoutes(app, {
      ...deps,
      subjectText: ({ subjectId }) => (subjectId === null ? null : encodeId('prd', subjectId)),
      namesOf: actorNames({ register: () => undefined, channel: () => undefined }, SYSTEM),
    }),
  );
  const origins = openOrigins({ ...api.database, now: () => TEST_NOW, onError: rethrow });
  originId = await origins.of({
    kind: 'session',
    principalId: ADA,
    credential: 'x',
    address: '203.0.113.9',
    userAgent: '=cmd()',
  });
  await api.database.pool.query(
    `insert into ${api.database.schema}.staff_person (id, name, email) values ($1, $2, 'ada@example.org')`,
    [ADA, '+Ada'],
  );
  await write('ProductCreated', { actor: ADA, body: { note: 'a 100% red_shirt' } });
  await write('PricesSet', { location: LOCAL.locationId, body: { before: { price: 5 }, after: { price: 6 } } });
  await write('PricesSet', { location: ELSEWHERE, at: TEST_NOW + 3600_000 });
  await sealAudit(api.database, { now: TEST_NOW, all: true });
  await write('ProductEdited', { actor: ADA });
});
afterAll(() => api.close());

describe('the audit', () => {
  it('tells who did what, when, from where, newest first', async () => {
    const { items, next } = await find('');
    expect(items.map(({ type }) => type)).toEqual(['ProductEdited', 'PricesSet', 'PricesSet', 'ProductCreated']);
    expect(next).toBeNull();
    expect(items[0]).toMatchObject({
      actor: { kind: 'person', name: '+Ada', id: encodeId('per', ADA) },
      origin: { kind: 'session', address: '203.0.113.9' },
      subjectId: encodeId('prd', SUBJECT),
    });
    expect(items[2]).toMatchObject({ actor: { kind: 'system' }, body: { before: { price: 5 }, after: { price: 6 } } });
  });

  it.each([
    [`actor=${encodeId('per', ADA)}`, ['ProductEdited', 'ProductCreated']],
    ['type=PricesSet', ['PricesSet', 'PricesSet']],
    ['topic=order', []],
    [`subject=${encodeId('prd', SUBJECT)}&type=ProductCreated`, ['ProductCreated']],
    [`location=${encodeId('loc', LOCAL.locationId)}`, ['PricesSet']],
    [`from=${encodeURIComponent('2026-11-22T12:30:00Z')}`, ['ProductEdited', 'PricesSet']],
    [`until=${encodeURIComponent('2026-11-22T12:30:00Z')}`, ['PricesSet', 'ProductCreated']],
    ['text=100%25%20red_s', ['ProductCreated']],
    ['text=100_', []],
  ])('finds by %s', async (query, types) => {
    expect((await find(query)).items.map(({ type }) => type)).toEqual(types);
  });

  it('finds by where it was done, and goes from page to page', async () => {
    expect((await find(`origin=${encodeId('org', originId)}&limit=2`)).items).toHaveLength(2);
    const numbers: number[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page = await find(`limit=1${next === '' ? '' : `&after=${next}`}`);
      numbers.push(...page.items.map(({ number }) => number));
      next = page.next;
    }
    expect(numbers).toEqual([4, 3, 2, 1]);
  });

  it('shows a reader of one place what happened there, and nothing of the company', async () => {
    const types = (reach: Reach, filter: AuditFilter = {}) =>
      api.run(async (tx) =>
        (await searchAudit(tx, { filter, reach, before: undefined, limit: 9 })).events.map((e) => e.number),
      );
    expect(await types({ entityIds: [], locationIds: [LOCAL.locationId] })).toEqual([2]);
    expect(await types({ entityIds: [], locationIds: [LOCAL.locationId] }, { placeId: ELSEWHERE })).toEqual([]);
    expect(await types({ entityIds: [], locationIds: [] })).toEqual([]);
    expect(await types('all')).toEqual([4, 3, 2, 1]);
  });

  it('refuses what is no id and no cursor, and is not for strangers', async () => {
    expect((await api.call('GET', '/audit?subject=prd_zzzzzzzzzzzzzzzzzzzzzzzzzz')).status).toBe(400);
    expect((await api.call('GET', '/audit?after=xyz')).status).toBe(400);
    expect((await api.call('GET', '/audit', undefined, { as: 'stranger' })).status).toBe(401);
  });

  it('is exported whole as CSV that no spreadsheet runs', async () => {
    const { status, body, headers } = await api.call('GET', '/audit/export');
    const text = body as unknown as string;
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^\uFEFFnumber,recorded_at/);
    expect(lines[1]).toContain(",'+Ada,");
    expect(lines[1]).toContain(",'=cmd(),");
  });
});

it.each([
  [['=1+1', '@x', '-2', '+3', '\tx'], "'=1+1,'@x,'-2,'+3,'\tx\r\n"],
  [['a,b', 'say "hi"', 'two\nlines', null], '"a,b","say ""hi""","two\nlines",\r\n'],
  [[-5, 0, undefined, ''], '-5,0,,\r\n'],
])('%j is written as a line that is only data', (cells, line) => {
  expect(csvLine(cells)).toBe(line);
});
