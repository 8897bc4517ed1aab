import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, TEST_NOW, type Answer, type TestApi } from '../../company/server/route-testing.ts';
import { sortedBy } from '../../kernel/compare.ts';
import { encodeId } from '../../kernel/ids.ts';
import { importCustomers } from './bulk.ts';
import { registerCustomersRoutes } from './customers.routes.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi((app, deps) => registerCustomersRoutes(app, deps));
});
afterAll(() => api.close());

const ada = {
  name: 'Ada Lovelace',
  email: 'Ada@Example.org',
  phone: '+44 20 7946',
  address: { line1: '12 St James’s Square', city: 'London' },
  country: 'GB',
};
const names = (answer: Answer): string[] => answer.body.items.map((item) => item.name);

describe('customers', () => {
  it('are made once per key and found by what they say', async () => {
    const made = await api.call('POST', '/customers', ada, { key: 'ada' });
    expect(made).toMatchObject({ status: 201, body: { version: 1 } });
    expect(made.body.number).toMatch(/^C[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(await api.call('POST', '/customers', ada, { key: 'ada' })).toMatchObject({ status: 201, body: made.body });
    expect((await api.call('POST', '/customers', { ...ada, name: 'Ada' }, { key: 'ada' })).status).toBe(422);
    expect(await api.call('GET', `/customers/${made.body.id}`)).toMatchObject({
      status: 200,
      body: { ...ada, number: made.body.number, archivedAt: null },
    });
    for (const search of ['lovel', 'ada love', 'ada@exa', '+44 20', made.body.number, made.body.number.toLowerCase()]) {
      expect([search, names(await api.call('GET', `/customers?search=${encodeURIComponent(search)}`))]).toEqual([
        search,
        ['Ada Lovelace'],
      ]);
    }
    expect(names(await api.call('GET', '/customers?search=london'))).toEqual([]);
  });

  it('get a new card when the person changes; no card is ever written again', async () => {
    const { id } = (await api.call('POST', '/customers', { name: 'Grace Murray', email: 'grace@example.org' })).body;
    expect(await api.call('PATCH', `/customers/${id}`, { version: 1, name: 'Grace Hopper' })).toMatchObject({
      status: 200,
      body: { id, version: 2 },
    });
    expect(await api.call('PATCH', `/customers/${id}`, { version: 2, archived: true })).toMatchObject({
      status: 200,
      body: { version: 3 },
    });
    expect(names(await api.call('GET', '/customers?search=grace'))).toEqual([]);
    expect((await api.call('PATCH', `/customers/${id}`, { version: 3, archived: false })).body.version).toBe(4);
    expect(names(await api.call('GET', '/customers?search=murray'))).toEqual([]);
    expect(names(await api.call('GET', '/customers?search=hopper'))).toEqual(['Grace Hopper']);
    const cards = await api.database.pool
      .query(`select k.name, k.id = c.card_id as current from ${api.database.schema}.customer_card k
      join ${api.database.schema}.customer c on c.id = k.customer_id where k.email = 'grace@example.org' order by k.id`);
    expect(cards.rows).toEqual([
      { name: 'Grace Murray', current: false },
      { name: 'Grace Hopper', current: true },
    ]);
  });

  it('are refused without their words, malformed, and not for everyone', async () => {
    expect(await api.call('POST', '/customers', { country: 'GB' })).toMatchObject({
      status: 409,
      body: { reason: 'nothing_known' },
    });
    const refused = await api.call('POST', '/customers', { name: 'Marked', email: 'marked' });
    expect(refused).toMatchObject({ status: 409, body: { reason: 'bad_email' } });
    expect(JSON.stringify(refused.body)).not.toContain('arked');
    expect((await api.call('POST', '/customers', { name: 'X', country: 'Britain' })).status).toBe(400);
    expect((await api.call('POST', '/customers', { name: 'X', address: { planet: 'Mars' } })).status).toBe(400);
    expect((await api.call('POST', '/customers', ada, { as: 'reader' })).status).toBe(403);
    expect((await api.call('POST', '/customers', ada, { as: 'local' })).status).toBe(201);
    expect((await api.call('GET', '/customers', undefined, { as: 'stranger' })).status).toBe(401);
    expect((await api.call('GET', `/customers/${encodeId('cus', randomUUID())}`)).status).toBe(404);
    expect((await api.call('PATCH', `/customers/${encodeId('cus', randomUUID())}`, { version: 1 })).status).toBe(404);
  });

  it('edited by two at once are edited by one', async () => {
    const { id } = (await api.call('POST', '/customers', { name: 'Race' })).body;
    const answers = await Promise.all(
      ['Race One', 'Race Two'].map((name) => api.call('PATCH', `/customers/${id}`, { version: 1, name })),
    );
    expect(
      sortedBy(
        answers.map((answer) => answer.status),
        (status) => status,
      ),
    ).toEqual([200, 409]);
    expect(answers.find((answer) => answer.status === 409)?.body).toMatchObject({
      reason: 'stale_version',
      current: 2,
    });
  });

  it('go from page to page, newest first', async () => {
    const customers = Array.from({ length: 600 }, (_, index) => ({
      id: encodeUuid(index),
      number: `IMPORT-${index}`,
      card: {
        id: randomUUID(),
        name: `Imported Person${index}`,
        email: '',
        phone: '',
        address: {},
        country: '',
        purpose: 'sale',
        keepUntil: undefined,
        salt: 's',
      },
    }));
    const from = { principalId: randomUUID(), key: 'customers', at: TEST_NOW };
    expect(await importCustomers(api.master, from, customers)).toEqual({ written: 3, repeated: 0, refusal: undefined });
    expect(await importCustomers(api.master, from, customers)).toEqual({ written: 0, repeated: 3, refusal: undefined });
    expect(await importCustomers(api.master, { ...from, key: 'again' }, customers.slice(0, 2))).toMatchObject({
      written: 0,
      refusal: { chunk: 0, rejection: { reason: 'duplicate_number', count: 2 } },
    });
    const seen: string[] = [];
    let after = '';
    do {
      const page = await api.call('GET', `/customers?search=imported&limit=200${after}`);
      seen.push(...names(page));
      after = page.body.next === null ? '' : `&after=${page.body.next}`;
    } while (after !== '');
    expect(seen).toEqual(customers.map(({ card }) => card.name).toReversed());
  });

  it('leave no trace of the person outside their cards', async () => {
    const marked = {
      name: 'Zzyzx Marker',
      email: 'zzyzx@marker.example',
      phone: '555-MARKER',
      address: { line1: 'Marker Lane' },
    };
    const { id } = (await api.call('POST', '/customers', marked)).body;
    await api.call('PATCH', `/customers/${id}`, { version: 1, name: 'Zzyzx Remarker' });
    const log = await api.database.pool.query<{ text: string }>(
      `select string_agg(e::text, '') as text from ${api.database.schema}.platform_event e`,
    );
    expect(log.rows[0]?.text).toContain('CustomerEdited');
    expect(log.rows[0]?.text).not.toMatch(/zzyzx|marker/i);
  });
});

function encodeUuid(index: number): string {
  return `01900000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
}
