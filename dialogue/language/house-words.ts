/**
 * The words of a house that dialogues may use: customers' attributes, measures, the retailer's own facts, zones and
 * departments. Gives each place in a dialogue the scope in which its conditions are read.
 */
import type { Scalar } from '@kairos/protocol/facts.ts';
import { consentPurposes, customFactType, strengths } from '@kairos/protocol/facts.ts';
import type { Sensitivity } from '../compiled.ts';
import type { ExpressionScope, MeasureName } from './cel/expression-scope.ts';
import { createFactShapes, deriveLineShape, isFactType } from './cel/fact-shapes.ts';
import { type FieldShape, field, flagShape, numberShape, type RecordShape, record, textShape } from './cel/shape.ts';

export interface AttributeWords {
  readonly type: 'text' | 'number' | 'boolean' | 'date';
  readonly sensitivity: Sensitivity;
  readonly default: Scalar | null;
}

export interface HouseWords {
  readonly defaultLocale: string;
  readonly timeZone: string;
  readonly attributes: Readonly<Record<string, AttributeWords>>;
  readonly sensitiveTags: readonly string[];
  /** Shapes of the retailer's own facts that house.yaml declares. */
  readonly customFacts: ReadonlyMap<string, RecordShape>;
  /** What stands in every scope: customer, visit, store, now, measures. */
  readonly base: ExpressionScope;
  /** The body of a fact, or null where there is no such type. */
  readonly factShape: (type: string) => RecordShape | null;
  readonly lineShape: RecordShape;
}

export interface WordsOptions {
  readonly defaultLocale: string;
  readonly timeZone: string;
  readonly attributes: Readonly<Record<string, AttributeWords>>;
  readonly sensitiveTags: readonly string[];
  readonly customFacts: ReadonlyMap<string, RecordShape>;
  readonly measures: ReadonlyMap<string, MeasureName>;
  readonly zones: readonly string[] | null;
  readonly departments: readonly string[] | null;
}

export function createHouseWords(options: WordsOptions, shapes: FactShapes): HouseWords {
  const { customFacts } = options;
  const factShape = (type: string): RecordShape | null => {
    if (isFactType(type)) return shapes.known(type);
    if (!customFactType.safeParse(type).success) return null;
    const declared = customFacts.get(type);
    if (declared !== undefined) return declared;
    return customFacts.size > 0 ? null : record(`a "${type}" fact`, { at: field(numberShape) }, true);
  };
  const base: ExpressionScope = {
    fact: null,
    line: null,
    lineOfFact: false,
    entry: null,
    answers: null,
    rewards: null,
    customer: customerShape(options.attributes),
    visit: visitShape(shapes.line),
    store: storeShape,
    variants: null,
    now: true,
    measures: options.measures,
    zones: options.zones,
    departments: options.departments,
    sensitiveTags: options.sensitiveTags,
  };
  return { ...options, base, factShape, lineShape: shapes.line };
}

/** Derived from the protocol once for a compiler, because deriving costs milliseconds. */
export interface FactShapes {
  readonly known: ReturnType<typeof createFactShapes>;
  readonly line: RecordShape;
}

export function deriveFactShapes(): FactShapes {
  return { known: createFactShapes(), line: deriveLineShape() };
}

function customerShape(attributes: Readonly<Record<string, AttributeWords>>): RecordShape {
  const fields: Record<string, FieldShape> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const shape = { text: textShape, date: textShape, number: numberShape, boolean: flagShape }[attribute.type];
    fields[name] = { shape, optional: true, sensitivity: attribute.sensitivity, fallback: attribute.default };
  }
  const purposes = consentPurposes.map((purpose) => [purpose, field(flagShape)] as const);
  fields.consent = field(record('her consent', Object.fromEntries(purposes)));
  return record('the customer', fields);
}

function visitShape(line: RecordShape): RecordShape {
  return record('the visit', {
    zone: field({ kind: 'text', among: null, place: 'zone' }, true),
    strength: field({ kind: 'text', among: strengths, place: null }, true),
    minutes: field(numberShape, true),
    messages: field(numberShape, true),
    basketTotal: field(numberShape, true, 'near'),
    lines: field({ kind: 'list', of: line }, true, 'near'),
  });
}

const storeShape = record('the store', {
  name: field(textShape),
  currency: field(textShape),
  timeZone: field(textShape),
});

/** The scope of a condition on a fact, before a run has begun. */
export function factScope(words: HouseWords, type: string): ExpressionScope {
  return { ...words.base, ...factPart(words, type) };
}

/** `line`, and `fact.line` of a fact with lines, is the one being tried: a condition that speaks of it is asked of each. */
function withLine(fact: RecordShape, line: RecordShape): RecordShape {
  return { ...fact, fields: { ...fact.fields, line: field(line, false, 'near') } };
}

/** `fact` and `line` of a fact of this type. */
export function factPart(words: HouseWords, type: string): Pick<ExpressionScope, 'fact' | 'line' | 'lineOfFact'> {
  const fact = words.factShape(type);
  if (fact?.fields.lines !== undefined) {
    return { fact: withLine(fact, words.lineShape), line: words.lineShape, lineOfFact: false };
  }
  const single = fact?.fields.line !== undefined;
  return { fact, line: single ? words.lineShape : null, lineOfFact: single };
}
