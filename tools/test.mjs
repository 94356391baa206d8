/**
 * `npm test`: everything that CI runs. Makes the checkout and the machine ready, then types, lint, dead code and every
 * test. The last line is `N passed, N failed`, with `, N skipped` where something was; each check counts as one.
 * The same line is left in `.tsbuild/test-summary` for `.ci/run`.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runChecks, runVitest } from './checks.mjs';
import { installDebianPackages } from './debian-packages.mjs';
import { root, runOrExplain, say, setUp } from './setup.mjs';

const reports = join(root, '.tsbuild');
const vitestReport = join(reports, 'vitest.json');
const summaryFile = join(reports, 'test-summary');

runOrExplain(async () => {
  mkdirSync(reports, { recursive: true });
  rmSync(summaryFile, { force: true });
  rmSync(vitestReport, { force: true });
  const ready = await setUp();
  await installDebianPackages();
  const counts = countChecks(await runChecks(ready));
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`];
  const code = await runVitest({ ...ready, args: [...reporters, ...process.argv.slice(2)] });
  addTests(counts, code);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  const summary = `${counts.passed} passed, ${counts.failed} failed${skipped}`;
  writeFileSync(summaryFile, `${summary}\n`);
  say('');
  process.stdout.write(`${summary}\n`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
});

function countChecks(results) {
  const passed = results.filter((check) => check.passed).length;
  return { passed, failed: results.length - passed, skipped: 0 };
}

/** Adds what Vitest reports. A file that could not even be loaded holds no tests, and counts as one failure. */
function addTests(counts, code) {
  const report = readReport();
  if (report === null) {
    counts.failed += 1;
    return;
  }
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  counts.passed += report.numPassedTests;
  counts.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
  const failed = report.numFailedTests + unloaded.length;
  // Vitest may fail for what is in no test (an unhandled rejection): that must not look like success.
  counts.failed += code !== 0 && failed === 0 ? 1 : failed;
}

function readReport() {
  try {
    return JSON.parse(readFileSync(vitestReport, 'utf8'));
  } catch {
    return null;
  }
}
