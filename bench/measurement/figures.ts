/**
 * What a benchmark says, and how it is judged: figures by name, each with the goal that an issue set for it, if any.
 * The shape of the printed object is fixed by DESIGN section 9.
 */

/** What a benchmark hands back; whether the goal was met is judged in one place, here. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** "x" for a ratio, otherwise "us", "ms", "MB", "count", … */
  readonly unit: string;
  /** "<= 1.15", "< 1000", ">= 10000"; null where none is set yet. */
  readonly goal: string | null;
  /** The lowest and the highest of the repeats; null for what was counted once. */
  readonly spread: readonly [number, number] | null;
}

export interface BenchOptions {
  /** More repeats, longer runs. */
  readonly long: boolean;
  /** Progress, for people: standard error. */
  readonly say: (line: string) => void;
}

export interface BenchResult {
  readonly figures: readonly Figure[];
}

/** What `bench/<name>.ts` exports. */
export interface Bench {
  run(options: BenchOptions): Promise<BenchResult>;
}

export interface JudgedFigure extends Figure {
  readonly met: boolean | null;
}

export interface Report {
  readonly name: string;
  readonly commit: string;
  readonly machine: string;
  readonly figures: readonly JudgedFigure[];
}

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
  '=': (value, bound) => value === bound,
};

/** Throws where a goal cannot be read: a goal that nobody understands would never be missed. */
export function judge(figure: Figure): JudgedFigure {
  if (figure.goal === null) return { ...figure, met: null };
  const [sign = '', bound = '', ...rest] = figure.goal.split(' ');
  const compare = comparisons[sign];
  if (compare === undefined || rest.length > 0 || bound === '' || Number.isNaN(Number(bound))) {
    throw new Error(`${figure.name}: the goal "${figure.goal}" is not a sign (< <= > >= =), a blank and a number`);
  }
  return { ...figure, met: compare(figure.value, Number(bound)) };
}

/** Three significant digits, so that two reports can be compared by eye; whole numbers stay whole. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

/** A table for people. */
export function reportText({ name, commit, machine, figures }: Report): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${rounded(figure.value)} ${figure.unit}`,
    figure.spread === null ? '' : `${rounded(figure.spread[0])} … ${rounded(figure.spread[1])}`,
    figure.goal === null ? '' : `${figure.goal} ${figure.unit}`,
    figure.met === null ? '' : figure.met ? 'met' : 'MISSED',
  ]);
  const head = ['figure', 'value', 'spread', 'goal', ''];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [`${name} at ${commit}, ${machine}`, '', line(head), ...rows.map(line)].join('\n');
}
