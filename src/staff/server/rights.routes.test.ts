/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- answers are looked into as they came */
import { pino } from 'pino';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthenticator } from '../../../platform/auth/session.ts';
import { openMasterDoor } from '../../../platform/commit/master-door.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import { createTestDatabase } from '../../../platform/db/testing.ts';
import { createApi } from '../../../platform/http/app.ts';
import { idText } from '../../../platform/http/ids.ts';
import { registerPeopleRoutes } from './people.routes.ts';
import { insertBuiltInRoles, insertPeople } from './people.store.ts';
import { registerRoleRoutes, type RightsDeps } from './roles.routes.ts';
import { createStaffStore } from './staff.store.ts';

const database = await createTestDatabase();
const { pool, schema } = database;
let at = Date.parse('2026-12-01T09:00:00Z');
const now = (): number => at;
const store = createStaffStore({ pool, schema, now });
const authenticator = createAuthenticator({ store, now });
const api = await createApi({
  logger: pino({ level: process.env['LOG'] ?? 'silent' }),
  authenticate: authenticator.authenticate,
  ready: async () => undefined,
  checkAnswers: true,
});
const id = (n: number): string => `01999c2f-0000-7000-8000-${String(n).padStart(12, '0')}`;
const [fr, paris, lyon] = [id(1), id(2), id(3)];
const deps: RightsDeps = {
  pool,
  schema,
  master: openMasterDoor({ pool, schema }),
  entityOf: (location) => (location === paris || location === lyon ? fr : undefined),
  knowsEntity: (entity) => entity === fr,
  rightsChanged: (personId) => authenticator.forget(personId),
  now,
};
registerRoleRoutes(api, deps);
registerPeopleRoutes(api, deps);

const people = { ada: id(20), ben: id(21), cem: id(22), dee: id(23) };
const tokens = new Map<string, string>();

beforeAll(async () => {
  await withTransaction(pool, { schema }, async (tx) => {
    await insertBuiltInRoles(tx);
    const person = (name: keyof typeof people, grants: { role: string; locationId?: string }[]) => ({
      id: people[name],
      name,
      email: `${name}@example.org`,
      passwordHash: undefined,
      locale: 'en',
      grants,
    });
    await insertPeople(tx, [
      person('ada', [{ role: 'owner' }]),
      person('ben', [{ role: 'manager', locationId: paris }]),
      person('cem', [{ role: 'cashier', locationId: paris }]),
      person('dee', []),
    ]);
  });
  for (const [name, principalId] of Object.entries(people)) {
    const { token } = await authenticator.open({ principalId, userAgent: 'test', address: '127.0.0.1' });
    tokens.set(name, token);
  }
}, 60_000);
afterAll(async () => {
  await api.close();
  await database.drop();
});

