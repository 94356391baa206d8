/** Reads one dialogue: from the map at the top of its file to its plan, or to a list of all that is wrong with it. */
import type { Reading } from './condition-reader.ts';
import { type DialogueScopes, declareScopes, pairsOf } from './dialogue-scopes.ts';
import { type EntryPlan, readEntries } from './entry-reader.ts';
import { readHead, readVariants } from './head-reader.ts';
import { warnOfMethod } from './method.ts';
import {
  type Field,
  type Fields,
  isEmpty,
  placeOfField,
  readFields,
  readItems,
  readWord,
  textOf,
} from './node-reader.ts';
import { readPattern } from './pattern-reader.ts';
import type { DialoguePlan } from './plan.ts';
import type { Place } from './problem.ts';
import { settleSurface } from './sensitivity.ts';
import { checkGraph } from './step-graph.ts';
import { type Lead, readNext, readSteps, type StepDraft, type StepPlan } from './step-reader.ts';
import { parseYaml } from './yaml-source.ts';

const dialogueNames = [
  'dialogue',
  'title',
  'about',
  'type',
  'priority',
  'objective',
  'audience',
  'holdout',
  'patience',
  'key',
  'limits',
  'schedule',
  'variants',
  'enter',
  'until',
  'steps',
  'upgrade',
];

const stepsMax = 200;
/** Each is tried at every fact of its type, for every run. */
const untilMax = 32;

/** A dialogue that could be read, and where its name stands. */
export interface DialogueDraft {
  readonly plan: DialoguePlan;
  readonly nameAt: Place;
}

export function readDialogue(text: string, reading: Reading): DialogueDraft | null {
  const { problems, words } = reading;
  const root = parseYaml(text, problems);
  const fields = root && readFields(root, 'a dialogue', dialogueNames, problems);
  if (fields === null) return null;
  const variants = readVariants(fields.get('variants'), reading);
  const scopes = declareScopes(fields, words, variants.length === 0 ? null : variants.map((each) => each.name));
  const head = readHead(fields, scopes, reading);
  const enter = readEnter(fields, scopes, reading);
  const leads: Lead[] = [];
  const until = readUntil(fields.get('until'), leads, scopes, reading);
  const isLocal = head.type === 'III' && enter.length > 0 && enter.every(isOfPlace);
  const drafts = readStepsOf(fields, { scopes, reading, isLocal, leads });
  const names = [...pairsOf(fields.get('steps')?.value ?? null).keys()];
  checkGraph({ names, drafts, leads }, problems);
  checkRewards(drafts, reading);
  const steps = settleSteps(drafts, enter, scopes, reading);
  warnOfMethod({ fields, drafts, enter, type: head.type }, problems);
  const upgrade = readUpgrade(fields.get('upgrade'), names, reading);
  const first = drafts[0]?.name;
  const nameField = fields.get('dialogue');
  if (head.name === null || first === undefined || nameField === undefined) return null;
  const { name } = head;
  const plan: DialoguePlan = {
    ...head,
    name,
    variants,
    enter,
    until,
    entryPaths: [...scopes.entryPaths].sort(),
    first,
    steps,
    upgrade,
  };
  return { plan, nameAt: placeOfField(nameField) };
}

/** Entered where she stands. */
function isOfPlace(entry: EntryPlan): boolean {
  return entry.kind === 'dwell' || (entry.kind === 'fact' && entry.pattern.type === 'zone.entered');
}

function readEnter(fields: Fields, scopes: DialogueScopes, reading: Reading): readonly EntryPlan[] {
  const found = fields.get('enter');
  if (found === undefined || isEmpty(found.value)) {
    const at = found?.at ?? fields.get('dialogue')?.at ?? { start: 0, end: 1 };
    reading.problems.error('missing', at, 'nobody ever enters this dialogue', 'add enter: with what sets it off');
    return [];
  }
  return readEntries(found, scopes, reading);
}

