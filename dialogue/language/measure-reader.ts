/** Reads measures: what is counted of a customer, once for the whole house. */
import type { CompiledMeasure, Span } from '../compiled.ts';
import { roughMs } from './amounts.ts';
import { type ExpressionScope, type MeasureName, noUses, rootNames } from './cel/expression-scope.ts';
import { sensitivityOfFact } from './cel/fact-shapes.ts';
import { type Reading, readValue } from './condition-reader.ts';
import { factScope, type HouseWords } from './house-words.ts';
import { type Field, type Fields, placeOfField, readFields, readSpan, readWhole, textOf } from './node-reader.ts';
import { readPattern } from './pattern-reader.ts';
import type { MeasurePlan, Planned, PlannedValue } from './plan.ts';

const kinds = ['count', 'sum', 'last', 'distinct'] as const;
const measureNames = [...kinds, 'on', 'where', 'anyLine', 'window', 'endingAgo', 'buckets'];
/** DESIGN section 4: at most 64 window buckets for a customer. */
const bucketsMax = 64;
const measuresMax = 200;

/** The names of measures with their places, before any is read: stages and dialogues speak of them. */
export function declareMeasures(fields: readonly Field[], words: HouseWords): ReadonlyMap<string, MeasureName> {
  return new Map(
    fields
      .filter((each) => isFree(each.name))
      .map((each, index) => [each.name, { index, sensitivity: sensitivityOf(each, words) }]),
  );
}

/** Of CEL itself: no condition could name a measure by them. */
const celWords = ['true', 'false', 'null', 'in'];

function isFree(name: string): boolean {
  return ![...rootNames, ...celWords].includes(name) && /^[a-z][A-Za-z0-9]*$/.test(name);
}

function sensitivityOf(found: Field, words: HouseWords): MeasureName['sensitivity'] {
  const type = /(?:on|count)\s*:\s*([\w.]+)/.exec(String(found.value))?.[1];
  if (words.sensitiveTags.some((tag) => String(found.value).includes(`"${tag}"`))) return 'sensitive';
  return type === undefined ? 'near' : sensitivityOfFact(type);
}

/** In the order of their declaration, so that indices agree with `declareMeasures`. */
export function readMeasures(fields: readonly Field[], reading: Reading): readonly MeasurePlan[] {
  const plans: MeasurePlan[] = [];
  for (const each of fields) {
    if (!isFree(each.name)) {
      const taken = (rootNames as readonly string[]).includes(each.name);
      const message = taken
        ? `"${each.name}" is taken: conditions mean something else by it`
        : `"${each.name}" cannot be the name of a measure`;
      reading.problems.error('name-clash', each.at, message, 'a small letter first, then letters and digits');
      continue;
    }
    if (plans.length >= measuresMax) {
      reading.problems.error('too-many', each.at, `a house has at most ${measuresMax} measures`);
      break;
    }
    const plan = readMeasure(each, reading);
    if (plan !== null) plans.push(plan);
  }
  return plans;
}

function readMeasure(found: Field, reading: Reading): MeasurePlan | null {
  const { problems, words } = reading;
  const fields = readFields(found.value, `the measure "${found.name}"`, measureNames, problems, found.at);
  if (fields === null) return null;
  const kindField = kinds.map((kind) => fields.get(kind)).find((each) => each !== undefined);
  if (kindField === undefined) {
    problems.error(
      'missing',
      found.at,
      `the measure "${found.name}" says what it does`,
      'count: sale, or sum: fact.total with on: sale',
    );
    return null;
  }
  const kind = kindField.name as CompiledMeasure['kind'];
  const isBare = kind === 'count' || (kind === 'last' && isFactName(kindField, words));
  const typeField = fields.get('on') ?? (isBare ? kindField : undefined);
  if (typeField === undefined) {
    problems.error('missing', kindField.at, `"${kind}" needs to know of which fact`, 'add on: sale');
    return null;
  }
  const base: ExpressionScope = { ...words.base, now: false, visit: null, customer: null };
  const pattern = readPattern(typeField, fields, { scope: base, uses: noUses() }, reading);
  if (pattern === null) return null;
  const of = kindField === typeField ? latestOf(kind) : readOf(kindField, pattern.type, kind, base, reading);
  const window = readWindow(fields, reading);
  const endingAgo = fields.get('endingAgo');
  return {
    name: found.name,
    kind,
    pattern,
    of,
    perLine: of !== null && JSON.stringify(of).includes('"op":"line"'),
    window,
    endingAgo: endingAgo === undefined ? null : readSpan(endingAgo, '"endingAgo"', problems),
    buckets: readBuckets(fields, window, reading),
  };
}

/** `last: sale` remembers when. */
function latestOf(kind: CompiledMeasure['kind']): PlannedValue | null {
  return kind === 'last' ? { $value: { op: 'factAt' } } : null;
}

function isFactName(found: Field, words: HouseWords): boolean {
  return words.factShape(textOf(found.value) ?? '') !== null;
}

function readOf(
  found: Field,
  type: string,
  kind: CompiledMeasure['kind'],
  base: ExpressionScope,
  reading: Reading,
): PlannedValue | null {
  const own = factScope(reading.words, type);
  const scope = { ...base, fact: own.fact, line: reading.words.lineShape, lineOfFact: own.lineOfFact };
  const value = readValue(found, scope, noUses(), reading);
  if (value === null) return null;
  if (kind !== 'distinct' && value.shape.kind !== 'number' && value.shape.kind !== 'any') {
    reading.problems.error(
      'wrong-kind',
      placeOfField(found),
      `"${kind}" needs a number`,
      'to tell texts apart, use distinct',
    );
    return null;
  }
  return value.planned;
}

const calendarUnits = ['day', 'week', 'month', 'year'] as const;

function readWindow(fields: Fields, { problems }: Reading): Planned<CompiledMeasure['window']> {
  const found = fields.get('window');
  if (found === undefined) return null;
  const unit = calendarUnits.find((each) => each === textOf(found.value));
  if (unit !== undefined) return { kind: 'calendar', unit };
  const span = readSpan(found, '"window"', problems);
  return span === null ? null : { kind: 'rolling', span };
}

/** A bucket a day where that is enough; else as many as there may be. */
function readBuckets(fields: Fields, window: Planned<CompiledMeasure['window']>, { problems }: Reading): number {
  const found = fields.get('buckets');
  if (found !== undefined) return readWhole(found, '"buckets"', 1, bucketsMax, problems) ?? 1;
  if (window === null) return 1;
  if (window.kind === 'calendar') return 1;
  return Math.max(2, Math.min(bucketsMax, Math.ceil(roughMs(window.span as Span) / 86_400_000)));
}
