/**
 * From a checked tree to a closure that computes its value. Nothing throws: what cannot be computed (a field that is
 * missing, a sum beyond the safe integers, a division by zero) is null or undefined, and callers treat both as "not
 * known". Reads of the commonest fields have closures of their own, because a property access by a fixed name is
 * several times as fast as one by a name in a variable.
 */
import type { Scalar } from '@kairos/protocol/facts.ts';
import { fromIso } from '@kairos/protocol/time.ts';
import type { Scope } from '../../compiled.ts';
import type { Expression } from './expression-tree.ts';
import { computeByLibrary } from './library-fallback.ts';
import { makeWhenTrue } from './test-closures.ts';

/** A value of any kind; null or undefined where it is not known. */
export type Value = (scope: Scope) => unknown;
/** The items that macros hold, by depth; one array for each expression, made when it is linked. */
export type Items = unknown[];

/** Texts that expressions join may grow to this length, and no further. */
const joinedLengthMax = 500;

export function makeValue(expression: Expression, items: Items): Value {
  switch (expression.op) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'fact':
      return readFact(expression.path);
    case 'line':
      return readLine(expression.path);
    case 'factAt':
      return (scope) => scope.fact?.at;
    case 'now':
      return (scope) => scope.now;
    case 'variant':
      return (scope) => scope.variant;
    case 'entry': {
      const { key } = expression;
      return (scope) => scope.entry[key];
    }
    case 'answers': {
      const { step, field } = expression;
      return (scope) => scope.answers[step]?.[field];
    }
    case 'rewards': {
      const { step, field } = expression;
      return (scope) => scope.rewards[step]?.[field];
    }
    case 'customer': {
      const { name, fallback } = expression;
      return fallback === null ? (scope) => scope.customer[name] : (scope) => scope.customer[name] ?? fallback;
    }
    case 'consent': {
      const { name } = expression;
      return (scope) => (scope.customer.consent as Record<string, boolean> | undefined)?.[name] === true;
    }
    case 'store': {
      const { name } = expression;
      return (scope) => scope.store[name];
    }
    case 'visit':
      return readVisit(expression.path);
    case 'measure': {
      const { index } = expression;
      return (scope) => scope.measure(index);
    }
    case 'item':
      return readItem(expression.depth, expression.path, items);
    case 'arithmetic':
    case 'negate':
    case 'join':
    case 'size':
    case 'instant':
      return makeComputed(expression, items);
    case 'filter':
      return makeFilter(expression, items);
    case 'if':
      return makeIf(expression, items);
    case 'library':
      return computeByLibrary(expression.source, expression.measures);
    default:
      return makeTruth(expression, items);
  }
}

/** The scalar that a value stands for; null where it is none. */
export function toScalar(value: unknown): Scalar | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

function readFact(path: readonly string[]): Value {
  const [first, second] = path as [string, string?];
  if (second === undefined) {
    if (first === 'zone') return (scope) => (scope.fact as unknown as { body: { zone?: string } }).body.zone;
    if (first === 'confidence') {
      return (scope) => (scope.fact as unknown as { body: { confidence?: number } }).body.confidence;
    }
    if (first === 'total') return (scope) => (scope.fact as unknown as { body: { total?: number } }).body.total;
    return (scope) => (scope.fact as unknown as { body: Record<string, unknown> }).body[first];
  }
  if (first === 'line' && second === 'department') {
    return (scope) => (scope.fact as unknown as { body: { line?: { department?: string } } }).body.line?.department;
  }
  return (scope) => follow((scope.fact as unknown as { body: unknown }).body, path);
}

function readLine(path: readonly string[]): Value {
  const [first, second] = path as [string, string?];
  if (second !== undefined) return (scope) => follow(scope.line, path);
  if (first === 'department') return (scope) => scope.line?.department;
  if (first === 'tags') return (scope) => scope.line?.tags;
  if (first === 'code') return (scope) => scope.line?.code;
  return (scope) => (scope.line as unknown as Record<string, unknown> | null)?.[first];
}

