/**
 * `npm run fuzz -- [--inputs N] [--seed S] [FAMILY…]`: so many inputs (1,000,000) to the parser of each serial family,
 * and after each a good frame, which has to be read. Exit 1 where one was not. CI runs a short form (`families.test.ts`).
 */
import { parseArgs } from 'node:util';
import type { ReaderKind } from '../readers/families.ts';
import { fuzzParser } from './fuzz-parser.ts';
import { kinds } from './parser-trial.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const unknown = positionals.filter((name) => !(kinds as string[]).includes(name));
if (!Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(seed) || unknown.length > 0) {
  console.error(`Usage: npm run fuzz -- [--inputs N] [--seed S] [${kinds.join(' | ')}]`);
  process.exit(1);
}
for (const kind of positionals.length > 0 ? (positionals as ReaderKind[]) : kinds) {
  const { missed } = fuzzParser(kind, { inputs, seed });
  console.log(`${kind}: ${inputs} inputs, seed ${seed}: no crash, ${missed} good frames missed`);
  if (missed > 0) process.exitCode = 1;
}
