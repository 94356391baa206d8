/**
 * The language's front door: a folder of dialogues in, what the engine runs out, or all that is wrong with them.
 *
 * Pure, and quick when little has changed: results are kept for each file by its text, so that a release of ten thousand
 * dialogues is compiled again in milliseconds after one of them was edited. Never throws, whatever the files hold.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Liquid } from 'liquidjs';
import type { CompiledDialogue, CompiledHouse, CompiledMeasure, CompiledRelease } from '../compiled.ts';
import { type DialogueDraft, readDialogue } from './dialogue-reader.ts';
import { type House, readHouse } from './house-reader.ts';
import { deriveFactShapes, type FactShapes } from './house-words.ts';
import { createLinker, type ReleasePlan } from './plan.ts';
import { byPlace, type Problem, ProblemList } from './problem.ts';
import { createLiquid } from './text/liquid.ts';

export { formatProblems } from './code-frame.ts';
export { dialogueJsonSchema } from './json-schema.ts';
export type { Problem } from './problem.ts';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface CompileOptions {
  /** The release's number; 0 for a draft. */
  readonly number: number;
  /** Zones of the floor plan; where given, others are errors. */
  readonly zones?: readonly string[];
  /** Departments of the goods file; where given, others are errors. */
  readonly departments?: readonly string[];
}

export interface CompileResult {
  /** Null if and only if some problem is an error. */
  readonly release: CompiledRelease | null;
  readonly problems: Problem[];
}

/** Compiles without remembering anything. */
export function compileRelease(files: readonly SourceFile[], options: CompileOptions): CompileResult {
  return createCompiler().compile(files, options);
}

export interface Compiler {
  /** As `compileRelease`; files whose text is the same as last time cost next to nothing. */
  compile(files: readonly SourceFile[], options: CompileOptions): CompileResult;
  /** The same as plain data, to be signed and sent. */
  plan(files: readonly SourceFile[], options: CompileOptions): { plan: ReleasePlan | null; problems: Problem[] };
}

export function createCompiler(): Compiler {
  const state = new CompilerState();
  return {
    compile: (files, options) => state.compile(files, options),
    plan: (files, options) => state.plan(files, options),
  };
}

/** Makes of a plan what the engine runs; parses nothing. */
export function linkRelease(plan: ReleasePlan): CompiledRelease {
  const link = createLinker(plan.house, plan.measures);
  return {
    number: plan.number,
    hash: plan.hash,
    house: link<CompiledHouse>(plan.house),
    measures: plan.measures.map((measure) => link<CompiledMeasure>(measure)),
    dialogues: plan.dialogues.map((dialogue) => link<CompiledDialogue>(dialogue)),
  };
}

/** Whether a file is the house, whatever folder it stands in. */
export function isHouseFile(path: string): boolean {
  return /(^|\/)house\.ya?ml$/.test(path);
}

/** What is known of one file's text, under one house. */
interface Checked {
  readonly text: string;
  readonly hash: Uint8Array;
  readonly draft: DialogueDraft | null;
  readonly problems: readonly Problem[];
  readonly hasErrors: boolean;
  linked: CompiledDialogue | null;
}

interface KeptHouse {
  readonly key: string;
  readonly house: House;
  readonly problems: ProblemList;
  readonly link: ReturnType<typeof createLinker>;
  readonly compiled: { house: CompiledHouse; measures: readonly CompiledMeasure[] } | null;
}

class CompilerState {
  readonly #shapes: FactShapes = deriveFactShapes();
  readonly #liquid: Liquid = createLiquid();
  #kept: KeptHouse | null = null;
  #files = new Map<string, Checked>();

  compile(files: readonly SourceFile[], options: CompileOptions): CompileResult {
    const { kept, checked, problems, hash } = this.#check(files, options);
    if (kept.compiled === null || problems.some((problem) => problem.severity === 'error'))
      return { release: null, problems };
    const dialogues = checked.map((each) => {
      each.linked ??= kept.link<CompiledDialogue>((each.draft as DialogueDraft).plan);
      return each.linked;
    });
    return { release: { number: options.number, hash: bytesToHex(hash), ...kept.compiled, dialogues }, problems };
  }

  plan(files: readonly SourceFile[], options: CompileOptions): { plan: ReleasePlan | null; problems: Problem[] } {
    const { kept, checked, problems, hash } = this.#check(files, options);
    if (problems.some((problem) => problem.severity === 'error')) return { plan: null, problems };
    const { plan: house, measures } = kept.house;
    const dialogues = checked.map((each) => (each.draft as DialogueDraft).plan);
    return { plan: { number: options.number, hash: bytesToHex(hash), house, measures, dialogues }, problems };
  }

