/* oxlint-disable typescript/no-unsafe-assignment -- answers are looked into as they came */
import { afterAll, describe, expect, it } from 'vitest';
import { createClient, OneshelfError } from '../../../client/client.ts';
import { openApiWorld } from './world.ts';

const world = await openApiWorld();
afterAll(() => world.close());

describe('the client', async () => {
  const { body } = await world.send('POST', '/api-keys', {
    token: world.owner.token,
    body: { name: 'Client', permissions: ['stock:read', 'customer:edit', 'customer:read', 'catalog:read'] },
  });
  const key = (body as { secret: string }).secret;
  const client = createClient({ url: world.url, key });

  it('calls operations and goes through lists', async () => {
    const found = await client.call('listStock', { query: { location: world.places.here.locationId, limit: 3 } });
    expect(found.items).toHaveLength(3);
    const codes = [];
    const query = { location: world.places.here.locationId, limit: 5 };
    for await (const { skuCode } of client.rows('listStock', { query })) codes.push(skuCode);
    expect(new Set(codes).size).toBe(world.skuIds.length);
    const product = await client.call('getProduct', { params: { id: world.productId } });
    expect(product.variants.length).toBeGreaterThan(0);
  });

  it('does things once although answers are lost', async () => {
    let lost = 0;
    const unlucky = createClient({
      url: world.url,
      key,
      fetch: async (address, request) => {
        const answer = await fetch(address, request);
        lost += 1;
        if (lost === 1) throw new TypeError('fetch failed');
        return answer;
      },
    });
    const before = await world.lastEvent();
    await unlucky.call('createCustomer', { body: { name: 'Ana', email: 'ana@example.org', country: 'PT' } });
    expect([lost, await world.lastEvent()]).toEqual([2, before + 1]);
  });

  it('says no with a reason', async () => {
    const no = await client.call('listApiKeys').catch((error: unknown) => error);
    expect(no).toBeInstanceOf(OneshelfError);
    expect(no).toMatchObject({ status: 403, reason: 'not_allowed', problem: { permission: 'key:read' } });
  });
});
