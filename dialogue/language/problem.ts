/**
 * What is wrong with a source file, where, and what to do about it. Owns the shape of a problem, the list that collects
 * them and its order; turning them into code frames is `code-frame.ts`.
 */

export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Closed, in kebab-case, for tools and tests. */
  readonly code: string;
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly length: number;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Offsets in the text of one file: [start, end). */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** More than this in one file is noise: the rest is left out, and a last entry says so. */
const problemsPerFileMax = 100;

/** Where a reader has nothing better to say: every problem has a way out. */
const waysOut: Readonly<Record<string, string>> = {
  'bad-name': 'letters, digits and hyphens, a letter first',
  'bad-number': 'write digits alone, without a unit',
  'number-too-large': 'count in larger units',
  'unknown-field': 'docs/language.md lists what can be spoken of where',
  'wrong-kind': 'compare numbers with numbers, texts with texts',
  'expected-map': 'write each as name: value, on a line of its own, indented',
  'expected-text': 'write the words, between quotation marks if they hold punctuation',
};
const lastResort = 'docs/language.md shows an example of each construct';

/** Collects the problems of one file. */
export class ProblemList {
  readonly path: string;
  readonly text: string;
  readonly #found: Problem[] = [];
  #lineStarts: number[] | null = null;
  #leftOut = 0;
  hasErrors = false;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  error(code: string, at: Place, message: string, hint?: string): void {
    this.hasErrors = true;
    this.#add('error', code, at, message, hint ?? waysOut[code] ?? lastResort);
  }

  warn(code: string, at: Place, message: string, hint?: string): void {
    this.#add('warning', code, at, message, hint ?? waysOut[code] ?? lastResort);
  }

  #add(severity: Problem['severity'], code: string, at: Place, message: string, hint: string): void {
    if (this.#found.length >= problemsPerFileMax) {
      this.#leftOut += 1;
      return;
    }
    const start = Math.max(0, Math.min(at.start, this.text.length));
    const { line, column } = this.positionOf(start);
    const lineEnd = this.text.indexOf('\n', start);
    const end = Math.min(Math.max(at.end, start + 1), lineEnd === -1 ? this.text.length : lineEnd);
    const length = Math.max(1, end - start);
    this.#found.push({ severity, code, path: this.path, line, column, length, message, hint });
  }

  /** Line and column, from 1, of an offset. */
  positionOf(offset: number): { line: number; column: number } {
    this.#lineStarts ??= findLineStarts(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  }

  /** In the order of the file; the same place and code is said once. */
  sorted(): readonly Problem[] {
    const once = new Map(this.#found.map((each) => [`${each.line}:${each.column}:${each.code}`, each]));
    const list = [...once.values()].sort(byPlace);
    if (this.#leftOut > 0) list.push(leftOutNote(list.at(-1) as Problem, this.#leftOut));
    return list;
  }
}

export function byPlace(a: Problem, b: Problem): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

function leftOutNote(last: Problem, count: number): Problem {
  return {
    ...last,
    severity: 'warning',
    code: 'more-problems',
    message: `${count} more in this file are left out`,
    hint: 'correct these first',
  };
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
