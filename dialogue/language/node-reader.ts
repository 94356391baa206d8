/**
 * Reads the nodes of one file's YAML as what they are meant to be: maps with known names, words of a closed list,
 * spans, shares. Each function returns the value, or null after it has said what is wrong, where and what to write;
 * so callers go on, and all problems of a file are found at once.
 */
import { isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Rate, Span } from '../compiled.ts';
import { parseMinuteOfDay, parseRate, parseShare, parseSpan, spanForms } from './amounts.ts';
import type { Place, ProblemList } from './problem.ts';
import { didYouMean, listed } from './suggest.ts';
import { placeOf } from './yaml-source.ts';

/** A name with its value, as it stands in a map. */
export interface Field {
  readonly name: string;
  readonly at: Place;
  readonly value: Node | null;
}

export type Fields = ReadonlyMap<string, Field>;

/** Names of steps: conditions speak of them as `answers.NAME`. */
export const stepNamePattern = /^[a-z][A-Za-z0-9]{0,39}$/;
export const authorNamePattern = /^[A-Za-z][A-Za-z0-9-]{0,59}$/;

/** The place of a field's value, or of its name where it has none. */
export function placeOfField(field: Field): Place {
  return isEmpty(field.value) ? field.at : placeOf(field.value);
}

export function isEmpty(node: Node | null | undefined): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** A map's fields; unknown names are errors. `allowed` null: any name will do. */
export function readFields(
  node: Node | null,
  what: string,
  allowed: readonly string[] | null,
  problems: ProblemList,
  at?: Place,
): Fields | null {
  if (!isMap(node)) {
    const place = isEmpty(node) && at !== undefined ? at : placeOf(node);
    const names = allowed === null ? 'names with values' : `names such as ${listed(allowed.slice(0, 4))}`;
    problems.error('expected-map', place, `${what} holds ${names}, each with ": " and a value`);
    return null;
  }
  const fields = new Map<string, Field>();
  for (const pair of (node as YAMLMap).items) readPair(pair as Pair, fields, what, allowed, problems);
  return fields;
}

function readPair(
  pair: Pair,
  fields: Map<string, Field>,
  what: string,
  allowed: readonly string[] | null,
  problems: ProblemList,
): void {
  const key = pair.key as Node;
  const at = placeOf(key);
  if (!isScalar(key)) {
    problems.error('expected-name', at, `a name is expected here, in ${what}`, 'a list or a map cannot be a name');
    return;
  }
  const name = String(key.source ?? key.value);
  if (name === '<<') {
    problems.error('alias', at, '"<<" merges maps in YAML; dialogues do without', 'write the values out');
    return;
  }
  if (fields.has(name)) {
    problems.error(
      'duplicate-name',
      at,
      `"${name}" stands twice in ${what}`,
      'remove one of them, or give it another name',
    );
    return;
  }
  if (allowed !== null && !allowed.includes(name)) {
    problems.error('unknown-name', at, `${what} knows no "${name}"`, hintForUnknown(name, allowed));
    return;
  }
  fields.set(name, { name, at, value: (pair.value ?? null) as Node | null });
}

function hintForUnknown(name: string, allowed: readonly string[]): string | undefined {
  if (/[()<>=&|"']/.test(name)) return "a condition with a comma inside { } is quoted: '…'";
  return didYouMean(name, allowed);
}

/** The items of a list; a single value stands for a list of one. */
export function readItems(node: Node | null): readonly Node[] {
  if (isSeq(node)) return node.items.filter((item): item is Node => item !== null) as Node[];
  return isEmpty(node) ? [] : [node as Node];
}

/** Any scalar, as the author wrote it. */
export function textOf(node: Node | null): string | null {
  if (!isScalar(node) || node.value === null) return null;
  const scalar = node as Scalar;
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? String(scalar.value));
}

export function readText(field: Field, what: string, problems: ProblemList): string | null {
  const text = textOf(field.value);
  if (text === null || text.trim() === '') {
    problems.error('expected-text', placeOfField(field), `${what} is a text`);
    return null;
  }
  return text;
}

/** One of a closed list of words. */
export function readWord<Word extends string>(
  field: Field,
  what: string,
  words: readonly Word[],
  problems: ProblemList,
): Word | null {
  const text = textOf(field.value);
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  const said = text === null ? 'nothing that can be read' : `"${text}"`;
  problems.error('unknown-word', placeOfField(field), `${what} is ${said}`, didYouMean(text ?? '', words));
  return null;
}

/** Tables are kept by names: those that every object of JavaScript has are nobody's. */
export function isName(text: string, pattern: RegExp): boolean {
  return pattern.test(text) && !(text in Object.prototype);
}

/** A name that conditions, journals and people use. */
export function readName(
  field: Field,
  what: string,
  pattern: RegExp,
  form: string,
  problems: ProblemList,
): string | null {
  const text = textOf(field.value);
  if (text !== null && isName(text, pattern)) return text;
  const isTaken = text !== null && text in Object.prototype;
  problems.error('bad-name', placeOfField(field), isTaken ? `${what} cannot be "${text}"` : `${what} is ${form}`);
  return null;
}

export function readSpan(field: Field, what: string, problems: ProblemList): Span | null {
  const text = textOf(field.value);
  const span = text === null ? null : parseSpan(text);
  if (span === null) {
    problems.error(
      'bad-span',
      placeOfField(field),
      `${what} is a length of time`,
      `write it as ${spanForms} (up to ten years)`,
    );
  }
  return span;
}

export function readRate(field: Field, what: string, problems: ProblemList): Rate | null {
  const text = textOf(field.value);
  const rate = text === null ? null : parseRate(text);
  if (rate === null)
    problems.error(
      'bad-rate',
      placeOfField(field),
      `${what} is a number in a length of time`,
      'write it as "1 per 90d"',
    );
  return rate;
}

/** A share in parts of `whole`. */
export function readShare(field: Field, what: string, whole: number, problems: ProblemList): number | null {
  const text = textOf(field.value);
  const share = text === null ? null : parseShare(text, whole);
  if (share === null)
    problems.error('bad-share', placeOfField(field), `${what} is a share of 100 %`, 'write it as "10%"');
  return share;
}

export function readMinuteOfDay(field: Field, what: string, problems: ProblemList): number | null {
  const text = textOf(field.value);
  const minutes = text === null ? null : parseMinuteOfDay(text);
  if (minutes === null)
    problems.error('bad-time', placeOfField(field), `${what} is a time of day`, 'write it as "9:00" or "21:30"');
  return minutes;
}

export function readWhole(field: Field, what: string, min: number, max: number, problems: ProblemList): number | null {
  const text = textOf(field.value);
  const value = text !== null && /^-?\d{1,12}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  problems.error('bad-number', placeOfField(field), `${what} is a whole number from ${min} to ${max}`);
  return null;
}

/** An amount in the store's currency, at most two decimals; returned in minor units. */
export function readMoney(field: Field, what: string, problems: ProblemList): number | null {
  const text = textOf(field.value)?.trim() ?? '';
  if (/^\d{1,7}(\.\d{1,2})?$/.test(text)) return Math.round(Number(text) * 100);
  problems.error('bad-number', placeOfField(field), `${what} is an amount of money`, 'write it as 40 or 39.90');
  return null;
}

export function readFlag(field: Field, what: string, problems: ProblemList): boolean | null {
  const text = textOf(field.value);
  if (text === 'true' || text === 'yes') return true;
  if (text === 'false' || text === 'no') return false;
  problems.error('expected-flag', placeOfField(field), `${what} is true or false`);
  return null;
}
