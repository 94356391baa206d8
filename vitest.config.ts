/**
 * `quick` holds the unit tests that stand beside their files; `scenarios` holds what stands in a place's `test/` folder
 * and starts real processes, brokers and browsers, one file at a time; `pairs` holds those of headquarters, which wait
 * for databases and for each other's deaths more than they reckon: two files at a time.
 */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const setupFiles = ['tools/test-seed.ts'];
const never = ['**/node_modules/**', '**/dist/**', '.tsbuild/**', '.kairos/**'];

const pairs = 'hq-sync/test/**/*.test.ts';

const scenarios = {
  setupFiles,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // Tests of one file that mostly wait, or share two cores with a browser.
  maxConcurrency: 4,
  // A store server starts in half the time where its code has been compiled before, and scenarios start hundreds.
  env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.tsbuild/compiled') },
  // What a busy machine does late is not wrong: waiting ends with the test's own time.
  expect: { poll: { timeout: 60_000 } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'quick',
          setupFiles,
          include: ['**/*.test.ts'],
          exclude: [...never, '*/test/**'],
          // A test that hangs ends; one on a busy machine does not.
          testTimeout: 120_000,
          // Opening a PGlite takes ten seconds of a busy machine.
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        test: {
          ...scenarios,
          name: 'pairs',
          include: [pairs],
          exclude: never,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...scenarios,
          name: 'scenarios',
          include: ['*/test/**/*.test.ts'],
          exclude: [...never, pairs],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
