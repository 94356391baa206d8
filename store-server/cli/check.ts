/**
 * `npm run check -- DIR [--json] [--floor-plan FILE]`: everything that is wrong with a folder of
 * dialogues, all at once, in the order of the files. Exit 1 with errors, 0 otherwise. With `--json` one object is
 * printed, and nothing else on standard output.
 *
 * A folder with a house.yaml is a house of its own, with all that lies below it.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createCompiler,
  formatProblems,
  isHouseFile,
  type Problem,
  type SourceFile,
} from '@kairos/dialogue/language/compile.ts';
import { sourceLengthMax } from '@kairos/dialogue/language/yaml-source.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { surroundings } from './surroundings.ts';

const usage = 'npm run check -- DIR [--json] [--floor-plan FILE]';
/** Deeper folders, or more files, are not a set of dialogues. */
const filesMax = 100_000;
/** Bytes: the longest source that is checked, in the widest characters, and a little more. */
const readLengthMax = sourceLengthMax * 4 + 4;

interface Request {
  readonly folder: string;
  readonly json: boolean;
  readonly floorPlanFile: string | null;
}

interface Outcome {
  readonly files: readonly SourceFile[];
  readonly problems: readonly Problem[];
  readonly dialogues: number;
}

/** Runs the command; returns what to exit with. */
export function runCheck(
  args: readonly string[],
  print: (text: string) => void,
  complain: (text: string) => void,
): number {
  const request = readRequest(args);
  if (typeof request === 'string') {
    complain(request);
    return 1;
  }
  const plan = readPlan(request.floorPlanFile);
  if (typeof plan === 'string') {
    complain(plan);
    return 1;
  }
  const files = readFolder(request.folder);
  if (typeof files === 'string') {
    complain(files);
    return 1;
  }
  const outcome = checkFiles(files, plan);
  const errors = outcome.problems.filter((problem) => problem.severity === 'error').length;
  if (request.json) print(toJson(outcome, errors));
  else print(toText(outcome, errors));
  return errors > 0 ? 1 : 0;
}

function readRequest(args: readonly string[]): Request | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, 'floor-plan': { type: 'string' } },
    });
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) return `Which folder is to be checked? ${usage}`;
    return { folder, json: values.json, floorPlanFile: values['floor-plan'] ?? null };
  } catch (error) {
    return `${error instanceof Error ? error.message : 'These arguments cannot be read.'} ${usage}`;
  }
}

/** Zones and departments of a floor plan; null where none is given; a text where it cannot be read. */
function readPlan(file: string | null): { zones: string[]; departments: string[] } | string | null {
  if (file === null) return null;
  try {
    // What was heard where has no say in a dialogue; the file that the plan may name for it is not looked at.
    const { calibration: _, ...plan } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const parsed = floorPlan.safeParse(plan);
    if (!parsed.success) return `${file} is no floor plan: ${parsed.error.issues[0]?.message ?? 'its form is another'}`;
    const departments = new Set(parsed.data.shelves.flatMap((shelf) => shelf.departments));
    return { zones: parsed.data.zones.map((zone) => zone.id), departments: [...departments] };
  } catch {
    return `${file} cannot be read as JSON: give the file of the store's floor plan`;
  }
}

function readFolder(folder: string): readonly SourceFile[] | string {
  try {
    if (statSync(folder).isFile()) return [readSource(folder, folder)];
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !/node_modules/.test(entry.parentPath))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort();
    if (names.length === 0) return `There are no dialogues (*.yaml) in ${folder}.`;
    if (names.length > filesMax)
      return `There are ${names.length} files in ${folder}; at most ${filesMax} are checked.`;
    return names.map((name) => readSource(join(folder, name), name));
  } catch {
    return `${resolve(folder)} cannot be read: is it the folder with the dialogues?`;
  }
}

/** No more than what will be looked at: a file that is far too large says so all the same. */
function readSource(file: string, path: string): SourceFile {
  if (statSync(file).size <= readLengthMax) return { path, text: readFileSync(file, 'utf8') };
  const buffer = Buffer.alloc(readLengthMax);
  const handle = openSync(file, 'r');
  try {
    return { path, text: buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, 0)) };
  } finally {
    closeSync(handle);
  }
}

function checkFiles(files: readonly SourceFile[], plan: { zones: string[]; departments: string[] } | null): Outcome {
  const houses = new Set(files.filter((file) => isHouseFile(file.path)).map((file) => dirname(file.path)));
  const groups = new Map<string, SourceFile[]>();
  for (const file of files) {
    const house = houseOf(dirname(file.path), houses);
    const group = groups.get(house);
    if (group === undefined) groups.set(house, [file]);
    else group.push(file);
  }
  const problems: Problem[] = [];
  for (const group of groups.values()) {
    const found = createCompiler().compile(group, {
      number: 0,
      ...(plan && { zones: plan.zones, ...departmentsOf(plan) }),
    });
    for (const problem of found.problems) problems.push(problem);
  }
  return { files, problems, dialogues: files.filter((file) => !isHouseFile(file.path)).length };
}

/** A plan whose shelves name no departments says nothing of them. */
function departmentsOf(plan: { departments: string[] }): { departments?: string[] } {
  return plan.departments.length === 0 ? {} : { departments: plan.departments };
}

function houseOf(folder: string, houses: ReadonlySet<string>): string {
  for (let here = folder; ; here = dirname(here)) {
    if (houses.has(here) || here === dirname(here)) return here;
  }
}

/** The report, for whoever was to run these dialogues and cannot. */
export function checkReport(files: readonly SourceFile[], problems: readonly Problem[]): string {
  const dialogues = files.filter((file) => !isHouseFile(file.path)).length;
  return toText({ files, problems, dialogues }, problems.filter(({ severity }) => severity === 'error').length);
}

function toText({ files, problems, dialogues }: Outcome, errors: number): string {
  const warnings = problems.length - errors;
  const frames = problems.length === 0 ? '' : `${formatProblems(problems, files)}\n\n`;
  const verdict =
    errors > 0
      ? 'None of it can be published before the errors are gone.'
      : warnings > 0
        ? 'It can be published.'
        : 'All is well.';
  return `${frames}${count(dialogues, 'dialogue')}, ${count(errors, 'error')}, ${count(warnings, 'warning')}. ${verdict}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function toJson({ problems, dialogues }: Outcome, errors: number): string {
  const figures = [
    { name: 'dialogues', value: dialogues, unit: 'dialogues' },
    { name: 'errors', value: errors, unit: 'problems', goal: '= 0', met: errors === 0 },
    { name: 'warnings', value: problems.length - errors, unit: 'problems' },
  ];
  return JSON.stringify({ name: 'check', ...surroundings(), figures, problems });
}

if (import.meta.main) {
  process.exitCode = runCheck(
    process.argv.slice(2),
    (text) => console.log(text),
    (text) => console.error(text),
  );
}
