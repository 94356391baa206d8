/**
 * Conditions that a run on its way waits for: the goal, what breaks it off, what she does as an answer, the fact of a
 * wait. A fact moves a run at most once.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import type { CompiledAnswer, Next } from '../compiled.ts';
import { messageId } from './ids.ts';
import { lateAnswerOf } from './late-answer.ts';
import { isWhollyMatch } from './matching.ts';
import { type Plan, sayOf } from './plan.ts';
import { findRun, messageIdOf } from './runs.ts';
import { hearsHere } from './seat.ts';
import { withdraw } from './silence.ts';
import { endRun, follow } from './stepping.ts';
import type { Subject } from './subject.ts';
import type { RunState, TailState } from './subject-state.ts';
import type { World } from './world.ts';

/** Conditions of runs: the goal, what breaks off, what she does as an answer, what is waited for. */
export function hearPatterns(world: World, subject: Subject, fact: Fact): void {
  for (const run of [...subject.state.runs]) {
    const plan = world.planOf(run);
    if (!plan?.hears.has(fact.type) || findRun(subject, run.id) !== run || !hearsHere(world, run, fact)) continue;
    hearByRun(world, subject, { run, plan, fact });
  }
  for (const tail of [...subject.state.tails]) hearByTail(world, subject, tail, fact);
}

/**
 * What she did before her silence led on, as it turns out, answers what had been asked: it takes the branch that the
 * message declares as `late`. Whether anything followed.
 */
export function answerLate(world: World, subject: Subject, fact: Fact): boolean {
  let isAnswered = false;
  for (const run of [...subject.state.runs]) {
    const plan = world.planOf(run);
    if (run.held || !plan?.hears.has(fact.type) || fact.at < run.enteredAt || !hearsHere(world, run, fact)) continue;
    const late = lateByDeed(world, subject, { run, plan, fact });
    if (late === null) continue;
    isAnswered = true;
    world.decide(subject, 'message.answered', { message: late.message, answer: late.answer });
    withdraw(world, subject, run, 'answered');
    follow(world, subject, run, late.then);
  }
  return isAnswered;
}

interface LateDeed {
  readonly message: string;
  readonly answer: string;
  readonly then: Next;
}

function lateByDeed(world: World, subject: Subject, { run, plan, fact }: Hearing): LateDeed | null {
  world.lookAtRun(subject, run, fact);
  for (const [name, step] of Object.entries(plan.dialogue.steps)) {
    if (step.verb !== 'say' || step.late === null || name === run.step) continue;
    const answer = step.answers.find(({ on }) => on !== null && isWhollyMatch(world, subject, on));
    if (!answer) continue;
    const message = messageId(run.id, name, run.reached[name] ?? 0);
    const late = lateAnswerOf(world, subject, message, answer.name);
    if (late !== null) return { message, answer: answer.name, then: late.then };
  }
  return null;
}

interface Hearing {
  readonly run: RunState;
  readonly plan: Plan;
  readonly fact: Fact;
}

function hearByRun(world: World, subject: Subject, { run, plan, fact }: Hearing): void {
  const isGoal = reachesGoal(world, subject, { run, plan, fact });
  if (run.held) {
    if (isGoal) endRun(world, subject, run, 'objective');
    return;
  }
  world.lookAtRun(subject, run, fact);
  for (const { pattern, then } of plan.dialogue.until) {
    if (!isWhollyMatch(world, subject, pattern)) continue;
    withdraw(world, subject, run, 'until');
    follow(world, subject, run, then, 'until');
    return;
  }
  const step = plan.dialogue.steps[run.step];
  if (step?.verb === 'say') {
    const answer = step.answers.find(({ on }) => on !== null && isWhollyMatch(world, subject, on));
    if (answer) answerByDeed(world, subject, run, answer);
    else if (isGoal) actElsewhere(world, subject, run);
  } else if (isGoal) {
    endRun(world, subject, run, 'objective');
  } else if (step?.verb === 'wait' && step.for.kind === 'fact' && isWhollyMatch(world, subject, step.for.pattern)) {
    follow(world, subject, run, step.then);
  }
}

/** She does what the message asked for. Before it was shown it is no answer: she acted by herself. */
function answerByDeed(world: World, subject: Subject, run: RunState, answer: CompiledAnswer): void {
  const { message } = run;
  if (!message || message.shownAt === 0 || message.withdrawnAt > 0) {
    actElsewhere(world, subject, run);
    return;
  }
  const { task } = run;
  if (task) world.decide(subject, 'task.released', { task: task.id, reason: 'expired' });
  world.decide(subject, 'message.answered', { message: message.id, answer: answer.name });
  follow(world, subject, run, answer.then);
}

function actElsewhere(world: World, subject: Subject, run: RunState): void {
  withdraw(world, subject, run, 'answered');
  const then = sayOf(world.planOf(run), run.step)?.silence.actedElsewhere.then ?? 'end';
  world.decide(subject, 'message.silent', { message: messageIdOf(run), silence: 'acted-elsewhere' });
  follow(world, subject, run, then, run.objective ? 'objective' : 'end');
}

/** The objective, counted once a run and only within its time. */
function reachesGoal(world: World, subject: Subject, { run, plan, fact }: Hearing): boolean {
  const { objective } = plan.dialogue;
  if (!objective || run.objective || fact.at < run.enteredAt) return false;
  if (fact.at >= world.calendar.add(run.enteredAt, objective.within)) return false;
  world.lookAtRun(subject, run, fact);
  if (!isWhollyMatch(world, subject, objective.pattern)) return false;
  const { id, dialogue, held } = run;
  world.decide(subject, 'objective.reached', { run: id, dialogue, held, value: objective.value });
  return true;
}

function hearByTail(world: World, subject: Subject, tail: TailState, fact: Fact): void {
  const plan = world.planOf(tail);
  const objective = plan?.dialogue.objective;
  if (!plan || objective?.pattern.type !== fact.type || fact.at < tail.enteredAt || fact.at >= tail.until) return;
  const scope = world.look(subject, fact);
  scope.measures = plan.measures;
  scope.enterRun({ entry: tail.entry });
  if (!isWhollyMatch(world, subject, objective.pattern)) return;
  const { run, dialogue, held } = tail;
  world.decide(subject, 'objective.reached', { run, dialogue, held, value: objective.value });
}