function readVisit(path: readonly string[]): Value {
  const [first, second] = path as [string, string?];
  return second === undefined ? (scope) => scope.visit?.[first] : (scope) => follow(scope.visit, path);
}

function readItem(depth: number, path: readonly string[], items: Items): Value {
  const [first, second] = path as [string?, string?];
  if (first === undefined) return () => items[depth];
  if (second !== undefined) return () => follow(items[depth], path);
  return () => (items[depth] as Record<string, unknown>)[first];
}

/** Paths are checked against the facts' schemas; at run time a part may still be missing. */
function follow(from: unknown, path: readonly string[]): unknown {
  let here = from;
  for (const name of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}

type Computed = Extract<Expression, { op: 'arithmetic' | 'join' } | { op: 'negate' | 'size' | 'instant' }>;

function makeComputed(expression: Computed, items: Items): Value {
  if (expression.op === 'arithmetic') return makeArithmetic(expression, items);
  if (expression.op === 'join') {
    const left = makeValue(expression.left, items);
    const right = makeValue(expression.right, items);
    return (scope) => join(left(scope), right(scope));
  }
  const of = makeValue(expression.of, items);
  if (expression.op === 'size') return (scope) => sizeOf(of(scope));
  if (expression.op === 'instant') return (scope) => toInstant(of(scope));
  return (scope) => {
    const value = of(scope);
    return typeof value === 'number' && Number.isSafeInteger(value) ? 0 - value : null;
  };
}

function makeArithmetic(expression: Extract<Expression, { op: 'arithmetic' }>, items: Items): Value {
  const left = makeValue(expression.left, items);
  const right = makeValue(expression.right, items);
  const { how } = expression;
  return (scope) => {
    const a = left(scope);
    const b = right(scope);
    if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return null;
    const result = count(how, a as number, b as number);
    return Number.isSafeInteger(result) ? result : null;
  };
}

/** Whole numbers: division drops the rest, as CEL has it. */
function count(how: '+' | '-' | '*' | '/' | '%', a: number, b: number): number {
  if (how === '+') return a + b;
  if (how === '-') return a - b;
  if (how === '*') return a * b + 0;
  if (b === 0) return Number.NaN;
  return how === '/' ? Math.trunc(a / b) + 0 : (a % b) + 0;
}

function join(a: unknown, b: unknown): string | null {
  if (typeof a !== 'string' || typeof b !== 'string') return null;
  return a.length + b.length <= joinedLengthMax ? a + b : null;
}

function sizeOf(value: unknown): number | null {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'string') return null;
  let size = 0;
  for (const _ of value) size += 1;
  return size;
}

/** "2026-05-01", or an instant with its zone, in milliseconds. */
function toInstant(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  return fromIso(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00Z` : value);
}

function makeFilter(expression: Extract<Expression, { op: 'filter' | 'exists' | 'all' | 'one' }>, items: Items): Value {
  const list = makeValue(expression.list, items);
  const keeps = makeWhenTrue(expression.test, items);
  const drops = makeWhenTrue({ op: 'not', of: expression.test }, items);
  const { depth } = expression;
  return (scope) => {
    const all = list(scope);
    if (!Array.isArray(all)) return null;
    const kept: unknown[] = [];
    for (const item of all) {
      items[depth] = item;
      if (keeps(scope)) kept.push(item);
      else if (!drops(scope)) return null;
    }
    return kept;
  };
}

function makeIf(expression: Extract<Expression, { op: 'if' }>, items: Items): Value {
  const isTrue = makeWhenTrue(expression.when, items);
  const isFalse = makeWhenTrue({ op: 'not', of: expression.when }, items);
  const then = makeValue(expression.yes, items);
  const other = makeValue(expression.no, items);
  return (scope) => (isTrue(scope) ? then(scope) : isFalse(scope) ? other(scope) : null);
}

/** A condition as a value: true, false, or not known. */
function makeTruth(expression: Expression, items: Items): Value {
  const isTrue = makeWhenTrue(expression, items);
  const isFalse = makeWhenTrue({ op: 'not', of: expression }, items);
  return (scope) => (isTrue(scope) ? true : isFalse(scope) ? false : null);
}
