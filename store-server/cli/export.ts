/**
 * `npm run export -- --data DIR [--day YYYY-MM-DD] > facts.ndjson`: a recorded store day, fit to leave the store's box
 * and to be rehearsed against. Reads beside a running store; writes nothing but its standard output.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { openJournalView } from '../journal/journal-view.ts';
import { exportDay, leftOut } from '../rehearsal/export-day.ts';
import { dayLines } from '../rehearsal/recorded-day.ts';
import { ReleaseShelf } from '../releases/release-shelf.ts';
import { readStoreCard } from '../store-card.ts';

interface Options {
  readonly data: string;
  readonly day?: string;
  readonly attributes: readonly string[];
}

const told = `
The file has a line for each thing: {"day": …}, {"release": …}, {"person": …}, {"before": …} (a fact of an earlier
day that the journal still has), and then the day's facts in journal order, as they are.

Left out:
${leftOut.map((what) => `  * ${what}`).join('\n')}
A person is a number that means nothing outside this store. Attributes and languages are as they are now, not as they
were on the day; consent is as it was before the first fact. Facts that the journal keeps no longer (zones: a week)
are not in the file.`;

/** Runs the command; returns what to exit with. */
export function runExport(
  args: readonly string[],
  printLine: (line: string) => void,
  complain: (text: string) => void,
): number {
  const options = readOptions(args, printLine, complain);
  if (typeof options === 'number') return options;
  const { data, day: date = null, attributes } = options;
  const journal = openJournalView(data);
  if (typeof journal === 'string') {
    complain(journal);
    return 1;
  }
  try {
    const card = readStoreCard(data);
    if (!card) {
      complain(`${join(data, 'store.json')} is missing: start the store once with this version, and it is written.`);
      return 1;
    }
    const { releases } = new ReleaseShelf(join(data, 'releases')).read();
    const day = exportDay({ journal, card, releases, date, alsoAttributes: attributes });
    if (typeof day === 'string') {
      complain(day);
      return 1;
    }
    for (const line of dayLines(day)) printLine(line);
    complain(
      `${day.header.date}: ${day.facts.length} facts, ${day.before.length} from before, ${day.people.length} known people, ` +
        `${day.releases.length} releases; attributes: ${day.header.attributes.join(', ') || 'none'}.`,
    );
    return 0;
  } finally {
    journal.close();
  }
}

function readOptions(
  args: readonly string[],
  printLine: (text: string) => void,
  complain: (text: string) => void,
): Options | number {
  const command = new Command('export')
    .description('A recorded store day as lines of facts, to rehearse dialogues against.')
    .requiredOption('--data <dir>', 'the store’s data folder')
    .option('--day <date>', 'YYYY-MM-DD on the store’s wall; the newest unless said')
    .option('--attributes <names>', 'attributes of people beside those that the releases ask for', listed, [])
    .addHelpText('after', told)
    .exitOverride()
    .configureOutput({ writeErr: (text) => complain(text.trimEnd()), writeOut: (text) => printLine(text.trimEnd()) });
  try {
    return command.parse([...args], { from: 'user' }).opts<Options>();
  } catch (error) {
    return error instanceof CommanderError ? error.exitCode : 1;
  }
}

function listed(text: string): string[] {
  return text.split(',').filter((name) => name !== '');
}

if (import.meta.main) {
  process.exitCode = runExport(
    process.argv.slice(2),
    (line) => printWhole(`${line}\n`),
    (text) => console.error(text),
  );
}

/** A pipe may take a line in parts, and may be full for a moment. */
function printWhole(text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
