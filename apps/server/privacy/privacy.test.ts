/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-call, vitest/no-standalone-expect -- answers are looked into as they came */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sealAudit, verifyAudit } from '../../../platform/audit/chain.ts';
import { openZip } from '../../../platform/files/zip.ts';
import { zipOf } from '../../../platform/files/zip-out.ts';
import { openApiWorld, type Answer, type ApiWorld } from '../api/world.ts';
import { readErasures, replayErasures } from './erasure-list.ts';
import { forgetMails } from './forget-mails.ts';
import { applyRetention } from './retention-chore.ts';

const MARK = 'Xanthippa';
let world: ApiWorld;
let customerId: string;
let orderId: string;
const send = (method: string, path: string, body?: unknown, key?: string): Promise<Answer> =>
  world.send(method, path, {
    token: world.owner.token,
    ...(body === undefined ? {} : { body }),
    ...(key === undefined ? {} : { key }),
  });

/** Every table that holds the mark somewhere, also in bytes of files. */
async function tablesWith(mark: string): Promise<string[]> {
  const { pool, schema } = world.database;
  const tables = await pool.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = $1 and table_type = 'BASE TABLE' order by 1`,
    [schema],
  );
  const hex = Buffer.from(mark.toLowerCase()).toString('hex');
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*)::int as n from ${schema}.${name} t where lower(t::text) like $1 or t::text like $2`,
      [`%${mark.toLowerCase()}%`, `%${hex}%`],
    );
    if ((rows[0]?.n ?? 0) > 0) found.push(`${name}: ${rows[0]?.n}`);
  }
  expect(tables.rows.length).toBeGreaterThan(30);
  return found;
}

beforeAll(async () => {
  world = await openApiWorld();
  const person = {
    name: `${MARK} One`,
    email: `${MARK}@example.org`,
    phone: `+34 ${MARK}`,
    address: { line1: `${MARK} street 1`, city: MARK },
    country: 'DE',
  };
  const made = await send('POST', '/customers', person);
  expect(made.status).toBe(201);
  customerId = made.body.id;
  expect((await send('GET', `/customers?search=${MARK}`)).body.items).toHaveLength(1);
  const { shopId, locationId } = world.places.here;
  const order = { channelId: shopId, fulfillingLocationId: locationId, customerId, payment: { method: 'on_account' } };
  const placed = await send('POST', '/orders', { ...order, lines: [{ skuId: world.skuIds[6], quantity: 1 }] });
  expect(placed.status).toBe(201);
  orderId = placed.body.orderId;
  // The person moves: the invoice is of the first card, the second one is of no document.
  const edited = await send('PATCH', `/customers/${customerId}`, { version: 1, name: `${MARK} Two` });
  expect(edited.status).toBe(200);
});
afterAll(() => world.close());

it('who still waits for goods is not forgotten yet, and the reason is told', async () => {
  const refused = await send('POST', `/customers/${customerId}/erasure`, {});
  expect(refused).toMatchObject({ status: 409, body: { reason: 'open_orders', orders: 1 } });
  const shipped = await send('POST', `/orders/${orderId}/shipments`, { lines: [{ line: 1, quantity: 1 }] });
  expect(shipped.status).toBe(201);
});

it('everything that is known is taken out as one archive, and that is written down', async () => {
  const answer = await fetch(`${world.url}/api/v1/customers/${customerId}/personal-data`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.owner.token}`, 'idempotency-key': 'take-out' },
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  const zip = await openZip(Buffer.from(await answer.arrayBuffer()));
  expect(zip.entries.map(({ name }) => name)).toEqual([
    'receipt.json',
    'everything.json',
    'cards.csv',
    'orders.csv',
    'belongings.csv',
    'history.csv',
  ]);
  const everything = JSON.parse(String(await zip.entries[1]?.read()));
  expect(everything).toMatchObject({ id: customerId, cards: [{ name: `${MARK} One` }, { name: `${MARK} Two` }] });
  expect(everything.orders).toMatchObject([{ status: 'completed', documents: [{ kind: 'invoice' }] }]);
  expect(String(await zip.entries[2]?.read())).toContain(`'+34 ${MARK}`);
  zip.close();
  const found = await send('GET', `/audit?type=PersonalDataExported`);
  expect(found.body.items).toMatchObject([{ subjectId: customerId, body: { cards: 2, orders: 1 } }]);
});

