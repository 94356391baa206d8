/**
 * From a checked tree to a test. CEL's conditions have three outcomes: true, false, and an error that && and || may
 * absorb. A test only needs to know when a condition is surely true, or, below a "!", when it is surely false; so each
 * is compiled in one of two senses, neither can fail, and no third value is carried around.
 */
import type { Test } from '../../compiled.ts';
import { makeAmong, makeCompare } from './comparison-closures.ts';
import type { Expression } from './expression-tree.ts';
import { type Items, makeValue } from './value-closures.ts';

/** True exactly where the condition is known to be true. */
export function makeTest(expression: Expression): Test {
  return makeWhenTrue(expression, []);
}

export function makeWhenTrue(expression: Expression, items: Items): Test {
  switch (expression.op) {
    case 'and':
      return every(expression.parts.map((part) => makeWhenTrue(part, items)));
    case 'or':
      return some(expression.parts.map((part) => makeWhenTrue(part, items)));
    case 'not':
      return makeWhenFalse(expression.of, items);
    case 'compare':
      return makeCompare(expression, true, items);
    case 'among':
      return makeAmong(expression, true, items);
    case 'exists':
      return makeExists(expression, true, items);
    case 'all':
      return makeAll(expression, true, items);
    default:
      return makeOther(expression, true, items);
  }
}

function makeWhenFalse(expression: Expression, items: Items): Test {
  switch (expression.op) {
    case 'and':
      return some(expression.parts.map((part) => makeWhenFalse(part, items)));
    case 'or':
      return every(expression.parts.map((part) => makeWhenFalse(part, items)));
    case 'not':
      return makeWhenTrue(expression.of, items);
    case 'compare':
      return makeCompare(expression, false, items);
    case 'among':
      return makeAmong(expression, false, items);
    case 'exists':
      return makeExists(expression, false, items);
    case 'all':
      return makeAll(expression, false, items);
    default:
      return makeOther(expression, false, items);
  }
}

/** Flat for the lengths that occur: a loop over an array costs more than the tests. */
function every(tests: readonly Test[]): Test {
  const [a, b, c, d] = tests as [Test, Test, Test, Test];
  if (tests.length === 1) return a;
  if (tests.length === 2) return (scope) => a(scope) && b(scope);
  if (tests.length === 3) return (scope) => a(scope) && b(scope) && c(scope);
  if (tests.length === 4) return (scope) => a(scope) && b(scope) && c(scope) && d(scope);
  const rest = every(tests.slice(4));
  return (scope) => a(scope) && b(scope) && c(scope) && d(scope) && rest(scope);
}

function some(tests: readonly Test[]): Test {
  const [a, b, c, d] = tests as [Test, Test, Test, Test];
  if (tests.length === 1) return a;
  if (tests.length === 2) return (scope) => a(scope) || b(scope);
  if (tests.length === 3) return (scope) => a(scope) || b(scope) || c(scope);
  if (tests.length === 4) return (scope) => a(scope) || b(scope) || c(scope) || d(scope);
  const rest = some(tests.slice(4));
  return (scope) => a(scope) || b(scope) || c(scope) || d(scope) || rest(scope);
}

type Macro = Extract<Expression, { op: 'exists' | 'all' | 'one' | 'filter' }>;

function makeExists(macro: Macro, sense: boolean, items: Items): Test {
  return sense ? anyItem(macro, true, items) : everyItem(macro, false, items);
}

function makeAll(macro: Macro, sense: boolean, items: Items): Test {
  return sense ? everyItem(macro, true, items) : anyItem(macro, false, items);
}

function anyItem(macro: Macro, sense: boolean, items: Items): Test {
  const list = makeValue(macro.list, items);
  const test = sense ? makeWhenTrue(macro.test, items) : makeWhenFalse(macro.test, items);
  const { depth } = macro;
  return (scope) => {
    const all = list(scope);
    if (!Array.isArray(all)) return false;
    for (const item of all) {
      items[depth] = item;
      if (test(scope)) return true;
    }
    return false;
  };
}

