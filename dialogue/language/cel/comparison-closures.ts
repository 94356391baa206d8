/**
 * Comparisons, the tests that run most: with a constant on the right, and for the fields that dialogues ask about most,
 * each is one small closure that touches the fact once and allocates nothing.
 */
import type { Scalar } from '@kairos/protocol/facts.ts';
import type { Scope, Test } from '../../compiled.ts';
import type { Comparison, Expression } from './expression-tree.ts';
import { type Items, makeValue } from './value-closures.ts';

type Compare = Extract<Expression, { op: 'compare' }>;

const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
const opposite: Readonly<Record<Comparison, Comparison>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

/** Where both sides are known, "surely false" is the opposite comparison; where one is not, neither sense is true. */
export function makeCompare(compare: Compare, sense: boolean, items: Items): Test {
  const { left, right } = compare;
  const how = sense ? compare.how : opposite[compare.how];
  if (right.op === 'constant') return withConstant(left, how, right.value, items);
  if (left.op === 'constant') return withConstant(right, mirrored[how], left.value, items);
  return betweenValues(left, how, right, items);
}

interface ZoneBody {
  readonly body: { readonly zone?: string };
}
interface AnyBody {
  readonly body: Readonly<Record<string, unknown>>;
}

/** The name of the fact's own field that is read, if it is one. */
function fieldOf(side: Expression): string | null {
  return side.op === 'fact' && side.path.length === 1 ? (side.path[0] as string) : null;
}

function withConstant(side: Expression, how: Comparison, constant: Scalar, items: Items): Test {
  if (how === '==') return equalsConstant(side, constant, items);
  if (how === '!=') {
    const value = makeValue(side, items);
    return (scope) => {
      const known = value(scope);
      return known !== undefined && known !== null && known !== constant;
    };
  }
  if (typeof constant === 'number') return withNumber(side, how, constant, items);
  const value = makeValue(side, items);
  return (scope) => isOrdered(value(scope), how, constant);
}

function equalsConstant(side: Expression, constant: Scalar, items: Items): Test {
  const name = fieldOf(side);
  if (name === 'zone') return (scope) => (scope.fact as unknown as ZoneBody).body.zone === constant;
  if (name !== null) return (scope) => (scope.fact as unknown as AnyBody).body[name] === constant;
  if (side.op === 'line' && side.path[0] === 'department') return (scope) => scope.line?.department === constant;
  if (side.op === 'customer') {
    const { name: attribute, fallback } = side;
    return (scope) => (scope.customer[attribute] ?? fallback) === constant;
  }
  const value = makeValue(side, items);
  return (scope) => value(scope) === constant;
}

function withNumber(side: Expression, how: Comparison, constant: number, items: Items): Test {
  const name = fieldOf(side);
  if (name === 'confidence') return confidenceTest(how, constant);
  if (name !== null) return fieldTest(name, how, constant);
  if (side.op === 'measure') return measureTest(side.index, how, constant);
  const value = makeValue(side, items);
  if (how === '<') return (scope) => lessThan(value(scope), constant);
  if (how === '<=') return (scope) => atMost(value(scope), constant);
  if (how === '>') return (scope) => moreThan(value(scope), constant);
  return (scope) => atLeast(value(scope), constant);
}

/** A retailer's own fact may hold a text where a number is meant, so the kind is looked at. */
function fieldTest(name: string, how: Comparison, constant: number): Test {
  if (how === '<') return (scope) => lessThan((scope.fact as unknown as AnyBody).body[name], constant);
  if (how === '<=') return (scope) => atMost((scope.fact as unknown as AnyBody).body[name], constant);
  if (how === '>') return (scope) => moreThan((scope.fact as unknown as AnyBody).body[name], constant);
  return (scope) => atLeast((scope.fact as unknown as AnyBody).body[name], constant);
}

interface ConfidenceBody {
  readonly body: { readonly confidence: number };
}

/** `undefined` compares false with every number, so a missing field needs no test of its own. */
function confidenceTest(how: Comparison, constant: number): Test {
  const read = (scope: Scope): number => (scope.fact as unknown as ConfidenceBody).body.confidence;
  if (how === '<') return (scope) => read(scope) < constant;
  if (how === '<=') return (scope) => read(scope) <= constant;
  if (how === '>') return (scope) => read(scope) > constant;
  return (scope) => read(scope) >= constant;
}

function measureTest(index: number, how: Comparison, constant: number): Test {
  if (how === '<') return (scope) => scope.measure(index) < constant;
  if (how === '<=') return (scope) => scope.measure(index) <= constant;
  if (how === '>') return (scope) => scope.measure(index) > constant;
  return (scope) => scope.measure(index) >= constant;
}

function lessThan(value: unknown, constant: number): boolean {
  return typeof value === 'number' && value < constant;
}
function atMost(value: unknown, constant: number): boolean {
  return typeof value === 'number' && value <= constant;
}
function moreThan(value: unknown, constant: number): boolean {
  return typeof value === 'number' && value > constant;
}
function atLeast(value: unknown, constant: number): boolean {
  return typeof value === 'number' && value >= constant;
}

function betweenValues(left: Expression, how: Comparison, right: Expression, items: Items): Test {
  const first = makeValue(left, items);
  const second = makeValue(right, items);
  if (how === '==') {
    return (scope) => {
      const value = first(scope);
      return value !== undefined && value !== null && value === second(scope);
    };
  }
  if (how === '!=') {
    return (scope) => {
      const a = first(scope);
      const b = second(scope);
      return a !== undefined && a !== null && b !== undefined && b !== null && a !== b;
    };
  }
  return (scope) => isOrdered(first(scope), how, second(scope));
}

/** Numbers with numbers, texts with texts; between different kinds there is no order, and no answer. */
function isOrdered(a: unknown, how: Comparison, b: unknown): boolean {
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false;
  const x = a as number;
  const y = b as number;
  if (how === '<') return x < y;
  if (how === '<=') return x <= y;
  return how === '>' ? x > y : x >= y;
}

/** Lists of up to this many values are tried one by one; longer ones are a set. */
const scannedLengthMax = 4;

export function makeAmong(among: Extract<Expression, { op: 'among' }>, sense: boolean, items: Items): Test {
  const { values, item } = among;
  if (!sense) {
    const value = makeValue(item, items);
    const set = new Set<unknown>(values);
    return (scope) => {
      const known = value(scope);
      return known !== undefined && known !== null && !set.has(known);
    };
  }
  if (values.length === 1) return equalsConstant(item, values[0] as Scalar, items);
  if (values.length > scannedLengthMax) {
    const value = makeValue(item, items);
    const set = new Set<unknown>(values);
    return (scope) => set.has(value(scope));
  }
  return amongFew(item, values, items);
}

/** Up to four; places that are not taken hold the first once more. */
function amongFew(item: Expression, values: readonly Scalar[], items: Items): Test {
  const [a, b, c = a, d = a] = values;
  if (item.op === 'customer') {
    const { name, fallback } = item;
    return (scope) => {
      const known = scope.customer[name] ?? fallback;
      return known === a || known === b || known === c || known === d;
    };
  }
  const value = makeValue(item, items);
  return (scope) => {
    const known = value(scope);
    return known === a || known === b || known === c || known === d;
  };
}
