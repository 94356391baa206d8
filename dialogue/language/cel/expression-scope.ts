/** What a condition, value or text may speak of at its place in a dialogue, and what speaking of it brings along. */
import type { Sensitivity } from '../../compiled.ts';
import type { RecordShape } from './shape.ts';

/** The names at the beginning of a path. A null one exists elsewhere, and is not to be had here. */
export interface ExpressionScope {
  readonly fact: RecordShape | null;
  readonly line: RecordShape | null;
  /** Where `line` is the fact's own single line, as in `basket.added`. */
  readonly lineOfFact: boolean;
  readonly entry: RecordShape | null;
  readonly answers: RecordShape | null;
  readonly rewards: RecordShape | null;
  readonly customer: RecordShape | null;
  readonly visit: RecordShape | null;
  readonly store: RecordShape | null;
  readonly variants: readonly string[] | null;
  readonly now: boolean;
  readonly measures: ReadonlyMap<string, MeasureName>;
  readonly zones: readonly string[] | null;
  readonly departments: readonly string[] | null;
  /** Tags and departments whose mention makes a message sensitive. */
  readonly sensitiveTags: readonly string[];
}

export interface MeasureName {
  readonly index: number;
  readonly sensitivity: Sensitivity;
}

export const rootNames = [
  'fact',
  'line',
  'entry',
  'answers',
  'rewards',
  'customer',
  'visit',
  'store',
  'variant',
  'now',
] as const;

/** Collected while expressions and texts are checked. */
export interface Uses {
  /** "line.id" for `entry.line.id`. */
  readonly entryPaths: Set<string>;
  sensitivity: Sensitivity;
}

export function noUses(): Uses {
  return { entryPaths: new Set(), sensitivity: 'public' };
}

/** Reports a problem at [start, end) of the expression. */
export type Report = (code: string, start: number, end: number, message: string, hint?: string) => void;

/** Why a name that exists elsewhere is not to be had here. */
export const absentReasons: Readonly<Record<string, string>> = {
  fact: '`fact` is the fact being handled; here none is. What let the run in is `entry`',
  line: '`line` is the line being tried, and stands only in anyLine',
  entry: '`entry` is what let a run in; here no run has begun',
  answers: '`answers` belong to a run; here none has begun',
  rewards: '`rewards` belong to a run; here none has begun',
  visit: '`visit` is not to be had here',
  customer: '`customer` is not to be had here',
  store: '`store` is not to be had here',
  variant: '`variant` needs a dialogue with variants',
  now: '`now` is not to be had here: measures are counted once, when the fact happens',
};
