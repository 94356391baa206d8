/**
 * A shopper's call for an associate: offered to those on duty, claimed by one, or nobody is free and she is told so at
 * once. State is a fold over task facts and lies in her visit; what follows from a fact is decided here and recorded.
 *
 * Its tasks are nobody's message: their ids begin with `help-`, and the engine, which knows no run for them, passes over.
 */
import { createHash } from 'node:crypto';
import type { Decision, Fact, FactBody, FactOf } from '@kairos/protocol/facts.ts';
import type { Help, Visit } from './visit.ts';
import type { Visits } from './visits.ts';

/** So long her call waits for somebody to take it; then nobody is free, and she is told. */
export const helpWaitMs = 120_000;
/** A call that one after the other claimed, and nobody came to, is given up after so many. */
const offersMax = 3;

type Released = FactBody<'task.released'>['reason'];

export function isHelpTask(task: string): boolean {
  return task.startsWith('help-');
}

/** What a fact about a help task makes of her call; null where it changes nothing. */
export function foldHelp(help: Help | null, fact: Fact): Help | null {
  if (fact.type === 'task.offered' && isHelpTask(fact.body.task)) {
    const { task, message, until = 0 } = fact.body;
    return { task, message, state: 'asked', associate: null, until, offeredUntil: until };
  }
  if (help === null) return null;
  switch (fact.type) {
    case 'task.claimed':
      // One winner: who comes second finds it taken.
      if (help.state !== 'asked') return null;
      return { ...help, state: 'coming', associate: fact.body.associate, until: fact.body.until };
    case 'task.done':
      return { ...help, state: 'over' };
    case 'task.released':
      return release(help, fact.body.reason);
    default:
      return null;
  }
}

function release(help: Help, reason: Released): Help {
  if (reason === 'unclaimed') return { ...help, state: 'nobody-free', associate: null };
  // Handed back: somebody else may come, as long as her call was to wait.
  if (reason === 'refused' || reason === 'signed-off')
    return { ...help, state: 'asked', associate: null, until: help.offeredUntil };
  return { ...help, state: 'over', associate: null };
}

/** Nobody was free for it, and now nobody has to be: there is no task left that could be released. */
export function withoutCall(help: Help | null): Help | null {
  return help?.state === 'nobody-free' ? { ...help, state: 'over' } : help;
}

export function isOpenHelp(help: Help | null): help is Help {
  return help !== null && (help.state === 'asked' || help.state === 'coming');
}

export function decideHelp(visits: Visits, fact: Fact): Decision[] {
  switch (fact.type) {
    case 'help.requested':
      return fact.late ? [] : whenCalled(visits, fact);
    case 'help.withdrawn':
      return takeBack(fact.subject === null ? null : visits.visitOf(fact.subject));
    case 'task.released':
      return unlessSomebody(visits, visits.visitOfTask(fact.body.task));
    case 'task.claimed':
      // Whoever claims this one cannot take the others.
      return [...visits.open()].flatMap((visit) => unlessSomebody(visits, visit));
    case 'duty.changed':
      return [...visits.open()].flatMap((visit) => whenDuty(visits, visit, fact));
    case 'timer.fired':
      return whenDue(fact.subject === null ? null : visits.visitOf(fact.subject), fact.at);
    default:
      return [];
  }
}

/** Nobody is to walk to where she is not. */
export function takeBack(visit: Visit | null): Decision[] {
  return visit && isOpenHelp(visit.help) ? [released(visit, visit.help, 'taken-back')] : [];
}

function whenCalled(visits: Visits, fact: FactOf<'help.requested'>): Decision[] {
  const visit = fact.subject === null ? null : visits.visitOf(fact.subject);
  // Pressed twice it is one call.
  if (!visit || isOpenHelp(visit.help)) return [];
  const origin = fact.source ? Object.values(fact.source).join('/') : `seq/${fact.seq}`;
  const message = `help-${createHash('sha256').update(origin).digest('hex').slice(0, 16)}`;
  const body = { message, task: `${message}-1`, until: fact.at + helpWaitMs };
  const offered: Decision = { type: 'task.offered', subject: visit.subject, body };
  if (visits.staff.isAnybodyFree()) return [offered];
  const nobody = { task: body.task, reason: 'unclaimed' as const };
  return [offered, { type: 'task.released', subject: visit.subject, body: nobody }];
}

function unlessSomebody(visits: Visits, visit: Visit | null): Decision[] {
  if (visit?.help?.state !== 'asked' || visits.staff.isAnybodyFree()) return [];
  return [released(visit, visit.help, 'unclaimed')];
}

function whenDuty(visits: Visits, visit: Visit, { body }: FactOf<'duty.changed'>): Decision[] {
  const { help } = visit;
  const isLeft = help?.state === 'coming' && help.associate === body.associate && body.state === 'off';
  return isLeft ? [released(visit, help, 'signed-off')] : unlessSomebody(visits, visit);
}

function whenDue(visit: Visit | null, at: number): Decision[] {
  if (!visit || !isOpenHelp(visit.help) || at < visit.help.until) return [];
  const { help } = visit;
  if (help.state === 'asked') return [released(visit, help, 'unclaimed')];
  // Who was to come did not: she waits still, and somebody else is asked, so many times.
  const times = timesOffered(help);
  const over = released(visit, help, 'expired');
  if (times >= offersMax) return [over];
  const { message } = help;
  const body = { message, task: `${message}-${times + 1}`, until: at + helpWaitMs };
  return [over, { type: 'task.offered', subject: visit.subject, body }];
}

/** By its name: `help-…-2` is offered for the second time. */
function timesOffered({ task }: Help): number {
  return Number(task.slice(task.lastIndexOf('-') + 1));
}

function released({ subject }: Visit, { task, associate }: Help, reason: Released): Decision {
  return {
    type: 'task.released',
    subject,
    body: { task, ...(associate === null ? {} : { associate }), reason },
  };
}
