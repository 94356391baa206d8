/**
 * The files of a release as they were checked together, and what becomes of that when some of them change. Where a file
 * is the very one of last time nothing of it is looked at: of ten thousand, one was edited, and fetching the others
 * from memory would take longer than compiling that one.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { CompiledDialogue } from '../compiled.ts';
import type { SourceFile } from './compile.ts';
import type { DialogueDraft } from './dialogue-reader.ts';
import { type Problem, ProblemList } from './problem.ts';

/** What is known of one file's text, under one house. */
export interface Checked {
  readonly file: SourceFile;
  readonly hash: Uint8Array;
  readonly draft: DialogueDraft | null;
  readonly problems: readonly Problem[];
  linked: CompiledDialogue | null;
}

/** Files whose hashes are hashed together, and again only when one of them has changed. */
const hashGroupSize = 128;

export class CheckedFiles {
  readonly files: readonly SourceFile[];
  /** Each in the place of its file. */
  readonly checked: readonly Checked[];
  /** Of all files, in their order. */
  readonly problems: readonly Problem[];
  /** Names that two files share. */
  readonly duplicates: readonly Problem[];
  readonly groupHashes: readonly Uint8Array[];
  readonly #dialogues: CompiledDialogue[];
  /** Where `#dialogues` still has those of before, or none. */
  #unlinked: readonly number[];

  /** `before`: the same files, or others, some time ago; null: nothing is known. */
  constructor(before: CheckedFiles | null, files: readonly SourceFile[], check: (file: SourceFile) => Checked) {
    const { checked, changed } = checkEach(before, files, check);
    const places = before !== null && before.files.length === files.length ? changed : null;
    this.files = [...files];
    this.checked = checked;
    if (before === null || places === null) {
      this.problems = checked.flatMap(({ problems }) => problems);
      this.duplicates = findDuplicates(checked);
      this.#dialogues = [];
      this.#unlinked = [...checked.keys()];
    } else {
      const isClean = places.every((place) => hasNone(checked[place]) && hasNone(before.checked[place]));
      const areNamesKept = places.every((place) => nameOf(checked[place]) === nameOf(before.checked[place]));
      this.problems = isClean ? before.problems : checked.flatMap(({ problems }) => problems);
      // Where there are any, they may have moved within their files.
      const isUnique = areNamesKept && before.duplicates.length === 0;
      this.duplicates = isUnique ? before.duplicates : findDuplicates(checked);
      this.#dialogues = [...before.#dialogues];
      this.#unlinked = [...before.#unlinked, ...places];
    }
    this.groupHashes = hashGroups(checked, before);
  }

  /** Only where no file has an error. */
  dialogues(link: (draft: DialogueDraft) => CompiledDialogue): readonly CompiledDialogue[] {
    for (const place of this.#unlinked) {
      const each = this.checked[place] as Checked;
      each.linked ??= link(each.draft as DialogueDraft);
      this.#dialogues[place] = each.linked;
    }
    this.#unlinked = [];
    return this.#dialogues;
  }
}

/**
 * What each file comes to, and the places where that is another than before. A loop that looks at what it must: of ten
 * thousand files one has changed, and the first change after a start is to be as quick as any.
 */
function checkEach(
  before: CheckedFiles | null,
  files: readonly SourceFile[],
  check: (file: SourceFile) => Checked,
): { checked: Checked[]; changed: number[] } {
  const checked = before?.checked.slice(0, files.length) ?? [];
  const changed: number[] = [];
  const known = { byPath: null as Map<string, Checked> | null };
  for (let place = 0; place < files.length; place += 1) {
    const file = files[place] as SourceFile;
    if (before?.files[place] === file) continue;
    const there = before?.checked[place];
    if (there && isSameFile(there.file, file)) continue;
    changed.push(place);
    // The same file with another text; else it may have stood in another place.
    const isHere = there?.file.path === file.path;
    checked[place] = (isHere || before === null ? null : movedFrom(before, file, known)) ?? check(file);
  }
  return { checked, changed };
}

function movedFrom(
  { checked }: CheckedFiles,
  { path, text }: SourceFile,
  known: { byPath: Map<string, Checked> | null },
): Checked | null {
  known.byPath ??= new Map(checked.map((each) => [each.file.path, each]));
  const found = known.byPath.get(path);
  return found?.file.text === text ? found : null;
}

function isSameFile(one: SourceFile, other: SourceFile): boolean {
  return one.path === other.path && one.text === other.text;
}

function hasNone(checked: Checked | undefined): boolean {
  return checked?.problems.length === 0;
}

/** Of its dialogue; null where it cannot be read. */
function nameOf(checked: Checked | undefined): string | null {
  return checked?.draft?.plan.name ?? null;
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

function hashGroups(checked: readonly Checked[], before: CheckedFiles | null): readonly Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let start = 0; start < checked.length; start += hashGroupSize) {
    const end = Math.min(start + hashGroupSize, checked.length);
    const known = before?.groupHashes[start / hashGroupSize];
    hashes.push(
      known && isSameGroup(checked, before as CheckedFiles, { start, end }) ? known : hashOf(checked, start, end),
    );
  }
  return hashes;
}

function isSameGroup(
  checked: readonly Checked[],
  { checked: before }: CheckedFiles,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  for (let place = start; place < end; place += 1) if (checked[place] !== before[place]) return false;
  // A last group that has lost its end is another one.
  return end - start === hashGroupSize || before.length === end;
}

function hashOf(checked: readonly Checked[], start: number, end: number): Uint8Array {
  const hash = sha256.create();
  for (let place = start; place < end; place += 1) hash.update((checked[place] as Checked).hash);
  return hash.digest();
}
