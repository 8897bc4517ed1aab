/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-argument -- answers are looked into as they came */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { withTransaction } from '../../platform/db/pool.ts';
import { openApiWorld, type Answer, type WorldPerson } from './api/world.ts';

const world = await openApiWorld();
afterAll(() => world.close());

const { here, there } = world.places;
const person = (role: string, reach = 'location'): WorldPerson =>
  world.people.find((one) => one.role === role && one.reach === reach) as WorldPerson;
const as = (
  who: { token: string },
  method: string,
  path: string,
  body?: unknown,
  key: string = randomUUID(),
): Promise<Answer> => world.send(method, path, { token: who.token, key, ...(body === undefined ? {} : { body }) });
const owner = world.owner;
const { cashier, manager } = { cashier: person('cashier'), manager: person('manager') };
const line = { skuId: world.skuIds[0], quantity: 1 };

/** A return of goods without a receipt, for so much. Its price is another one's business: owners say it. */
const returnOf = (saleId: string) => ({
  originalOrderId: saleId,
  lines: [{ line: 1, quantity: 1 }],
  reason: 'scratched',
});
async function sell(quantity = 1): Promise<string> {
  const sold = await as(owner, 'POST', '/sales', {
    channelId: here.storeId,
    locationId: here.locationId,
    lines: [{ ...line, quantity }],
    tenders: [{ method: 'cash' }],
  });
  expect(sold.status, sold.text).toBe(201);
  const { orderId }: { orderId: string } = sold.body;
  return orderId;
}
async function limit(limits: object): Promise<void> {
  const { items }: { items: { id: string; code: string; version: number }[] } = (await as(owner, 'GET', '/staff/roles'))
    .body;
  const role = items.find((one) => one.code === 'cashier');
  expect((await as(owner, 'PATCH', `/staff/roles/${role?.id}`, { version: role?.version, limits })).status).toBe(200);
}
const fourEyes = (act: string, rule: object) => as(owner, 'PUT', `/staff/four-eyes/${act}`, rule);
type KeptEvent = { actor_id: string; body: { approvedById?: string } };
const eventBody = (number: number): Promise<KeptEvent> =>
  withTransaction(world.database.pool, { schema: world.database.schema, readOnly: true }, async ({ client }) => {
    const { rows } = await client.query<KeptEvent>('select actor_id, body from platform_event where number = $1', [
      number,
    ]);
    const [event] = rows;
    if (event === undefined) throw new Error(`There is no event ${number}.`);
    return event;
  });

describe('limits', () => {
  it('stop a refund that goes too far, and say which limit and who may', async () => {
    await limit({ refund: { GBP: 2_000 } });
    const sale = await sell();
    const refused = await as(cashier, 'POST', '/returns', returnOf(sale));
    expect(refused).toMatchObject({
      status: 403,
      body: { reason: 'above_limit', limit: 'refund', currency: 'GBP', amount: 2_500, most: 2_000 },
    });
    expect(refused.body.mayDoIt).toContain('manager of location');
    expect(refused.body.mayDoIt).not.toContain('cashier of location');
    await limit({ refund: { GBP: 2_500 } });
    expect((await as(cashier, 'POST', '/returns', returnOf(sale))).status).toBe(201);
  });

  it('let a price go down so far and no further', async () => {
    await limit({ discountPpm: 100_000 });
    const at = (amount: number) =>
      as(cashier, 'POST', '/sales?preview=true', {
        channelId: here.storeId,
        locationId: here.locationId,
        lines: [{ ...line, unitPrice: { amount } }],
        tenders: [{ method: 'cash' }],
      });
    expect((await at(2_250)).status).toBe(201);
    expect(await at(2_249)).toMatchObject({
      status: 403,
      body: { reason: 'above_limit', limit: 'discountPpm', most: 100_000 },
    });
    expect((await at(2_800)).status).toBe(201);
    const picker = await as(person('integrator'), 'POST', '/orders', {
      channelId: here.shopId,
      lines: [{ ...line, unitPrice: { amount: 1 } }],
      payment: { method: 'bank' },
    });
    expect(picker).toMatchObject({ status: 403, body: { permission: 'price:override' } });
  });
});

