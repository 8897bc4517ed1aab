import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withTransaction } from '../../platform/db/pool.ts';
import { eventsAfter } from '../../platform/events/log.ts';
import { instructionsOf, registerPaymentFollower } from '../../src/orders/server/payment-follower.ts';
import { sweepAttempts } from '../../src/payments/server/payment-attempts.ts';
import { insertInstructions, workOffInstructions } from '../../src/payments/server/payment-instructions.ts';
import { IDS, matching, openOrderWorld, text, type Client, type OrderWorld } from './order-testing.ts';

let world: OrderWorld;
let owner: Client;
beforeAll(async () => {
  world = await openOrderWorld();
  owner = world.as(world.owner);
  await world.receive(IDS.mug, 1000);
});
afterAll(() => world.close());

const cardOrder = (payment: object, more: object = {}) => ({
  channelId: text('chn', IDS.shop),
  lines: [{ skuId: text('sku', IDS.mug), quantity: 2 }],
  payment: { method: 'card', ...payment },
  ...more,
});
const attempts = (): Promise<{ status: string; reason: string }[]> =>
  world.rows('select status, reason from payment_attempt order by created_at, id');
const deps = () => ({
  pool: world.pool,
  schema: world.database.schema,
  provider: world.provider,
  master: world.master,
  now: () => world.clock.now,
});
/** Money held at the provider that nobody has taken or let go. */
const held = (): number =>
  [...world.cards.authorisations.values()]
    .filter((one) => one.status === 'authorised')
    .reduce((sum, one) => sum + one.amount - one.captured - one.voided, 0);

/** What the follower does, in one step. */
let followed = 0;
async function followEvents(): Promise<void> {
  await withTransaction(world.pool, { schema: world.database.schema }, async (tx) => {
    const events = await eventsAfter(tx, followed, 10_000);
    await insertInstructions(tx, events.flatMap(instructionsOf), { provider: world.provider, at: world.clock.now });
    followed = events.at(-1)?.number ?? followed;
  });
}

