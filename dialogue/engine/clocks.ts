/**
 * A person's clocks: when her state next wants to be looked at, and what has come due. One moment a person; whatever
 * is due at or before a fact's time is carried out with that fact, once, never early, whether it is a timer's or not.
 *
 * The fact is folded first: what is decided from it then folds on the same state live and in a replay.
 */
import { calledBy, slowDue } from './calendar-clocks.ts';
import type { Due } from './engine.ts';
import { letInReached } from './letting-in.ts';
import type { Reached } from './noticing.ts';
import type { Watch } from './release-book.ts';
import { takesVoice } from './runs.ts';
import {
  carriesClocks,
  clockedFrom,
  clockOf,
  clockOfRun,
  defaultPatienceMs,
  dueHere,
  leaseEnds,
  patienceOf,
} from './seat.ts';
import { fallSilent, perish, settleMs, withdraw } from './silence.ts';
import { foreseeSpeaking } from './speaking.ts';
import { endRun, follow } from './stepping.ts';
import type { Subject } from './subject.ts';
import type { RunState, VisitState } from './subject-state.ts';
import { taskDue } from './tasks.ts';
import type { World } from './world.ts';

/** Things of one person that one turn carries out; the rest waits for the next timer, at once. */
const carriedPerTurnMax = 200;
const never = Number.POSITIVE_INFINITY;

/** Time passes for her, and what her clocks have reached is marked as told; live, it is gathered as well. */
export function passTime(world: World, subject: Subject, at: number, reached: Reached[] | null): void {
  const { state } = subject;
  const from = clockedFrom(world, subject, state.at);
  subject.stir();
  if (at > state.at) state.at = at;
  if (at >= (subject.slowDue ?? at)) subject.slowDue = null;
  passDwell(world, state.visit, { at: state.at, reached });
  calledBy(world, subject, { from, reached });
}

/** Live: carries out what has come due, and lets in whom her clocks have reached. */
export function carryForward(world: World, subject: Subject, reached: readonly Reached[]): void {
  letInReached(world, subject, null, reached);
  for (let carried = 0; carried < carriedPerTurnMax; carried += 1) {
    const run = subject.state.runs.find((one) => dueOfRun(world, subject, one) <= clockOfRun(world, subject, one));
    if (!run) return;
    carryOut(world, subject, run, clockOfRun(world, subject, run));
  }
}

/** When her state next wants a timer, infinity where never; worked out only after something changed. */
export function dueOf(world: World, subject: Subject): number {
  if (subject.isDueKnown) return subject.due;
  if (subject.isStirred) foreseeSpeaking(world, subject);
  let due = dueByNoRun(world, subject);
  for (const run of subject.state.runs) due = Math.min(due, dueOfRun(world, subject, run));
  subject.knowDue(due);
  return due;
}

/** The same, each by itself; never is left out. */
export function duesOf(world: World, subject: Subject): Due[] {
  if (dueOf(world, subject) === never) return [];
  const byNoRun = dueByNoRun(world, subject);
  const ofRuns = subject.state.runs.map((run) => ({
    at: dueOfRun(world, subject, run),
    patienceMs: patienceOf(world, run),
  }));
  return [{ at: byNoRun, patienceMs: defaultPatienceMs }, ...ofRuns].filter(({ at }) => at !== never);
}

function dueByNoRun(world: World, subject: Subject): number {
  const due = Math.min(subject.speaksFrom, dwellDue(world, subject.state.visit), slowDue(world, subject));
  return Math.min(due, leaseEnds(world, subject));
}

/** Time has come to something of hers with the fact in hand, or is about to be carried there. */
export function isDue(world: World, subject: Subject): boolean {
  return dueOf(world, subject) <= clockOf(world, subject) || carriesClocks(world);
}

/** Nothing of hers comes due, nothing may speak by the passing of time, and no other release has come to meet her. */
export function isUnmoved(world: World, subject: Subject, now: number): boolean {
  return subject.isDueKnown && now < subject.due && subject.upgradedTo === world.book.release;
}

