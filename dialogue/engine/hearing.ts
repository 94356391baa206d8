/**
 * What a fact means for runs on their way: the answer they waited for, the end of the moment, the goal, the next
 * visit. Each fact moves a run at most once.
 */
import type { Fact, FactOf, FactType } from '@kairos/protocol/facts.ts';
import type { CompiledSay } from '../compiled.ts';
import { isAtTill } from '../moment/situation.ts';
import { approved, notReached } from './fold-message.ts';
import { type LateAnswer, lateAnswerOf, messageOfTask } from './late-answer.ts';
import { answerOf, sayOf } from './plan.ts';
import { awaitsVisit, findRun, isInStore, isSpeaking } from './runs.ts';
import { fallSilent, perish, reachNobody, silenceOf, surfaceOf, withdraw } from './silence.ts';
import { endRun, follow } from './stepping.ts';
import type { Subject } from './subject.ts';
import type { MessageState, RunState, TaskState } from './subject-state.ts';
import { offerAgain } from './tasks.ts';
import type { World } from './world.ts';

/** Called when the fact is folded already. `before`: what stood there, where folding has wiped it out. */
type Hearer<Type extends FactType> = (world: World, subject: Subject, fact: FactOf<Type>, before: Before) => void;
type Hearers = { readonly [Type in FactType]?: Hearer<Type> };

const hearers: Hearers = {
  'message.answered': hearAnswer,
  'call.logged': hearAnswer,
  'task.done': hearAnswer,
  'message.shown': hearShown,
  'email.bounced': hearBounce,
  'task.released': (world, subject, _fact, { run }) => {
    if (run?.task) offerAgain(world, subject, run);
  },
  'zone.entered': leaveZone,
  'zone.left': leaveZone,
  'identity.presented': (world, subject, { body }) => {
    changeTill(world, subject, body.till ?? null);
    leaveZone(world, subject);
  },
  'lane.cleared': (world, subject, { body }) => leaveTill(world, subject, body.till),
  'visit.opened': arrive,
  'visit.moved': changeCart,
  'visit.closed': depart,
  'quiet.requested': (world, subject) => {
    for (const run of [...subject.state.runs]) if (isSpeaking(run.message)) perish(world, subject, run, 'quiet');
  },
  'consent.changed': loseConsent,
  'customer.erased': (world, subject) => {
    for (const run of [...subject.state.runs]) {
      withdraw(world, subject, run, 'consent');
      endRun(world, subject, run, 'erased');
    }
  },
};
export type AnyHearer = (world: World, subject: Subject, fact: Fact, before: Before) => void;
export const hearersByType = new Map(Object.entries(hearers)) as unknown as ReadonlyMap<string, AnyHearer>;

/** What is about to be wiped out by folding, looked up before. */
export interface Before {
  readonly run: RunState | null;
  readonly step: string;
  /** How often it had come to this step. */
  readonly times: number;
  readonly task: TaskState | null;
  /** The answer is late for this. */
  readonly late: LateAnswer | null;
}

export const nothingBefore: Before = { run: null, step: '', times: 0, task: null, late: null };
/** Of these `lookBefore` finds something. */
export const looksBack: ReadonlySet<string> = new Set<FactType>([
  'message.answered',
  'call.logged',
  'task.done',
  'task.released',
]);

/** Asked before the fact is folded: which run an answer or a task is about. */
export function lookBefore(world: World, subject: Subject, fact: Fact): Before {
  switch (fact.type) {
    case 'message.answered':
    case 'call.logged': {
      const run = subject.state.runs.find(({ message }) => message?.id === fact.body.message);
      return run ? standing(run) : lateFor(world, subject, fact.body);
    }
    case 'task.done':
    case 'task.released': {
      const run = subject.state.runs.find(({ task }) => task?.id === fact.body.task);
      if (run) return standing(run);
      if (fact.type === 'task.released') return nothingBefore;
      return lateFor(world, subject, { message: messageOfTask(fact.body.task), answer: fact.body.answer });
    }
    default:
      return nothingBefore;
  }
}

function standing(run: RunState): Before {
  const { step, task } = run;
  return { run, step, times: run.reached[step] ?? 0, task, late: null };
}

