import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { lineReporter } from './platform/testing/line-reporter.ts';

// vitest keeps one core free, which on two cores is half of them. Most tests wait for the database or another process, so one more than
// cores on a small machine: measured on two cores, 17 minutes instead of 29.
const workers = Math.max(3, availableParallelism());

const ours = '{src,platform,apps,connectors,tidy,bench}';

export default defineConfig({
  test: {
    reporters: [process.env['CI'] === undefined ? 'default' : 'dot', lineReporter],
    globalSetup: ['./platform/db/testing-setup.ts'],
    // The first test that asks for the database waits for the server to start.
    hookTimeout: 60_000,
    testTimeout: 40_000,
    // A second, if nothing is said: a busy machine needs longer to show what a test waits for.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: [`${ours}/**/*.test.ts`],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**', '**/dist/**'],
          pool: 'threads',
          // Measured on 40 files: 6 times faster. The price: a test file leaves nothing behind in modules or globals.
          isolate: false,
          maxWorkers: workers,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [`${ours}/**/*.browser.test.ts`],
          exclude: ['**/node_modules/**', '**/dist/**'],
          pool: 'forks',
          isolate: true,
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
