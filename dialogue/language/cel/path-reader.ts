/** Looks a path such as `fact.line.department` up in the scope: which read it is, of what kind, or what was meant. */

import type { Scalar } from '@kairos/protocol/facts.ts';
import { didYouMean } from '../suggest.ts';
import type { ASTNode } from './cel-library.ts';
import { type Checking, raise, type Typed } from './expression-checker.ts';
import { absentReasons, type ExpressionScope, rootNames } from './expression-scope.ts';
import type { Read } from './expression-tree.ts';
import { anyShape, describe, type FieldShape, field, numberShape, type RecordShape, type Shape } from './shape.ts';

/** One name of a path, and where it stands. */
export interface NamedStep {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Reads a chain of names; `a["b"]` counts as `a.b`. */
export function readPath(node: ASTNode, checking: Checking): Typed | null {
  const steps = stepsOf(node, checking);
  return steps === null ? null : lookUp(steps, checking);
}

/** A read, its kind, and whether it may be missing at run time. */
export interface Found extends Typed {
  readonly expression: Read;
  readonly optional: boolean;
}

/** Looks up a path that was already cut into names; texts come this way as well. */
export function lookUp(steps: readonly NamedStep[], checking: Checking): Found | null {
  const [root, ...rest] = steps as [NamedStep, ...NamedStep[]];
  const depth = checking.items.findLastIndex((item) => item.name === root.name);
  if (depth >= 0) {
    const end = walk((checking.items[depth] as { shape: Shape }).shape, rest, checking);
    return end === null ? null : found({ op: 'item', depth, path: rest.map(nameOf) }, end.shape, end.optional);
  }
  const measure = checking.scope.measures.get(root.name);
  if (measure !== undefined) {
    raise(checking.uses, measure.sensitivity);
    return rest.length === 0
      ? found({ op: 'measure', index: measure.index }, numberShape)
      : fail(rest[0] as NamedStep, `"${root.name}" is a number`, undefined, checking);
  }
  if (root.name === 'now' && checking.scope.now) return found({ op: 'now' }, numberShape);
  if (root.name === 'variant' && checking.scope.variants !== null) {
    return found({ op: 'variant' }, { kind: 'text', among: checking.scope.variants, place: null });
  }
  return readRoot(root, rest, checking);
}

function readRoot(root: NamedStep, rest: readonly NamedStep[], checking: Checking): Found | null {
  const { scope } = checking;
  if (!(rootNames as readonly string[]).includes(root.name)) return unknownRoot(root, rest, checking);
  const shape = recordOf(root.name, scope);
  if (shape === null) return fail(root, absentReasons[root.name] as string, hintForAbsent(root, checking), checking);
  if (rest.length === 0)
    return fail(
      root,
      `"${root.name}" is ${shape.name}: say which of it is meant`,
      didYouMean('', Object.keys(shape.fields)),
      checking,
    );
  const end = walk(shape, rest, checking);
  if (end === null) return null;
  return found(toRead(root.name, rest.map(nameOf), end.fallback, checking), end.shape, end.optional);
}

function recordOf(name: string, scope: ExpressionScope): RecordShape | null {
  return name === 'now' || name === 'variant' ? null : scope[name as 'fact'];
}

function isPresent(name: (typeof rootNames)[number], scope: ExpressionScope): boolean {
  if (name === 'now') return scope.now;
  return name === 'variant' ? scope.variants !== null : scope[name] !== null;
}

function hintForAbsent(root: NamedStep, { scope }: Checking): string | undefined {
  if (root.name === 'fact' && scope.entry !== null) return 'write entry.… for what let her in';
  if (root.name === 'line' && scope.entry?.fields.line !== undefined)
    return 'write entry.line.… for the line that let her in';
  return undefined;
}

function unknownRoot(root: NamedStep, rest: readonly NamedStep[], checking: Checking): null {
  const { scope } = checking;
  const names = [
    ...rootNames.filter((name) => isPresent(name, scope)),
    ...scope.measures.keys(),
    ...checking.items.map((item) => item.name),
  ];
  if (rest.length === 0 && scope.customer?.fields[root.name] !== undefined) {
    return fail(root, `there is no "${root.name}" here`, `did you mean "customer.${root.name}"?`, checking);
  }
  if (rest.length === 0 && scope.fact?.fields[root.name] !== undefined) {
    return fail(root, `there is no "${root.name}" here`, `did you mean "fact.${root.name}"?`, checking);
  }
  const hint =
    didYouMean(root.name, names) ?? (rest.length === 0 ? 'a text stands between quotation marks' : undefined);
  return fail(root, `there is no "${root.name}" here`, hint, checking);
}

function toRead(root: string, path: readonly string[], fallback: Scalar | null, checking: Checking): Read {
  const [first, second] = path as [string, string?];
  switch (root) {
    case 'fact':
      if (first === 'line' && checking.scope.fact?.fields.lines !== undefined)
        return { op: 'line', path: path.slice(1) };
      return first === 'at' && path.length === 1 ? { op: 'factAt' } : { op: 'fact', path };
    case 'line':
      return checking.scope.lineOfFact ? { op: 'fact', path: ['line', ...path] } : { op: 'line', path };
    case 'entry':
      checking.uses.entryPaths.add(path.join('.'));
      return { op: 'entry', key: path.join('.') };
    case 'answers':
    case 'rewards':
      return { op: root, step: first, field: second ?? '' };
    case 'customer':
      return first === 'consent' ? { op: 'consent', name: second ?? '' } : { op: 'customer', name: first, fallback };
    case 'store':
      return { op: 'store', name: first };
    default:
      return { op: 'visit', path };
  }
}

interface End {
  readonly shape: Shape;
  readonly optional: boolean;
  readonly fallback: Scalar | null;
}

/** Follows names through records, noting how sensitive each is. */
function walk(shape: Shape, steps: readonly NamedStep[], checking: Checking): End | null {
  let here: End = { shape, optional: false, fallback: null };
  for (const step of steps) {
    const next = part(here.shape, step, checking);
    if (next === null) return null;
    raise(checking.uses, next.sensitivity);
    const fallback = next.fallback ?? null;
    here = { shape: next.shape, optional: (here.optional || next.optional) && fallback === null, fallback };
  }
  return here;
}

function part(shape: Shape, step: NamedStep, checking: Checking): FieldShape | null {
  if (shape.kind === 'any') return fail(step, "a retailer's own fact has one level of values", undefined, checking);
  if (shape.kind !== 'record')
    return fail(step, `${describe(shape)} has no "${step.name}"`, hintForPart(shape), checking);
  const known = Object.hasOwn(shape.fields, step.name) ? shape.fields[step.name] : undefined;
  if (known !== undefined) return known;
  if (shape.open && !(step.name in Object.prototype)) return field(anyShape, true, 'near');
  return fail(step, `${shape.name} has no "${step.name}"`, didYouMean(step.name, Object.keys(shape.fields)), checking);
}

function hintForPart(shape: Shape): string | undefined {
  return shape.kind === 'list' ? 'ask of its items: list.exists(l, l.… == …), or anyLine' : undefined;
}

function stepsOf(node: ASTNode, checking: Checking): NamedStep[] | null {
  const steps: NamedStep[] = [];
  let here: ASTNode = node;
  for (;;) {
    if (here.op === 'id') {
      steps.unshift({ name: here.args, start: here.start, end: here.end });
      return steps;
    }
    if (here.op === '.') {
      const name = here.args[1];
      steps.unshift({ name, start: here.end - name.length, end: here.end });
      here = here.args[0];
    } else if (here.op === '[]' && here.args[1].op === 'value' && typeof here.args[1].args === 'string') {
      const key = here.args[1];
      steps.unshift({ name: key.args as string, start: key.start, end: key.end });
      here = here.args[0];
    } else {
      checking.report('refused', node.start, node.end, 'a path is made of names', 'for example: fact.line.department');
      return null;
    }
  }
}

function nameOf(step: NamedStep): string {
  return step.name;
}

function found(expression: Read, shape: Shape, optional = false): Found {
  return { expression, shape, optional };
}

function fail(step: NamedStep, message: string, hint: string | undefined, checking: Checking): null {
  checking.report('unknown-field', step.start, step.end, message, hint);
  return null;
}
