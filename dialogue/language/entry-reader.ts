/** Reads `enter`: the ways in which a customer enters a dialogue. */
import { isMap, isScalar, type Node } from 'yaml';
import type { CompiledEntry, Span } from '../compiled.ts';
import { parseDay, parseSpan, roughMs } from './amounts.ts';
import { highest } from './cel/shape.ts';
import { type Reading, readTest } from './condition-reader.ts';
import type { DialogueScopes } from './dialogue-scopes.ts';
import {
  type Field,
  type Fields,
  isEmpty,
  placeOfField,
  readFields,
  readFlag,
  readItems,
  readMinuteOfDay,
  readSpan,
  readWhole,
  textOf,
} from './node-reader.ts';
import { readPattern } from './pattern-reader.ts';
import type { Planned } from './plan.ts';
import { didYouMean, listed } from './suggest.ts';
import { placeOf } from './yaml-source.ts';

export type EntryPlan = Planned<CompiledEntry>;

/** Each way, by the name that tells it, with what else may stand beside it. */
const ways: Readonly<Record<string, readonly string[]>> = {
  on: ['where', 'anyLine'],
  first: ['where', 'anyLine'],
  count: ['where', 'anyLine', 'reaches', 'within'],
  measure: ['risesAbove', 'fallsBelow', 'of'],
  absence: ['where', 'anyLine', 'for'],
  sequence: ['within', 'without'],
  dwell: ['for', 'where'],
  date: ['before', 'after', 'at', 'yearly'],
  changes: ['where'],
};
const wayNames = Object.keys(ways);
export const partialSequencesMax = 8;

/** A default for a look at the calendar: when shops have opened. */
const defaultMinuteOfDay = 10 * 60;

export function readEntries(found: Field, scopes: DialogueScopes, reading: Reading): readonly EntryPlan[] {
  return readItems(found.value).flatMap((node) => {
    const entry = readEntry(node, scopes, reading);
    return entry === null ? [] : [entry];
  });
}

function readEntry(node: Node, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
  const { problems } = reading;
  if (!isMap(node)) {
    problems.error(
      'expected-map',
      placeOf(node),
      'a way of entering says what it is',
      `for example { on: sale } or { dwell: suits, for: 25s }`,
    );
    return null;
  }
  const keys = node.items.map((pair) => (isScalar(pair.key) ? String(pair.key.value) : ''));
  const present = wayNames.filter((name) => keys.includes(name));
  const [way] = present;
  if (way === undefined || present.length > 1) {
    const [first] = keys as [string?];
    const message =
      way === undefined ? 'this is no way of entering' : `two ways of entering stand in one: ${listed(present, 'and')}`;
    problems.error(
      'unknown-entry',
      placeOf(node),
      message,
      way === undefined ? didYouMean(first ?? '', wayNames) : 'write each on a line of its own',
    );
    return null;
  }
  const fields = readFields(node, 'this way of entering', [way, ...(ways[way] as string[])], problems);
  const main = fields?.get(way);
  if (fields === null || main === undefined) return null;
  return readers[way]?.(main, fields, scopes, reading) ?? null;
}

type Reader = (main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading) => EntryPlan | null;

const readers: Readonly<Record<string, Reader>> = {
  on: readFactEntry,
  first: readFactEntry,
  count: readCount,
  measure: readMeasureEntry,
  absence: readAbsence,
  sequence: readSequence,
  dwell: readDwell,
  date: readDate,
  changes: readChanges,
};

function triggerOf(scopes: DialogueScopes): { scope: DialogueScopes['base']; uses: DialogueScopes['trigger'] } {
  return { scope: scopes.base, uses: scopes.trigger };
}

function readFactEntry(main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
  const pattern = readPattern(main, fields, triggerOf(scopes), reading);
  return pattern === null ? null : { kind: main.name === 'first' ? 'first' : 'fact', pattern };
}

function readCount(main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
  const pattern = readPattern(main, fields, triggerOf(scopes), reading);
  const reachesField = fields.get('reaches');
  if (reachesField === undefined) {
    reading.problems.error('missing', main.at, '"count" needs to know how many', 'add reaches: 4');
    return null;
  }
  const reaches = readWhole(reachesField, '"reaches"', 1, 1_000_000, reading.problems);
  const withinField = fields.get('within');
  const within = withinField === undefined ? null : readSpan(withinField, '"within"', reading.problems);
  return pattern === null || reaches === null ? null : { kind: 'count', pattern, reaches, within };
}

