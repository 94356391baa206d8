/**
 * From CEL to a checked tree: every name looked up in its scope, every operator tried against the kinds of its sides,
 * every mistake with its place and, where one is near, the word that was meant. Parsing is the CEL library's.
 * Expressions are bounded here, so that none runs long: in length, depth, lists, and macros within macros.
 */

import { checkCall, checkMethod } from './call-checker.ts';
import type { ASTNode } from './cel-library.ts';
import { expressionLengthMax, parse } from './expression-parser.ts';
import type { ExpressionScope, Report, Uses } from './expression-scope.ts';
import type { Expression } from './expression-tree.ts';
import { checkArithmetic, checkComparison, checkIf, checkIn, checkLogic, checkNegation } from './operator-checker.ts';
import { readPath } from './path-reader.ts';
import { describe, flagShape, highest, numberShape, type Shape, textShape } from './shape.ts';

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

/** Notes that something of this sensitivity was spoken of. */
export function raise(uses: Uses, sensitivity: Uses['sensitivity']): void {
  uses.sensitivity = highest(uses.sensitivity, sensitivity);
}
