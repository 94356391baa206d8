/** Reads steps: the six verbs, and where each leads. */
import { isSeq, type Node } from 'yaml';
import type { CompiledStep } from '../compiled.ts';
import { type Reading, readTest } from './condition-reader.ts';
import type { DialogueScopes } from './dialogue-scopes.ts';
import { type Field, isName, placeOfField, readFields, readItems, stepNamePattern, textOf } from './node-reader.ts';
import type { Planned } from './plan.ts';
import type { Place } from './problem.ts';
import { readReward, readSet } from './reward-reader.ts';
import { readSay, type SayDraft } from './say-reader.ts';
import { listed } from './suggest.ts';
import type { SayContext } from './surface-reader.ts';
import { readWait } from './wait-reader.ts';
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
function readStep(found: Field, context: StepContext): StepDraft | null {
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
    const context_: SayContext = {
      scopes: context.scopes,
      reading,
      isLocal: context.isLocal,
      next,
      rewardName: rewardNameOf(found.name),
    };
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

export type Next = (field: Field | undefined) => string;

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

/** `with: { percent: 10 }` in the step "greet" is a reward of its own, named "greetReward". */
export function rewardNameOf(step: string): string {
  return `${step}Reward`;
}

function readInlineReward(step: StepDraft, context: StepContext): readonly StepDraft[] {
  const inline = step.say?.inlineReward ?? null;
  if (inline === null) return [];
  const name = rewardNameOf(step.name);
  const plan = readReward(inline, name, () => 'end', context);
  return plan === null ? [] : [{ name, at: inline.at, plan, say: null }];
}

/** The steps of a dialogue, in order. */
export function readSteps(found: Field, context: StepContext): readonly StepDraft[] {
  const { problems } = context.reading;
  const fields = readFields(found.value, '"steps"', null, problems, found.at);
  return [...(fields?.values() ?? [])].flatMap((each) => {
    const isNamed = isStepName(each, problems);
    const step = readStep(each, context);
    // A step whose name is none is read all the same: what else is wrong with it is said at once.
    return step === null || !isNamed ? [] : [step, ...readInlineReward(step, context)];
  });
}

function isStepName({ name, at }: Field, problems: Reading['problems']): boolean {
  if (name === 'end') {
    const message = '"end" is the end of every dialogue, and cannot be a step';
    problems.error('bad-name', at, message, 'give the step another name');
    return false;
  }
  if (isName(name, stepNamePattern)) return true;
  problems.error(
    'bad-name',
    at,
    `"${name}" is no name for a step`,
    'a small letter first, then letters and digits: byMail',
  );
  return false;
}