describe('a key', () => {
  const keyOf = (who: { token: string }, body: object): Promise<Answer> =>
    as(who, 'POST', '/api-keys', { name: 'Desk', permissions: ['order:return', 'order:read'], ...body });
  const refund = async (token: string): Promise<Answer> =>
    as({ token }, 'POST', '/returns?preview=true', returnOf(await sell()));

  it('refunds as far as it was given, and no further', async () => {
    const { body } = await keyOf(owner, { limits: { refund: { GBP: 2_499 } } });
    expect(await refund(body.secret)).toMatchObject({
      status: 403,
      body: { reason: 'above_limit', limit: 'refund', amount: 2_500, most: 2_499 },
    });
    const enough = await keyOf(owner, { limits: { refund: { GBP: 2_500 } } });
    expect((await refund(enough.body.secret)).status).toBe(201);
    const { items }: { items: { id: string; limits: object }[] } = (await as(owner, 'GET', '/api-keys')).body;
    expect(items.find(({ id }) => id === enough.body.id)?.limits).toEqual({ refund: { GBP: 2_500 } });
  });

  it('has the limits of who makes it unless told, and never more', async () => {
    const everywhere = person('manager', 'company');
    const roles: { id: string; code: string; version: number }[] = (await as(owner, 'GET', '/staff/roles')).body.items;
    const role = roles.find(({ code }) => code === 'manager');
    const set = (version: number, limits: object) =>
      as(owner, 'PATCH', `/staff/roles/${role?.id}`, { version, limits });
    const bounded = await set(role?.version ?? 0, { refund: { GBP: 2_000 } });
    expect(bounded.status, bounded.text).toBe(200);
    const { body } = await keyOf(everywhere, {});
    expect(await refund(body.secret)).toMatchObject({ status: 403, body: { limit: 'refund', most: 2_000 } });
    for (const limits of [{}, { refund: { GBP: 2_001 } }, { refund: { EUR: 1 } }])
      expect((await keyOf(everywhere, { limits })).body).toMatchObject({
        status: 409,
        reason: 'limits_not_held',
        permissions: ['order:return'],
      });
    expect((await set(bounded.body.version, {})).status).toBe(200);
  });

  it('gives its secret to nobody who could not make it', async () => {
    const { body } = await keyOf(owner, { permissions: ['stock:read', 'journal:post'] });
    const everywhere = person('manager', 'company');
    const taken = await as(everywhere, 'POST', `/api-keys/${body.id}/rotation`, {});
    expect(taken.body).toMatchObject({ status: 409, reason: 'permissions_not_held', permissions: ['journal:post'] });
    expect((await as({ token: body.secret }, 'GET', '/api-key')).status).toBe(200);
    expect((await as(owner, 'POST', `/api-keys/${body.id}/rotation`, {})).status).toBe(200);
  });
});

