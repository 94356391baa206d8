/**
 * Reads house.yaml: what binds every dialogue of the chain. All of it is optional; a house without a file has the
 * defaults below, which suit a shop that has just begun.
 */

import type { Scalar } from '@kairos/protocol/facts.ts';
import type { Liquid } from 'liquidjs';
import type { AttentionSettings } from '../compiled.ts';
import { isTimeZone } from './amounts.ts';
import {
  anyShape,
  type FieldShape,
  field,
  flagShape,
  numberShape,
  type RecordShape,
  record,
  textShape,
} from './cel/shape.ts';
import { type AttributeWords, createHouseWords, type FactShapes, type HouseWords } from './house-words.ts';
import { declareMeasures, readMeasures } from './measure-reader.ts';
import {
  authorNamePattern,
  type Field,
  type Fields,
  isEmpty,
  placeOfField,
  readFields,
  readItems,
  readMoney,
  readRate,
  readShare,
  readSpan,
  readText,
  readWhole,
  readWord,
  textOf,
} from './node-reader.ts';
import type { HousePlan, MeasurePlan } from './plan.ts';
import type { ProblemList } from './problem.ts';
import { readStages } from './stage-reader.ts';
import { parseYaml } from './yaml-source.ts';

export interface House {
  readonly plan: HousePlan;
  readonly measures: readonly MeasurePlan[];
  readonly words: HouseWords;
}

export interface HouseOptions {
  readonly zones: readonly string[] | null;
  readonly departments: readonly string[] | null;
  readonly shapes: FactShapes;
  readonly liquid: Liquid;
}

const minuteMs = 60_000;

/** Three messages a visit, a minute and a half apart, and rest after two that were ignored. Costs in minor units. */
export const defaultAttention: AttentionSettings = {
  perVisit: 3,
  refill: 1,
  gapMs: 90_000,
  restAfterIgnored: 2,
  restMs: 20 * minuteMs,
  costs: { walking: 200, dwelling: 100, atRest: 50, atTill: 100 },
  cap: null,
};

/** Known in every house, because every address book has it. */
const defaultAttributes: Readonly<Record<string, AttributeWords>> = {
  firstName: { type: 'text', sensitivity: 'near', default: null },
};

const houseNames = [
  'house',
  'defaultLocale',
  'timeZone',
  'globalHoldout',
  'sensitiveTags',
  'attributes',
  'facts',
  'measures',
  'stages',
  'attention',
] as const;

/** Reads house.yaml; `problems` null where there is none. */
export function readHouse(problems: ProblemList, text: string | null, options: HouseOptions): House {
  const root = text === null ? null : parseYaml(text, problems);
  const fields: Fields = (root && readFields(root, 'house.yaml', houseNames, problems)) ?? new Map();
  const plain = readPlain(fields, problems);
  const attributes = readAttributes(fields.get('attributes'), problems);
  const customFacts = readCustomFacts(fields.get('facts'), problems);
  const measureFields = readNamed(fields.get('measures'), 'measures', problems);
  const given = { ...plain, attributes, customFacts, zones: options.zones, departments: options.departments };
  const bare = createHouseWords({ ...given, measures: new Map() }, options.shapes);
  const declared = declareMeasures(measureFields, bare);
  const words = createHouseWords({ ...given, measures: declared }, options.shapes);
  const reading = { problems, words: bare, liquid: options.liquid };
  const measures = readMeasures(measureFields, reading);
  const plan: HousePlan = {
    attributes,
    globalHoldout: readGlobalHoldout(fields.get('globalHoldout'), problems),
    stages: readStages(readNamed(fields.get('stages'), 'stages', problems), { ...reading, words }),
    attention: readAttention(fields.get('attention'), problems),
    defaultLocale: plain.defaultLocale,
    timeZone: plain.timeZone,
    sensitiveTags: plain.sensitiveTags,
  };
  return { plan, measures, words };
}

