/**
 * What a compiler remembers from one time to the next: the house, and each file's plan under it. A change of house.yaml
 * or of the floor plan forgets all of it, because every dialogue is read in their words.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Liquid } from 'liquidjs';
import type { CompiledDialogue, CompiledHouse, CompiledMeasure } from '../compiled.ts';
import { type Checked, CheckedFiles } from './checked-files.ts';
import type { CompileOptions, CompileResult, PlanResult, SourceFile } from './compile.ts';
import { type DialogueDraft, readDialogue } from './dialogue-reader.ts';
import { type House, readHouse } from './house-reader.ts';
import { deriveFactShapes, type FactShapes } from './house-words.ts';
import { createLinker } from './plan.ts';
import { byPlace, type Problem, ProblemList } from './problem.ts';
import { createLiquid } from './text/liquid.ts';

/** Whether a file is the house, whatever folder it stands in. */
export function isHouseFile(path: string): boolean {
  return path.endsWith('house.yaml') && /(^|[/\\])house\.yaml$/.test(path);
}

interface KeptHouse {
  readonly key: string;
  readonly house: House;
  readonly problems: readonly Problem[];
  readonly link: ReturnType<typeof createLinker>;
  readonly compiled: { house: CompiledHouse; measures: readonly CompiledMeasure[] } | null;
  readonly hash: Uint8Array;
}

/** All files but the house, which seldom changes: split as last time where no other file has come or gone. */
interface Split {
  readonly files: readonly SourceFile[];
  readonly houses: readonly SourceFile[];
  readonly others: readonly SourceFile[];
}

export class CompilerState {
  readonly #shapes: FactShapes = deriveFactShapes();
  readonly #liquid: Liquid = createLiquid();
  #kept: KeptHouse | null = null;
  #split: Split | null = null;
  #last: CheckedFiles | null = null;

  compile(files: readonly SourceFile[], options: CompileOptions): CompileResult {
    const { kept, round, problems, hash } = this.#check(files, options);
    if (kept.compiled === null || problems.some(isError)) return { release: null, problems };
    const dialogues = round.dialogues(({ plan }) => kept.link<CompiledDialogue>(plan));
    return { release: { number: options.number, hash, ...kept.compiled, dialogues }, problems };
  }

  plan(files: readonly SourceFile[], options: CompileOptions): PlanResult {
    const { kept, round, problems, hash } = this.#check(files, options);
    if (problems.some(isError)) return { plan: null, problems };
    const { plan: house, measures } = kept.house;
    const dialogues = round.checked.map((each) => (each.draft as DialogueDraft).plan);
    return { plan: { number: options.number, hash, house, measures, dialogues }, problems };
  }

  #check(files: readonly SourceFile[], options: CompileOptions) {
    const { houses, others } = this.#splitFiles(files);
    const kept = this.#houseOf(houses[0] ?? null, options);
    const round = new CheckedFiles(this.#last, others, (file) => this.#checkFile(file, kept.house));
    this.#last = round;
    const problems = [...kept.problems, ...round.problems, ...round.duplicates, ...houses.slice(1).map(secondHouse)];
    problems.sort(byPlace);
    const hash = sha256.create().update(kept.hash);
    for (const group of round.groupHashes) hash.update(group);
    return { kept, round, problems, hash: bytesToHex(hash.digest()) };
  }

  #splitFiles(files: readonly SourceFile[]): Split {
    const last = this.#split;
    const others = last === null ? null : othersOf(files, last);
    this.#split =
      last !== null && others !== null
        ? { files: [...files], houses: last.houses, others }
        : {
            files: [...files],
            houses: files.filter(({ path }) => isHouseFile(path)),
            others: files.filter(({ path }) => !isHouseFile(path)),
          };
    return this.#split;
  }

  #houseOf(file: SourceFile | null, options: CompileOptions): KeptHouse {
    const key = JSON.stringify([file?.path, file?.text, options.zones, options.departments]);
    if (this.#kept?.key === key) return this.#kept;
    this.#last = null;
    const problems = new ProblemList(file?.path ?? 'house.yaml', file?.text ?? '');
    const hash = sha256(utf8ToBytes(file?.text ?? ''));
    const read = this.#readHouseSafely(problems, file, options);
    const house = { ...read, plan: { ...read.plan, hash: bytesToHex(hash) } };
    const link = createLinker(house.plan, house.measures);
    const compiled = problems.hasErrors
      ? null
      : { house: link<CompiledHouse>(house.plan), measures: house.measures.map((each) => link<CompiledMeasure>(each)) };
    this.#kept = { key, house, problems: problems.sorted(), link, compiled, hash };
    return this.#kept;
  }

  #readHouseSafely(problems: ProblemList, file: SourceFile | null, options: CompileOptions): House {
    const { zones = null, departments = null } = options;
    const given = { zones, departments, shapes: this.#shapes, liquid: this.#liquid };
    try {
      return readHouse(problems, file?.text ?? null, given);
    } catch {
      problems.error('unreadable', { start: 0, end: 1 }, 'house.yaml cannot be read');
      return readHouse(new ProblemList('house.yaml', ''), null, given);
    }
  }

  #checkFile(file: SourceFile, house: House): Checked {
    const problems = new ProblemList(file.path, file.text);
    const draft = this.#readSafely(file, house, problems);
    const hash = sha256(utf8ToBytes(file.text));
    const hashed = draft === null ? null : { ...draft, plan: { ...draft.plan, hash: bytesToHex(hash) } };
    return { file, hash, draft: hashed, problems: problems.sorted(), linked: null };
  }

  /** A fault of ours is said as a problem of the file: one dialogue must not keep all others from being checked. */
  #readSafely(file: SourceFile, house: House, problems: ProblemList): DialogueDraft | null {
    const start = { start: 0, end: 1 };
    try {
      const draft = readDialogue(file.text, { problems, words: house.words, liquid: this.#liquid });
      if (draft === null && !problems.hasErrors) problems.error('unreadable', start, 'this dialogue cannot be read');
      return draft;
    } catch {
      const hint = 'make it smaller until it can be read; the part that was removed last is at fault';
      problems.error('unreadable', start, 'this dialogue cannot be read', hint);
      return null;
    }
  }
}

function isError(problem: Problem): boolean {
  return problem.severity === 'error';
}

/** With another text in some places; null where the house, or how many there are, has changed. */
function othersOf(files: readonly SourceFile[], { files: before, houses, others }: Split): SourceFile[] | null {
  if (files.length !== before.length) return null;
  const next = [...others];
  let houseFiles = 0;
  for (let place = 0; place < files.length; place += 1) {
    const file = files[place] as SourceFile;
    const isHouse = houses[houseFiles] === before[place];
    if (isHouse) houseFiles += 1;
    if (file === before[place]) continue;
    if (isHouse || isHouseFile(file.path)) return null;
    next[place - houseFiles] = file;
  }
  return next;
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
