/**
 * `npm test`: everything that CI runs. Makes the checkout and the machine ready, then types, lint, dead code and every
 * test. Scenarios that failed are tried once more, alone. What failed at either try is told at the end, with its error.
 * The last line is `N passed, N failed`, with `, N skipped` where something was; each check counts as one. The same line
 * is left in `.tsbuild/test-summary` for `.ci/run`.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { runChecks, runVitest } from './checks.mjs';
import { installDebianPackages } from './debian-packages.mjs';
import { root, runOrExplain, say, setUp } from './setup.mjs';

const reports = join(root, '.tsbuild');
const summaryFile = join(reports, 'test-summary');
/** More failing files than this are no accident of a busy machine. */
const secondTriesMax = 5;
/** Lines of an error that are told at the end. */
const errorLinesMax = 12;

runOrExplain(async () => {
  mkdirSync(reports, { recursive: true });
  rmSync(summaryFile, { force: true });
  // What scenarios leave there for each other (vitest.config.ts); of versions long gone nothing is kept.
  rmSync(join(reports, 'compiled'), { recursive: true, force: true });
  const ready = await setUp();
  await installDebianPackages();
  const counts = countChecks(await runChecks(ready));
  const first = await report(ready, 'vitest.json', process.argv.slice(2));
  const again = first === null ? [] : toTryAgain(first);
  const second = again.length === 0 ? null : await report(ready, 'vitest-again.json', again);
  addTests(counts, second === null ? first : replaced(first, second));
  if (first !== null) tellOfFailures(first, second);
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

/** Runs Vitest and reads what it reports; null where it could not even say. */
async function report(ready, name, args) {
  const file = join(reports, name);
  rmSync(file, { force: true });
  const unhandledFile = join(reports, `${name}.unhandled`);
  rmSync(unhandledFile, { force: true });
  const reporters = ['default', 'json', join(root, 'tools/unhandled-errors.mjs')].map((one) => `--reporter=${one}`);
  const env = { ...ready.env, KAIROS_UNHANDLED: unhandledFile };
  const code = await runVitest({ ...ready, env, args: [...reporters, `--outputFile.json=${file}`, ...args] });
  try {
    const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
    return { code, files: testResults, unhandled: JSON.parse(readFileSync(unhandledFile, 'utf8')) };
  } catch {
    return null;
  }
}

/** A file that failed in none of its tests (it could not be loaded, or made ready for them) counts as one failure. */
function failuresOf({ status, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed').length;
  return failed === 0 && status === 'failed' ? 1 : failed;
}

/**
 * Scenarios that failed, files of a place's `test/` folder: they drive processes and browsers in real time, and are
 * tried once more, alone. A unit test has no such excuse, nor has an error of which nobody knows where it came from.
 */
function toTryAgain({ files, unhandled }) {
  const names = [
    ...files.filter((file) => failuresOf(file) > 0).map(({ name }) => name),
    ...unhandled.map(({ file }) => file ?? ''),
  ];
  const failed = [...new Set(names)].map((name) => relative(root, name));
  const isScenario = (name) => /^[^/]+\/test\//.test(name);
  return failed.length <= secondTriesMax && failed.every(isScenario) ? failed : [];
}

/** What the files of the second try say stands in the place of what they said before. */
function replaced(first, second) {
  const anew = new Map(second.files.map((file) => [file.name, file]));
  const files = first.files.map((file) => anew.get(file.name) ?? file);
  return { code: second.code, files, unhandled: second.unhandled };
}

/** What passed at the second try only wants looking at as well. */
function tellOfFailures(first, second) {
  for (const [tried, outcome] of [
    [first, second === null ? 'FAILED' : 'failed at the first try'],
    [second, 'FAILED TWICE'],
  ]) {
    for (const file of tried?.files.filter((one) => failuresOf(one) > 0) ?? []) {
      const failed = file.assertionResults.filter(({ status }) => status === 'failed');
      const name = relative(root, file.name);
      if (failed.length === 0) tellOfFailure(`${outcome}: ${name}`, file.message);
      for (const { fullName, failureMessages } of failed)
        tellOfFailure(`${outcome}: ${name}: ${fullName}`, failureMessages.join('\n'));
    }
    for (const { message, file } of tried?.unhandled ?? [])
      tellOfFailure(`${outcome}, caught by no test: ${file === null ? 'no file' : relative(root, file)}`, message);
  }
}

function tellOfFailure(title, error) {
  const lines = error.split('\n').filter((line) => line.trim() !== '');
  say([title, ...lines.slice(0, errorLinesMax).map((line) => `    ${line}`)].join('\n'));
}

/** Adds what Vitest reports; a run that left no report counts as one failure. */
function addTests(counts, run) {
  if (run === null) {
    counts.failed += 1;
    return;
  }
  const statuses = run.files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const failed = run.files.reduce((sum, file) => sum + failuresOf(file), 0) + run.unhandled.length;
  counts.passed += statuses.filter((status) => status === 'passed').length;
  counts.skipped += statuses.filter((status) => status !== 'passed' && status !== 'failed').length;
  // Vitest may fail for what it reports nowhere: that must not look like success.
  counts.failed += failed === 0 && run.code !== 0 ? 1 : failed;
}
