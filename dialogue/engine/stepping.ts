/**
 * A run goes on: from a step to the next, through what needs no waiting, until it waits, speaks or ends.
 */
import type { FactBody } from '@kairos/protocol/facts.ts';
import type { CompiledStep, Next } from '../compiled.ts';
import { stageOf } from '../moment/stage.ts';
import { rewardId } from './ids.ts';
import type { Plan } from './plan.ts';
import type { Subject } from './subject.ts';
import type { RunState } from './subject-state.ts';
import type { World } from './world.ts';

export type EndReason = FactBody<'run.ended'>['reason'];

/** Steps passed without waiting before a run counts as caught in a circle, and fails. */
const hopsMax = 64;
/** Times that a run may come to one step; then it ends. A circle that an author bounds is bounded there. */
const reachedMax = 500;
/** A wait without a roof of its own ends after so long. */
const waitMaxMs = 400 * 86_400_000;

/** Goes to `next` and on. `reason`: why the run ends where that is the end. */
export function follow(world: World, subject: Subject, run: RunState, next: Next, reason: EndReason = 'end'): void {
  const plan = world.planOf(run);
  let name: Next = next;
  for (let hops = 0; hops < hopsMax; hops += 1) {
    const step = plan?.dialogue.steps[name];
    const ending = endingAt(run, name, step, reason);
    if (!plan || !step || ending !== null) {
      endRun(world, subject, run, ending ?? 'failed');
      return;
    }
    const onward = take(world, subject, { run, plan, name, step });
    if (onward === null) return;
    name = onward;
  }
  endRun(world, subject, run, 'failed');
}

/** Why the run ends here; null: it goes on. */
function endingAt(run: RunState, name: Next, step: CompiledStep | undefined, reason: EndReason): EndReason | null {
  if (name === 'end' || step?.verb === 'end') return reason;
  if (!step) return 'failed';
  return (run.reached[name] ?? 0) >= reachedMax ? 'limit' : null;
}

export function endRun(world: World, subject: Subject, run: RunState, reason: EndReason): void {
  world.decide(subject, 'run.ended', { run: run.id, reason });
}

interface At<Step> {
  readonly run: RunState;
  readonly plan: Plan;
  readonly name: string;
  readonly step: Step;
}

/** What the step does; the next one, or null where the run stays. */
function take(world: World, subject: Subject, here: At<CompiledStep>): Next | null {
  const { run, name, step } = here;
  const now = world.nowOf(subject);
  switch (step.verb) {
    case 'choose': {
      const scope = world.lookAtRun(subject, run, world.input);
      return step.branches.find(({ when }) => when === null || when(scope))?.then ?? 'end';
    }
    case 'set': {
      const value = step.value(world.lookAtRun(subject, run, world.input));
      if (value !== null) world.decide(subject, 'attribute.set', { run: run.id, name: step.name, value });
      return step.then;
    }
    case 'reward':
      giveReward(world, subject, run, name);
      return step.then;
    case 'wait': {
      if (step.max !== null && (run.reached[name] ?? 0) >= step.max) return step.else;
      const { for: awaited, within } = step;
      const roof = awaited.kind === 'span' ? awaited.span : (within ?? { ms: waitMaxMs });
      world.decide(subject, 'run.moved', { run: run.id, step: name, until: world.calendar.add(now, roof) });
      return null;
    }
    case 'say':
      world.decide(subject, 'run.moved', { run: run.id, step: name, until: world.calendar.add(now, step.validFor) });
      return null;
    case 'end':
      return 'end';
  }
}

/** Issues what a reward step promises, at most what her stage allows. */
export function giveReward(world: World, subject: Subject, run: RunState, name: string): void {
  const step = world.planOf(run)?.dialogue.steps[name];
  if (step?.verb !== 'reward') return;
  const value = step.value(world.lookAtRun(subject, run, world.input));
  if (typeof value !== 'number' || !Number.isFinite(value)) return;
  const most = step.unit === 'percent' ? (stageOf(world, subject)?.rewardMax ?? null) : null;
  const now = world.nowOf(subject);
  world.decide(subject, 'reward.issued', {
    reward: rewardId(run.id, name, (run.reached[name] ?? 0) + 1),
    run: run.id,
    step: name,
    name: step.name,
    value: Math.max(0, Math.round(most === null ? value : Math.min(value, most))),
    unit: step.unit,
    ...(step.validFor === null ? {} : { until: world.calendar.add(now, step.validFor) }),
  });
}
