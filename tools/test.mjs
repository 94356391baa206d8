/**
 * `npm test`: everything that CI runs. Makes the checkout and the machine ready, then types, lint, dead code and every
 * test. Scenarios that failed are tried once more, alone. What failed at either try is told at the end, with its error.
 * The last line is `N passed, N failed`, with `, N skipped` where something was; each check counts as one. The same line
 * is left in `.tsbuild/test-summary` for `.ci/run`.
 */
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { availableParallelism, freemem, loadavg, tmpdir, totalmem } from 'node:os';
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
    return { code, files: testResults, ...JSON.parse(readFileSync(unhandledFile, 'utf8')) };
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
 * tried once more, alone; and any file whose process ended, which the machine may have done. A unit test that failed has
 * no such excuse, nor has an error of which nobody knows where it came from.
 */
function toTryAgain({ files, unhandled }) {
  const names = [
    ...files.filter((file) => failuresOf(file) > 0).map(({ name }) => name),
    ...unhandled.map(({ file }) => file ?? ''),
  ];
  const failed = [...new Set(names)].map((name) => relative(root, name));
  const died = new Set(unhandled.filter(({ isDeath }) => isDeath).map(({ file }) => relative(root, file ?? '')));
  const mayBeTried = (name) => /^[^/]+\/test\//.test(name) || (name !== '' && died.has(name));
  return failed.length <= secondTriesMax && failed.every(mayBeTried) ? failed : [];
}

/** What the files of the second try say stands in the place of what they said before, if they said anything. */
function replaced(first, second) {
  const anew = new Set(second.files.map(({ name }) => name));
  return { ...second, files: [...first.files.filter(({ name }) => !anew.has(name)), ...second.files] };
}

/** What passed at the second try only wants looking at as well. */
function tellOfFailures(first, second) {
  const isWell = first.code === 0 && first.unhandled.length === 0;
  for (const [tried, outcome] of [
    [first, second === null ? 'FAILED' : 'failed at the first try'],
    [second, 'FAILED TWICE'],
  ]) {
    for (const file of tried?.files.filter((one) => failuresOf(one) > 0) ?? []) tellOfFile(file, tried, outcome);
    for (const { message, file } of tried?.unhandled ?? [])
      tellOfFailure(`${outcome}, caught by no test: ${file === null ? 'no file' : relative(root, file)}`, message);
  }
  if (!isWell) tellOfMachine();
}

function tellOfFile(file, { suites }, outcome) {
  const title = `${outcome}: ${relative(root, file.name)}`;
  const errors = suites.filter((suite) => suite.file === file.name);
  for (const { name, message } of errors) tellOfFailure(`${title}: ${name}`, message);
  const failed = file.assertionResults.filter(({ status }) => status === 'failed');
  for (const { fullName, failureMessages } of failed)
    tellOfFailure(`${title}: ${fullName}`, failureMessages.join('\n'));
  const left = file.assertionResults.filter(({ status }) => status !== 'failed' && status !== 'passed').length;
  if (left > 0 || errors.length + failed.length === 0)
    tellOfFailure(`${title}: ${left} tests did not run`, file.message);
}

/** A process that was ended from outside ended for want of something. */
function tellOfMachine() {
  const gigabytes = (bytes) => `${(bytes / 2 ** 30).toFixed(1)} GB`;
  const { bavail, bsize } = statfsSync(tmpdir());
  say(
    `The machine: ${availableParallelism()} processors, load ${loadavg()[0].toFixed(1)}; ${gigabytes(freemem())} of ` +
      `${gigabytes(totalmem())} memory free; ${gigabytes(bavail * bsize)} free in ${tmpdir()}; Node ${process.version}.`,
  );
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
