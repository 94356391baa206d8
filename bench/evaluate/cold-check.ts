/**
 * A process that does one thing once, from cold, with ten thousand dialogues, and prints how long it took: `yaml`
 * (the parser alone, every file), or `check` (all that `npm run check` does, reading files apart).
 */
import { createCompiler } from '@kairos/dialogue/language/compile.ts';
import { LineCounter, parseDocument } from 'yaml';
import { dialogueFiles, house } from './dialogues.ts';
import { makeRules, zoneNames } from './rules.ts';
import { cpuUs } from './timing.ts';

const [what, count] = process.argv.slice(2);
const zones = zoneNames(1000);
const files = [...dialogueFiles(makeRules(Number(count), zones))].map(([path, text]) => ({ path, text }));
files.push({ path: 'house.yaml', text: house });

const started = cpuUs();
const problems = what === 'yaml' ? parseAll() : checkAll();
const ms = (cpuUs() - started) / 1000;
if (problems.length > 0)
  throw new Error(`The dialogues of the benchmark have problems: ${problems.slice(0, 3).join('\n')}`);
process.stdout.write(JSON.stringify({ ms }));

function parseAll(): string[] {
  return files.flatMap(({ text }) =>
    parseDocument(text, { lineCounter: new LineCounter() }).errors.map((error) => error.message),
  );
}

function checkAll(): string[] {
  const { problems: found } = createCompiler().compile(files, { number: 1, zones });
  return found.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}
