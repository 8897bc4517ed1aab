import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { openApiWorld } from './world.ts';
import { writeClient, type ClientDocument } from './write-client.ts';

const world = await openApiWorld();
afterAll(() => world.close());

const root = resolve(import.meta.dirname, '../../..');
const path = resolve(root, 'apps/client/openapi.json');

// Clients are generated from the file, and a diff of it shows a reader what a change means for them. Write it anew with
// `npm test -- apps/server/api/openapi.test.ts -u`.
it('is described by apps/client/openapi.json', async () => {
  const answer = await world.send('GET', '/api/openapi.json');
  expect(answer.status).toBe(200);
  const body = answer.body as { info: object };
  const told = `${JSON.stringify({ ...body, info: { ...body.info, version: '1' } }, undefined, 2)}\n`;
  await expect(told).toMatchFileSnapshot(path);
});

it('is what the types of client/operations.ts say', async () => {
  const file = resolve(root, 'client/operations.ts');
  const document = (await world.send('GET', '/api/openapi.json')).body as ClientDocument;
  const format = resolve(root, 'node_modules/.bin/oxfmt');
  const formatting = promisify(execFile)(format, ['--stdin-filepath', file], { cwd: root });
  formatting.child.stdin?.end(writeClient(document));
  await expect((await formatting).stdout).toMatchFileSnapshot(file);
});