function readMeasureEntry(main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
  const { problems, words } = reading;
  const name = textOf(main.value) ?? '';
  const measure = words.base.measures.get(name);
  if (measure === undefined) {
    const hint = didYouMean(name, words.base.measures.keys()) ?? 'declare it in house.yaml';
    problems.error('unknown-measure', placeOfField(main), `there is no measure "${name}"`, hint);
    return null;
  }
  scopes.trigger.sensitivity = highest(scopes.trigger.sensitivity, measure.sensitivity);
  const falls = fields.get('fallsBelow');
  const line = falls ?? fields.get('risesAbove');
  if (line === undefined || (falls !== undefined && fields.has('risesAbove'))) {
    problems.error(
      'missing',
      main.at,
      'a measure crosses a line one way',
      'add risesAbove: 4, or fallsBelow: 60% with of: another measure',
    );
    return null;
  }
  const direction = falls === undefined ? ('rises' as const) : ('falls' as const);
  const threshold = readThreshold(line, fields.get('of'), reading);
  return threshold === null ? null : { kind: 'measure', measure: measure.index, direction, ...threshold };
}

type Threshold = Pick<Extract<EntryPlan, { kind: 'measure' }>, 'threshold' | 'share'>;

function readThreshold(line: Field, of: Field | undefined, { problems, words }: Reading): Threshold | null {
  const text = textOf(line.value) ?? '';
  const percent = /^(\d{1,4}(?:\.\d)?)\s?%$/.exec(text);
  if (percent === null) {
    const threshold = readWhole(line, `"${line.name}"`, -1_000_000_000, 1_000_000_000, problems);
    return threshold === null ? null : { threshold, share: null };
  }
  const name = of === undefined ? '' : (textOf(of.value) ?? '');
  const other = words.base.measures.get(name);
  if (of === undefined || other === undefined) {
    const message = of === undefined ? 'a share needs to know of what' : `there is no measure "${name}"`;
    problems.error(
      'unknown-measure',
      of === undefined ? line.at : placeOfField(of),
      message,
      didYouMean(name, words.base.measures.keys()) ?? 'add of: another measure',
    );
    return null;
  }
  return { threshold: 0, share: { measure: other.index, thousandths: Math.round(Number(percent[1]) * 10) } };
}

function readAbsence(main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
  const pattern = readPattern(main, fields, triggerOf(scopes), reading);
  const length = fields.get('for');
  if (length === undefined) {
    reading.problems.error('missing', main.at, '"absence" needs to know for how long', 'add for: 6mo, or for: unusual');
    return null;
  }
  const after = textOf(length.value) === 'unusual' ? ('unusual' as const) : readSpan(length, '"for"', reading.problems);
  return pattern === null || after === null ? null : { kind: 'absence', pattern, after };
}

function readSequence(main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
  const { problems } = reading;
  const items = readItems(main.value);
  if (items.length < 2 || items.length > partialSequencesMax) {
    problems.error(
      'bad-sequence',
      placeOfField(main),
      `a sequence has two to ${partialSequencesMax} facts`,
      'sequence: [{ on: basket.added }, { on: zone.entered }]',
    );
    return null;
  }
  const patterns = items.map((item) => readOn(item, scopes, reading));
  const withinField = fields.get('within');
  if (withinField === undefined) {
    problems.error('missing', main.at, 'a sequence happens within a time', 'add within: 10m');
    return null;
  }
  const within = readSpan(withinField, '"within"', problems);
  const withoutField = fields.get('without');
  const without =
    withoutField === undefined || isEmpty(withoutField.value)
      ? null
      : readOn(withoutField.value as Node, scopes, reading);
  const whole = patterns.flatMap((pattern) => pattern ?? []);
  if (whole.length < patterns.length || within === null) return null;
  return { kind: 'sequence', patterns: whole, within, without };
}

function readOn(node: Node, scopes: DialogueScopes, reading: Reading): ReturnType<typeof readPattern> {
  const fields = readFields(node, 'a fact of a sequence', ['on', 'where', 'anyLine'], reading.problems);
  const on = fields?.get('on');
  if (fields === null) return null;
  if (on === undefined) {
    reading.problems.error('missing', placeOf(node), 'a fact of a sequence is named', '{ on: basket.added, where: … }');
    return null;
  }
  return readPattern(on, fields, triggerOf(scopes), reading);
}