function readUntil(
  found: Field | undefined,
  leads: Lead[],
  scopes: DialogueScopes,
  reading: Reading,
): DialoguePlan['until'] {
  const all = readItems(found?.value ?? null);
  if (found !== undefined && all.length > untilMax)
    reading.problems.error('too-many', found.at, `a dialogue has at most ${untilMax} ways to break it off`);
  return all.slice(0, untilMax).flatMap((node) => {
    const fields = readFields(node, '"until"', ['on', 'where', 'anyLine', 'then'], reading.problems);
    const on = fields?.get('on');
    if (fields === null) return [];
    if (on === undefined) {
      reading.problems.error(
        'missing',
        found?.at ?? { start: 0, end: 1 },
        '"until" names a fact',
        '{ on: return, where: …, then: end }',
      );
      return [];
    }
    const pattern = readPattern(on, fields, { scope: scopes.run, uses: scopes.asked }, reading);
    const then = readNext(fields.get('then'), null, leads, reading);
    return pattern === null ? [] : [{ pattern, then }];
  });
}

function readStepsOf(fields: Fields, context: Parameters<typeof readSteps>[1]): readonly StepDraft[] {
  const found = fields.get('steps');
  const { problems } = context.reading;
  if (found === undefined || isEmpty(found.value)) {
    const at = found?.at ?? fields.get('dialogue')?.at ?? { start: 0, end: 1 };
    problems.error('missing', at, 'the dialogue has no steps', 'add steps: with what it says');
    return [];
  }
  const drafts = readSteps(found, context);
  if (drafts.length > stepsMax) problems.error('too-many', found.at, `a dialogue has at most ${stepsMax} steps`);
  return drafts;
}

/** `with` names a reward. */
function checkRewards(drafts: readonly StepDraft[], { problems }: Reading): void {
  const rewards = drafts.filter((draft) => draft.plan.verb === 'reward').map((draft) => draft.name);
  for (const { say } of drafts) {
    if (say === null || say.plan.with === null || say.withAt === null || rewards.includes(say.plan.with)) continue;
    const hint =
      rewards.length === 0
        ? 'add a step: voucher: { reward: { percent: 10, validFor: 30d } }'
        : `there is ${rewards.join(', ')}`;
    problems.error('unknown-step', say.withAt, `"${say.plan.with}" is no step that is a reward`, hint);
  }
}

/** Facts whose meaning ends with the visit; whatever else lets her in is remembered of her. */
const momentary = [
  'zone.entered',
  'zone.left',
  'basket.added',
  'basket.removed',
  'visit.opened',
  'visit.moved',
  'identity.presented',
];

function isHistory(entry: EntryPlan): boolean {
  if (entry.kind === 'dwell') return false;
  if (entry.kind === 'fact') return !momentary.includes(entry.pattern.type);
  return entry.kind !== 'sequence' || entry.patterns.some((pattern) => !momentary.includes(pattern.type));
}

function settleSteps(
  drafts: readonly StepDraft[],
  enter: readonly EntryPlan[],
  scopes: DialogueScopes,
  { problems }: Reading,
): Readonly<Record<string, StepPlan>> {
  const history = enter.some(isHistory);
  const settled = drafts.map((draft): [string, StepPlan] => {
    if (draft.say === null) return [draft.name, draft.plan];
    const surfaces = draft.say.surfaces.map((each) =>
      settleSurface(each, scopes.trigger.sensitivity, history, problems),
    );
    return [draft.name, { ...draft.say.plan, surfaces }];
  });
  return Object.fromEntries(settled);
}

function readUpgrade(found: Field | undefined, names: readonly string[], reading: Reading): DialoguePlan['upgrade'] {
  if (found === undefined) return { kind: 'stay' };
  const { problems } = reading;
  if (textOf(found.value) !== null) {
    const kind = readWord(found, '"upgrade"', ['stay', 'restart', 'leave'] as const, problems);
    return { kind: kind ?? 'stay' };
  }
  const fields = readFields(found.value, '"upgrade"', ['move'], problems, found.at);
  const move = fields?.get('move');
  const mapped = move === undefined ? null : readFields(move.value, '"move"', null, problems, move.at);
  const steps: Record<string, string> = {};
  for (const each of mapped?.values() ?? []) {
    const to = textOf(each.value) ?? '';
    if (to === 'end' || names.includes(to)) steps[each.name] = to;
    else
      problems.error(
        'unknown-step',
        placeOfField(each),
        `there is no step "${to}"`,
        'to the right stands a step of this version',
      );
  }
  return { kind: 'move', steps };
}
