import type { Reporter, TestModule } from 'vitest/node';

/** The last line of a test run, in one form that scripts can read: `12 passed, 0 failed`, with `, 1 skipped` when there are any. */
export const lineReporter: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const line = summaryLine(modules, unhandledErrors.length);
    // The default reporter writes its summary in the same event and its failures after that; ours must be the last line.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  },
};

/** Files that could not be loaded and errors outside tests count as failures: they would otherwise vanish. */
export function summaryLine(modules: readonly TestModule[], unhandledErrors: number): string {
  const counts = { passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    let failed = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') failed += 1;
      else counts.skipped += 1;
    }
    counts.failed += failed === 0 && module.state() === 'failed' ? 1 : failed;
  }
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}