describe('an order paid by card', () => {
  it('holds the money once per key, however often it is sent', async () => {
    const key = randomUUID();
    const before = held();
    const answers = await Promise.all(
      [1, 2, 3].map(() => owner.post('/orders', cardOrder({ token: 'tok_ok' }), { key })),
    );
    expect(answers.map((one) => one.status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((one) => one.body.orderId)).size).toBe(1);
    expect(held() - before).toBe(2400);
    const page = (await owner.get(`/orders/${answers[0]?.body.orderId}`)).body;
    expect(page.payments).toMatchObject([
      { method: 'card', reference: matching(/^test:auth_/), authorisedMinor: 2400, capturedMinor: 0 },
    ]);
    expect((await attempts()).map((one) => one.status)).toEqual(['used']);
  });

  it.each([
    ['tok_declined', 'declined'],
    ['tok_insufficient_funds', 'insufficient_funds'],
    ['tok_expired_card', 'expired_card'],
  ])('%s is refused as %s, and another card may follow under the same key', async (token, declineReason) => {
    const key = randomUUID();
    const before = held();
    expect(await owner.post('/orders', cardOrder({ token }), { key })).toMatchObject({
      status: 409,
      body: { reason: 'card_declined', declineReason },
    });
    expect(held()).toBe(before);
    expect(await owner.post('/orders', cardOrder({ token: 'tok_ok' }), { key })).toMatchObject({ status: 201 });
    expect(held() - before).toBe(2400);
  });

  it.each(['tok_timeout_after_authorise', 'tok_5xx_once', 'tok_slow'])(
    '%s is placed, and the money is held once',
    async (token) => {
      const before = held();
      expect(await owner.post('/orders', cardOrder({ token }))).toMatchObject({ status: 201 });
      expect(held() - before).toBe(2400);
    },
  );

  it('asks to be sent again while the provider is silent, and goes on from there', async () => {
    const key = randomUUID();
    const before = held();
    world.cards.fail(3, { afterDoing: true });
    expect(await owner.post('/orders', cardOrder({ token: 'tok_ok' }), { key })).toMatchObject({
      status: 503,
      body: { reason: 'card_provider_silent' },
    });
    expect(held() - before).toBe(2400);
    world.cards.fail(0);
    expect(await owner.post('/orders', cardOrder({ token: 'tok_ok' }), { key })).toMatchObject({ status: 201 });
    expect(held() - before).toBe(2400);
  });

  it('lets the money go at once when the order is refused', async () => {
    const before = held();
    const many = cardOrder({ token: 'tok_ok' }, { lines: [{ skuId: text('sku', IDS.mug), quantity: 100_000 }] });
    expect(await owner.post('/orders', many)).toMatchObject({ status: 409, body: { reason: 'insufficient_stock' } });
    expect(held()).toBe(before);
    expect(await attempts()).toContainEqual({ status: 'voided', reason: 'insufficient_stock' });
  });

  it('takes money that the shop had held itself, for one order and its very amount', async () => {
    const authorise = (amountMinor: number) =>
      world.provider.authorise({ reference: randomUUID(), token: 'tok_ok', amountMinor, currency: 'GBP' });
    const { id } = await authorise(2400);
    expect(await owner.post('/orders', cardOrder({ authorisation: id }))).toMatchObject({ status: 201 });
    expect(await owner.post('/orders', cardOrder({ authorisation: id }))).toMatchObject({
      status: 409,
      body: { reason: 'authorisation_in_use' },
    });
    expect(await owner.post('/orders', cardOrder({ authorisation: (await authorise(2300)).id }))).toMatchObject({
      status: 409,
      body: { reason: 'authorisation_differs', dueMinor: 2400, authorisedMinor: 2300 },
    });
    expect(await owner.post('/orders', cardOrder({ authorisation: 'auth_none' }))).toMatchObject({
      status: 409,
      body: { reason: 'unknown_authorisation' },
    });
    const both = (await authorise(2400)).id;
    const answers = await Promise.all([1, 2].map(() => owner.post('/orders', cardOrder({ authorisation: both }))));
    expect(answers.map((one) => one.status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  });
});

describe('what a crash leaves behind', () => {
  it('is found by the next one who comes: money that carries an order carries no second one', async () => {
    const { id } = await world.provider.authorise({
      reference: randomUUID(),
      token: 'tok_ok',
      amountMinor: 2400,
      currency: 'GBP',
    });
    const key = randomUUID();
    const placed = await owner.post('/orders', cardOrder({ authorisation: id }), { key });
    await world.rows(`update payment_attempt set status = 'authorised' where provider_ref = 'test:${id}'`);
    expect(await owner.post('/orders', cardOrder({ authorisation: id }))).toMatchObject({
      status: 409,
      body: { reason: 'authorisation_in_use' },
    });
    expect(await owner.post('/orders', cardOrder({ authorisation: id }), { key })).toMatchObject({
      status: 201,
      body: { orderId: placed.body.orderId, repeated: true },
    });
  });

  it('is settled by the sweeper: void what has no order, mark what has one', async () => {
    await world.rows(`update payment_attempt set status = 'authorised' where status = 'used'`);
    const [orphan, never] = [randomUUID(), randomUUID()];
    const { id } = await world.provider.authorise({
      reference: orphan,
      token: 'tok_ok',
      amountMinor: 700,
      currency: 'GBP',
    });
    const attempt = (own: string, status: string, ref: string) =>
      world.rows(
        `insert into payment_attempt values ('${own}', '${randomUUID()}', 'test', 700, 'GBP', '${ref}', '${status}', '', '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z', 1)`,
      );
    // One crash before the provider's answer was noted, one before it was asked.
    await attempt(orphan, 'requested', '');
    await attempt(never, 'requested', '');
    expect(await sweepAttempts(deps())).toEqual({ used: 0, voided: 0, dropped: 0 });
    world.clock.now += 16 * 60_000;
    const swept = await sweepAttempts(deps());
    expect(swept).toMatchObject({ voided: 1, dropped: 1 });
    expect(swept.used).toBeGreaterThan(3);
    expect(world.cards.authorisations.get(id)).toMatchObject({ voided: 700 });
    expect(await sweepAttempts(deps())).toEqual({ used: 0, voided: 0, dropped: 0 });
    expect(
      await world.rows(`select status from payment_attempt where id in ('${orphan}', '${never}') order by status`),
    ).toEqual([{ status: 'failed' }, { status: 'voided' }]);
  });
});

describe('a retry and a sweep at the same moment', () => {
  const MINUTE = 60_000;

  /** A request whose answer was lost after the provider had held the money: the attempt stands as requested. */
  const heldAndForgotten = async (): Promise<{ key: string; attemptId: string; authorisationId: string }> => {
    const key = randomUUID();
    world.cards.fail(3, { afterDoing: true });
    expect(await owner.post('/orders', cardOrder({ token: 'tok_ok' }), { key })).toMatchObject({ status: 503 });
    world.cards.fail(0);
    const [attempt] = await world.rows<{ id: string }>(`select id from payment_attempt where status = 'requested'`);
    const attemptId = attempt?.id ?? '';
    const known = await world.provider.findByReference(attemptId);
    expect(known?.status).toBe('authorised');
    return { key, attemptId, authorisationId: known?.id ?? '' };
  };
  const statusOf = async (attemptId: string): Promise<string | undefined> =>
    (await world.rows<{ status: string }>(`select status from payment_attempt where id = '${attemptId}'`))[0]?.status;
  const openOf = (authorisationId: string): number | undefined => {
    const known = world.cards.authorisations.get(authorisationId);
    return known === undefined ? undefined : known.amount - known.captured - known.voided;
  };
  const authorisationOf = async (orderId: string): Promise<string> =>
    (await owner.get(`/orders/${orderId}`)).body.payments[0]?.reference.replace('test:', '') ?? '';
  /** How many connections wait for the row that a third one holds. */
  const waiting = async (): Promise<number> =>
    (
      await world.rows(`select from pg_locks l join pg_stat_activity a using (pid)
       where a.datname = current_database() and not l.granted and l.locktype in ('transactionid', 'tuple') and a.query like '%payment_attempt%'`)
    ).length;
  /** Holds the attempt's row while both come, in this order, and lets go when both wait. */
  const inOrder = async <A, B>(
    attemptId: string,
    first: () => Promise<A>,
    second: () => Promise<B>,
  ): Promise<[A, B]> => {
    const holder = await world.database.pool.connect();
    try {
      await holder.query('begin');
      await holder.query(`select from ${world.database.schema}.payment_attempt where id = '${attemptId}' for update`);
      const one = first();
      await expect.poll(waiting).toBe(1);
      const other = second();
      await expect.poll(waiting).toBe(2);
      await holder.query('commit');
      return await Promise.all([one, other]);
    } finally {
      holder.release(true);
    }
  };

  it('the retry comes first: the sweeper leaves it alone', async () => {
    const { key, attemptId, authorisationId } = await heldAndForgotten();
    world.clock.now += 16 * MINUTE;
    const [answer, swept] = await inOrder(
      attemptId,
      () => owner.post('/orders', cardOrder({ token: 'tok_ok' }), { key }),
      () => sweepAttempts(deps()),
    );
    expect(answer.status).toBe(201);
    expect(swept).toEqual({ used: 0, voided: 0, dropped: 0 });
    expect(await authorisationOf(answer.body.orderId)).toBe(authorisationId);
    expect(openOf(authorisationId)).toBe(2400);
    expect(await statusOf(attemptId)).toBe('used');
  });

  it('the sweeper comes first: the retry holds the money anew, and the first hold is let go', async () => {
    const { key, attemptId, authorisationId } = await heldAndForgotten();
    world.clock.now += 16 * MINUTE;
    const [swept, answer] = await inOrder(
      attemptId,
      () => sweepAttempts(deps()),
      () => owner.post('/orders', cardOrder({ token: 'tok_ok' }), { key }),
    );
    expect(swept).toEqual({ used: 0, voided: 1, dropped: 0 });
    expect(answer.status).toBe(201);
    const second = await authorisationOf(answer.body.orderId);
    expect(second).not.toBe(authorisationId);
    expect([openOf(authorisationId), openOf(second)]).toEqual([0, 2400]);
    expect(await statusOf(attemptId)).toBe('voided');
  });

  it('a crash between taking an attempt and voiding it: no retry uses it, and the next sweep voids it', async () => {
    const { key, attemptId, authorisationId } = await heldAndForgotten();
    world.clock.now += 16 * MINUTE;
    world.cards.fail(1);
    await expect(sweepAttempts(deps())).rejects.toThrow('503');
    expect(await statusOf(attemptId)).toBe('voiding');
    const answer = await owner.post('/orders', cardOrder({ token: 'tok_ok' }), { key });
    expect(answer.status).toBe(201);
    expect(await authorisationOf(answer.body.orderId)).not.toBe(authorisationId);
    expect(openOf(authorisationId)).toBe(2400);
    // Two at once: one reference, one void.
    await Promise.all([sweepAttempts(deps()), sweepAttempts(deps())]);
    expect(openOf(authorisationId)).toBe(0);
    expect(await statusOf(attemptId)).toBe('voided');
    expect(openOf(await authorisationOf(answer.body.orderId))).toBe(2400);
  });

  it('money that the shop had held itself and that is being let go carries no order', async () => {
    const lines = [{ skuId: text('sku', IDS.mug), quantity: 100_000 }];
    const asked = { reference: randomUUID(), token: 'tok_ok', amountMinor: 120_000_000, currency: 'GBP' };
    const { id } = await world.provider.authorise(asked);
    const order = cardOrder({ authorisation: id }, { lines });
    expect(await owner.post('/orders', order)).toMatchObject({ status: 409, body: { reason: 'insufficient_stock' } });
    world.clock.now += 16 * MINUTE;
    world.cards.fail(1);
    await expect(sweepAttempts(deps())).rejects.toThrow('503');
    expect(await owner.post('/orders', order)).toMatchObject({
      status: 409,
      body: { reason: 'authorisation_given_up' },
    });
    expect(await sweepAttempts(deps())).toMatchObject({ voided: 1 });
    expect(openOf(id)).toBe(0);
    expect(await owner.post('/orders', order)).toMatchObject({ body: { reason: 'authorisation_differs' } });
  });

  it('an order whose request stood still until its money was gone becomes one task for a person', async () => {
    const key = randomUUID();
    const submit = world.committer.submit.bind(world.committer);
    const stalled = vi.spyOn(world.committer, 'submit').mockImplementationOnce(async (submission) => {
      world.clock.now += 16 * MINUTE;
      expect(await sweepAttempts(deps())).toMatchObject({ voided: 1 });
      return submit(submission);
    });
    const answer = await owner.post('/orders', cardOrder({ token: 'tok_ok' }), { key });
    stalled.mockRestore();
    expect(answer.status).toBe(201);
    const { orderId } = answer.body;
    expect(openOf(await authorisationOf(orderId))).toBe(0);
    expect((await owner.post('/orders', cardOrder({ token: 'tok_ok' }), { key })).body.orderId).toBe(orderId);
    const failed = await world.rows<{ body: Record<string, unknown> }>(
      `select body from platform_event where type = 'PaymentFailed'`,
    );
    expect(failed).toHaveLength(1);
    expect(failed[0]?.body).toMatchObject({
      action: 'authorise',
      amountMinor: 2400,
      currency: 'GBP',
      reason: 'authorisation_given_up',
    });
    const { events } = (await owner.get(`/orders/${orderId}`)).body;
    expect(events.map((one) => one.type)).toContain('PaymentFailed');
  });
});

describe('after the order', () => {
  const place = async (token: string): Promise<string> =>
    (await owner.post('/orders', cardOrder({ token }))).body.orderId;
  const authorisationOf = async (orderId: string) => {
    const [payment] = (await owner.get(`/orders/${orderId}`)).body.payments;
    return world.cards.authorisations.get(payment?.reference.replace('test:', '') ?? '');
  };

  it('the provider captures what left, voids what will not and refunds what came back, once each, whatever crashes in between', async () => {
    const orderId = await place('tok_ok');
    await owner.post(`/orders/${orderId}/shipments`, { lines: [{ line: 1, quantity: 1 }] });
    await owner.post(`/orders/${orderId}/cancellation`, { reason: 'one is enough' });
    await followEvents();
    // The provider does it and its answer is lost: told again under the same reference.
    world.cards.fail(2, { afterDoing: true });
    expect(await workOffInstructions(deps())).toMatchObject({ done: 0, again: 1 });
    expect(await workOffInstructions(deps())).toEqual({ done: 0, failed: 0, again: 0 });
    world.cards.fail(0);
    world.clock.now += 3_000;
    expect(await workOffInstructions(deps())).toMatchObject({ done: 1 });
    // A crash after the provider was told and before it was noted.
    await world.rows(`update payment_instruction set status = 'waiting', attempts = 0 where action = 'capture'`);
    while ((await workOffInstructions(deps())).done > 0);
    expect(await authorisationOf(orderId)).toMatchObject({ amount: 2400, captured: 1200, voided: 1200, refunded: 0 });

    expect(
      await owner.post('/returns', { originalOrderId: orderId, lines: [{ line: 1, quantity: 1 }], reason: 'chipped' }),
    ).toMatchObject({ status: 201, body: { grossMinor: 1200 } });
    expect(
      await owner.post('/returns', { originalOrderId: orderId, lines: [{ line: 1, quantity: 1 }], reason: 'chipped' }),
    ).toMatchObject({ status: 409 });
    // The follower reads the same events again after a crash: nothing doubles.
    followed = 0;
    await followEvents();
    await workOffInstructions(deps());
    expect(await authorisationOf(orderId)).toMatchObject({ captured: 1200, voided: 1200, refunded: 1200 });
    expect(world.cards.done.filter((one) => one.act !== 'authorise' && one.amount === 1200)).toHaveLength(3);
  });

  it('a refused capture becomes one task for a person, and the rest goes on', async () => {
    const [bad, good] = [await place('tok_capture_fails'), await place('tok_ok')];
    for (const orderId of [bad, good]) await owner.post(`/orders/${orderId}/shipments`, {});
    await followEvents();
    expect(await workOffInstructions(deps())).toMatchObject({ done: 1, failed: 1 });
    expect(await workOffInstructions(deps())).toEqual({ done: 0, failed: 0, again: 0 });
    const failed = await world.rows<{ body: Record<string, unknown> }>(
      `select body from platform_event where type = 'PaymentFailed' and body ->> 'action' = 'capture'`,
    );
    expect(failed).toHaveLength(1);
    expect(failed[0]?.body).toMatchObject({
      action: 'capture',
      amountMinor: 2400,
      currency: 'GBP',
      reason: 'authorisation_expired',
    });
    // Written beside the books, and in one commit with its event all the same; it belongs to the place that sold.
    expect(
      await world.rows(
        `select t.location_id, t.currency, t.items -> 0 ->> 'amountMinor' as amount, t.items -> 0 ->> 'reason' as reason from task t
         join platform_event e on e.number = t.event_number and e.type = 'PaymentFailed' and e.recorded_at = t.opened_at
         where t.kind = 'payment_failed' and t.order_id = e.subject_id and e.body ->> 'action' = 'capture'`,
      ),
    ).toEqual([{ location_id: IDS.warehouse, currency: 'GBP', amount: '2400', reason: 'capture' }]);
    expect(await authorisationOf(good)).toMatchObject({ captured: 2400 });
  });

  it('the follower does all this by itself', async () => {
    const orderId = await place('tok_ok');
    const errors: unknown[] = [];
    const follower = registerPaymentFollower({ ...deps(), onError: (error) => errors.push(error), pollMs: 20 });
    await owner.post(`/orders/${orderId}/shipments`, {});
    await expect.poll(async () => (await authorisationOf(orderId))?.captured, { timeout: 5_000 }).toBe(2400);
    await follower.close();
    expect(errors).toEqual([]);
  });

  it('what a till took by card is no business of the provider', async () => {
    await world.receive(IDS.mug, 1, IDS.store);
    const sale = {
      channelId: text('chn', IDS.counter),
      locationId: text('loc', IDS.store),
      lines: [{ skuId: text('sku', IDS.mug), quantity: 1 }],
      tenders: [{ method: 'card', amountMinor: 1200, reference: 'slip' }],
    };
    const { orderId } = (await owner.post('/sales', sale)).body;
    expect(
      await owner.post('/returns', { originalOrderId: orderId, lines: [{ line: 1, quantity: 1 }], reason: 'x' }),
    ).toMatchObject({ status: 201 });
    const before = world.cards.requests();
    await followEvents();
    await workOffInstructions(deps());
    expect(world.cards.requests()).toBe(before);
  });
});
