/**
 * Taking a message back, and what no answer leads to (DESIGN section 5, silence).
 *
 * A message is withdrawn at most once and falls silent at most once. Withdrawn before it was shown, it counts as never
 * shown; whether it was is known for sure only when a report that was under way has had time to arrive.
 */
import type { FactBody, Silence } from '@kairos/protocol/facts.ts';
import type { CompiledSay, CompiledSurface, Next } from '../compiled.ts';
import { sayOf } from './plan.ts';
import { messageIdOf } from './runs.ts';
import { follow } from './stepping.ts';
import type { Subject } from './subject.ts';
import type { MessageState, RunState } from './subject-state.ts';
import type { World } from './world.ts';

/** A report of a first paint may be under way for so long. */
export const settleMs = 30_000;

export type WithdrawReason = FactBody<'message.withdrawn'>['reason'];

/** Off the surface now, and off the list of whoever was asked to bring it; nothing follows from it yet. */
export function withdraw(world: World, subject: Subject, run: RunState, reason: WithdrawReason): void {
  const { message } = run;
  releaseTask(world, subject, run);
  if (!message || message.withdrawnAt > 0) return;
  world.decide(subject, 'message.withdrawn', { message: message.id, reason });
}

/** Withdrawn for good: what she saw of it decides which silence it is. */
export function perish(world: World, subject: Subject, run: RunState, reason: WithdrawReason): void {
  withdraw(world, subject, run, reason);
  if (run.message && run.message.shownAt > 0) fallSilent(world, subject, run, silenceOf(run.message));
  else if (run.message && isForgottenSoon(subject)) fallSilent(world, subject, run, 'never-shown');
}

/** What a withdrawn message that was shown counts as: she left it, or let it pass. */
export function silenceOf({ why }: MessageState): Silence {
  return why === 'left-zone' || why === 'visit-closed' ? 'walked-away' : 'ignored';
}

export function fallSilent(world: World, subject: Subject, run: RunState, silence: Silence): void {
  const plan = world.planOf(run);
  const say = sayOf(plan, run.step);
  const surface = surfaceOf(say, run.message);
  releaseTask(world, subject, run);
  world.decide(subject, 'message.silent', { message: messageIdOf(run), silence });
  if (!say) {
    follow(world, subject, run, 'end', 'failed');
  } else if (silence === 'never-shown') {
    tryAgain(world, subject, run, { say, surface });
  } else {
    follow(world, subject, run, branchOf(say, silence));
  }
}

/**
 * It reached nobody. Where people were to say it, the reason leads: no room on their list takes the branch `full`, nobody
 * who took it on the branch `else`; all the rest is never shown.
 */
export function reachNobody(world: World, subject: Subject, run: RunState, reason: string): void {
  const then = unsaidBranch(surfaceOf(sayOf(world.planOf(run), run.step), run.message), reason);
  if (then === undefined) {
    fallSilent(world, subject, run, 'never-shown');
    return;
  }
  releaseTask(world, subject, run);
  world.decide(subject, 'message.silent', { message: messageIdOf(run), silence: 'never-shown' });
  follow(world, subject, run, then);
}

function unsaidBranch(surface: CompiledSurface | null, reason: string): Next | undefined {
  if (reason === 'full') return surface?.to?.full;
  return reason === 'unclaimed' ? surface?.to?.else : undefined;
}

export function surfaceOf(say: CompiledSay | null, message: MessageState | null): CompiledSurface | null {
  return say?.surfaces.find(({ channel }) => channel === message?.channel) ?? null;
}

function branchOf(say: CompiledSay, silence: Exclude<Silence, 'never-shown'>): Next {
  switch (silence) {
    case 'ignored':
      return say.silence.ignored.then;
    case 'walked-away':
      return say.silence.walkedAway.then;
    case 'acted-elsewhere':
      return say.silence.actedElsewhere.then;
  }
}

/** Nobody was reached, or no screen: once more later, or at her next visit, so often as the author says. */
function tryAgain(
  world: World,
  subject: Subject,
  run: RunState,
  { say, surface }: { say: CompiledSay; surface: CompiledSurface | null },
): void {
  const now = world.nowOf(subject);
  const { again, max, then } = say.silence.neverShown;
  const tried = run.again;
  if (surface?.again && tried < surface.again.max) {
    const from = world.calendar.add(now, surface.again.after);
    const until = world.calendar.add(from, say.validFor);
    world.decide(subject, 'run.moved', { run: run.id, step: run.step, from, until });
  } else if (again === 'next-visit' && tried < max && subject.person?.chainId != null) {
    world.decide(subject, 'run.moved', { run: run.id, step: run.step });
  } else {
    follow(world, subject, run, then);
  }
}

/** A guest is gone with her visit: there is no later in which a report could matter. */
function isForgottenSoon({ person, state }: Subject): boolean {
  return state.visit === null && person?.chainId == null;
}

function releaseTask(world: World, subject: Subject, { task }: RunState): void {
  if (!task) return;
  const whose = task.associate === null ? {} : { associate: task.associate };
  world.decide(subject, 'task.released', { task: task.id, ...whose, reason: 'expired' });
}
