/**
 * The life of a run, folded: entered, moved, ended; what it set and what it gave.
 */
import type { FactBody } from '@kairos/protocol/facts.ts';
import { endPlay } from '../moment/screen-turns.ts';
import type { Folds } from './fold.ts';
import type { Plan } from './plan.ts';
import { findRun } from './runs.ts';
import { readRun } from './state-codec.ts';
import { enteredBytes, movedBytes } from './state-size.ts';
import type { Subject } from './subject.ts';
import { emptyState, type RunState, tailsMax } from './subject-state.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;
/** A till that was out of touch may tell of her goal for so long after its time was over. */
const lateFactsMs = dayMs;
/** Dialogues with a limit a customer may have entered before the old ones are looked through. */
const entriesKept = 24;

/** Shared by runs in which nothing was answered, or given: most of them. */
const noneYet: Readonly<Record<string, never>> = Object.freeze({});

export const runFolds = {
  'run.entered': foldEntered,
  'run.moved': foldMoved,
  'run.ended': foldEnded,
  'run.lent': foldLent,
  'run.recalled': (_world, subject, body) => {
    const run = findRun(subject, body.run);
    if (run) takeOut(_world, subject, run);
  },
  'objective.reached': (_world, subject, body) => {
    const { state } = subject;
    const run = findRun(subject, body.run);
    if (run) run.objective = true;
    state.tails = state.tails.filter((tail) => tail.run !== body.run);
    // The goal is reached: from here on less is said, not more (DESIGN section 1).
    if (state.visit && !body.held) state.visit.budget = Math.floor(state.visit.budget / 2);
    subject.stir();
  },
  'attribute.set': (_world, subject, body) => {
    subject.state.attributes[body.name] = body.value;
    subject.forgetCustomer();
    subject.stir();
  },
  'reward.issued': (_world, subject, body) => {
    const run = findRun(subject, body.run);
    if (!run || body.step === undefined) return;
    run.reached[body.step] = (run.reached[body.step] ?? 0) + 1;
    const reward = { value: body.value, ...(body.until === undefined ? {} : { until: body.until }) };
    run.rewards = { ...run.rewards, [body.step]: reward };
    subject.grow();
  },
} satisfies Folds;

function foldEntered(world: World, subject: Subject, body: FactBody<'run.entered'>, at: number): void {
  const { state } = subject;
  const plan = world.planOf(body);
  const run: RunState = {
    id: body.run,
    dialogue: body.dialogue,
    release: body.release,
    held: body.held,
    arm: body.arm ?? null,
    key: body.key ?? null,
    entry: body.entry,
    enteredAt: at,
    visit: state.visit?.id ?? null,
    seenVisit: null,
    step: '',
    until: body.held ? heldUntil(world, plan, at) : 0,
    from: 0,
    here: null,
    reached: {},
    again: 0,
    answers: noneYet,
    rewards: noneYet,
    answeredAt: 0,
    replyAt: 0,
    late: false,
    approved: false,
    objective: false,
    message: null,
    task: null,
  };
  state.runs.push(run);
  const limits = plan?.dialogue.limits;
  if (limits?.perVisit != null && state.visit) {
    const { entered } = state.visit;
    entered.set(body.dialogue, (entered.get(body.dialogue) ?? 0) + 1);
  }
  if (limits?.perCustomer) {
    const times = state.entered.get(body.dialogue);
    state.entered.set(body.dialogue, times ? [...times, at].slice(-limits.perCustomer.count) : [at]);
    forgetOldEntries(world, subject, at);
  }
  subject.stir(enteredBytes(run));
}

/** As headquarters had it; what this store knew of it before was under an earlier term. */
function foldLent(world: World, subject: Subject, { run: id, release, step, state }: FactBody<'run.lent'>): void {
  if (state === undefined) return;
  const before = findRun(subject, id);
  if (before) takeOut(world, subject, before);
  // No visit of this store's, and no message: nothing was said under this term yet.
  const visits = { visit: null, seenVisit: subject.state.visit?.id ?? null, here: null };
  subject.state.runs.push({ ...readRun(state), id, release, step, ...visits, message: null, task: null });
  subject.stir();
}

