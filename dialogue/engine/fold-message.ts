/**
 * The life of a message, folded: decided, shown (once, the earliest), answered, withdrawn, silent; and what it does to
 * her attention and to what is learned. A message that is over stays recognised for a while, so that a late report
 * changes nothing; one that was forgotten in a crash spends the budget and nothing else (DESIGN section 3).
 */
import type { Channel, FactBody, Scalar } from '@kairos/protocol/facts.ts';
import { type Attempt, Attempts, noteAnswered, noteShown } from '../moment/chance.ts';
import { beginPlay, endPlay } from '../moment/screen-turns.ts';
import type { Folds } from './fold.ts';
import { freeWhoHad, leaveToOthers } from './fold-task.ts';
import { lateAnswerOf, messageOfTask } from './late-answer.ts';
import { answerOf, sayOf, speechOf } from './plan.ts';
import { findRun, isInStore, isReply, messageIdOf, runOfMessage, runOfTask, takesVoice } from './runs.ts';
import type { Subject } from './subject.ts';
import { type MessageState, type RunState, recentMessagesMax, saidMax } from './subject-state.ts';
import type { World } from './world.ts';

/** An answer of a human channel that is none: nobody was reached. */
export const notReached = 'not-reached';
/** The signature that lets a message go out; any other answer is a no. */
export const approved = 'approved';
/** Characters of one field of a form that are kept for conditions and texts; the fact keeps all. */
const formTextMax = 200;
/** Fields of a form that are kept. */
const formFieldsMax = 16;
/** Withdrawn, and to be said again. */
const goingOn: ReadonlySet<string> = new Set<FactBody<'message.withdrawn'>['reason']>(['moved', 'paused', 'outranked']);

export const messageFolds = {
  'message.decided': foldDecided,
  'message.shown': (world, subject, body) => foldShown(world, subject, body.message),
  // A mail is in her hands only after its transit; the one who reports it says when.
  'email.sent': (world, subject, body) => foldShown(world, subject, body.message),
  'mail.printed': (world, subject, body) => foldShown(world, subject, body.message),
  'message.answered': (world, subject, body, at) => {
    const run = runOfMessage(subject, body.message);
    if (!run) {
      if (!foldLate(world, subject, { ...body, at })) spendOnStray(subject, body.message);
      return;
    }
    // Her hands are at the cart; what she answers by doing it, she may do anywhere.
    const { visit } = subject.state;
    if (visit && body.screen !== undefined && run.message?.channel === 'cart') {
      visit.touchedAt = at;
      // Even an answer that is none of the message's shows that she stands still: another may speak at rest.
      subject.stir();
    }
    foldAnswered(world, subject, { run, answer: body.answer, form: body.form, at });
  },
  'call.logged': (world, subject, body, at) => {
    const run = runOfMessage(subject, body.message);
    if (body.answer === notReached) return;
    if (run) foldAnswered(world, subject, { run, answer: body.answer, form: body.form, at });
    else foldLate(world, subject, { ...body, at });
  },
  'task.done': (world, subject, body, at) => {
    const run = runOfTask(subject, body.task);
    if (run?.task?.kind === 'approval') {
      run.approved = body.answer === approved;
      world.subjectOfTask.delete(body.task);
      run.task = null;
      subject.stir();
    }
    if (!run) freeWhoHad(world, body.task);
    if (body.answer === notReached) return;
    if (!run) foldLate(world, subject, { ...body, message: messageOfTask(body.task), at });
    if (!run?.task) return;
    foldAnswered(world, subject, { run, answer: body.answer, form: body.form, at });
  },
  'message.withdrawn': foldWithdrawn,
  'message.silent': foldSilent,
} satisfies Folds;

function foldDecided(world: World, subject: Subject, body: FactBody<'message.decided'>, at: number): void {
  const { state } = subject;
  const run = findRun(subject, body.run);
  if (!run) return;
  const target = body.target ?? null;
  run.message = {
    id: body.message,
    channel: body.channel,
    target,
    decidedAt: at,
    validUntil: body.validUntil,
    answerWithinMs: body.answerWithinMs,
    shownAt: 0,
    withdrawnAt: 0,
    why: '',
    zone: state.visit?.zone ?? null,
    context: body.context ?? 'away',
    spent: !isReply(run, at) && !isErrand(body),
    inVisit: state.visit !== null && isInStore(body.channel),
  };
  if (body.channel === 'pos' && state.visit) state.visit.prompt = body.message;
  world.subjectOfMessage.set(body.message, subject.id);
  if (target !== null) world.shownOn.set(target, { subject: subject.id, message: body.message });
  world.noteScreen(target);
  spend(subject, run.message);
  subject.stir();
}

