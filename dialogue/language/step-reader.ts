/** Reads steps: the six verbs, and where each leads. */
import { isMap, isSeq, type Node } from 'yaml';
import type { CompiledStep } from '../compiled.ts';
import { parseSpan } from './amounts.ts';
import { type Reading, readTest, readValue } from './condition-reader.ts';
import type { DialogueScopes } from './dialogue-scopes.ts';
import {
  type Field,
  type Fields,
  placeOfField,
  readFields,
  readItems,
  readSpan,
  readWhole,
  stepNamePattern,
  textOf,
} from './node-reader.ts';
import { readPattern } from './pattern-reader.ts';
import type { Planned, PlannedValue } from './plan.ts';
import type { Place } from './problem.ts';
import { readSay, type SayDraft } from './say-reader.ts';
import { didYouMean, listed } from './suggest.ts';
import type { SayContext } from './surface-reader.ts';
import { placeOf } from './yaml-source.ts';

export type StepPlan = Planned<CompiledStep>;

/** A step leads to another: from where, and where the author has written so. */
export interface Lead {
  /** null: from anywhere, by `until`. */
  readonly from: string | null;
  readonly to: string;
  readonly at: Place;
}

export interface StepDraft {
  readonly name: string;
  readonly at: Place;
  readonly plan: StepPlan;
  readonly say: SayDraft | null;
}

export interface StepContext {
  readonly scopes: DialogueScopes;
  readonly reading: Reading;
  readonly isLocal: boolean;
  readonly leads: Lead[];
}

const verbs = ['say', 'wait', 'choose', 'set', 'reward', 'end'] as const;

/** Reads one step; null after a problem was reported. */
export function readStep(found: Field, context: StepContext): StepDraft | null {
  const { reading, leads } = context;
  const next = (field: Field | undefined): string => readNext(field, found.name, leads, reading);
  if (textOf(found.value) === 'end') return { name: found.name, at: found.at, plan: { verb: 'end' }, say: null };
  const fields = readFields(found.value, `the step "${found.name}"`, verbs, reading.problems, found.at);
  if (fields === null) return null;
  const present = [...fields.values()];
  const [verb] = present;
  if (verb === undefined || present.length > 1) {
    const message =
      verb === undefined ? `the step "${found.name}" does nothing` : `the step "${found.name}" does two things at once`;
    reading.problems.error('one-verb', found.at, message, `each step has one of ${listed([...verbs])}`);
    return null;
  }
  if (verb.name === 'say') {
    const context_: SayContext = { scopes: context.scopes, reading, isLocal: context.isLocal, next };
    const say = readSay(verb, context_);
    return say === null ? null : { name: found.name, at: found.at, plan: say.plan, say };
  }
  const plan = readPlain(verb, found.name, next, context);
  return plan === null ? null : { name: found.name, at: found.at, plan, say: null };
}

/** Where a field leads: the name of a step, or the end. A missing field is the end. */
export function readNext(field: Field | undefined, from: string | null, leads: Lead[], { problems }: Reading): string {
  if (field === undefined) return 'end';
  const name = textOf(field.value);
  if (name === null) {
    problems.error(
      'expected-text',
      placeOfField(field),
      `"${field.name}" names a step, or the end`,
      `${field.name}: end`,
    );
    return 'end';
  }
  if (name !== 'end') leads.push({ from, to: name, at: placeOfField(field) });
  return name;
}

type Next = (field: Field | undefined) => string;

function readPlain(verb: Field, name: string, next: Next, context: StepContext): StepPlan | null {
  switch (verb.name) {
    case 'wait':
      return readWait(verb, next, context);
    case 'choose':
      return readChoose(verb, next, context);
    case 'set':
      return readSet(verb, next, context);
    case 'reward':
      return readReward(verb, name, next, context);
    default:
      return { verb: 'end' };
  }
}

type WaitFor = Extract<StepPlan, { verb: 'wait' }>['for'];

function readWait(found: Field, next: Next, context: StepContext): StepPlan | null {
  const { problems } = context.reading;
  const names = ['for', 'on', 'where', 'anyLine', 'within', 'max', 'then', 'else'];
  const fields = readFields(found.value, '"wait"', names, problems, found.at);
  if (fields === null) return null;
  const what = readWaitFor(found, fields, context);
  const within = fields.get('within');
  const max = fields.get('max');
  if (!fields.has('then'))
    problems.error('missing', found.at, '"wait" says what comes after it', 'add then: with the name of a step');
  const plan: StepPlan | null = what && {
    verb: 'wait',
    for: what,
    within: within === undefined ? null : readSpan(within, '"within"', problems),
    max: max === undefined ? null : readWhole(max, '"max"', 1, 1000, problems),
    then: next(fields.get('then')),
    else: next(fields.get('else')),
  };
  if (plan === null || plan.verb !== 'wait') return plan;
  checkRoof(found, fields, plan, context);
  return plan;
}

