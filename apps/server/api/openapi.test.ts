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

type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly maximum?: number;
  readonly enum?: unknown;
  readonly [key: string]: unknown;
};

// JSON has whole numbers that no integer of the database holds: 1e30 got as far as PostgreSQL once.
it('takes no whole number without an end', async () => {
  const document = (await world.send('GET', '/api/openapi.json')).body as {
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
    readonly paths: Readonly<
      Record<
        string,
        Readonly<
          Record<
            string,
            {
              readonly operationId: string;
              readonly parameters?: readonly { readonly name: string; readonly schema: Schema }[];
              readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
            }
          >
        >
      >
    >;
  };
  const endless = (schema: Schema, at: string, above: readonly Schema[]): string[] => {
    const found = schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    if (found === undefined || above.includes(found)) return [];
    const inner = Object.entries(found).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null ? endless(value as Schema, `${at}/${key}`, [...above, found]) : [],
    );
    return found.type === 'integer' && found.maximum === undefined && found.enum === undefined ? [at, ...inner] : inner;
  };
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const found = operations.flatMap(({ operationId, parameters = [], requestBody }) => [
    ...parameters.flatMap(({ name, schema }) => endless(schema, `${operationId} ${name}`, [])),
    ...Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => endless(schema, operationId, [])),
  ]);
  expect(operations.length).toBeGreaterThan(150);
  expect(found).toEqual([]);
});
