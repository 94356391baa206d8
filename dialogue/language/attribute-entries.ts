/** Reads the ways of entering that look at a customer or the calendar: a date, an attribute that changes. */
import type { Span } from '../compiled.ts';
import { parseDay, parseSpan } from './amounts.ts';
import { highest } from './cel/shape.ts';
import { type Reading, readTest } from './condition-reader.ts';
import type { DialogueScopes } from './dialogue-scopes.ts';
import type { EntryPlan } from './entry-reader.ts';
import { type Field, type Fields, placeOfField, readFlag, readMinuteOfDay, readSpan, textOf } from './node-reader.ts';
import { didYouMean } from './suggest.ts';

/** A default for a look at the calendar: when shops have opened. */
const defaultMinuteOfDay = 10 * 60;

export function readDate(main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
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

export function readChanges(main: Field, fields: Fields, scopes: DialogueScopes, reading: Reading): EntryPlan | null {
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