describe('two people', () => {
  beforeAll(() => limit({}));

  it('a refund above an amount waits for another, is done once, with both names', async () => {
    await fourEyes('refund', { on: true, amounts: { GBP: 4_000 } });
    const small = await as(cashier, 'POST', '/returns', returnOf(await sell()));
    expect(small.status).toBe(201);
    const [sale, key] = [await sell(2), randomUUID()];
    const body = { ...returnOf(sale), lines: [{ line: 1, quantity: 2 }] };
    const asked = await as(cashier, 'POST', '/returns', body, key);
    expect(asked).toMatchObject({ status: 409, body: { reason: 'needs_second_person', act: 'refund' } });
    const again = await as(cashier, 'POST', '/returns', body, key);
    expect(again.body.approvalId).toBe(asked.body.approvalId);
    expect((await as(cashier, 'POST', '/returns', { ...body, reason: 'other' }, key)).status).toBe(422);
    const decide = (who: WorldPerson, decision = 'approve') =>
      as(who, 'POST', `/staff/approvals/${asked.body.approvalId}/decision`, { decision });
    expect(await decide(cashier)).toMatchObject({ status: 409, body: { reason: 'same_person' } });
    expect((await decide(person('picker'))).status).toBe(404);
    expect((await as(manager, 'GET', '/staff/approvals')).body.items).toMatchObject([
      { id: asked.body.approvalId, mine: false },
    ]);
    const done = await decide(manager);
    expect(done).toMatchObject({ status: 200, body: { state: 'done', decidedByName: 'manager of location' } });
    const told = await eventBody(done.body.eventNumber);
    expect(told.body.approvedById).toBeDefined();
    expect(told.actor_id).not.toBe(told.body.approvedById);
    const repeat = await as(cashier, 'POST', '/returns', body, key);
    expect(repeat).toMatchObject({ status: 201, body: { eventNumber: done.body.eventNumber } });
    expect(await decide(manager)).toMatchObject({ status: 409, body: { reason: 'approval_decided' } });
    await fourEyes('refund', { on: false });
  });

  it('a no stays a no', async () => {
    await fourEyes('stock_adjustment', { on: true, amounts: { GBP: 0 } });
    const key = randomUUID();
    const body = { locationId: here.locationId, lines: [{ skuId: world.skuIds[0], delta: -2, reason: 'damaged' }] };
    const asked = await as(manager, 'POST', '/stock-adjustments', body, key);
    expect(asked).toMatchObject({ status: 409, body: { reason: 'needs_second_person' } });
    const said = await as(owner, 'POST', `/staff/approvals/${asked.body.approvalId}/decision`, {
      decision: 'decline',
      note: 'Count again.',
    });
    expect(said.body).toMatchObject({
      state: 'declined',
      amounts: [{ limit: 'stockAdjustment', currency: 'GBP', amount: 2_000 }],
    });
    expect(await as(manager, 'POST', '/stock-adjustments', body, key)).toMatchObject({
      status: 409,
      body: { reason: 'approval_declined', note: 'Count again.' },
    });
    await fourEyes('stock_adjustment', { on: false });
  });

  it('what goes beyond a limit is a matter for a manager with a badge, where that is set', async () => {
    await limit({ refund: { GBP: 100 } });
    await fourEyes('above_limit', { on: true });
    const asked = await as(cashier, 'POST', '/returns', returnOf(await sell()));
    expect(asked).toMatchObject({ status: 409, body: { reason: 'needs_second_person', act: 'above_limit' } });
    const { body: badge } = await as(owner, 'POST', `/staff/people/${manager.id}/badges`, {});
    const shown = { registerId: here.registerId, badge: badge.code };
    const elsewhere = await as(cashier, 'POST', `/staff/approvals/${asked.body.approvalId}/decision`, {
      decision: 'approve',
      shown: { ...shown, registerId: there.registerId },
    });
    expect(elsewhere.status).toBe(404);
    const done = await as(cashier, 'POST', `/staff/approvals/${asked.body.approvalId}/decision`, {
      decision: 'approve',
      shown,
    });
    expect(done).toMatchObject({ status: 200, body: { state: 'done', decidedByName: 'manager of location' } });
    await fourEyes('above_limit', { on: false });
    await limit({});
  });

  it('roles are not changed by one alone, nor is this rule', async () => {
    await fourEyes('role_change', { on: true });
    const grant = () =>
      as(owner, 'POST', `/staff/people/${world.newcomer.id}/grants`, {
        roleId: world.roles.cashier,
        locationId: here.locationId,
      });
    const asked = await grant();
    expect(asked).toMatchObject({ status: 409, body: { reason: 'needs_second_person', act: 'role_change' } });
    expect(await fourEyes('role_change', { on: false })).toMatchObject({ status: 409 });
    const done = await as(manager, 'POST', `/staff/approvals/${asked.body.approvalId}/decision`, {
      decision: 'approve',
    });
    expect(done.body).toMatchObject({ state: 'done' });
    const off = await fourEyes('role_change', { on: false });
    expect(off.status).toBe(409);
    // It is about the whole company: who may decide it does so signed in, not with a badge or four digits at a till.
    const { body: badge } = await as(owner, 'POST', `/staff/people/${owner.id}/badges`, {});
    const second =
      person('owner', 'company').id === owner.id ? person('manager', 'company') : person('owner', 'company');
    const shown = { registerId: here.registerId, badge: badge.code };
    const decision = { decision: 'approve', shown };
    for (const who of [owner, second])
      expect((await as(who, 'POST', `/staff/approvals/${off.body.approvalId}/decision`, decision)).status).toBe(404);
    await withTransaction(world.database.pool, { schema: world.database.schema }, ({ client }) =>
      client.query(`delete from staff_four_eyes`),
    );
  });
});