function takeOut(world: World, subject: Subject, run: RunState): void {
  if (run.message) world.forgetMessage(run.message.id, run.message.target);
  if (run.task) world.subjectOfTask.delete(run.task.id);
  subject.state.runs = subject.state.runs.filter((other) => other !== run);
  subject.stir();
}

/** Held out she is in it as long as its objective counts, so that she is not held out anew at every occasion. */
function heldUntil(world: World, plan: Plan | null, at: number): number {
  return world.calendar.add(at, plan?.dialogue.objective?.within ?? { ms: dayMs });
}

/** Times that no limit asks for any more make room for others. */
function forgetOldEntries(world: World, { state }: Subject, at: number): void {
  const { entered } = state;
  if (entered.size < entriesKept || entered.size % 8 !== 0) return;
  for (const [name, times] of entered) {
    const limit = world.book.plan(name)?.dialogue.limits.perCustomer;
    const last = times.at(-1);
    if (!limit || last === undefined || world.calendar.add(last, limit.within) <= at) entered.delete(name);
  }
}

function foldMoved(world: World, subject: Subject, body: FactBody<'run.moved'>): void {
  const run = findRun(subject, body.run);
  if (!run) return;
  if (body.release !== undefined) {
    run.release = body.release;
    // The step goes on as it is, only by another version's words.
    if (body.step === run.step) return;
  }
  run.again = triesOf(run, body, subject.state.visit?.id ?? null);
  run.step = body.step;
  run.until = body.until ?? 0;
  run.from = body.from ?? 0;
  run.seenVisit = subject.state.visit?.id ?? null;
  run.here = subject.state.visit?.zone ?? null;
  run.reached[body.step] = (run.reached[body.step] ?? 0) + 1;
  run.replyAt = run.answeredAt;
  run.answeredAt = 0;
  run.late = world.input?.late ?? false;
  run.approved = false;
  run.message = null;
  run.task = null;
  subject.stir(movedBytes(run));
}

/** Tried again, it counts on; come to anew, even from itself, it begins anew. */
function triesOf(run: RunState, body: FactBody<'run.moved'>, visit: string | null): number {
  if (body.step !== run.step) return 0;
  if (body.until === undefined || body.from !== undefined) return run.again + 1;
  // It waited for her next visit, and here she is.
  return run.until === 0 && visit !== null && visit !== run.seenVisit ? run.again : 0;
}

function foldEnded(world: World, subject: Subject, body: FactBody<'run.ended'>, at: number): void {
  const run = findRun(subject, body.run);
  if (!run) return;
  const { state } = subject;
  if (run.message) {
    endPlay(world.store, world.places, run.message, at);
    world.forgetMessage(run.message.id, run.message.target);
  }
  if (run.task) world.subjectOfTask.delete(run.task.id);
  const current = world.book.plan(run.dialogue);
  if (current) subject.reopen(current);
  state.runs = state.runs.filter((other) => other !== run);
  if (!run.objective && body.reason !== 'erased') keepTail(world, subject, { run, at });
  if (state.erased && state.runs.length === 0) forget(world, subject);
  subject.stir();
}

/** Its objective may still come: lift is counted over the same time for those who were spoken to and those held out. */
function keepTail(world: World, { state }: Subject, { run, at }: { run: RunState; at: number }): void {
  const objective = world.planOf(run)?.dialogue.objective;
  if (!objective) return;
  const until = world.calendar.add(run.enteredAt, objective.within);
  state.tails = state.tails.filter((tail) => tail.until + lateFactsMs > at);
  if (until <= at) return;
  const { id, dialogue, release, held, enteredAt, entry } = run;
  state.tails.push({ run: id, dialogue, release, held, enteredAt, until, entry });
  if (state.tails.length > tailsMax) state.tails.shift();
}

/** Nothing of her is left, but the time up to which facts have been folded. */
export function forget(world: World, subject: Subject): void {
  const { at } = subject.state;
  world.detach(subject);
  subject.state = emptyState(at);
  subject.forgetCustomer();
  subject.stir();
}
