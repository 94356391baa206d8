/**
 * A reporter for Vitest that leaves in the file which `KAIROS_UNHANDLED` names what its JSON report does not tell:
 * `unhandled`, errors that no test caught, `{ message, file, isDeath }` (`file`: the test's while which it came, null where
 * nobody knows; `isDeath`: the process that ran it ended), and `suites`, errors of what comes before and after tests,
 * `{ message, file, name }`.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';

/** Vitest's own words, of a process that ended in the middle of a file or never came up. */
const deaths = /Worker exited unexpectedly|emitted error|(Failed to start|Timeout starting) \w+/;

export default class UnhandledErrors {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.KAIROS_UNHANDLED;
    if (!file) return;
    const unhandled = unhandledErrors.map(toldOf);
    writeFileSync(file, JSON.stringify({ unhandled, suites: modules.flatMap(suiteErrorsOf) }));
  }
}

function suiteErrorsOf(module) {
  return [module, ...module.children.allSuites()].flatMap((suite) =>
    suite.errors().map((error) => ({
      message: messagesOf(error).join(': '),
      file: module.moduleId,
      name: suite === module ? 'before or after its tests' : `before or after "${suite.fullName}"`,
    })),
  );
}

function toldOf(error) {
  const message = messagesOf(error).join(': ');
  const isDeath = deaths.test(message);
  // Of a process that ended, only the words tell.
  const named = isDeath ? (/(\/\S+\.test\.ts)/.exec(message)?.[1] ?? null) : null;
  return { message, file: error.VITEST_TEST_PATH ?? named, isDeath };
}

function messagesOf(error) {
  return error ? [String(error.stack ?? error.message ?? error), ...messagesOf(error.cause)] : [];
}