describe('an address, where links for new passwords go', () => {
  it.each([
    ['of one’s own', () => manager],
    ['of somebody else', () => cashier],
  ])('%s is changed only by who proved who they are a moment ago', async (_, whose) => {
    const { id } = whose();
    const shown = async () => {
      const { body }: { body: { version: number; email: string } } = await as(owner, 'GET', `/staff/people/${id}`);
      return body;
    };
    const before = await shown();
    const editor = whose() === manager ? manager : owner;
    const change = async (body: object): Promise<Answer> =>
      as(editor, 'PATCH', `/staff/people/${id}`, { version: (await shown()).version, ...body });
    const signedIn = (minutesAgo: number) =>
      withTransaction(world.database.pool, { schema: world.database.schema }, ({ client }) =>
        client.query('update staff_session set confirmed_at = $1', [new Date(Date.now() - minutesAgo * 60_000)]),
      );
    await signedIn(16);
    expect((await change({ email: 'thief@example.com' })).body).toMatchObject({ status: 403, reason: 'confirm_first' });
    expect((await change({ locale: 'es', email: before.email })).status).toBe(200);
    await signedIn(14);
    expect((await change({ email: 'new@example.com' })).status).toBe(200);
    expect((await change({ email: before.email })).status).toBe(200);
  });

  it('is not changed by a program at all', async () => {
    const key = await as(owner, 'POST', '/api-keys', { name: 'HR', permissions: ['people:edit', 'people:read'] });
    expect(key.status, key.text).toBe(201);
    const { version } = (await as(owner, 'GET', `/staff/people/${cashier.id}`)).body;
    const body = { version, email: 'thief@example.com' };
    const answer = await as({ token: key.body.secret }, 'PATCH', `/staff/people/${cashier.id}`, body);
    expect([403, 409]).toContain(answer.status);
  });
});

describe('a register', () => {
  const pin = (who: WorldPerson, value: string | null) =>
    as(owner, 'PUT', `/staff/people/${who.id}/pin`, { locationId: here.locationId, pin: value });
  const enter = (body: object, registerId = here.registerId) =>
    as(cashier, 'POST', `/registers/${registerId}/sessions`, body);

  it('lets somebody in by PIN, to what they may do there', async () => {
    expect((await pin(manager, '0000')).body.reason).toBe('pin_too_easy');
    expect((await pin(manager, '4711')).status).toBe(200);
    expect((await as(cashier, 'GET', `/registers/${here.registerId}/people`)).body.items).toMatchObject([
      { name: 'manager of location' },
    ]);
    const session = await enter({ personId: manager.id, pin: '4711' });
    expect(session).toMatchObject({ status: 201, body: { name: 'manager of location' } });
    const elsewhere = await as(session.body, 'GET', `/orders/${there.orderId}`);
    expect([403, 404]).toContain(elsewhere.status);
    expect((await as(session.body, 'GET', `/orders/${here.orderId}`)).status).toBe(200);
  });

  it('an owner at a register is worth what an owner may do at that place', async () => {
    const session = await enter({ badge: world.ownerBadge });
    expect(session.status).toBe(201);
    expect((await as(session.body, 'GET', `/orders/${here.orderId}`)).status).toBe(200);
    expect([403, 404]).toContain((await as(session.body, 'GET', `/orders/${there.orderId}`)).status);
    expect(
      (await as(session.body, 'POST', '/staff/roles', { code: 'mine', name: 'Mine', permissions: [] })).status,
    ).toBe(403);
  });

  it('locks after five wrong tries, until a new PIN is set', async () => {
    for (let n = 0; n < 5; n += 1)
      expect((await enter({ personId: manager.id, pin: '0815' })).body.reason).toBe('wrong_pin');
    expect(await enter({ personId: manager.id, pin: '4711' })).toMatchObject({
      status: 429,
      body: { reason: 'pin_locked' },
    });
    expect((await as(owner, 'GET', `/staff/people/${manager.id}/ways-in`)).body.pins).toMatchObject([{ locked: true }]);
    expect((await pin(manager, '4712')).status).toBe(200);
    expect((await enter({ personId: manager.id, pin: '4712' })).status).toBe(201);
  });

  it('says the same to somebody without a PIN, and a blocked badge opens nothing', async () => {
    expect((await enter({ personId: cashier.id, pin: '4711' })).body.reason).toBe('wrong_pin');
    const { body: badge } = await as(owner, 'POST', `/staff/people/${cashier.id}/badges`, {});
    expect((await enter({ badge: badge.code })).status).toBe(201);
    expect((await as(owner, 'POST', `/staff/people/${cashier.id}/badges/${badge.id}/block`, {})).status).toBe(200);
    expect((await enter({ badge: badge.code })).body.reason).toBe('unknown_badge');
  });

  it('nobody sets the PIN of somebody who may more', async () => {
    const tried = await as(manager, 'PUT', `/staff/people/${owner.id}/pin`, {
      locationId: here.locationId,
      pin: '4711',
    });
    expect(tried).toMatchObject({ status: 409, body: { reason: 'beyond_own_rights' } });
  });

  it('waits after too many wrong tries, whoever they were for', async () => {
    const badge = `badge_${'x'.repeat(27)}`;
    let last = await enter({ badge });
    for (let n = 0; n < 25 && last.status === 401; n += 1) last = await enter({ badge });
    expect(last).toMatchObject({ status: 429, body: { reason: 'too_many_sign_ins' } });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
