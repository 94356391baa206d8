/**
 * From CEL to a checked tree: every name looked up in its scope, every operator tried against the kinds of its sides,
 * every mistake with its place and, where one is near, the word that was meant. Parsing is the CEL library's.
 * Expressions are bounded here, so that none runs long: in length, depth, lists, and macros within macros.
 */

import type { Scalar } from '@kairos/protocol/facts.ts';
import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { didYouMean } from '../suggest.ts';
import { checkCall, checkMethod } from './call-checker.ts';
import type { ExpressionScope, Report, Uses } from './expression-scope.ts';
import type { Arithmetic, Comparison, Expression } from './expression-tree.ts';
import { readPath } from './path-reader.ts';
import { areComparable, describe, flagShape, highest, numberShape, type Shape, textShape } from './shape.ts';

export const expressionLengthMax = 1000;
const listLengthMax = 100;

const parser = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 400, maxDepth: 40, maxListElements: listLengthMax, maxCallArguments: 4 },
});

/** An expression with what it stands for. */
export interface Typed {
  readonly expression: Expression;
  readonly shape: Shape;
}

/** Everything that checking one expression needs. */
export interface Checking {
  readonly source: string;
  readonly scope: ExpressionScope;
  readonly report: Report;
  readonly uses: Uses;
  /** Names that macros gave to list items, innermost last. */
  readonly items: { readonly name: string; readonly shape: Shape }[];
}

/** Checks one expression; null after at least one problem was reported. */
export function checkExpression(source: string, scope: ExpressionScope, uses: Uses, report: Report): Typed | null {
  if (source.length > expressionLengthMax) {
    report(
      'expression-too-large',
      0,
      source.length,
      `longer than ${expressionLengthMax} characters`,
      'declare a part of it as a measure',
    );
    return null;
  }
  const ast = parse(source, report);
  return ast === null ? null : check(ast, { source, scope, report, uses, items: [] });
}

function parse(source: string, report: Report): ASTNode | null {
  try {
    return parser.parse(source).ast;
  } catch (error) {
    const known = error instanceof ParseError ? error : null;
    const start = known?.range?.start ?? 0;
    const end = Math.max(known?.range?.end ?? source.length, start + 1);
    const [code, message, hint] = explain(source, start, known?.code ?? '', known?.summary ?? 'cannot be read');
    report(code, start, end, message, hint);
    return null;
  }
}

function explain(source: string, start: number, code: string, summary: string): readonly [string, string, string?] {
  if (code === 'limit_exceeded')
    return ['expression-too-large', 'this condition is too large to be tried quickly', 'say it in fewer parts'];
  if (code === 'unterminated_string') {
    return [
      'bad-expression',
      'a text begins here and has no closing quotation mark',
      'a "#" after a blank begins a comment in YAML: quote the whole condition',
    ];
  }
  const before = source.slice(Math.max(0, start - 1), start + 1);
  if (/=/.test(before) && !/==/.test(source.slice(Math.max(0, start - 2), start + 2))) {
    return ['bad-expression', 'a single "=" compares nothing', 'write =='];
  }
  if (/\b(and|or|not)\b/i.test(source))
    return ['bad-expression', `cannot be read: ${summary}`, 'write && for and, || for or, ! for not'];
  if (start >= source.length)
    return ['bad-expression', 'the condition breaks off here', 'something is missing at its end'];
  return [
    'bad-expression',
    `cannot be read: ${summary}`,
    'for example: fact.zone == "suits" && customer.tier == "gold"',
  ];
}

export function check(node: ASTNode, checking: Checking): Typed | null {
  switch (node.op) {
    case 'value':
      return checkConstant(node, checking);
    case 'id':
    case '.':
    case '[]':
      return readPath(node, checking);
    case '&&':
    case '||':
      return checkLogic(node, checking);
    case '!_': {
      const of = expect(node.args, 'flag', checking);
      return of === null ? null : { expression: { op: 'not', of }, shape: flagShape };
    }
    case '-_':
      return checkNegation(node.args, checking);
    case '?:':
      return checkIf(node.args, checking);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return checkComparison(node.op, node.args, node, checking);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return checkArithmetic(node.op, node.args, node, checking);
    case 'in':
      return checkIn(node.args, node, checking);
    case 'call':
      return checkCall(node, checking);
    case 'rcall':
      return checkMethod(node, checking);
    default:
      checking.report(
        'refused',
        node.start,
        node.end,
        'lists and maps can only stand after "in"',
        'for example: fact.zone in ["suits", "shoes"]',
      );
      return null;
  }
}

function checkConstant(node: ASTNode, { report, scope, uses }: Checking): Typed | null {
  const value = node.args as unknown;
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return { expression: { op: 'constant', value: number }, shape: numberShape };
    report('number-too-large', node.start, node.end, 'this number is too large to count with');
    return null;
  }
  if (typeof value === 'string') {
    if (scope.sensitiveTags.includes(value)) uses.sensitivity = 'sensitive';
    return { expression: { op: 'constant', value }, shape: textShape };
  }
  if (typeof value === 'boolean') return { expression: { op: 'constant', value }, shape: flagShape };
  if (typeof value === 'number' && Number.isFinite(value))
    return { expression: { op: 'constant', value }, shape: numberShape };
  const hint =
    value === null ? 'write has(…) to ask whether something is known' : 'write a whole number, a text, true or false';
  report('refused', node.start, node.end, 'this kind of value is not used in conditions', hint);
  return null;
}

/** Checks a part that must be of one kind. */
export function expect(node: ASTNode, kind: 'flag' | 'number' | 'text', checking: Checking): Expression | null {
  const typed = check(node, checking);
  if (typed === null) return null;
  if (typed.shape.kind === kind || typed.shape.kind === 'any') return typed.expression;
  const wanted = { flag: 'something true or false', number: 'a number', text: 'a text' }[kind];
  const hint = kind === 'flag' ? 'compare it: ==, !=, <, >, or ask has(…)' : undefined;
  checking.report(
    'wrong-kind',
    node.start,
    node.end,
    `${wanted} is expected here, and this is ${describe(typed.shape)}`,
    hint,
  );
  return null;
}

function checkLogic(node: ASTNode & { op: '&&' | '||' }, checking: Checking): Typed | null {
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

function checkNegation(side: ASTNode, checking: Checking): Typed | null {
  const of = expect(side, 'number', checking);
  if (of === null) return null;
  if (of.op === 'constant') return { expression: { op: 'constant', value: -(of.value as number) }, shape: numberShape };
  return { expression: { op: 'negate', of }, shape: numberShape };
}

function checkIf([condition, yes, no]: readonly [ASTNode, ASTNode, ASTNode], checking: Checking): Typed | null {
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

function checkComparison(
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
export function isKnownText(shape: Shape, value: Expression, node: ASTNode, checking: Checking): boolean {
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

function checkArithmetic(
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

function checkIn([item, list]: readonly [ASTNode, ASTNode], node: ASTNode, checking: Checking): Typed | null {
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

/** Notes that something of this sensitivity was spoken of. */
export function raise(uses: Uses, sensitivity: Uses['sensitivity']): void {
  uses.sensitivity = highest(uses.sensitivity, sensitivity);
}
