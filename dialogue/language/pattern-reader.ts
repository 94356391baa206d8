/** Reads what a fact is recognised by: its type, `where`, and `anyLine` for facts that have lines. */
import { factTypes } from '@kairos/protocol/facts.ts';
import type { FactPattern } from '../compiled.ts';
import type { ExpressionScope, Uses } from './cel/expression-scope.ts';
import { type Expression, zonesOf } from './cel/expression-tree.ts';
import { sensitivityOfFact } from './cel/fact-shapes.ts';
import { guardOf } from './cel/index-guard.ts';
import { highest, type RecordShape } from './cel/shape.ts';
import { type Reading, readTest } from './condition-reader.ts';
import { factPart } from './house-words.ts';
import { type Field, type Fields, placeOfField, textOf } from './node-reader.ts';
import type { Planned, PlannedTest } from './plan.ts';
import { didYouMean } from './suggest.ts';

export interface PatternOptions {
  /** What stands beside `fact` and `line`. */
  readonly scope: ExpressionScope;
  readonly uses: Uses;
}

/** A type of fact, checked to exist; null after a problem was reported. */
function readFactType(field: Field, reading: Reading): { type: FactPattern['type']; shape: RecordShape } | null {
  const type = textOf(field.value) ?? '';
  const shape = reading.words.factShape(type);
  if (shape !== null) return { type: type as FactPattern['type'], shape };
  const names = [...factTypes, ...reading.words.customFacts.keys()];
  const hint = didYouMean(type, names) ?? 'a fact of your own is named "custom.NAME"';
  reading.problems.error(
    'unknown-fact',
    placeOfField(field),
    type === '' ? 'the name of a fact is expected here' : `there is no fact "${type}"`,
    hint,
  );
  return null;
}

/** The pattern whose type stands in `typeField`, and whose conditions stand beside it. */
export function readPattern(
  typeField: Field,
  fields: Fields,
  options: PatternOptions,
  reading: Reading,
): Planned<FactPattern> | null {
  const found = readFactType(typeField, reading);
  if (found === null) return null;
  const { uses } = options;
  uses.sensitivity = highest(uses.sensitivity, sensitivityOfFact(found.type));
  const scope: ExpressionScope = { ...options.scope, ...factPart(reading.words, found.type) };
  const whereField = fields.get('where');
  const where = whereField === undefined ? null : readTest(whereField, scope, uses, reading);
  const anyLineField = fields.get('anyLine');
  if (anyLineField === undefined) {
    return where !== null && speaksOfLine(where.$test)
      ? toPattern(found.type, null, where)
      : toPattern(found.type, where, null);
  }
  if (where !== null && speaksOfLine(where.$test)) {
    reading.problems.error(
      'wrong-kind',
      anyLineField.at,
      'both conditions ask about a line',
      'write them as one, in anyLine',
    );
    return null;
  }
  return readLines(anyLineField, found, where, { scope, uses }, reading);
}

/** `where: fact.line.ref == entry.line.id` of a return is asked of each of its lines. */
function speaksOfLine(test: Expression): boolean {
  return JSON.stringify(test).includes('"op":"line"');
}

function readLines(
  field: Field,
  found: { type: FactPattern['type']; shape: RecordShape },
  where: PlannedTest | null,
  { scope, uses }: PatternOptions,
  reading: Reading,
): Planned<FactPattern> | null {
  const hasLines = found.shape.fields.lines !== undefined;
  if (!hasLines && !scope.lineOfFact) {
    reading.problems.error('no-lines', field.at, `${found.shape.name} has no lines`, 'write the condition in "where"');
    return null;
  }
  const line = readTest(field, { ...scope, line: reading.words.lineShape }, uses, reading);
  if (hasLines || line === null) return toPattern(found.type, where, line);
  const both: Expression = where === null ? line.$test : { op: 'and', parts: [where.$test, line.$test] };
  return toPattern(found.type, { $test: both }, null);
}

function toPattern(
  type: FactPattern['type'],
  where: PlannedTest | null,
  anyLine: PlannedTest | null,
): Planned<FactPattern> {
  const guard = where === null ? null : guardOf(where.$test);
  return {
    type,
    zones: where === null ? null : zonesOf(where.$test),
    where,
    anyLine,
    ...(guard === null ? {} : { guard: { ...guard, hers: plannedTest(guard.hers), rest: plannedTest(guard.rest) } }),
  };
}

function plannedTest(test: Expression | null): PlannedTest | null {
  return test === null ? null : { $test: test };
}