  #check(files: readonly SourceFile[], options: CompileOptions) {
    const houses = files.filter((file) => isHouseFile(file.path));
    const kept = this.#houseOf(houses[0] ?? null, options);
    const before = this.#files;
    this.#files = new Map();
    const checked: Checked[] = [];
    const problems: Problem[] = [...kept.problems.sorted()];
    for (const file of files) {
      if (isHouseFile(file.path)) continue;
      const known = before.get(file.path);
      const each = known !== undefined && known.text === file.text ? known : this.#checkFile(file, kept.house);
      this.#files.set(file.path, each);
      checked.push(each);
      for (const problem of each.problems) problems.push(problem);
    }
    problems.push(...duplicates(files, checked), ...houses.slice(1).map(secondHouse));
    problems.sort(byPlace);
    return { kept, checked, problems, hash: hashOf(houses[0] ?? null, checked) };
  }

  #houseOf(file: SourceFile | null, options: CompileOptions): KeptHouse {
    const key = JSON.stringify([file?.path, file?.text, options.zones, options.departments]);
    if (this.#kept?.key === key) return this.#kept;
    this.#files = new Map();
    const problems = new ProblemList(file?.path ?? 'house.yaml', file?.text ?? '');
    const house = readHouse(problems, file?.text ?? null, {
      zones: options.zones ?? null,
      departments: options.departments ?? null,
      shapes: this.#shapes,
      liquid: this.#liquid,
    });
    const link = createLinker(house.plan, house.measures);
    const compiled = problems.hasErrors
      ? null
      : {
          house: link<CompiledHouse>(house.plan),
          measures: house.measures.map((measure) => link<CompiledMeasure>(measure)),
        };
    this.#kept = { key, house, problems, link, compiled };
    return this.#kept;
  }

  #checkFile(file: SourceFile, house: House): Checked {
    const problems = new ProblemList(file.path, file.text);
    const draft = this.#readSafely(file, house, problems);
    const hash = sha256(utf8ToBytes(file.text));
    const plan = draft === null ? null : { ...draft, plan: { ...draft.plan, hash: bytesToHex(hash) } };
    return {
      text: file.text,
      hash,
      draft: plan,
      problems: problems.sorted(),
      hasErrors: problems.hasErrors,
      linked: null,
    };
  }

  /** A fault of ours is said as a problem of the file: one dialogue must not keep all others from being checked. */
  #readSafely(file: SourceFile, house: House, problems: ProblemList): DialogueDraft | null {
    try {
      const draft = readDialogue(file.text, { problems, words: house.words, liquid: this.#liquid });
      if (draft === null && !problems.hasErrors) {
        problems.error(
          'unreadable',
          { start: 0, end: 1 },
          'this dialogue cannot be read',
          'compare it with an example of docs/language.md',
        );
      }
      return draft;
    } catch {
      problems.error(
        'unreadable',
        { start: 0, end: 1 },
        'this dialogue cannot be read',
        'make it smaller until it can be read; the part that was removed last is at fault',
      );
      return null;
    }
  }
}

function duplicates(files: readonly SourceFile[], checked: readonly Checked[]): Problem[] {
  const texts = files.filter((file) => !isHouseFile(file.path));
  const first = new Map<string, string>();
  const found: Problem[] = [];
  checked.forEach((each, index) => {
    const file = texts[index] as SourceFile;
    if (each.draft === null) return;
    const { name } = each.draft.plan;
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, file.path);
      return;
    }
    const list = new ProblemList(file.path, file.text);
    list.error(
      'duplicate-dialogue',
      each.draft.nameAt,
      `there is another dialogue "${name}", in ${other}`,
      'give each its own name',
    );
    found.push(...list.sorted());
  });
  return found;
}

function secondHouse(file: SourceFile): Problem {
  const list = new ProblemList(file.path, file.text);
  list.error(
    'second-house',
    { start: 0, end: 1 },
    'there is another house.yaml; a chain has one',
    'remove one of them',
  );
  return list.sorted()[0] as Problem;
}

/** Of house and dialogues, in the order of the files. */
function hashOf(house: SourceFile | null, checked: readonly Checked[]): Uint8Array {
  const hash = sha256.create();
  hash.update(sha256(utf8ToBytes(house?.text ?? '')));
  for (const each of checked) hash.update(each.hash);
  return hash.digest();
}