function lateFor(world: World, subject: Subject, { message, answer }: { message: string; answer: string }): Before {
  const late = answer === notReached ? null : lateAnswerOf(world, subject, message, answer);
  return late === null ? nothingBefore : { ...nothingBefore, late };
}

/** What waits or speaks in its stead is taken back. */
function takeLate(world: World, subject: Subject, { run, then }: LateAnswer): void {
  if (findRun(subject, run.id) !== run || run.answeredAt === 0) return;
  withdraw(world, subject, run, 'answered');
  follow(world, subject, run, then);
}

type AnswerFact = FactOf<'message.answered'> | FactOf<'call.logged'> | FactOf<'task.done'>;

function hearAnswer(world: World, subject: Subject, { type, body }: AnswerFact, before: Before): void {
  const { run, step, times, task } = before;
  if (before.late) takeLate(world, subject, before.late);
  // Its time was over with this fact, and it has gone on: what was asked is not asked any more.
  if (!run || findRun(subject, run.id) !== run || run.step !== step || run.reached[step] !== times) return;
  const say = sayOf(world.planOf(run), step);
  if (task?.kind === 'approval') {
    if (type !== 'task.done') return;
    const refusal = say?.surfaces.find(({ approve }) => approve)?.approve?.else ?? 'end';
    if (body.answer !== approved) follow(world, subject, run, refusal);
    return;
  }
  if (body.answer === notReached && run.message && isSaidByPeople(run.message)) {
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

/** Only a person can say that she has not said it. */
function isSaidByPeople({ channel }: MessageState): boolean {
  return channel === 'handheld' || channel === 'pos' || channel === 'call';
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
  if (run) reachNobody(world, subject, run, body.reason);
}

/** She has left where it was shown: never shown late, never replayed; what has another surface may go with her. */
function leaveZone(world: World, subject: Subject): void {
  const { visit } = subject.state;
  for (const run of [...subject.state.runs]) {
    const { message } = run;
    if (!isSpeaking(message)) continue;
    const say = sayOf(world.planOf(run), run.step);
    if (isBetterAtTill(world, subject, message, say)) {
      withdraw(world, subject, run, 'moved');
      continue;
    }
    if (message.zone === null || message.zone === visit?.zone) continue;
    if (!surfaceOf(say, message)?.perishesOnLeaving) continue;
    const goesOn = message.channel === 'screen' && say?.surfaces.some(({ channel }) => channel !== 'screen');
    if (goesOn) withdraw(world, subject, run, 'moved');
    else perish(world, subject, run, 'left-zone');
  }
}

/** She is presented at another till: what the first has not said yet, this one may. */
function changeTill(world: World, subject: Subject, till: string | null): void {
  if (till === null) return;
  for (const run of [...subject.state.runs]) {
    const { message } = run;
    if (!isSpeaking(message) || message.channel !== 'pos' || message.target === till) continue;
    if (message.shownAt > 0) perish(world, subject, run, 'left-zone');
    else withdraw(world, subject, run, 'moved');
  }
}

/** The lane has gone on: nobody is there to hear it. */
function leaveTill(world: World, subject: Subject, till: string): void {
  for (const run of [...subject.state.runs]) {
    const { message } = run;
    if (isSpeaking(message) && message.channel === 'pos' && message.target === till)
      perish(world, subject, run, 'left-zone');
  }
}

/** She has come to the till and not seen it yet: where the till can say it as well, it does. */
function isBetterAtTill(
  { places }: World,
  { state: { visit } }: Subject,
  message: MessageState,
  say: CompiledSay | null,
): boolean {
  const isForHer = message.channel === 'cart' || message.channel === 'screen';
  if (visit === null || message.shownAt > 0 || !isForHer || !isAtTill(visit, places)) return false;
  return say?.surfaces.some(({ channel }) => channel === 'pos') ?? false;
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

function loseConsent(world: World, subject: Subject, { body }: FactOf<'consent.changed'>): void {
  if (body.granted) return;
  const { purpose } = body;
  for (const run of [...subject.state.runs]) {
    const channel = run.message?.channel;
    if (!channel || run.message?.withdrawnAt !== 0) continue;
    const isMeant = isInStore(channel) ? purpose === 'inStore' : purpose === channel;
    if (isMeant) perish(world, subject, run, 'consent');
  }
}
