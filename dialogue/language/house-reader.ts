/**
 * Reads house.yaml: what binds every dialogue of the chain. All of it is optional; a house without a file has the
 * defaults below, which suit a shop that has just begun.
 */

import { isTimeZone } from '@kairos/protocol/time.ts';
import type { Liquid } from 'liquidjs';
import { readAttention } from './attention-reader.ts';
import { readAttributes } from './attribute-reader.ts';
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
import { createHouseWords, type FactShapes, type HouseWords } from './house-words.ts';
import { declareMeasures, readMeasures } from './measure-reader.ts';
import {
  authorNamePattern,
  type Field,
  type Fields,
  isEmpty,
  isName,
  placeOfField,
  readFields,
  readItems,
  readShare,
  readWord,
  textOf,
} from './node-reader.ts';
import type { HousePlan, MeasurePlan } from './plan.ts';
import type { ProblemList } from './problem.ts';
import { readScreens } from './screens-reader.ts';
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
  'screens',
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
  const screens = readScreens(fields.get('screens'), problems);
  const plan: HousePlan = {
    attributes,
    globalHoldout: readGlobalHoldout(fields.get('globalHoldout'), problems),
    stages: readStages(readNamed(fields.get('stages'), 'stages', problems), { ...reading, words }),
    attention: readAttention(fields.get('attention'), problems),
    ...(screens === undefined ? {} : { screens }),
    defaultLocale: plain.defaultLocale,
    timeZone: plain.timeZone,
    sensitiveTags: plain.sensitiveTags,
  };
  return { plan, measures, words };
}

/** A map of things with names of their own. */
export function readNamed(all: Field | undefined, what: string, problems: ProblemList): readonly Field[] {
  if (all === undefined || isEmpty(all.value)) return [];
  const fields = readFields(all.value, `"${what}"`, null, problems);
  return [...(fields?.values() ?? [])].filter((each) => {
    if (what === 'facts' || isName(each.name, authorNamePattern)) return true;
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
  const locale = localeField === undefined ? 'en' : (textOf(localeField.value) ?? '');
  const isLocale = /^[a-z]{2,3}(-[A-Z]{2})?$/.test(locale);
  if (localeField !== undefined && !isLocale) {
    problems.error('bad-name', placeOfField(localeField), `"${locale}" is no language`, 'write "en" or "de-CH"');
  }
  const zoneField = fields.get('timeZone');
  const timeZone = zoneField === undefined ? 'UTC' : (textOf(zoneField.value) ?? '');
  const known = isTimeZone(timeZone);
  if (zoneField !== undefined && !known) {
    problems.error('bad-name', placeOfField(zoneField), `"${timeZone}" is no time zone`, 'for example: Europe/Berlin');
  }
  const tags = readItems(fields.get('sensitiveTags')?.value ?? null).map((item) => textOf(item) ?? '');
  return {
    defaultLocale: isLocale ? locale : 'en',
    timeZone: known ? timeZone : 'UTC',
    sensitiveTags: tags.filter((tag) => tag !== ''),
  };
}

function readGlobalHoldout(found: Field | undefined, problems: ProblemList): number {
  return found === undefined ? 0 : (readShare(found, 'the global holdout', 10_000, problems) ?? 0);
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
