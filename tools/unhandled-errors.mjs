/**
 * A reporter for Vitest that leaves the number of errors which no test caught in the file that `KAIROS_UNHANDLED` names:
 * its JSON report does not tell of them.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';

export default class UnhandledErrors {
  onTestRunEnd(_modules, unhandledErrors) {
    const file = process.env.KAIROS_UNHANDLED;
    if (file) writeFileSync(file, `${unhandledErrors.length}\n`);
  }
}
