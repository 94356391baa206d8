/**
 * Two projects: `quick` holds the unit tests that stand beside their files; `scenarios` holds what stands in a
 * place's `test/` folder and starts real processes, brokers and browsers.
 */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const setupFiles = ['tools/test-seed.ts'];
const never = ['**/node_modules/**', '**/dist/**', '.tsbuild/**', '.kairos/**'];

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
          name: 'scenarios',
          setupFiles,
          include: ['*/test/**/*.test.ts'],
          exclude: never,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // Tests of one file that mostly wait, or share two cores with a browser.
          maxConcurrency: 4,
          // A store server starts in half the time where its code has been compiled before, and scenarios start hundreds.
          env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.tsbuild/compiled') },
          // What a busy machine does late is not wrong: waiting ends with the test's own time.
          expect: { poll: { timeout: 60_000 } },
        },
      },
    ],
  },
});
