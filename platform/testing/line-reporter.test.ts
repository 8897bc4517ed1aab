import { expect, test } from 'vitest';
import type { TestModule } from 'vitest/node';
import { summaryLine } from './line-reporter.ts';

/** As much of a test file as the line is made of. */
function file(fileState: 'passed' | 'failed', ...states: string[]): TestModule {
  const tests = states.map((state) => ({ result: () => ({ state }) }));
  return { state: () => fileState, children: { allTests: () => tests } } as unknown as TestModule;
}

test.each([
  [[file('passed', 'passed', 'passed')], 0, '2 passed, 0 failed'],
  [[file('failed', 'passed', 'failed'), file('passed', 'passed')], 0, '2 passed, 1 failed'],
  [[file('passed', 'passed', 'skipped', 'pending')], 0, '1 passed, 0 failed, 2 skipped'],
  [[file('failed')], 0, '0 passed, 1 failed'],
  [[file('failed', 'passed')], 0, '1 passed, 1 failed'],
  [[file('passed', 'passed')], 1, '1 passed, 1 failed'],
])('nothing that went wrong is left out of the last line (%#)', (files, errors, line) => {
  expect(summaryLine(files, errors)).toBe(line);
});