/** What an associate is asked to prepare while she is away says nothing to her. */
function isErrand({ channel, context = 'away' }: FactBody<'message.decided'>): boolean {
  return channel === 'handheld' && context === 'away';
}

/** A reply is no interruption: it costs nothing and counts for no cap. */
function spend({ state }: Subject, { inVisit, decidedAt, spent }: MessageState): void {
  if (state.visit && inVisit) state.visit.messages += 1;
  if (!spent) return;
  if (state.visit && inVisit) state.visit.budget = Math.max(0, state.visit.budget - 1);
  state.said.push(decidedAt);
  if (state.said.length > saidMax) state.said.shift();
}

/**
 * It reached nobody, or goes on elsewhere as another: her stage, the cap on her and her visit's attention get back what
 * it had spent.
 */
function giveBack(world: World, { state }: Subject, { inVisit, decidedAt, spent }: MessageState): void {
  const { said } = state;
  const visited = inVisit ? state.visit : null;
  if (visited) visited.messages = Math.max(0, visited.messages - 1);
  if (!spent) return;
  const place = said.lastIndexOf(decidedAt);
  if (place >= 0) said.splice(place, 1);
  if (visited) visited.budget = Math.min(world.house.attention.perVisit, visited.budget + 1);
}

function foldShown(world: World, subject: Subject, id: string): void {
  const run = runOfMessage(subject, id);
  const at = world.input?.at ?? 0;
  if (!run?.message) {
    spendOnStray(subject, id);
    return;
  }
  const { message } = run;
  if (message.withdrawnAt > 0 && at > message.withdrawnAt) return;
  if (message.shownAt === 0) noteShown(world.store.learned, attemptAt(world, run, message), world.dayOf(at));
  if (message.shownAt === 0 || at < message.shownAt) {
    message.shownAt = at;
    beginPlay(world.store, world.places, message);
    world.noteScreen(message.target);
  }
  // It gives way to nobody any more; else what waits waits as it did.
  if (subject.isGivingWay) subject.stir();
  else subject.forgetDue();
}

function foldAnswered(
  world: World,
  subject: Subject,
  {
    run,
    answer,
    form,
    at,
  }: { run: RunState; answer: string; form: Readonly<Record<string, Scalar>> | undefined; at: number },
): void {
  const { message } = run;
  const known = answerOf(sayOf(world.planOf(run), run.step), answer);
  const reported = world.input?.at ?? at;
  if (!message || !known || (message.withdrawnAt > 0 && reported > message.withdrawnAt)) return;
  if (message.shownAt === 0) {
    noteShown(world.store.learned, attemptAt(world, run, message), world.dayOf(reported));
    message.shownAt = reported;
  }
  run.answers = { ...run.answers, [run.step]: { ...keptForm(form), answer } };
  run.answeredAt = at;
  const { state } = subject;
  if (known.positive) {
    noteAnswered(world.store.learned, attemptAt(world, run, message), world.dayOf(reported));
    const { refill, perVisit } = world.house.attention;
    if (state.visit && isInStore(message.channel)) {
      state.visit.budget = Math.min(perVisit, state.visit.budget + refill);
    }
  }
  if (isInStore(message.channel)) state.ignored = 0;
  else state.ignoredAtHome = 0;
  closeMessage(world, subject, { run, at });
}

interface LateReport {
  readonly message: string;
  readonly answer: string;
  readonly form?: Readonly<Record<string, Scalar>> | undefined;
  readonly at: number;
}

/** Kept for the branch that it takes; whether there is one. */
function foldLate(world: World, subject: Subject, { message, answer, form, at }: LateReport): boolean {
  const late = lateAnswerOf(world, subject, message, answer);
  if (late === null) return false;
  late.run.answers = { ...late.run.answers, [late.step]: { ...keptForm(form), answer } };
  late.run.answeredAt = at;
  subject.stir();
  return true;
}