/** A map of things with names of their own. */
function readNamed(all: Field | undefined, what: string, problems: ProblemList): readonly Field[] {
  if (all === undefined || isEmpty(all.value)) return [];
  const fields = readFields(all.value, `"${what}"`, null, problems);
  return [...(fields?.values() ?? [])].filter((each) => {
    const isFree = !(each.name in Object.prototype);
    if (isFree && (authorNamePattern.test(each.name) || what === 'facts')) return true;
    problems.error('bad-name', each.at, `"${each.name}" is no name`, 'a name has letters, digits and hyphens');
    return false;
  });
}

interface Plain {
  readonly defaultLocale: string;
  readonly timeZone: string;
  readonly sensitiveTags: readonly string[];
}

function readPlain(fields: Fields, problems: ProblemList): Plain {
  const localeField = fields.get('defaultLocale');
  const defaultLocale = localeField === undefined ? 'en' : (textOf(localeField.value) ?? '');
  if (localeField !== undefined && !/^[a-z]{2,3}(-[A-Z]{2})?$/.test(defaultLocale)) {
    problems.error('bad-name', placeOfField(localeField), `"${defaultLocale}" is no language`, 'write "en" or "de-CH"');
  }
  const zoneField = fields.get('timeZone');
  const timeZone = zoneField === undefined ? 'UTC' : (textOf(zoneField.value) ?? '');
  const known = isTimeZone(timeZone);
  if (zoneField !== undefined && !known) {
    problems.error('bad-name', placeOfField(zoneField), `"${timeZone}" is no time zone`, 'for example: Europe/Berlin');
  }
  const tags = readItems(fields.get('sensitiveTags')?.value ?? null).map((item) => textOf(item) ?? '');
  return {
    defaultLocale: defaultLocale || 'en',
    timeZone: known ? timeZone : 'UTC',
    sensitiveTags: tags.filter((tag) => tag !== ''),
  };
}

function readGlobalHoldout(found: Field | undefined, problems: ProblemList): number {
  return found === undefined ? 0 : (readShare(found, 'the global holdout', 10_000, problems) ?? 0);
}

const attributeTypes = ['text', 'number', 'boolean', 'date'] as const;
export const sensitivities = ['public', 'near', 'own', 'sensitive'] as const;

function readAttributes(all: Field | undefined, problems: ProblemList): Readonly<Record<string, AttributeWords>> {
  const attributes: Record<string, AttributeWords> = { ...defaultAttributes };
  for (const each of readNamed(all, 'attributes', problems)) {
    if (each.name === 'consent') {
      problems.error('name-clash', each.at, '"consent" is taken: it stands for what she agreed to');
      continue;
    }
    const attribute = readAttribute(each, problems);
    if (attribute !== null) attributes[each.name] = attribute;
  }
  return attributes;
}

function readAttribute(found: Field, problems: ProblemList): AttributeWords | null {
  if (textOf(found.value) !== null) {
    const type = readWord(found, `"${found.name}"`, attributeTypes, problems);
    return type === null ? null : { type, sensitivity: 'near', default: null };
  }
  const fields = readFields(
    found.value,
    `the attribute "${found.name}"`,
    ['type', 'sensitivity', 'default'],
    problems,
    found.at,
  );
  if (fields === null) return null;
  const typeField = fields.get('type');
  const type = typeField === undefined ? 'text' : readWord(typeField, 'the type', attributeTypes, problems);
  const sensitivityField = fields.get('sensitivity');
  const sensitivity =
    sensitivityField === undefined ? 'near' : readWord(sensitivityField, 'the sensitivity', sensitivities, problems);
  if (type === null || sensitivity === null) return null;
  const defaultField = fields.get('default');
  return { type, sensitivity, default: defaultField === undefined ? null : readDefault(defaultField, type, problems) };
}