function everyItem(macro: Macro, sense: boolean, items: Items): Test {
  const list = makeValue(macro.list, items);
  const test = sense ? makeWhenTrue(macro.test, items) : makeWhenFalse(macro.test, items);
  const { depth } = macro;
  return (scope) => {
    const all = list(scope);
    if (!Array.isArray(all)) return false;
    for (const item of all) {
      items[depth] = item;
      if (!test(scope)) return false;
    }
    return true;
  };
}

function makeOther(expression: Expression, sense: boolean, items: Items): Test {
  switch (expression.op) {
    case 'has': {
      const of = makeValue(expression.of, items);
      return (scope) => {
        const value = of(scope);
        return (value !== undefined && value !== null) === sense;
      };
    }
    case 'in': {
      const item = makeValue(expression.item, items);
      const list = makeValue(expression.list, items);
      return (scope) => {
        const value = item(scope);
        const all = list(scope);
        return value !== undefined && value !== null && Array.isArray(all) && all.includes(value) === sense;
      };
    }
    case 'one':
      return makeOne(expression, sense, items);
    case 'startsWith':
    case 'endsWith':
    case 'contains':
    case 'matches':
      return makeTextTest(expression, sense, items);
    case 'if': {
      const isTrue = makeWhenTrue(expression.when, items);
      const isFalse = makeWhenFalse(expression.when, items);
      const then = sense ? makeWhenTrue(expression.yes, items) : makeWhenFalse(expression.yes, items);
      const other = sense ? makeWhenTrue(expression.no, items) : makeWhenFalse(expression.no, items);
      return (scope) => (isTrue(scope) ? then(scope) : isFalse(scope) && other(scope));
    }
    default: {
      const value = makeValue(expression, items);
      return (scope) => value(scope) === sense;
    }
  }
}

/** Exactly one item passes, and of all others it is known that they don't. */
function makeOne(macro: Macro, sense: boolean, items: Items): Test {
  const list = makeValue(macro.list, items);
  const isTrue = makeWhenTrue(macro.test, items);
  const isFalse = makeWhenFalse(macro.test, items);
  const { depth } = macro;
  return (scope) => {
    const all = list(scope);
    if (!Array.isArray(all)) return false;
    let passed = 0;
    for (const item of all) {
      items[depth] = item;
      if (isTrue(scope)) passed += 1;
      else if (!isFalse(scope)) return false;
    }
    return (passed === 1) === sense;
  };
}

/** Texts that people wrote are longer than this nowhere; a pattern is tried on no more. */
const matchedLengthMax = 500;

type TextTest = Extract<Expression, { op: 'startsWith' | 'endsWith' | 'contains' | 'matches' }>;

function makeTextTest(expression: TextTest, sense: boolean, items: Items): Test {
  const of = makeValue(expression.of, items);
  if (expression.op === 'matches') {
    const pattern = new RegExp(expression.pattern, 'u');
    return (scope) => {
      const value = of(scope);
      return typeof value === 'string' && value.length <= matchedLengthMax && pattern.test(value) === sense;
    };
  }
  if (expression.text.op === 'constant' && expression.op === 'contains') {
    return containsConstant(expression.of, String(expression.text.value), sense, items);
  }
  const text = makeValue(expression.text, items);
  const { op } = expression;
  return (scope) => {
    const value = of(scope);
    const part = text(scope);
    if (typeof value !== 'string' || typeof part !== 'string') return false;
    if (op === 'contains') return value.includes(part) === sense;
    return (op === 'startsWith' ? value.startsWith(part) : value.endsWith(part)) === sense;
  };
}

function containsConstant(of: Expression, part: string, sense: boolean, items: Items): Test {
  if (of.op === 'customer') {
    const { name, fallback } = of;
    return (scope) => {
      const value = scope.customer[name] ?? fallback;
      return typeof value === 'string' && value.includes(part) === sense;
    };
  }
  const read = makeValue(of, items);
  return (scope) => {
    const value = read(scope);
    return typeof value === 'string' && value.includes(part) === sense;
  };
}
