/** Reads conditions, values and texts out of YAML: the bridge from a node and its place to a checked tree. */

import type { Liquid } from 'liquidjs';
import { isMap, isScalar, type Node, type Scalar as YamlScalar } from 'yaml';
import { checkExpression } from './cel/expression-checker.ts';
import type { ExpressionScope, Report, Uses } from './cel/expression-scope.ts';
import type { Expression } from './cel/expression-tree.ts';
import { isScalarShape, type Shape } from './cel/shape.ts';
import type { HouseWords } from './house-words.ts';
import { type Field, isEmpty, placeOfField, readFields, textOf } from './node-reader.ts';
import type { PlannedRender, PlannedTest, PlannedValue } from './plan.ts';
import type { ProblemList } from './problem.ts';
import { placeInScalar } from './scalar-places.ts';
import { checkTemplate } from './text/template-checker.ts';
import { placeOf } from './yaml-source.ts';

/** What reading one file needs everywhere. */
export interface Reading {
  readonly problems: ProblemList;
  readonly words: HouseWords;
  readonly liquid: Liquid;
}

/** A condition: true or false. */
export function readTest(field: Field, scope: ExpressionScope, uses: Uses, reading: Reading): PlannedTest | null {
  const found = readExpression(field, scope, uses, reading);
  if (found === null) return null;
  if (found.shape.kind === 'flag' || found.shape.kind === 'any') return { $test: found.expression };
  const place = placeOf(field.value);
  reading.problems.error(
    'wrong-kind',
    place,
    `"${field.name}" is a condition, and this is no question`,
    'compare it: ==, !=, <, >, or ask has(…)',
  );
  return null;
}

/** A value: a number or a text. */
export function readValue(
  field: Field,
  scope: ExpressionScope,
  uses: Uses,
  reading: Reading,
): { readonly planned: PlannedValue; readonly shape: Shape } | null {
  const found = readExpression(field, scope, uses, reading);
  if (found === null) return null;
  if (isScalarShape(found.shape)) return { planned: { $value: found.expression }, shape: found.shape };
  reading.problems.error('wrong-kind', placeOf(field.value), `"${field.name}" is a single value, and this is none`);
  return null;
}

function readExpression(
  field: Field,
  scope: ExpressionScope,
  uses: Uses,
  reading: Reading,
): { readonly expression: Expression; readonly shape: Shape } | null {
  const source = textOf(field.value);
  if (source === null || source.trim() === '') {
    const hint = isMap(field.value)
      ? "a condition that begins with { is quoted: '…'"
      : 'for example: fact.zone == "suits"';
    reading.problems.error('unquoted', placeOfField(field), `"${field.name}" needs a condition or a value`, hint);
    return null;
  }
  return checkExpression(source, scope, uses, reportInto(field.value as YamlScalar, reading.problems));
}

/** Reports at offsets of a scalar's value, wherever YAML has put it. */
function reportInto(scalar: YamlScalar, problems: ProblemList, severity: 'error' | 'warning' = 'error'): Report {
  return (code, start, end, message, hint) => {
    const place = placeInScalar(problems.text, scalar, start, end);
    if (severity === 'warning' || code === 'may-be-missing') problems.warn(code, place, message, hint);
    else problems.error(code, place, message, hint);
  };
}

const localePattern = /^[a-z]{2,3}(-[A-Z]{2})?$/;

export interface ReadTextOptions {
  readonly scope: ExpressionScope;
  readonly uses: Uses;
  readonly lengthMax: number;
}

/** A text in the store's language, or in several by locale. */
export function readLocalText(field: Field, options: ReadTextOptions, reading: Reading): PlannedRender | null {
  const { problems, words } = reading;
  const byLocale: Record<string, string> = {};
  if (isMap(field.value)) {
    const fields = readFields(field.value, `"${field.name}"`, null, problems);
    for (const each of fields?.values() ?? []) readLocale(each, byLocale, options, reading);
    if (fields !== null && fields.size > 0 && !fields.has(words.defaultLocale)) {
      const message = `"${field.name}" is not said in "${words.defaultLocale}", the store's own language`;
      problems.warn('no-default-locale', field.at, message, `add ${words.defaultLocale}: …`);
    }
  } else {
    readTemplate(field, words.defaultLocale, byLocale, options, reading);
  }
  return Object.keys(byLocale).length === 0 ? null : { $text: { byLocale, lengthMax: options.lengthMax } };
}

function readLocale(field: Field, byLocale: Record<string, string>, options: ReadTextOptions, reading: Reading): void {
  if (!localePattern.test(field.name)) {
    reading.problems.error('bad-name', field.at, `"${field.name}" is no language`, 'write "en", "es" or "de-CH"');
    return;
  }
  readTemplate(field, field.name, byLocale, options, reading);
}

function readTemplate(
  field: Field,
  locale: string,
  byLocale: Record<string, string>,
  options: ReadTextOptions,
  reading: Reading,
): void {
  const text = isEmpty(field.value) ? null : textOf(field.value);
  if (text === null || text.trim() === '' || !isScalar(field.value)) {
    const braces = isMap(field.value) || !isScalar(field.value as Node);
    reading.problems.error(
      'expected-text',
      placeOfField(field),
      'a text is expected here',
      braces ? 'a text that begins with {{ or [ is quoted: "…"' : undefined,
    );
    return;
  }
  const report = reportInto(field.value, reading.problems);
  if (checkTemplate(text, reading.liquid, options.scope, options.uses, report)) byLocale[locale] = text;
}
