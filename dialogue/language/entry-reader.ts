/** Reads `enter`: the ways in which a customer enters a dialogue. */
import { isMap, isScalar, type Node } from 'yaml';
import type { CompiledEntry } from '../compiled.ts';
import { roughMs } from './amounts.ts';
import { readChanges, readDate } from './attribute-entries.ts';
import { type Reading, readTest } from './condition-reader.ts';
import type { DialogueScopes } from './dialogue-scopes.ts';
import { readMeasureEntry } from './measure-entry.ts';
import {
  type Field,
  type Fields,
  isEmpty,
  placeOfField,
  readFields,
  readItems,
  readSpan,
  readWhole,
  textOf,
} from './node-reader.ts';
import { readPattern } from './pattern-reader.ts';
import type { Planned } from './plan.ts';
import { didYouMean, listed } from './suggest.ts';
import { placeOf } from './yaml-source.ts';
import { readZones } from './zone-reader.ts';

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

const partialSequencesMax = 8;
/** Each is tried at every fact of its type. */
const entriesMax = 32;

export function readEntries(found: Field, scopes: DialogueScopes, reading: Reading): readonly EntryPlan[] {
  const all = readItems(found.value);
  if (all.length > entriesMax)
    reading.problems.error('too-many', found.at, `a dialogue has at most ${entriesMax} ways to enter it`);
  return all.slice(0, entriesMax).flatMap((node) => {
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