function checkRoof(
  found: Field,
  fields: Fields,
  plan: Extract<StepPlan, { verb: 'wait' }>,
  { reading }: StepContext,
): void {
  const { problems } = reading;
  if (plan.for.kind === 'span') {
    if (plan.within !== null)
      problems.error('unknown-name', found.at, 'a wait for a length of time needs no "within"', 'remove it');
    return;
  }
  if (plan.within === null) {
    problems.warn(
      'waits-forever',
      found.at,
      'this wait may never end',
      'add within: 60d, and else: for what comes then',
    );
  } else if (!fields.has('else')) {
    problems.warn(
      'wait-unhandled',
      found.at,
      'nothing is said of what comes when the time is over',
      'add else: end, or a step',
    );
  }
}

function readWaitFor(found: Field, fields: Fields, { scopes, reading }: StepContext): WaitFor | null {
  const { problems } = reading;
  const on = fields.get('on');
  const lengthField = fields.get('for');
  if (on !== undefined && lengthField === undefined) {
    const pattern = readPattern(on, fields, { scope: scopes.run, uses: scopes.trigger }, reading);
    return pattern === null ? null : { kind: 'fact', pattern };
  }
  if (lengthField === undefined || on !== undefined) {
    problems.error('missing', found.at, '"wait" says for what', 'for: 7d, for: next-visit, or on: sale');
    return null;
  }
  if (isMap(lengthField.value)) return readWaitForFact(lengthField, { scopes, reading });
  const text = textOf(lengthField.value) ?? '';
  if (text === 'next-visit') return { kind: 'next-visit' };
  const span = parseSpan(text);
  if (span !== null) return { kind: 'span', span };
  problems.error(
    'bad-span',
    placeOfField(lengthField),
    '"for" is a length of time, next-visit, or a fact',
    didYouMean(text, ['next-visit']) ?? 'for: 7d',
  );
  return null;
}

function readWaitForFact(found: Field, { scopes, reading }: Pick<StepContext, 'scopes' | 'reading'>): WaitFor | null {
  const fields = readFields(found.value, '"for"', ['on', 'where', 'anyLine'], reading.problems);
  const on = fields?.get('on');
  if (fields === null) return null;
  if (on === undefined) {
    reading.problems.error('missing', found.at, '"for" names a fact', 'for: { on: sale, where: … }');
    return null;
  }
  const pattern = readPattern(on, fields, { scope: scopes.run, uses: scopes.trigger }, reading);
  return pattern === null ? null : { kind: 'fact', pattern };
}

const branchesMax = 32;
type Branches = Extract<StepPlan, { verb: 'choose' }>['branches'];

function readChoose(found: Field, next: Next, { scopes, reading }: StepContext): StepPlan | null {
  const { problems } = reading;
  const items = isSeq(found.value) ? readItems(found.value) : [];
  if (items.length === 0 || items.length > branchesMax) {
    problems.error(
      'bad-choice',
      placeOfField(found),
      `"choose" is a list of up to ${branchesMax} branches`,
      'choose: [{ when: …, then: a }, { else: b }]',
    );
    return null;
  }
  let hasElse = false;
  const branches = items.flatMap((item): Branches => {
    const fields = readFields(item as Node, 'a branch', ['when', 'then', 'else'], problems);
    if (fields === null) return [];
    if (hasElse) problems.error('bad-choice', placeOf(item), 'nothing comes after "else"', 'put it last');
    const condition = fields.get('when');
    const other = fields.get('else');
    if (other !== undefined || condition === undefined) {
      hasElse = true;
      if (other !== undefined && condition !== undefined)
        problems.error('bad-choice', placeOf(item), '"else" stands in a branch of its own', '- else: b');
      return [{ when: null, then: next(other ?? fields.get('then')) }];
    }
    if (!fields.has('then')) problems.error('missing', condition.at, 'a branch says where it leads', 'add then:');
    const when = readTest(condition, scopes.run, scopes.trigger, reading);
    const then = next(fields.get('then'));
    return when === null ? [] : [{ when, then }];
  });
  if (!hasElse)
    problems.warn('choice-unhandled', found.at, 'nothing is said of what comes when no branch fits', 'add - else: end');
  return { verb: 'choose', branches: hasElse ? branches : [...branches, { when: null, then: 'end' }] };
}

