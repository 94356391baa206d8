/** Reads the head of a dialogue: what it is called, what it is good for, for whom it is, and how often. */
import type { CompiledDialogue } from '../compiled.ts';
import { roughMs } from './amounts.ts';
import { type Reading, readTest, readValue } from './condition-reader.ts';
import type { DialogueScopes } from './dialogue-scopes.ts';
import {
  type Field,
  type Fields,
  placeOfField,
  readFields,
  readMoney,
  readName,
  readRate,
  readShare,
  readSpan,
  readText,
  readWhole,
  readWord,
  textOf,
} from './node-reader.ts';
import { readPattern } from './pattern-reader.ts';
import type { DialoguePlan } from './plan.ts';
import { readSchedule } from './schedule-reader.ts';

const types = ['foundation', 'I', 'II', 'III'] as const;

const dialogueNamePattern = /^[a-z][a-z0-9-]{0,59}$/;

export type Head = Omit<
  DialoguePlan,
  'name' | 'variants' | 'enter' | 'until' | 'entryPaths' | 'first' | 'steps' | 'upgrade'
> & {
  readonly name: string | null;
};

export function readHead(fields: Fields, scopes: DialogueScopes, reading: Reading): Head {
  const { problems } = reading;
  const nameField = fields.get('dialogue');
  if (nameField === undefined)
    problems.error('missing', { start: 0, end: 1 }, 'the dialogue has no name', 'begin with dialogue: NAME');
  const name =
    nameField === undefined
      ? null
      : readName(nameField, 'the name', dialogueNamePattern, 'small letters, digits and hyphens', problems);
  const titleField = fields.get('title');
  const typeField = fields.get('type');
  if (typeField === undefined)
    problems.error(
      'missing',
      nameField?.at ?? { start: 0, end: 1 },
      'the dialogue has no type',
      'add type: foundation, I, II or III',
    );
  const priority = fields.get('priority');
  const audience = fields.get('audience');
  const key = fields.get('key');
  const schedule = fields.get('schedule');
  return {
    name,
    title: (titleField && readText(titleField, 'the title', problems)) ?? titleOf(name ?? ''),
    type: (typeField && readWord(typeField, 'the type', types, problems)) ?? 'III',
    priority: (priority && readWhole(priority, 'the priority', 1, 9, problems)) ?? 5,
    objective: readObjective(fields.get('objective'), scopes, reading),
    audience: audience === undefined ? null : readTest(audience, scopes.base, scopes.trigger, reading),
    holdout: readHoldout(fields.get('holdout'), reading),
    ...readPatience(fields.get('patience'), reading),
    key: key === undefined ? null : (readValue(key, scopes.run, scopes.asked, reading)?.planned ?? null),
    limits: readLimits(fields.get('limits'), reading),
    schedule: schedule === undefined ? null : readSchedule(schedule, reading),
  };
}

/** "big-project" to "Big project". */
function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function readHoldout(found: Field | undefined, { problems }: Reading): number {
  if (found === undefined || textOf(found.value) === 'none') return 0;
  return readShare(found, 'the holdout', 10_000, problems) ?? 0;
}

/** Shorter than a line is busy it would wait for nobody; longer than a month she would have forgotten. */
const patienceMinMs = 10 * 60_000;
const patienceMaxMs = 30 * 86_400_000;

/** `patience: 3d`: how long headquarters wait for a store that was not heard before they take her for silent. */
function readPatience(found: Field | undefined, { problems }: Reading): Pick<CompiledDialogue, 'patienceMs'> {
  const span = found === undefined ? null : readSpan(found, '"patience"', problems);
  if (found === undefined || span === null) return {};
  const patienceMs = roughMs(span);
  if (patienceMs >= patienceMinMs && patienceMs <= patienceMaxMs) return { patienceMs };
  problems.error(
    'bad-patience',
    placeOfField(found),
    'headquarters wait for a store at least 10 minutes, and at most 30 days',
    'write patience: 3d, or leave it out: then they wait a day',
  );
  return {};
}

function readObjective(found: Field | undefined, scopes: DialogueScopes, reading: Reading): DialoguePlan['objective'] {
  if (found === undefined) return null;
  const { problems } = reading;
  const fields = readFields(
    found.value,
    '"objective"',
    ['on', 'where', 'anyLine', 'within', 'value'],
    problems,
    found.at,
  );
  if (fields === null) return null;
  const [on, within, value] = [fields.get('on'), fields.get('within'), fields.get('value')];
  if (on === undefined || within === undefined || value === undefined) {
    problems.error(
      'missing',
      found.at,
      'an objective says on what, within what time, and what it is worth',
      'objective: { on: sale, within: 30d, value: 40 }',
    );
    return null;
  }
  const pattern = readPattern(on, fields, { scope: scopes.run, uses: scopes.asked }, reading);
  const span = readSpan(within, '"within"', problems);
  const worth = readMoney(value, '"value"', problems);
  return pattern === null || span === null || worth === null ? null : { pattern, within: span, value: worth };
}

function readLimits(found: Field | undefined, { problems }: Reading): CompiledDialogue['limits'] {
  const fields =
    found === undefined ? null : readFields(found.value, '"limits"', ['perVisit', 'perCustomer'], problems, found.at);
  const visit = fields?.get('perVisit');
  const customer = fields?.get('perCustomer');
  return {
    perVisit: visit === undefined ? null : readWhole(visit, '"perVisit"', 1, 100, problems),
    perCustomer: customer === undefined ? null : readRate(customer, '"perCustomer"', problems),
  };
}

const variantsMax = 8;

/** `variants: { short: 50%, long: 50% }`; weights are of each other. */
export function readVariants(found: Field | undefined, { problems }: Reading): CompiledDialogue['variants'] {
  if (found === undefined) return [];
  const fields = readFields(found.value, '"variants"', null, problems, found.at);
  const all = [...(fields?.values() ?? [])];
  if (all.length < 2 || all.length > variantsMax) {
    problems.error(
      'bad-variants',
      found.at,
      `there are two to ${variantsMax} variants, or none`,
      'variants: { short: 50%, long: 50% }',
    );
  }
  return all.flatMap((each) => {
    const name = readName({ ...each, value: each.value, at: each.at }, 'a weight', /./, 'a share of 100 %', problems);
    const weight = name === null ? null : readShare(each, `the weight of "${each.name}"`, 10_000, problems);
    if (/^[a-z][A-Za-z0-9-]{0,39}$/.test(each.name)) return weight === null ? [] : [{ name: each.name, weight }];
    problems.error('bad-name', each.at, `"${each.name}" is no name for a variant`);
    return [];
  });
}