/** Asked only where something has changed. */
export function isAnyRunDue(world: World, subject: Subject): boolean {
  if (subject.isDueKnown) return false;
  for (const run of subject.state.runs) {
    if (dueOfRun(world, subject, run) <= clockOfRun(world, subject, run)) return true;
  }
  return false;
}

function dueOfRun(world: World, subject: Subject, run: RunState): number {
  return dueHere(world, subject, run, dueByItself(run));
}

function dueByItself(run: RunState): number {
  const { message, task, answeredAt } = run;
  // Her answer came at the last moment, or late, and where it leads is about to be followed.
  if (answeredAt > 0) return never;
  const ofTask = task ? task.until : never;
  if (!message) return Math.min(ofTask, run.until || never);
  if (message.withdrawnAt > 0) return message.withdrawnAt + settleMs;
  const answerBy = message.shownAt + message.answerWithinMs;
  // What lies in her letter box cannot be taken back: its deadline is one for being sent.
  const ofShown = takesVoice(message.channel) ? Math.min(answerBy, message.validUntil) : answerBy;
  const ofMessage = message.shownAt > 0 ? ofShown : message.validUntil;
  return Math.min(ofTask, ofMessage);
}

function carryOut(world: World, subject: Subject, run: RunState, now: number): void {
  const { message, task } = run;
  if (task && task.until <= now) taskDue(world, subject, run);
  else if (message === null) endWaiting(world, subject, run);
  else if (message.withdrawnAt > 0) fallSilent(world, subject, run, 'never-shown');
  else if (message.shownAt === 0) withdraw(world, subject, run, 'expired');
  else if (message.shownAt + message.answerWithinMs <= now) fallSilent(world, subject, run, 'ignored');
  else perish(world, subject, run, 'expired');
}

function endWaiting(world: World, subject: Subject, run: RunState): void {
  const step = world.planOf(run)?.dialogue.steps[run.step];
  if (run.held) endRun(world, subject, run, 'end');
  else if (step?.verb === 'say') fallSilent(world, subject, run, 'never-shown');
  else if (step?.verb === 'wait') follow(world, subject, run, step.for.kind === 'span' ? step.then : step.else);
  else follow(world, subject, run, 'end', 'failed');
}

/** Thresholds of the zone she is in, told in order; a zone that became known too late opens nothing. */
function passDwell(
  world: World,
  visit: VisitState | null,
  { at, reached }: { at: number; reached: Reached[] | null },
): void {
  if (visit?.zone == null || visit.zoneLate) return;
  const watches = world.book.dwells.get(visit.zone);
  if (!watches) return;
  const dwelt = at - visit.zoneAt;
  for (let place = firstAfter(watches, visit.dwellTo); place < watches.length; place += 1) {
    const { plan, entry } = watches[place] as Watch<'dwell'>;
    if (entry.forMs > dwelt) return;
    visit.dwellTo = entry.forMs;
    reached?.push({
      plan,
      line: null,
      known: { zone: visit.zone, at: visit.zoneAt },
      cause: `${visit.zoneBy}/dwell/${entry.forMs}`,
      where: entry.where,
    });
  }
}

function dwellDue(world: World, visit: VisitState | null): number {
  if (visit?.zone == null || visit.zoneLate) return never;
  const watches = world.book.dwells.get(visit.zone);
  const next = watches?.[firstAfter(watches, visit.dwellTo)];
  return next ? visit.zoneAt + next.entry.forMs : never;
}

/** Watches are sorted by their time. */
function firstAfter(watches: readonly Watch<'dwell'>[], dwellTo: number): number {
  let low = 0;
  let high = watches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((watches[middle] as Watch<'dwell'>).entry.forMs > dwellTo) high = middle;
    else low = middle + 1;
  }
  return low;
}
