/** Functions, methods and macros in conditions: the ones there are, what they take, what they give. */

import { didYouMean } from '../suggest.ts';
import type { ASTNode } from './cel-library.ts';
import { serialize } from './cel-library.ts';
import { type Checking, check, expect, type Typed } from './expression-checker.ts';
import type { Expression } from './expression-tree.ts';
import { faultOfPattern } from './regular-pattern.ts';
import { flagShape, numberShape, type Shape, textShape } from './shape.ts';

type Call = ASTNode & { op: 'call' };
type MethodCall = ASTNode & { op: 'rcall' };

const spanFunctions: Readonly<Record<string, number>> = {
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};
const functionNames = ['has', 'size', 'instant', 'string', 'int', ...Object.keys(spanFunctions)];
const macroNames = ['exists', 'all', 'exists_one', 'filter'] as const;
const textTests = ['startsWith', 'endsWith', 'contains'] as const;
/** Rare ones, left to the library. */
const libraryMethods: Readonly<Record<string, Shape>> = {
  lowerAscii: textShape,
  upperAscii: textShape,
  trim: textShape,
  substring: textShape,
  indexOf: numberShape,
  lastIndexOf: numberShape,
};
const methodNames = [...macroNames, ...textTests, 'matches', 'size', ...Object.keys(libraryMethods)];
/** CEL's own names for what is said more simply here. */
const elsewhere: Readonly<Record<string, string>> = {
  timestamp: 'write instant("2026-05-01")',
  duration: 'write days(3), hours(2) or minutes(30)',
};
/** Macros within macros multiply: 500 lines times 16 tags, and no further. */
const macroDepthMax = 2;

export function checkCall(node: Call, checking: Checking): Typed | null {
  const [name, args] = node.args;
  const only = args[0];
  if (!functionNames.includes(name)) {
    const hint =
      elsewhere[name] ??
      (methodNames.includes(name) ? `it stands after a dot: x.${name}(…)` : didYouMean(name, functionNames));
    checking.report('unknown-function', node.start, node.start + name.length, `there is no function "${name}"`, hint);
    return null;
  }
  if (args.length !== 1 || only === undefined) {
    checking.report('wrong-kind', node.start, node.end, `"${name}" takes one value`);
    return null;
  }
  if (name === 'has') return checkHas(only, checking);
  if (name === 'size') return checkSize(only, checking);
  if (name === 'instant') {
    const of = expect(only, 'text', checking);
    return of === null ? null : { expression: { op: 'instant', of }, shape: numberShape };
  }
  const unit = spanFunctions[name];
  if (unit === undefined) return toLibrary(node, [only], name === 'int' ? numberShape : textShape, checking);
  return checkSpan(only, unit, checking);
}

function checkSpan(node: ASTNode, unit: number, checking: Checking): Typed | null {
  const count = expect(node, 'number', checking);
  if (count === null) return null;
  if (count.op !== 'constant') {
    const right: Expression = { op: 'constant', value: unit };
    return { expression: { op: 'arithmetic', how: '*', left: count, right }, shape: numberShape };
  }
  const value = (count.value as number) * unit;
  if (Number.isSafeInteger(value)) return { expression: { op: 'constant', value }, shape: numberShape };
  checking.report(
    'number-too-large',
    node.start,
    node.end,
    'this is no length of time that can be counted in milliseconds',
  );
  return null;
}

function checkHas(node: ASTNode, checking: Checking): Typed | null {
  const typed = check(node, checking);
  if (typed === null) return null;
  const isField = typed.shape.kind !== 'record' || typed.expression.op === 'fact';
  if (isField && (node.op === '.' || node.op === '[]'))
    return { expression: { op: 'has', of: typed.expression }, shape: flagShape };
  checking.report(
    'wrong-kind',
    node.start,
    node.end,
    '"has" asks whether a field is known',
    'for example: has(customer.birthday)',
  );
  return null;
}

function checkSize(node: ASTNode, checking: Checking): Typed | null {
  const typed = check(node, checking);
  if (typed === null) return null;
  if (typed.shape.kind === 'list' || typed.shape.kind === 'text') {
    return { expression: { op: 'size', of: typed.expression }, shape: numberShape };
  }
  checking.report('wrong-kind', node.start, node.end, '"size" counts the items of a list, or the characters of a text');
  return null;
}

