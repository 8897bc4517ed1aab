/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-call, typescript/no-unsafe-return -- answers are looked into as they came */
import { afterAll, expect, it } from 'vitest';
import { openApiWorld, type Answer } from './api/world.ts';

const world = await openApiWorld();
afterAll(() => world.close());

const asOwner = (method: string, path: string, body?: unknown): Promise<Answer> =>
  world.send(method, path, { token: world.owner.token, ...(body === undefined ? {} : { body }) });

const permissions = ['catalog:read', 'stock:read', 'order:read', 'till:sell', 'company:read', 'event:read'];

async function makeKey(kind: 'key' | 'sandbox'): Promise<{ id: string; secret: string }> {
  const { body } = await asOwner('POST', '/api-keys', { name: `For ${kind}`, kind, permissions });
  return body;
}

/** Asks until the sandbox is there. */
async function whenOpen(token: string, path: string): Promise<Answer> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await world.send('GET', path, { token });
    if (answer.status !== 503) return answer;
    expect(answer.body.reason).toBe('sandbox_opening');
    expect(answer.headers.get('retry-after')).toBe('3');
    await new Promise((done) => {
      setTimeout(done, 300);
    });
  }
  throw new Error('the sandbox did not open');
}

it('is a copy with books of its own, which a sandbox key never leaves', { timeout: 180_000 }, async () => {
  const [sandbox, real] = await Promise.all([makeKey('sandbox'), makeKey('key')]);
  expect(sandbox.secret).toMatch(/^oss_/);
  // A key that nobody made opens nothing, and makes nothing.
  expect((await world.send('GET', '/channels', { token: `oss_${'A'.repeat(43)}` })).status).toBe(401);
  expect((await asOwner('GET', '/sandbox')).body).toEqual({ state: 'closed' });

  const before = await world.written();
  const { items: channels } = (await whenOpen(sandbox.secret, '/channels')).body;
  expect((await asOwner('GET', '/sandbox')).body).toEqual({ state: 'open' });
  const ours = (await world.send('GET', '/channels', { token: real.secret })).body.items.map(
    ({ id }: { id: string }) => id,
  );
  expect(channels.length).toBeGreaterThan(3);
  for (const { id } of channels) expect(ours).not.toContain(id);

  // Everything that a key may read is the copy's: nothing of the real retailer is told, and its ids lead nowhere.
  for (const path of ['/locations', '/stock?limit=200', '/skus?limit=200', '/orders?limit=200', '/events?limit=200']) {
    const { text, status } = await world.send('GET', path, { token: sandbox.secret });
    expect([path, status]).toEqual([path, 200]);
    for (const id of [world.places.here.locationId, world.places.abroad.shopId, ...world.skuIds])
      expect(text).not.toContain(id);
  }
  expect((await world.send('GET', `/orders/${world.places.here.orderId}`, { token: sandbox.secret })).status).toBe(404);

  // A sale there is a sale there only.
  const store = channels.find(({ kind }: { kind: string }) => kind === 'store');
  const stock = await world.send('GET', `/stock?location=${store.defaultLocationId}&limit=50`, {
    token: sandbox.secret,
  });
  const level = stock.body.items.find(({ available }: { available: number }) => available > 1);
  const sale = {
    channelId: store.id,
    locationId: store.defaultLocationId,
    lines: [{ skuId: level.skuId, quantity: 1 }],
    tenders: [{ method: 'cash' }],
  };
  const sold = await world.send('POST', '/sales', { token: sandbox.secret, body: sale });
  expect(sold.status, sold.text).toBe(201);
  expect((await world.send('GET', `/orders/${sold.body.orderId}`, { token: sandbox.secret })).status).toBe(200);
  expect((await world.send('GET', `/orders/${sold.body.orderId}`, { token: real.secret })).status).toBe(404);
  expect(await world.written()).toBe(before);
  expect((await world.send('POST', '/sales', { token: real.secret, body: sale })).status).toBe(404);

  // What it may not do in the real books it may not do there.
  expect(
    (await world.send('POST', '/api-keys', { token: sandbox.secret, body: { name: 'x', permissions } })).status,
  ).toBe(403);
  expect((await world.send('GET', '/sandbox', { token: sandbox.secret })).status).toBe(404);

  // Reset, it is as it was.
  expect((await asOwner('POST', '/sandbox/reset', {})).status).toBe(202);
  expect((await whenOpen(sandbox.secret, '/channels')).status).toBe(200);
  expect((await world.send('GET', `/orders/${sold.body.orderId}`, { token: sandbox.secret })).status).toBe(404);

  await asOwner('POST', `/api-keys/${sandbox.id}/revocation`, {});
  for (
    let tries = 0;
    tries < 50 && (await world.send('GET', '/channels', { token: sandbox.secret })).status !== 401;
    tries += 1
  )
    await new Promise((done) => {
      setTimeout(done, 20);
    });
  expect((await world.send('GET', '/channels', { token: sandbox.secret })).status).toBe(401);
});
