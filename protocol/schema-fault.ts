/**
 * What a schema objects to, in words that tell a person what to do, each with its closed reason. A schema may bring
 * words of its own; where it does not, these are better than the library's.
 */
import type { z } from 'zod';
import { closest } from './closest.ts';
import type { ConfigReason } from './config-fault.ts';
import { knownKeys } from './known-keys.ts';

export interface SchemaFault {
  readonly reason: ConfigReason;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const reasonOfCode: Readonly<Record<z.core.$ZodIssue['code'], ConfigReason>> = {
  invalid_type: 'wrong-type',
  too_big: 'out-of-range',
  too_small: 'out-of-range',
  invalid_format: 'bad-form',
  not_multiple_of: 'out-of-range',
  unrecognized_keys: 'unknown-key',
  invalid_union: 'bad-form',
  invalid_key: 'bad-form',
  invalid_element: 'bad-form',
  invalid_value: 'unknown-value',
  custom: 'bad-form',
};

/** One fault for each thing that is wrong. `value` is what was judged; a check may name its reason in its `params`. */
export function schemaFaults(schema: z.ZodType, value: unknown, error: z.ZodError): SchemaFault[] {
  const known = knownKeys(schema);
  return error.issues.flatMap(alternatives).flatMap((issue): SchemaFault[] => {
    const path = issue.path as (string | number)[];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey([...path, key], known(path)));
    }
    const own = valueAt(value, path);
    if (own === undefined) {
      const words = wordsOf(issue);
      return [{ reason: 'missing', path, message: words.startsWith('is missing') ? words : `is missing: ${words}` }];
    }
    const named = issue.code === 'custom' ? (issue.params?.reason as ConfigReason | undefined) : undefined;
    return [{ reason: named ?? reasonOfCode[issue.code], path, message: wordsOf(issue, own) }];
  });
}

/**
 * Of alternatives, the one that was meant says what is wrong with it: the only one that has nothing against the value
 * as a whole. Where there is no such one, the alternatives together say what they allow.
 */
function alternatives(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const fitting = issue.errors.filter((own) =>
    own.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  const [meant] = fitting;
  if (meant !== undefined && fitting.length === 1) {
    return meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const isValue = issue.errors.flat().some(({ code }) => code === 'invalid_value');
  const { path, message } = issue;
  return isValue
    ? [{ code: 'invalid_value', values: [], path, message, input: undefined }]
    : [{ code: 'invalid_type', expected: 'custom', path, message, input: undefined }];
}

export function unknownKey(path: readonly (string | number)[], known: readonly string[]): SchemaFault {
  return {
    reason: 'unknown-key',
    path,
    message: `there is no such key; ${didYouMean(String(path.at(-1)), known) ?? `known here: ${known.join(', ')}`}`,
  };
}

/** 'did you mean "x"?', or null where nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string | null {
  const guess = closest(word, known);
  return guess === null ? null : `did you mean "${guess}"?`;
}

function wordsOf(issue: z.core.$ZodIssue, value?: unknown): string {
  const guess =
    issue.code === 'invalid_value' && typeof value === 'string' ? didYouMean(value, issue.values.map(String)) : null;
  const words = isLibrarys(issue.message) ? ownWords(issue) : issue.message;
  return guess === null ? words : `${words}; ${guess}`;
}

/** The library's own English names types and brackets; it begins with one of these words. */
function isLibrarys(message: string): boolean {
  return /^(Invalid|Too|Unrecognized)\b/.test(message);
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a section with keys of its own',
  record: 'a section with keys of its own',
};

function ownWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `give ${typeWords[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `give one of: ${issue.values.join(', ')}`;
    case 'too_small':
      return `give ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `give ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_format':
      return issue.pattern === undefined ? `is no ${issue.format}` : `must have the form ${issue.pattern}`;
    default:
      return 'has none of the forms that are allowed here';
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' || origin === 'tuple' ? ' entries' : '';
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined),
    root,
  );
}
