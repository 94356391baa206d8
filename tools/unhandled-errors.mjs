/**
 * A reporter for Vitest that leaves the errors which no test caught in the file that `KAIROS_UNHANDLED` names, a JSON
 * array of `{ message, file }`: its JSON report does not tell of them. `file` is the test's while which it came, null
 * where nobody knows.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';

export default class UnhandledErrors {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.KAIROS_UNHANDLED;
    if (!file) return;
    const names = modules.map(({ moduleId }) => moduleId);
    writeFileSync(file, JSON.stringify(unhandledErrors.map((error) => toldOf(error, names))));
  }
}

function toldOf(error, names) {
  const message = messagesOf(error).join(': ');
  // Of a worker that ended, only the words tell.
  return { message, file: error.VITEST_TEST_PATH ?? names.find((name) => message.includes(name)) ?? null };
}

function messagesOf(error) {
  return error ? [String(error.stack ?? error.message ?? error), ...messagesOf(error.cause)] : [];
}