export function checkMethod(node: MethodCall, checking: Checking): Typed | null {
  const [name, target, args] = node.args;
  const start = target.end + 1;
  const at = { start, end: start + name.length };
  if ((macroNames as readonly string[]).includes(name)) return checkMacro(node, checking);
  if (name === 'size' && args.length === 0) return checkSize(target, checking);
  const library = libraryMethods[name];
  if (library !== undefined) return toLibrary(node, [target, ...args], library, checking);
  if (!methodNames.includes(name)) {
    checking.report('unknown-function', at.start, at.end, `there is no "${name}"`, didYouMean(name, methodNames));
    return null;
  }
  return checkTextTest(node, checking);
}

function checkTextTest(node: MethodCall, checking: Checking): Typed | null {
  const [name, target, args] = node.args;
  const subject = check(target, checking);
  if (subject === null) return null;
  const only = args[0];
  if (args.length !== 1 || only === undefined) {
    checking.report('wrong-kind', node.start, node.end, `"${name}" takes one text`);
    return null;
  }
  if (subject.shape.kind === 'list') {
    checking.report('wrong-kind', node.start, node.end, `a list has no "${name}"`, 'write "x" in list');
    return null;
  }
  if (subject.shape.kind !== 'text' && subject.shape.kind !== 'any') {
    checking.report('wrong-kind', target.start, target.end, `"${name}" is asked of a text`);
    return null;
  }
  const text = expect(only, 'text', checking);
  if (text === null) return null;
  if (name !== 'matches') {
    return { expression: { op: name as 'contains', of: subject.expression, text }, shape: flagShape };
  }
  const fault = text.op === 'constant' ? faultOfPattern(String(text.value), isOfEach(checking)) : 'is not written out';
  if (fault === null && text.op === 'constant') {
    return { expression: { op: 'matches', of: subject.expression, pattern: String(text.value) }, shape: flagShape };
  }
  checking.report(
    'refused',
    only.start,
    only.end,
    `this pattern ${fault}`,
    'use startsWith, endsWith or contains, or a simpler pattern',
  );
  return null;
}

/** Asked of every item of a list, or of every line of a receipt. */
function isOfEach({ items, scope }: Checking): boolean {
  return items.length > 0 || (scope.line !== null && !scope.lineOfFact);
}

function checkMacro(node: MethodCall, checking: Checking): Typed | null {
  const [name, target, args] = node.args;
  const list = check(target, checking);
  if (list === null) return null;
  const [item, test] = args;
  if (list.shape.kind !== 'list' || args.length !== 2 || item?.op !== 'id' || test === undefined) {
    checking.report(
      'wrong-kind',
      node.start,
      node.end,
      `"${name}" goes through a list`,
      `for example: fact.lines.${name}(l, l.department == "shoes")`,
    );
    return null;
  }
  if (checking.items.length >= macroDepthMax) {
    checking.report(
      'refused',
      node.start,
      node.end,
      `lists are gone through within lists at most ${macroDepthMax} deep`,
    );
    return null;
  }
  const depth = checking.items.length;
  if (depth > 0 && list.expression.op !== 'item') {
    checking.report(
      'refused',
      target.start,
      target.end,
      'within a list, only a list of the item itself is gone through',
      'for example: fact.lines.exists(l, l.tags.exists(t, t == "new"))',
    );
    return null;
  }
  checking.items.push({ name: item.args, shape: list.shape.of });
  const condition = expect(test, 'flag', checking);
  checking.items.pop();
  if (condition === null) return null;
  const op = name === 'exists_one' ? 'one' : (name as 'exists' | 'all' | 'filter');
  const expression: Expression = { op, list: list.expression, test: condition, depth };
  return { expression, shape: name === 'filter' ? list.shape : flagShape };
}

function toLibrary(node: ASTNode, parts: readonly ASTNode[], shape: Shape, checking: Checking): Typed | null {
  if (checking.items.length > 0) {
    checking.report(
      'refused',
      node.start,
      node.end,
      'inside exists, all and filter, only the plain tests are to be had',
    );
    return null;
  }
  for (const part of parts) {
    const typed = check(part, checking);
    if (typed === null) return null;
    if (typed.shape.kind === 'list' || typed.shape.kind === 'record') {
      checking.report('wrong-kind', part.start, part.end, 'a text or a number is expected here');
      return null;
    }
  }
  const measures = [...checking.scope.measures].map(([name, measure]) => [name, measure.index] as const);
  const source = serialize(node);
  const used = measures.filter(([name]) => source.includes(name));
  return { expression: { op: 'library', source, measures: Object.fromEntries(used) }, shape };
}
