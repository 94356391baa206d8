/**
 * What a fact means for runs on their way: the answer they waited for, the end of the moment, the goal, the next
 * visit. Each fact moves a run at most once.
 */
import type { Fact, FactOf } from '@kairos/protocol/facts.ts';
import type { CompiledAnswer } from '../compiled.ts';
import { approved, notReached } from './fold-message.ts';
import { isWhollyMatch } from './matching.ts';
import { answerOf, type Plan, sayOf } from './plan.ts';
import { awaitsVisit, findRun, isInStore, isSpeaking, messageIdOf } from './runs.ts';
import { fallSilent, perish, silenceOf, surfaceOf, withdraw } from './silence.ts';
import { endRun, follow } from './stepping.ts';
import type { Subject } from './subject.ts';
import type { RunState, TailState, TaskState } from './subject-state.ts';
import { offerAgain } from './tasks.ts';
import type { World } from './world.ts';

/** The fact is folded already. `heard`: what stood before it, where folding has wiped it out. */
export function hear(world: World, subject: Subject, fact: Fact, heard: Heard): void {
  switch (fact.type) {
    case 'message.answered':
    case 'call.logged':
    case 'task.done':
      hearAnswer(world, subject, fact, heard);
      break;
    case 'message.shown':
      hearShown(world, subject, fact);
      break;
    case 'email.bounced':
      hearBounce(world, subject, fact);
      break;
    case 'task.released':
      hearReleased(world, subject, heard);
      break;
    case 'zone.entered':
    case 'zone.left':
      leaveZone(world, subject);
      break;
    case 'visit.opened':
      arrive(world, subject, fact);
      break;
    case 'visit.moved':
      changeCart(world, subject, fact);
      break;
    case 'visit.closed':
      depart(world, subject);
      break;
    case 'quiet.requested':
      silenceAll(world, subject, 'quiet');
      break;
    case 'consent.changed':
      if (!fact.body.granted) loseConsent(world, subject, fact);
      break;
    case 'customer.erased':
      for (const run of [...subject.state.runs]) {
        withdraw(world, subject, run, 'consent');
        endRun(world, subject, run, 'erased');
      }
      break;
  }
  if (world.book.heardByRuns.has(fact.type)) hearPatterns(world, subject, fact);
}

/** What is about to be wiped out by folding, looked up before. */
export interface Heard {
  readonly run: RunState | null;
  readonly step: string;
  readonly task: TaskState | null;
}

const nothingHeard: Heard = { run: null, step: '', task: null };

/** Asked before the fact is folded: which run an answer or a task is about. */
export function lookBefore(subject: Subject, fact: Fact): Heard {
  switch (fact.type) {
    case 'message.answered':
    case 'call.logged': {
      const run = subject.state.runs.find(({ message }) => message?.id === fact.body.message);
      return run ? { run, step: run.step, task: run.task } : nothingHeard;
    }
    case 'task.done':
    case 'task.released': {
      const run = subject.state.runs.find(({ task }) => task?.id === fact.body.task);
      return run ? { run, step: run.step, task: run.task } : nothingHeard;
    }
    default:
      return nothingHeard;
  }
}

type AnswerFact = FactOf<'message.answered'> | FactOf<'call.logged'> | FactOf<'task.done'>;

function hearAnswer(world: World, subject: Subject, { type, body }: AnswerFact, { run, step, task }: Heard): void {
  if (!run || findRun(subject, run.id) !== run) return;
  const say = sayOf(world.planOf(run), step);
  if (task?.kind === 'approval') {
    if (type !== 'task.done') return;
    const refusal = say?.surfaces.find(({ approve }) => approve)?.approve?.else ?? 'end';
    if (body.answer !== approved) follow(world, subject, run, refusal);
    return;
  }
  if (body.answer === notReached && run.message) {
    fallSilent(world, subject, run, 'never-shown');
    return;
  }
  // Folding took it for an answer only where the message was still hers to answer.
  if (run.answeredAt === 0 || run.message) return;
  // Answered by another way than the one who had been asked for it.
  if (task && type !== 'task.done') world.decide(subject, 'task.released', { task: task.id, reason: 'expired' });
  const answer = answerOf(say, body.answer);
  if (answer) follow(world, subject, run, answer.then);
}