function readDefault(found: Field, type: AttributeWords['type'], problems: ProblemList): Scalar | null {
  const text = readText(found, 'a default', problems);
  if (text === null) return null;
  if (type === 'text') return text;
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (type === 'number' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const form = { boolean: 'true or false', number: 'a whole number', date: 'a day such as 2026-05-01' }[type];
  problems.error('wrong-kind', placeOfField(found), `the default of a ${type} is ${form}`);
  return null;
}

/** The retailer's own facts: one level of values, each a text, a number or a boolean. */
function readCustomFacts(all: Field | undefined, problems: ProblemList): ReadonlyMap<string, RecordShape> {
  const shapes = new Map<string, RecordShape>();
  for (const each of readNamed(all, 'facts', problems)) {
    if (!/^custom\.[a-z][A-Za-z0-9-]{0,39}$/.test(each.name)) {
      problems.error('bad-name', each.at, `"${each.name}" is no name of a fact of your own`, 'write "custom.NAME"');
      continue;
    }
    const parts = readFields(each.value, `the fact "${each.name}"`, null, problems, each.at);
    const fields: Record<string, FieldShape> = { at: field(numberShape) };
    for (const part of parts?.values() ?? []) {
      const type = readWord(part, `"${part.name}"`, ['text', 'number', 'boolean'], problems);
      const shape = type === null ? anyShape : { text: textShape, number: numberShape, boolean: flagShape }[type];
      fields[part.name] = field(shape, false, 'near');
    }
    shapes.set(each.name, record(`a "${each.name}" fact`, fields));
  }
  return shapes;
}

function readAttention(found: Field | undefined, problems: ProblemList): AttentionSettings {
  if (found === undefined) return defaultAttention;
  const names = ['perVisit', 'refill', 'gap', 'rest', 'costs', 'cap'];
  const fields = readFields(found.value, '"attention"', names, problems, found.at);
  if (fields === null) return defaultAttention;
  const number = (name: string, max: number, otherwise: number): number => {
    const each = fields.get(name);
    return each === undefined ? otherwise : (readWhole(each, `"${name}"`, 0, max, problems) ?? otherwise);
  };
  const gap = fields.get('gap');
  const gapSpan = gap === undefined ? null : readSpan(gap, 'the gap', problems);
  const cap = fields.get('cap');
  return {
    perVisit: number('perVisit', 100, defaultAttention.perVisit),
    refill: number('refill', 100, defaultAttention.refill),
    gapMs: gapSpan !== null && 'ms' in gapSpan ? gapSpan.ms : defaultAttention.gapMs,
    ...readRest(fields.get('rest'), problems),
    costs: readCosts(fields.get('costs'), problems),
    cap: cap === undefined ? null : readRate(cap, 'the cap', problems),
  };
}

function readRest(
  found: Field | undefined,
  problems: ProblemList,
): Pick<AttentionSettings, 'restAfterIgnored' | 'restMs'> {
  const { restAfterIgnored, restMs } = defaultAttention;
  if (found === undefined) return { restAfterIgnored, restMs };
  const fields = readFields(found.value, '"rest"', ['afterIgnored', 'for'], problems, found.at);
  const after = fields?.get('afterIgnored');
  const length = fields?.get('for');
  const span = length === undefined ? null : readSpan(length, 'the rest', problems);
  return {
    restAfterIgnored:
      after === undefined
        ? restAfterIgnored
        : (readWhole(after, '"afterIgnored"', 1, 100, problems) ?? restAfterIgnored),
    restMs: span !== null && 'ms' in span ? span.ms : restMs,
  };
}

function readCosts(found: Field | undefined, problems: ProblemList): AttentionSettings['costs'] {
  const { costs } = defaultAttention;
  if (found === undefined) return costs;
  const fields = readFields(found.value, '"costs"', Object.keys(costs), problems, found.at);
  const cost = (name: keyof typeof costs): number => {
    const each = fields?.get(name);
    return each === undefined ? costs[name] : (readMoney(each, `the cost "${name}"`, problems) ?? costs[name]);
  };
  return { walking: cost('walking'), dwelling: cost('dwelling'), atRest: cost('atRest'), atTill: cost('atTill') };
}