it('a marked person is erased: nothing holds a trace but what the receipt names, and the chain still fits', async () => {
  await sealAudit(world.database, { now: Date.now(), all: true });
  expect(await tablesWith(MARK)).toEqual(['customer_card: 2']);
  const preview = await send('POST', `/customers/${customerId}/erasure?preview=true`, {});
  expect(await tablesWith(MARK)).toEqual(['customer_card: 2']);
  const erased = await send('POST', `/customers/${customerId}/erasure`, {}, 'forget');
  expect(erased.status).toBe(201);
  const { id: _, erasedAt: __, ...receipt } = erased.body;
  expect(preview.body).toMatchObject(receipt);
  const year = new Date().getUTCFullYear();
  expect(receipt).toMatchObject({
    kind: 'customer',
    subjectId: customerId,
    deleted: [{ what: 'cards', count: 1 }],
    restricted: [{ what: 'card_of_documents', count: 1 }],
    kept: ['orders_without_name', 'books'],
  });
  expect(Number(receipt.restricted[0].until.slice(0, 4))).toBeGreaterThan(year + 4);
  expect(await tablesWith(MARK)).toEqual(['customer_card: 1']);
  // Nobody meets the person any more.
  expect((await send('GET', `/customers?search=${MARK}`)).body.items).toEqual([]);
  expect((await send('GET', `/customers/${customerId}`)).text).not.toContain(MARK);
  expect((await send('GET', `/orders/${orderId}`)).status).toBe(200);
  expect((await send('GET', `/customers/${customerId}/erasure`)).body.receipt).toEqual(erased.body);
  expect(await send('POST', `/customers/${customerId}/erasure`, {})).toMatchObject({
    status: 409,
    body: { reason: 'already_erased' },
  });
  await sealAudit(world.database, { now: Date.now(), all: true });
  expect(await verifyAudit(world.database)).toMatchObject({ kind: 'whole', unsealed: 0 });
});

it('somebody of the staff is erased after they left, with everything they came in with', async () => {
  const { pool, schema } = world.database;
  const leaver = world.leaver.id;
  const row = await pool.query<{ id: string }>(
    `update ${schema}.staff_person set name = '${MARK} Staff', email = '${MARK}@staff.example' where name = 'leaver' returning id`,
  );
  expect(row.rows).toHaveLength(1);
  await pool.query(
    `insert into ${schema}.platform_origin (id, kind, principal_id, credential, address, user_agent, first_seen_at, last_seen_at)
     values (gen_random_uuid(), 'session', $1, 'old', '198.51.100.7', '${MARK} browser', now(), now())`,
    [row.rows[0]?.id],
  );
  const active = world.people.find(({ role }) => role === 'cashier');
  expect((await send('POST', `/staff/people/${active?.id}/erasure`, {})).body.reason).toBe('still_active');
  const erased = await send('POST', `/staff/people/${leaver}/erasure`, {});
  expect(erased).toMatchObject({ status: 201, body: { kind: 'person', subjectId: leaver } });
  expect(erased.body.deleted).toEqual(
    expect.arrayContaining([
      { what: 'name_and_email', count: 1 },
      { what: 'addresses', count: 1 },
    ]),
  );
  expect(await tablesWith(MARK)).toEqual(['customer_card: 1']);
});

it('a restored backup is told again whom it must forget', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'erasures-'));
  const file = join(folder, 'erasures.jsonl');
  try {
    expect(await readErasures(file, 'oneshelf')).toEqual([]);
    const { pool, schema } = world.database;
    const made = await send('POST', '/customers', { name: `${MARK} Again`, email: 'again@example.org' });
    const found = await pool.query<{ id: string; asked_by: string }>(
      `select c.id, p.id as asked_by from ${schema}.customer c, ${schema}.staff_person p where c.number = $1 limit 1`,
      [made.body.number],
    );
    const { id: subjectId, asked_by: askedBy } = found.rows[0] ?? { id: '', asked_by: '' };
    const erasure = { id: crypto.randomUUID(), kind: 'customer', subjectId, askedBy, at: Date.now() };
    const unknown = { ...erasure, id: crypto.randomUUID(), subjectId: crypto.randomUUID() };
    const lines = [
      { schema, ...erasure },
      { schema: 'other', ...erasure },
      { schema, ...unknown },
    ];
    await writeFile(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"half`);
    const listed = await readErasures(file, schema);
    expect(listed).toHaveLength(2);
    const where = { ...world.database, master: world.business.master };
    expect(await replayErasures(where, listed)).toBe(1);
    expect(await replayErasures(where, listed)).toBe(0);
    expect(await tablesWith(MARK)).toEqual(['customer_card: 1']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('what the law made us keep goes when its time is over', async () => {
  const later = Date.now() + 40 * 366 * 86_400_000;
  expect((await applyRetention(world.database, Date.now())).cards).toBe(0);
  expect((await applyRetention(world.database, later)).cards).toBe(1);
  expect(await tablesWith(MARK)).toEqual([]);
});

it('mails that were kept as files are forgotten with the person they went to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mails-'));
  try {
    await writeFile(join(folder, 'a.eml'), 'To: Marked@Example.org\r\nSubject: Hi\r\n\r\nHello');
    await writeFile(join(folder, 'b.eml'), 'To: other@example.org\r\n\r\nabout marked@example.org');
    expect(await forgetMails(folder, 'marked@example.org')).toBe(1);
    expect(await readFile(join(folder, 'b.eml'), 'utf8')).toContain('other');
    expect(await forgetMails(join(folder, 'none'), 'x@example.org')).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('an archive of ours is read by others', async () => {
  const zip = await openZip(zipOf([{ name: 'ä.txt', content: 'Zoë' }], Date.UTC(2026, 10, 22)));
  expect(zip.entries[0]?.name).toBe('ä.txt');
  expect(String(await zip.entries[0]?.read())).toBe('Zoë');
  zip.close();
});