type Method = 'GET' | 'POST' | 'PATCH';
const ask = async (
  who: keyof typeof people,
  method: Method,
  path: string,
  body?: object,
  key: string = randomUUID(),
) => {
  const answer = await api.inject({
    method,
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${tokens.get(who)}`, 'idempotency-key': key },
    ...(body === undefined ? {} : { payload: body }),
  });
  const told = answer.json();
  return { ...told, status: answer.statusCode };
};
const path = (who: keyof typeof people, rest = ''): string => `/staff/people/${idText('person', people[who])}${rest}`;
const roleIds = async (): Promise<Record<string, string>> => {
  const { items }: { items: { code: string; id: string }[] } = await ask('ada', 'GET', '/staff/roles');
  return Object.fromEntries(items.map((role) => [role.code, role.id]));
};
const give = async (by: keyof typeof people, to: keyof typeof people, role: string, more: object = {}) =>
  ask(by, 'POST', path(to, '/grants'), { roleId: (await roleIds())[role], ...more });
const here = { locationId: idText('location', paris) };

describe('giving roles', () => {
  it('takes effect at once in open sessions, and ends at once when it is taken', async () => {
    expect((await ask('dee', 'GET', '/staff/roles')).status).toBe(403);
    const given = await give('ada', 'dee', 'auditor');
    expect(given.status).toBe(201);
    expect((await ask('dee', 'GET', '/staff/roles')).status).toBe(200);
    const taken = await ask('ada', 'POST', path('dee', `/grants/${given.grantId}/revocation`), {});
    expect(taken.status).toBe(200);
    expect((await ask('dee', 'GET', '/staff/roles')).status).toBe(403);
  });

  it('takes effect at once in another process too, by the event', async () => {
    const { hearOfRights } = await import('./watch-rights.ts');
    const other = createAuthenticator({ store, now });
    const request = { headers: { authorization: `Bearer ${tokens.get('dee')}` } } as never;
    expect((await other.authenticate(request))?.permissions).toEqual([]);
    const { grantId } = await give('ada', 'dee', 'auditor');
    expect(other.authenticate(request)).not.toBeInstanceOf(Promise);
    hearOfRights({ type: 'RoleGiven', subjectId: people.dee }, other);
    expect((await other.authenticate(request))?.holds('people:read')).toBe(true);
    await ask('ada', 'POST', path('dee', `/grants/${grantId}/revocation`), {});
  });

  it('gives nobody what the giver does not hold', async () => {
    expect((await give('ben', 'dee', 'cashier', here)).status).toBe(201);
    expect(await give('ben', 'dee', 'cashier')).toMatchObject({ status: 409, reason: 'beyond_own_rights' });
    expect(await give('ben', 'dee', 'cashier', { locationId: idText('location', lyon) })).toMatchObject({
      reason: 'beyond_own_rights',
    });
    const owner = await give('ben', 'dee', 'owner', here);
    expect(owner).toMatchObject({ status: 409, reason: 'beyond_own_rights' });
    expect(owner.permissions).toContain('role:edit');
    expect(await give('ben', 'ben', 'cashier', here)).toMatchObject({ status: 409, reason: 'own_rights' });
    expect((await give('cem', 'dee', 'cashier', here)).status).toBe(403);
  });

  it('for a time, it ends by itself', async () => {
    const validUntil = new Date(at + 3_600_000).toISOString();
    expect((await give('ada', 'dee', 'auditor', { validUntil })).status).toBe(201);
    expect((await ask('dee', 'GET', '/staff/roles')).status).toBe(200);
    at += 3_600_000;
    expect((await ask('dee', 'GET', '/staff/roles')).status).toBe(403);
    expect(await give('ada', 'dee', 'auditor', { validUntil })).toMatchObject({ reason: 'valid_until_before_from' });
  });

  it('the same request twice gives one role', async () => {
    const body = { roleId: (await roleIds())['picker'], ...here };
    const key = randomUUID();
    const [one, two] = [
      await ask('ada', 'POST', path('dee', '/grants'), body, key),
      await ask('ada', 'POST', path('dee', '/grants'), body, key),
    ];
    expect(two).toEqual(one);
  });

  it('leaves an owner', async () => {
    const { grants } = await ask('ada', 'GET', path('ada'));
    expect(await ask('ada', 'POST', path('ada', `/grants/${grants[0].id}/revocation`), {})).toMatchObject({
      reason: 'last_owner',
    });
    expect(await ask('ada', 'POST', path('ada', '/deactivation'), {})).toMatchObject({ reason: 'last_owner' });
  });
});

describe('roles', () => {
  it('of our own are made, changed for everybody at once, and put away when nobody has them', async () => {
    const made = await ask('ada', 'POST', '/staff/roles', {
      code: 'night_audit',
      name: 'Night audit',
      permissions: ['stock:read', 'people:read'],
    });
    expect(made.status).toBe(201);
    const { grantId } = await give('ada', 'dee', 'night_audit');
    expect((await ask('dee', 'GET', '/staff/roles')).status).toBe(200);
    const edited = await ask('ada', 'PATCH', `/staff/roles/${made.id}`, { version: 1, permissions: ['stock:read'] });
    expect(edited).toMatchObject({ status: 200, version: 2 });
    expect((await ask('dee', 'GET', '/staff/roles')).status).toBe(403);
    expect(await ask('ada', 'PATCH', `/staff/roles/${made.id}`, { version: 1, name: 'Late' })).toMatchObject({
      reason: 'changed_since',
    });
    expect(await ask('ada', 'POST', `/staff/roles/${made.id}/archive`, {})).toMatchObject({
      reason: 'role_in_use',
      people: 1,
    });
    await ask('ada', 'POST', path('dee', `/grants/${grantId}/revocation`), {});
    expect((await ask('ada', 'POST', `/staff/roles/${made.id}/archive`, {})).status).toBe(200);
    expect(await give('ada', 'dee', 'night_audit')).toMatchObject({ reason: 'role_archived' });
  });

  it('that came with the program keep what they may, and take limits', async () => {
    const { cashier, owner } = await roleIds();
    expect(await ask('ada', 'PATCH', `/staff/roles/${cashier}`, { version: 1, permissions: [] })).toMatchObject({
      reason: 'built_in_role',
    });
    expect(await ask('ada', 'PATCH', `/staff/roles/${owner}`, { version: 1, limits: { refund: {} } })).toMatchObject({
      reason: 'owner_has_no_limits',
    });
    const limits = { discountPpm: 50_000, refund: { EUR: 5_000 } };
    expect((await ask('ada', 'PATCH', `/staff/roles/${cashier}`, { version: 1, limits })).status).toBe(200);
    const { items }: { items: { permission: string }[] } = await ask('ada', 'GET', path('cem', '/permissions'));
    const refunds = items.find((item) => item.permission === 'order:return');
    expect(refunds).toMatchObject({
      holds: true,
      sources: [{ role: 'cashier', holds: true, limits: { refund: { EUR: 5_000 } }, locationId: here.locationId }],
    });
    const principal = await authenticator.authenticate({
      headers: { authorization: `Bearer ${tokens.get('cem')}` },
    } as never);
    const where = { entityId: fr, locationId: paris };
    expect(
      principal?.overrun('order:return', where, [{ limit: 'refund', currency: 'EUR', amount: 5_001 }]),
    ).toMatchObject({ most: 5_000 });
  });

  it('name only what can be allowed', async () => {
    expect(
      await ask('ada', 'POST', '/staff/roles', { code: 'odd', name: 'Odd', permissions: ['till:fly'] }),
    ).toMatchObject({ status: 400 });
    expect(await ask('ada', 'POST', '/staff/roles', { code: 'owner', name: 'Odd', permissions: [] })).toMatchObject({
      reason: 'role_code_taken',
    });
  });
});

describe('people', () => {
  it('are found by a part of their name and by role', async () => {
    const names = async (query: string) => {
      const { items }: { items: { name: string }[] } = await ask('ada', 'GET', `/staff/people?${query}`);
      return items.map((one) => one.name);
    };
    expect(await names('search=E')).toEqual(['ada', 'ben', 'cem', 'dee']);
    expect(await names('search=cem@')).toEqual(['cem']);
    expect(await names('role=owner')).toEqual(['ada']);
  });

  it('who may do something here is told with the role that lets them', async () => {
    const may = async (query: string) => {
      const { items }: { items: { name: string; role: string }[] } = await ask('ada', 'GET', `/staff/who-may?${query}`);
      return items.map((one) => `${one.name} ${one.role}`);
    };
    expect(await may(`permission=price:edit&location=${here.locationId}`)).toEqual(['ada owner', 'ben manager']);
    expect(await may('permission=price:edit')).toEqual(['ada owner']);
    expect((await ask('ada', 'GET', '/staff/who-may?permission=price:eat')).status).toBe(400);
  });

  it('say what they may themselves', async () => {
    const mine = await ask('cem', 'GET', '/session/permissions');
    expect(mine).toMatchObject({ status: 200, name: 'cem' });
  });

  it('are changed only by who may do all that they may', async () => {
    expect(await ask('ben', 'PATCH', path('ada'), { version: 1, email: 'ben2@example.org' })).toMatchObject({
      reason: 'beyond_own_rights',
    });
    expect(await ask('ben', 'POST', path('ada', '/deactivation'), {})).toMatchObject({ status: 409 });
    expect(await ask('ben', 'PATCH', path('cem'), { version: 1, email: 'ADA@example.org' })).toMatchObject({
      reason: 'email_taken',
    });
    expect((await ask('ben', 'PATCH', path('cem'), { version: 1, name: 'Cemal' })).status).toBe(200);
  });

  it('who leave are out at once; the preview says what ends; they can come back', async () => {
    const before = await ask('ben', 'POST', `${path('cem', '/deactivation')}?preview=true`, {});
    expect(before).toMatchObject({ status: 200, sessions: 1, grants: 1 });
    expect((await ask('cem', 'GET', '/session/permissions')).status).toBe(200);
    expect((await ask('ben', 'POST', path('cem', '/deactivation'), {})).status).toBe(200);
    expect((await ask('cem', 'GET', '/session/permissions')).status).toBe(401);
    expect(await give('ada', 'cem', 'picker')).toMatchObject({ reason: 'person_deactivated' });
    expect((await ask('ada', 'GET', '/staff/people?deactivated=true')).items).toHaveLength(1);
    expect((await ask('ben', 'POST', path('cem', '/reactivation'), {})).status).toBe(200);
    expect((await ask('cem', 'GET', '/session/permissions')).status).toBe(401);
  });
});
