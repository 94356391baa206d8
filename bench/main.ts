/**
 * `npm run bench -- [NAME…] [--json] [--long]`: runs the benchmarks, each a file beside this one, and prints what they
 * found. With --json one object and nothing else on standard output (DESIGN section 9); progress goes to standard
 * error. Goals that were missed do not make it fail.
 */
import { readdirSync } from 'node:fs';
import { Command } from 'commander';
import {
  type Bench,
  type BenchOptions,
  type JudgedFigure,
  judge,
  type Report,
  reportText,
} from './measurement/figures.ts';
import { commitName, machineName } from './measurement/surroundings.ts';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .toSorted();

const command = new Command('bench')
  .description('Measures Kairos against its floors and its peers.')
  .argument('[names...]', `which to run: ${names.join(', ')}; all where none is named`)
  .option('--json', 'one JSON object on standard output', false)
  .option('--long', 'more repeats, longer runs', false)
  .parse();

const { json, long } = command.opts<{ json: boolean; long: boolean }>();
const unknown = command.args.filter((name) => !names.includes(name));
if (unknown.length > 0)
  command.error(`There is no benchmark "${unknown.join('", "')}". There are: ${names.join(', ')}.`);

const chosen = command.args.length > 0 ? command.args : names;
const reports: Report[] = [];
for (const name of chosen) {
  const say = (line: string): void => void process.stderr.write(`${name}: ${line}\n`);
  reports.push({ name, commit: commitName(), machine: machineName(), figures: await measured(name, { long, say }) });
  if (!json) process.stdout.write(`${reportText(reports.at(-1) as Report)}\n\n`);
}
if (json) process.stdout.write(`${JSON.stringify(asOne(reports))}\n`);

async function measured(name: string, options: BenchOptions): Promise<JudgedFigure[]> {
  const { run } = (await import(`./${name}.ts`)) as Bench;
  const { figures } = await run(options);
  return figures.map(judge);
}

/** Of several, one object all the same: figures are then called by benchmark and name. */
function asOne(all: readonly Report[]): Report {
  const [first] = all as [Report];
  if (all.length === 1) return first;
  const figures = all.flatMap(({ name, figures: own }) => own.map((one) => ({ ...one, name: `${name}.${one.name}` })));
  return { ...first, name: 'all', figures };
}
