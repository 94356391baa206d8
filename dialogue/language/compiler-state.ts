/**
 * What a compiler remembers from one time to the next: the house, and each file's plan under it. A change of house.yaml
 * or of the floor plan forgets all of it, because every dialogue is read in their words.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Liquid } from 'liquidjs';
import type { CompiledDialogue, CompiledHouse, CompiledMeasure } from '../compiled.ts';
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

/** What is known of one file's text, under one house. */
interface Checked {
  readonly file: SourceFile;
  readonly hash: Uint8Array;
  readonly draft: DialogueDraft | null;
  readonly problems: readonly Problem[];
  linked: CompiledDialogue | null;
}

interface KeptHouse {
  readonly key: string;
  readonly house: House;
  readonly problems: readonly Problem[];
  readonly link: ReturnType<typeof createLinker>;
  readonly compiled: { house: CompiledHouse; measures: readonly CompiledMeasure[] } | null;
  readonly hash: Uint8Array;
}

/** Files whose hashes are hashed together, and again only when one of them has changed. */
const hashGroupSize = 128;

interface Round {
  readonly checked: readonly Checked[];
  /** Names that two files share. */
  readonly duplicates: readonly Problem[];
  readonly groupHashes: readonly Uint8Array[];
}

const noRound: Round = { checked: [], duplicates: [], groupHashes: [] };

export class CompilerState {
  readonly #shapes: FactShapes = deriveFactShapes();
  readonly #liquid: Liquid = createLiquid();
  #kept: KeptHouse | null = null;
  #last: Round = noRound;

  compile(files: readonly SourceFile[], options: CompileOptions): CompileResult {
    const { kept, checked, problems, hash } = this.#check(files, options);
    if (kept.compiled === null || problems.some(isError)) return { release: null, problems };
    const dialogues = checked.map((each) => {
      each.linked ??= kept.link<CompiledDialogue>((each.draft as DialogueDraft).plan);
      return each.linked;
    });
    return { release: { number: options.number, hash, ...kept.compiled, dialogues }, problems };
  }

  plan(files: readonly SourceFile[], options: CompileOptions): PlanResult {
    const { kept, checked, problems, hash } = this.#check(files, options);
    if (problems.some(isError)) return { plan: null, problems };
    const { plan: house, measures } = kept.house;
    const dialogues = checked.map((each) => (each.draft as DialogueDraft).plan);
    return { plan: { number: options.number, hash, house, measures, dialogues }, problems };
  }

  #check(files: readonly SourceFile[], options: CompileOptions) {
    const houses = files.filter((file) => isHouseFile(file.path));
    const kept = this.#houseOf(houses[0] ?? null, options);
    const round = this.#checkAll(
      houses.length === 0 ? files : files.filter((file) => !isHouseFile(file.path)),
      kept.house,
    );
    this.#last = round;
    const problems: Problem[] = [...kept.problems];
    for (const each of round.checked) for (const problem of each.problems) problems.push(problem);
    problems.push(...round.duplicates, ...houses.slice(1).map(secondHouse));
    problems.sort(byPlace);
    const hash = sha256.create().update(kept.hash);
    for (const group of round.groupHashes) hash.update(group);
    return { kept, checked: round.checked, problems, hash: bytesToHex(hash.digest()) };
  }

  #checkAll(files: readonly SourceFile[], house: House): Round {
    const last = this.#last;
    let byPath: Map<string, Checked> | null = null;
    let sameNames = files.length === last.checked.length;
    const checked = files.map((file, index): Checked => {
      const there = last.checked[index];
      if (there?.file.path === file.path && there.file.text === file.text) return there;
      byPath ??= new Map(last.checked.map((each) => [each.file.path, each]));
      const known = byPath.get(file.path);
      const each = known !== undefined && known.file.text === file.text ? known : this.#checkFile(file, house);
      sameNames &&= there?.file.path === file.path && there.draft?.plan.name === each.draft?.plan.name;
      return each;
    });
    const duplicates = sameNames ? last.duplicates : findDuplicates(checked);
    return { checked, duplicates, groupHashes: hashGroups(checked, last) };
  }

  #houseOf(file: SourceFile | null, options: CompileOptions): KeptHouse {
    const key = JSON.stringify([file?.path, file?.text, options.zones, options.departments]);
    if (this.#kept?.key === key) return this.#kept;
    this.#last = noRound;
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

function findDuplicates(checked: readonly Checked[]): readonly Problem[] {
  const first = new Map<string, string>();
  const found: Problem[] = [];
  for (const { file, draft } of checked) {
    if (draft === null) continue;
    const { name } = draft.plan;
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, file.path);
      continue;
    }
    const list = new ProblemList(file.path, file.text);
    list.error(
      'duplicate-dialogue',
      draft.nameAt,
      `there is another dialogue "${name}", in ${other}`,
      'give each its own name',
    );
    found.push(...list.sorted());
  }
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

function hashGroups(checked: readonly Checked[], last: Round): readonly Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let start = 0; start < checked.length; start += hashGroupSize) {
    const group = checked.slice(start, start + hashGroupSize);
    const before = last.groupHashes[start / hashGroupSize];
    const isSame = before !== undefined && group.every((each, index) => last.checked[start + index] === each);
    hashes.push(isSame && isFull(group, last, start) ? before : hashOf(group));
  }
  return hashes;
}

/** A last group that has lost its end is another one. */
function isFull(group: readonly Checked[], last: Round, start: number): boolean {
  return group.length === hashGroupSize || last.checked.length === start + group.length;
}

function hashOf(group: readonly Checked[]): Uint8Array {
  const hash = sha256.create();
  for (const each of group) hash.update(each.hash);
  return hash.digest();
}
