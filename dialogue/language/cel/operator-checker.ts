/** Operators in conditions: what may stand on their sides, and what they give. */
import type { Scalar } from '@kairos/protocol/facts.ts';
import { didYouMean } from '../suggest.ts';
import type { ASTNode } from './cel-library.ts';
import { type Checking, check, expect, type Typed } from './expression-checker.ts';
import type { Arithmetic, Comparison, Expression } from './expression-tree.ts';
import { areComparable, describe, flagShape, numberShape, type Shape, textShape } from './shape.ts';

export function checkLogic(node: ASTNode & { op: '&&' | '||' }, checking: Checking): Typed | null {
  const op = node.op === '&&' ? 'and' : 'or';
  const parts: Expression[] = [];
  let whole = true;
  for (const side of node.args) {
    const part = expect(side, 'flag', checking);
    if (part === null) whole = false;
    else if (part.op === op) parts.push(...part.parts);
    else parts.push(part);
  }
  return whole ? { expression: { op, parts }, shape: flagShape } : null;
}

export function checkNegation(side: ASTNode, checking: Checking): Typed | null {
  const of = expect(side, 'number', checking);
  if (of === null) return null;
  if (of.op === 'constant') return { expression: { op: 'constant', value: -(of.value as number) }, shape: numberShape };
  return { expression: { op: 'negate', of }, shape: numberShape };
}

export function checkIf([condition, yes, no]: readonly [ASTNode, ASTNode, ASTNode], checking: Checking): Typed | null {
  const when = expect(condition, 'flag', checking);
  const then = check(yes, checking);
  const other = check(no, checking);
  if (when === null || then === null || other === null) return null;
  if (!areComparable(then.shape, other.shape)) {
    checking.report(
      'wrong-kind',
      no.start,
      no.end,
      `one way gives ${describe(then.shape)}, the other ${describe(other.shape)}`,
    );
    return null;
  }
  return { expression: { op: 'if', when, yes: then.expression, no: other.expression }, shape: then.shape };
}

export function checkComparison(
  how: Comparison,
  sides: readonly [ASTNode, ASTNode],
  node: ASTNode,
  checking: Checking,
): Typed | null {
  const left = check(sides[0], checking);
  const right = check(sides[1], checking);
  if (left === null || right === null) return null;
  if (!areComparable(left.shape, right.shape)) {
    const message = `${describe(left.shape)} cannot be compared with ${describe(right.shape)}`;
    checking.report('wrong-kind', node.start, node.end, message, hintForComparison(left.shape, right.shape));
    return null;
  }
  if (how !== '==' && how !== '!=' && left.shape.kind === 'flag') {
    checking.report('wrong-kind', node.start, node.end, 'true and false have no order', 'write == or !=');
    return null;
  }
  if (!isKnownText(left.shape, right.expression, sides[1], checking)) return null;
  if (!isKnownText(right.shape, left.expression, sides[0], checking)) return null;
  return { expression: { op: 'compare', how, left: left.expression, right: right.expression }, shape: flagShape };
}

function hintForComparison(left: Shape, right: Shape): string | undefined {
  if (left.kind === 'list' || right.kind === 'list') return 'write "x" in line.tags, or list.exists(l, …)';
  if (left.kind === 'number' || right.kind === 'number')
    return 'numbers stand without quotation marks, texts with them';
  return undefined;
}

/** A text that names a zone, a department or one of a few words is looked up. */
function isKnownText(shape: Shape, value: Expression, node: ASTNode, checking: Checking): boolean {
  if (shape.kind !== 'text' || value.op !== 'constant' || typeof value.value !== 'string') return true;
  const { scope, report } = checking;
  const places = shape.place === 'zone' ? scope.zones : shape.place === 'department' ? scope.departments : null;
  const words = shape.among ?? places;
  if (words === null || words.includes(value.value)) return true;
  const code =
    shape.place === 'zone' ? 'unknown-zone' : shape.place === 'department' ? 'unknown-department' : 'unknown-word';
  const what =
    shape.place === 'zone'
      ? 'there is no zone'
      : shape.place === 'department'
        ? 'there is no department'
        : 'it is never';
  report(code, node.start, node.end, `${what} "${value.value}"`, didYouMean(value.value, words));
  return false;
}

export function checkArithmetic(
  how: Arithmetic,
  sides: readonly [ASTNode, ASTNode],
  node: ASTNode,
  checking: Checking,
): Typed | null {
  const left = check(sides[0], checking);
  const right = check(sides[1], checking);
  if (left === null || right === null) return null;
  const kinds = [left.shape.kind, right.shape.kind];
  if (how === '+' && kinds.includes('text') && kinds.every((kind) => kind === 'text' || kind === 'any')) {
    return { expression: { op: 'join', left: left.expression, right: right.expression }, shape: textShape };
  }
  if (!kinds.every((kind) => kind === 'number' || kind === 'any')) {
    checking.report(
      'wrong-kind',
      node.start,
      node.end,
      `"${how}" counts with numbers, and here stand ${describe(left.shape)} and ${describe(right.shape)}`,
    );
    return null;
  }
  for (const [index, side] of [left, right].entries()) {
    if (side.expression.op === 'constant' && !Number.isInteger(side.expression.value)) {
      const at = sides[index] as ASTNode;
      checking.report(
        'not-whole',
        at.start,
        at.end,
        'conditions count in whole numbers',
        'for 60 % write: a * 10 < b * 6',
      );
      return null;
    }
  }
  return { expression: { op: 'arithmetic', how, left: left.expression, right: right.expression }, shape: numberShape };
}

export function checkIn([item, list]: readonly [ASTNode, ASTNode], node: ASTNode, checking: Checking): Typed | null {
  const typed = check(item, checking);
  if (typed === null) return null;
  if (list.op === 'list') return checkAmong(typed, list, checking);
  const of = check(list, checking);
  if (of === null) return null;
  if (of.shape.kind === 'list' && areComparable(typed.shape, of.shape.of)) {
    return { expression: { op: 'in', item: typed.expression, list: of.expression }, shape: flagShape };
  }
  const message =
    of.shape.kind === 'list'
      ? `${describe(typed.shape)} is never in a list of ${describe(of.shape.of)}`
      : `"in" needs a list on its right, and this is ${describe(of.shape)}`;
  checking.report(
    'wrong-kind',
    node.start,
    node.end,
    message,
    of.shape.kind === 'text' ? 'write ==, or .contains("…")' : undefined,
  );
  return null;
}

function checkAmong(item: Typed, list: ASTNode & { op: 'list' }, checking: Checking): Typed | null {
  const values: Scalar[] = [];
  for (const each of list.args) {
    const value = check(each, checking);
    if (value === null) return null;
    if (value.expression.op !== 'constant' || !areComparable(item.shape, value.shape)) {
      checking.report(
        'wrong-kind',
        each.start,
        each.end,
        `the list after "in" holds plain values like ${describe(item.shape)}`,
      );
      return null;
    }
    if (!isKnownText(item.shape, value.expression, each, checking)) return null;
    values.push(value.expression.value);
  }
  return { expression: { op: 'among', item: item.expression, values }, shape: flagShape };
}