/** Shown just before it was taken back, as it turns out. */
function hearShown(world: World, subject: Subject, { body }: FactOf<'message.shown'>): void {
  const run = subject.state.runs.find(({ message }) => message?.id === body.message);
  if (run?.message && run.message.withdrawnAt > 0 && run.message.shownAt > 0) {
    fallSilent(world, subject, run, silenceOf(run.message));
  }
}

function hearBounce(world: World, subject: Subject, { body }: FactOf<'email.bounced'>): void {
  const run = subject.state.runs.find(({ message }) => message?.id === body.message);
  if (run) fallSilent(world, subject, run, 'never-shown');
}

function hearReleased(world: World, subject: Subject, { run }: Heard): void {
  if (run?.task) offerAgain(world, subject, run);
}

/** She has left where it was shown: never shown late, never replayed; what has another surface may go with her. */
function leaveZone(world: World, subject: Subject): void {
  const { visit } = subject.state;
  for (const run of [...subject.state.runs]) {
    const { message } = run;
    if (!isSpeaking(message) || message.zone === null || message.zone === visit?.zone) continue;
    const say = sayOf(world.planOf(run), run.step);
    if (!surfaceOf(say, message)?.perishesOnLeaving) continue;
    const goesOn = message.channel === 'screen' && say?.surfaces.some(({ channel }) => channel !== 'screen');
    if (goesOn) withdraw(world, subject, run, 'moved');
    else perish(world, subject, run, 'left-zone');
  }
}

function arrive(world: World, subject: Subject, { body }: FactOf<'visit.opened'>): void {
  for (const run of [...subject.state.runs]) {
    if (run.held || run.seenVisit === body.visit) continue;
    const plan = world.planOf(run);
    const step = plan?.dialogue.steps[run.step];
    if (step?.verb === 'wait' && step.for.kind === 'next-visit') follow(world, subject, run, step.then);
    else if (step?.verb === 'say' && awaitsVisit(world, run)) {
      const until = world.calendar.add(world.nowOf(subject), step.validFor);
      world.decide(subject, 'run.moved', { run: run.id, step: run.step, until });
    }
  }
}

/** What speaks on the old cart goes on on the new one. */
function changeCart(world: World, subject: Subject, { body }: FactOf<'visit.moved'>): void {
  for (const run of [...subject.state.runs]) {
    const { message } = run;
    if (isSpeaking(message) && message.channel === 'cart' && message.target !== body.cart)
      withdraw(world, subject, run, 'moved');
  }
}

function depart(world: World, subject: Subject): void {
  for (const run of [...subject.state.runs]) {
    if (isSpeaking(run.message)) perish(world, subject, run, 'visit-closed');
  }
}

function silenceAll(world: World, subject: Subject, reason: 'quiet' | 'consent'): void {
  for (const run of [...subject.state.runs]) if (isSpeaking(run.message)) perish(world, subject, run, reason);
}

function loseConsent(world: World, subject: Subject, { body: { purpose } }: FactOf<'consent.changed'>): void {
  for (const run of [...subject.state.runs]) {
    const channel = run.message?.channel;
    if (!channel || run.message?.withdrawnAt !== 0) continue;
    const isMeant = isInStore(channel) ? purpose === 'inStore' : purpose === channel;
    if (isMeant) perish(world, subject, run, 'consent');
  }
}

/** Conditions of runs: the goal, what breaks off, what she does as an answer, what is waited for. */
export function hearPatterns(world: World, subject: Subject, fact: Fact): void {
  for (const run of [...subject.state.runs]) {
    const plan = world.planOf(run);
    if (!plan?.hears.has(fact.type) || findRun(subject, run.id) !== run) continue;
    hearByRun(world, subject, { run, plan, fact });
  }
  for (const tail of [...subject.state.tails]) hearByTail(world, subject, tail, fact);
}

interface Hearing {
  readonly run: RunState;
  readonly plan: Plan;
  readonly fact: Fact;
}

function hearByRun(world: World, subject: Subject, { run, plan, fact }: Hearing): void {
  const isGoal = reachesGoal(world, subject, { run, plan, fact });
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
  scope.useMeasures(plan.measures);
  scope.enterRun({ entry: tail.entry });
  if (!isWhollyMatch(world, subject, objective.pattern)) return;
  const { run, dialogue, held } = tail;
  world.decide(subject, 'objective.reached', { run, dialogue, held, value: objective.value });
}