function keptForm(form: Readonly<Record<string, Scalar>> | undefined): Record<string, Scalar> {
  const kept: Record<string, Scalar> = {};
  if (form === undefined) return kept;
  for (const [name, value] of Object.entries(form).slice(0, formFieldsMax)) {
    kept[name] = typeof value === 'string' ? value.slice(0, formTextMax) : value;
  }
  return kept;
}

function foldWithdrawn(world: World, subject: Subject, body: FactBody<'message.withdrawn'>, at: number): void {
  const run = runOfMessage(subject, body.message);
  const message = run?.message;
  if (!run || !message) return;
  endPlay(world.store, world.places, message, at);
  message.withdrawnAt = at;
  message.why = body.reason;
  world.clearTarget(message.id, message.target);
  const goesOn = goingOn.has(body.reason);
  const isUnseen = message.shownAt === 0;
  // What moves along with her is one message still: no pause, and it is paid for once.
  if (takesVoice(message.channel) && !(body.reason === 'moved' || (goesOn && isUnseen))) subject.state.quietSince = at;
  if (body.reason === 'moved' || (goesOn && isUnseen)) giveBack(world, subject, message);
  const { visit } = subject.state;
  if (goesOn && isUnseen && visit?.prompt === message.id) visit.prompt = '';
  if (goesOn) {
    // It goes on to another surface, or later, under another id; its deadline stays. Should a paint be under way, it
    // spends as what is forgotten does.
    if (!isUnseen) remember(subject, message.id);
    world.subjectOfMessage.delete(message.id);
    run.message = null;
    run.reached[run.step] = (run.reached[run.step] ?? 0) + 1;
  }
  subject.stir();
}

function foldSilent(world: World, subject: Subject, body: FactBody<'message.silent'>, at: number): void {
  const run = runOfMessage(subject, body.message) ?? waitingFor(subject, body.message);
  if (!run) return;
  if (body.silence === 'ignored') noteIgnored(world, subject, { channel: run.message?.channel ?? 'cart', at });
  if (run.message && body.silence === 'never-shown') giveBack(world, subject, run.message);
  if (run.message) closeMessage(world, subject, { run, at });
  else remember(subject, body.message);
  subject.stir();
}

/** So many in a row, and that kind of surface rests (DESIGN section 5, suppression by outcome). */
function noteIgnored(world: World, { state }: Subject, { channel, at }: { channel: Channel; at: number }): void {
  const { restAfterIgnored, restMs, restAtHome } = world.house.attention;
  if (isInStore(channel)) {
    state.ignored += 1;
    if (state.ignored < restAfterIgnored) return;
    state.ignored = 0;
    state.restUntil = at + restMs;
  } else if (restAtHome !== null) {
    state.ignoredAtHome += 1;
    if (state.ignoredAtHome < restAtHome.afterIgnored) return;
    state.ignoredAtHome = 0;
    state.restAtHomeUntil = world.calendar.add(at, restAtHome.for);
  }
}

/** The run whose message never got as far as being decided. */
function waitingFor({ state }: Subject, message: string): RunState | null {
  return state.runs.find((run) => run.message === null && run.step !== '' && messageIdOf(run) === message) ?? null;
}

function closeMessage(world: World, subject: Subject, { run, at }: { run: RunState; at: number }): void {
  const { message } = run;
  if (!message) return;
  if (takesVoice(message.channel) && message.withdrawnAt === 0) subject.state.quietSince = at;
  remember(subject, message.id);
  endPlay(world.store, world.places, message, at);
  world.forgetMessage(message.id, message.target);
  if (run.task) {
    leaveToOthers(world, run.task);
    world.subjectOfTask.delete(run.task.id);
  }
  run.task = null;
  run.message = null;
  subject.stir();
}

function remember({ state }: Subject, message: string): void {
  state.recent.push(message);
  if (state.recent.length > recentMessagesMax) state.recent.shift();
}

/** She was shown, or answered, something that is known no more: it took her attention all the same. */
function spendOnStray(subject: Subject, message: string): void {
  const { state } = subject;
  if (state.recent.includes(message)) return;
  remember(subject, message);
  if (state.visit) state.visit.budget = Math.max(0, state.visit.budget - 1);
  subject.stir();
}

function attemptAt(world: World, run: RunState, { context }: MessageState): Attempt {
  return (speechOf(world.planOf(run), run.step)?.attempts ?? new Attempts(run.dialogue, run.step)).in(context);
}
