import { afterEach, expect, test, vi } from 'vitest';
import { createLifecycle, StoppedWhileStarting } from './lifecycle.ts';
import type { Lifecycle } from './lifecycle.ts';
import { createLog } from './log.ts';

const log = createLog({ level: 'silent', format: 'json' });
let lifecycle: Lifecycle;
// Takes the listeners off the process.
afterEach(async () => {
  vi.useRealTimers();
  await lifecycle.stop(undefined, 0);
});

test('parts end in the reverse order, also when one fails', async () => {
  const ended: string[] = [];
  lifecycle = createLifecycle(log);
  await lifecycle.start(
    'database',
    () => 'd',
    (part) => ({ stop: () => void ended.push(part) }),
  );
  await lifecycle.start(
    'jobs',
    () => 'j',
    () => ({ stop: () => Promise.reject(new Error('stuck')) }),
  );
  await lifecycle.start(
    'web',
    () => 'w',
    (part) => ({ stop: () => void ended.push(part) }),
  );
  await lifecycle.stop('test', 7);
  expect(ended).toEqual(['w', 'd']);
  expect(await lifecycle.ended).toBe(7);
});

test('a part that does not end in its time is left behind', async () => {
  const killNow = vi.fn<() => void>();
  lifecycle = createLifecycle(log);
  await lifecycle.start(
    'stuck',
    () => undefined,
    () => ({ stop: () => new Promise<void>(() => undefined), stopWithinMs: 20, killNow }),
  );
  await lifecycle.stop('test', 0);
  expect(killNow).toHaveBeenCalledOnce();
});

test('a part that comes up while the program stops is ended at once', async () => {
  lifecycle = createLifecycle(log);
  const stop = vi.fn<() => void>();
  let up: () => void = () => undefined;
  const slow = lifecycle.start(
    'slow',
    () => new Promise<void>((done) => (up = done)),
    () => ({ stop }),
  );
  await lifecycle.stop('test', 0);
  up();
  await expect(slow).rejects.toThrow(StoppedWhileStarting);
  expect(stop).toHaveBeenCalledOnce();
  await expect(
    lifecycle.start(
      'late',
      () => 1,
      () => ({}),
    ),
  ).rejects.toThrow(StoppedWhileStarting);
});

test('one Ctrl-C delivered twice is one, a second one later ends at once', async () => {
  const exit = vi.fn<(code: number) => void>();
  const killNow = vi.fn<() => void>();
  let release: () => void = () => undefined;
  lifecycle = createLifecycle(log, exit);
  await lifecycle.start(
    'busy',
    () => undefined,
    () => ({ stop: () => new Promise<void>((done) => (release = done)), killNow }),
  );
  const signal = process.listeners('SIGINT').at(-1) as (signal: NodeJS.Signals) => void;
  signal('SIGINT');
  signal('SIGINT');
  expect(exit).not.toHaveBeenCalled();
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1500);
  signal('SIGINT');
  vi.restoreAllMocks();
  expect(exit).toHaveBeenCalledWith(1);
  expect(killNow).toHaveBeenCalledOnce();
  release();
  await lifecycle.ended;
});