function readSet(found: Field, next: Next, { scopes, reading }: StepContext): StepPlan | null {
  const { problems, words } = reading;
  const fields = readFields(found.value, '"set"', ['attribute', 'to', 'then'], problems, found.at);
  const nameField = fields?.get('attribute');
  const toField = fields?.get('to');
  if (fields === null) return null;
  if (nameField === undefined || toField === undefined) {
    problems.error(
      'missing',
      found.at,
      '"set" says which attribute, and to what',
      'set: { attribute: wantsCatalogue, to: true, then: … }',
    );
    return null;
  }
  const name = (textOf(nameField.value) ?? '').replace(/^customer\./, '');
  const known = Object.hasOwn(words.attributes, name) ? words.attributes[name] : undefined;
  if (known === undefined) {
    const hint = didYouMean(name, Object.keys(words.attributes)) ?? 'declare it in house.yaml';
    problems.error('unknown-field', placeOfField(nameField), `the customer has no "${name}"`, hint);
  }
  const value = readValue(toField, scopes.run, scopes.asked, reading);
  const then = next(fields.get('then'));
  if (value === null || known === undefined) return null;
  const wanted = { text: 'text', date: 'text', number: 'number', boolean: 'flag' }[known.type];
  if (value.shape.kind !== wanted && value.shape.kind !== 'any') {
    problems.error(
      'wrong-kind',
      placeOfField(toField),
      `"${name}" is a ${known.type}`,
      wanted === 'text' ? `a text has its own quotes: '"gold"'` : undefined,
    );
    return null;
  }
  return { verb: 'set', name, value: value.planned, then };
}

function readReward(found: Field, name: string, next: Next, { scopes, reading }: StepContext): StepPlan | null {
  const { problems } = reading;
  const fields = readFields(found.value, '"reward"', ['percent', 'amount', 'validFor', 'then'], problems, found.at);
  if (fields === null) return null;
  const percent = fields.get('percent');
  const amount = fields.get('amount');
  const valueField = percent ?? amount;
  if (valueField === undefined || (percent !== undefined && amount !== undefined)) {
    problems.error(
      'missing',
      found.at,
      'a reward is worth a percentage or an amount',
      'reward: { percent: 10, validFor: 30d }',
    );
    return null;
  }
  const valid = fields.get('validFor');
  const unit = percent === undefined ? ('amount' as const) : ('percent' as const);
  const value = readWorth(valueField, unit, { scopes, reading });
  const validFor = valid === undefined ? null : readSpan(valid, '"validFor"', problems);
  const then = next(fields.get('then'));
  return value === null ? null : { verb: 'reward', name, value, unit, validFor, then };
}

/** Plain numbers are percent and currency; expressions give percent, and minor units as all money in conditions. */
function readWorth(
  found: Field,
  unit: 'percent' | 'amount',
  { scopes, reading }: Pick<StepContext, 'scopes' | 'reading'>,
): PlannedValue | null {
  const text = (textOf(found.value) ?? '').replace(/\s?%$/, '');
  if (/^\d{1,7}(\.\d{1,2})?$/.test(text)) {
    const value = Math.round(Number(text) * (unit === 'percent' ? 10 : 100));
    if (unit === 'amount' || value <= 1000) return { $value: { op: 'constant', value } };
    reading.problems.error('bad-share', placeOfField(found), 'a reward is at most 100 %');
    return null;
  }
  const value = readValue(found, scopes.run, scopes.asked, reading);
  if (value === null) return null;
  if (value.shape.kind !== 'number' && value.shape.kind !== 'any') {
    reading.problems.error('wrong-kind', placeOfField(found), 'what a reward is worth is a number');
    return null;
  }
  if (unit === 'amount') return value.planned;
  const right = { op: 'constant', value: 10 } as const;
  return { $value: { op: 'arithmetic', how: '*', left: value.planned.$value, right } };
}

/** The steps of a dialogue, in order. */
export function readSteps(found: Field, context: StepContext): readonly StepDraft[] {
  const { problems } = context.reading;
  const fields = readFields(found.value, '"steps"', null, problems, found.at);
  return [...(fields?.values() ?? [])].flatMap((each) => {
    if (each.name === 'end' || readNameOf(each, problems) === null) {
      if (each.name === 'end')
        problems.error(
          'bad-name',
          each.at,
          '"end" is the end of every dialogue, and cannot be a step',
          'give the step another name',
        );
      return [];
    }
    const step = readStep(each, context);
    return step === null ? [] : [step];
  });
}

function readNameOf(found: Field, problems: Reading['problems']): string | null {
  if (stepNamePattern.test(found.name) && !(found.name in Object.prototype)) return found.name;
  problems.error(
    'bad-name',
    found.at,
    `"${found.name}" is no name for a step`,
    'a small letter first, then letters and digits: byMail',
  );
  return null;
}
