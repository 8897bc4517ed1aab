import { resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openApiWorld } from './world.ts';

const world = await openApiWorld();
afterAll(() => world.close());

const path = resolve(import.meta.dirname, '../../client/openapi.json');

// Clients are generated from the file, and a diff of it shows a reader what a change means for them. Write it anew with
// `npm test -- apps/server/api/openapi.test.ts -u`.
it('is described by apps/client/openapi.json', async () => {
  const answer = await world.send('GET', '/api/openapi.json');
  expect(answer.status).toBe(200);
  const body = answer.body as { info: object };
  const told = `${JSON.stringify({ ...body, info: { ...body.info, version: '1' } }, undefined, 2)}\n`;
  await expect(told).toMatchFileSnapshot(path);
});