function readDwell(main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
  const zones = readZones(main, reading);
  const length = fields.get('for');
  if (length === undefined) {
    reading.problems.error('missing', main.at, '"dwell" needs to know for how long', 'add for: 25s');
    return null;
  }
  const span = readSpan(length, '"for"', reading.problems);
  const condition = fields.get('where');
  const scope = { ...scopes.base, entry: scopes.run.entry };
  const where = condition === undefined ? null : readTest(condition, scope, scopes.trigger, reading);
  if (span === null || zones === null) return null;
  return { kind: 'dwell', zones, forMs: roughMs(span), where };
}

/** Names of zones, checked against the floor plan where one is given. */
export function readZones(found: Field, reading: Reading): readonly string[] | null {
  const zones: string[] = [];
  const items = readItems(found.value);
  if (items.length === 0)
    reading.problems.error('missing', found.at, `"${found.name}" needs a zone`, 'for example: suits');
  for (const item of items) {
    const zone = textOf(item) ?? '';
    if (isKnownZone(zone, item, reading)) zones.push(zone);
  }
  return zones.length === items.length && zones.length > 0 ? zones : null;
}

function isKnownZone(zone: string, item: Node, { problems, words }: Reading): boolean {
  const known = words.base.zones;
  if (known !== null && !known.includes(zone)) {
    problems.error('unknown-zone', placeOf(item), `there is no zone "${zone}"`, didYouMean(zone, known));
    return false;
  }
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(zone)) return true;
  problems.error(
    'unknown-zone',
    placeOf(item),
    `"${zone}" cannot be a zone`,
    'zones are named in small letters, digits and hyphens',
  );
  return false;
}

function readDate(main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
  const { problems, words } = reading;
  const text = textOf(main.value) ?? '';
  const attribute = text.replace(/^customer\./, '');
  const day = parseDay(text);
  const known = Object.hasOwn(words.attributes, attribute) ? words.attributes[attribute] : undefined;
  if (day === null && known?.type !== 'date') {
    const dates = Object.keys(words.attributes).filter((name) => words.attributes[name]?.type === 'date');
    const hint = didYouMean(attribute, dates) ?? 'write customer.birthday, 12-24 or 2026-12-24';
    problems.error('bad-date', placeOfField(main), `"${text}" is neither a day nor an attribute of type date`, hint);
    return null;
  }
  if (known !== undefined) scopes.trigger.sensitivity = highest(scopes.trigger.sensitivity, known.sensitivity);
  const offset = readOffset(fields, reading);
  const at = fields.get('at');
  const yearly = fields.get('yearly');
  return {
    kind: 'date',
    attribute: day === null ? attribute : null,
    on: day,
    ...offset,
    minuteOfDay: at === undefined ? defaultMinuteOfDay : (readMinuteOfDay(at, '"at"', problems) ?? defaultMinuteOfDay),
    yearly:
      yearly === undefined ? day?.year === null || day === null : (readFlag(yearly, '"yearly"', problems) ?? true),
  };
}

function readOffset(fields: Fields, { problems }: Reading): { offset: Span; before: boolean } {
  const before = fields.get('before');
  const found = before ?? fields.get('after');
  if (found === undefined) return { offset: { ms: 0 }, before: false };
  if (before !== undefined && fields.has('after')) {
    problems.error('unknown-entry', found.at, 'either before the day or after it');
  }
  const offset = parseSpan(textOf(found.value) ?? '') ?? readSpan(found, `"${found.name}"`, problems);
  return { offset: offset ?? { ms: 0 }, before: before !== undefined };
}

function readChanges(main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
  const { problems, words } = reading;
  const attribute = (textOf(main.value) ?? '').replace(/^customer\./, '');
  const known = Object.hasOwn(words.attributes, attribute) ? words.attributes[attribute] : undefined;
  if (known === undefined) {
    const hint = didYouMean(attribute, Object.keys(words.attributes)) ?? 'declare it in house.yaml';
    problems.error('unknown-field', placeOfField(main), `the customer has no "${attribute}"`, hint);
    return null;
  }
  scopes.trigger.sensitivity = highest(scopes.trigger.sensitivity, known.sensitivity);
  const condition = fields.get('where');
  const where = condition === undefined ? null : readTest(condition, scopes.base, scopes.trigger, reading);
  return { kind: 'changes', attribute, where };
}
