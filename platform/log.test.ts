import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog, humanLine } from './log.ts';

function logged(format: 'json' | 'text', write: (log: ReturnType<typeof createLog>) => void): string {
  let output = '';
  write(createLog({ level: 'info', format, destination: { write: (line) => void (output += line) } }));
  return output;
}

test('secrets are hidden three levels deep', () => {
  const output = logged('json', (log) => {
    log.info(
      { pin: 's1', session: { token: 's2' }, request: { headers: { authorization: 's3', 'set-cookie': 's4' } } },
      'Signed in.',
    );
  });
  expect(output).not.toMatch(/s[1-4]/);
  expect(output.match(/\[hidden\]/g)).toHaveLength(4);
});

test('JSON lines carry level, time and message', () => {
  const line = JSON.parse(logged('json', (log) => log.warn({ shop: 3 }, 'Slow.'))) as object;
  expect(line).toMatchObject({ level: 'warn', shop: 3, msg: 'Slow.' });
  expect(line).toHaveProperty('time', expect.stringMatching(/^\d{4}-.*Z$/));
});

test('text lines are for people, errors with their stack', () => {
  expect(logged('text', (log) => log.info({ shop: 3 }, 'Open.'))).toMatch(/^\d\d:\d\d:\d\d Open\. shop=3\n$/);
  expect(logged('text', (log) => log.error({ err: new Error('broken') }, 'Failed.'))).toMatch(
    / error Failed\.\nError: broken\n +at /,
  );
});

test('warnings are coloured at a terminal only', () => {
  const line = JSON.stringify({ level: 'warn', time: '2026-12-01T09:30:00.000Z', msg: 'Late.' });
  expect(humanLine(line, false)).toBe('09:30:00 warn  Late.');
  expect(humanLine(line, true)).toBe('\u001b[33m09:30:00 warn  Late.\u001b[0m');
});

test('a program whose lines nobody reads any more works on', async () => {
  const file = join(import.meta.dirname, 'log.ts');
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { createLog } from ${JSON.stringify(file)};
       const log = createLog({ level: 'info', format: 'json' });
       let caught = 0;
       process.on('uncaughtException', (error) => { caught += 1; log.fatal({ err: error }, 'caught'); });
       process.stdin.once('data', () => {
         for (let line = 0; line < 5; line += 1) log.info('into nothing');
         setTimeout(() => process.exit(caught === 0 ? 0 : 3), 100);
       });
       log.info('up');`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stdin.write('go');
  expect(await ended).toEqual([0, null]);
});
