/**
 * Whether a waiting message may speak now, on which of its surfaces, and what that is worth; or what stops it, and
 * when time alone may lift that.
 */
import type { Strength } from '@kairos/protocol/facts.ts';
import type { CompiledSay, CompiledSurface } from '../compiled.ts';
import type { Plan } from '../engine/plan.ts';
import { isInStore, isReply } from '../engine/runs.ts';
import type { Subject } from '../engine/subject.ts';
import type { RunState, VisitState } from '../engine/subject-state.ts';
import type { World } from '../engine/world.ts';
import { personStop, visitStop } from './attention.ts';
import { chanceOf } from './chance.ts';
import { hasConsent } from './consent.ts';
import { hasCrowd, maySay } from './privacy.ts';
import { reach } from './reach.ts';
import { opens } from './schedule.ts';
import { type Context, contextOf, fastUntil, isAtTill, momentComes } from './situation.ts';
import { further, notByTime, type Stop, type Stopped } from './stop.ts';

/** A message that would have to go again at once is not begun. */
export const shownMinMs = 5_000;

export interface Waiting {
  readonly run: RunState;
  readonly plan: Plan;
  readonly say: CompiledSay;
  readonly isReply: boolean;
  readonly context: Context;
  /** Objective's value × chance of an answer − cost of interrupting, in minor units. */
  readonly score: number;
}

export interface Speaker extends Waiting {
  readonly surface: CompiledSurface;
  readonly target: string | null;
}

export type Judged = ({ readonly kind: 'speaks' } & Speaker) | ({ readonly kind: 'waits' } & Waiting & Stopped);

export function judge(
  world: World,
  subject: Subject,
  waiting: { run: RunState; plan: Plan; say: CompiledSay },
): Judged {
  const now = world.nowOf(subject);
  const { run, plan, say } = waiting;
  const context = contextOf(subject.state.visit, now, world.places);
  const score = scoreOf(world, { run, plan, context, now });
  const known: Waiting = { run, plan, say, isReply: isReply(run, now), context, score };
  let stopped: Stopped | null = null;
  let until = notByTime;
  for (const surface of say.surfaces) {
    const met = surfaceStop(world, subject, known, surface);
    if (met === null) {
      const reached = reach(world, surface, subject.state.visit, now);
      if (reached) return { kind: 'speaks', ...known, surface, target: reached.target };
    }
    const stop = met ?? { stop: surface.channel === 'handheld' ? 'nobody-free' : 'unreachable', until: notByTime };
    stopped = further(stopped, stop);
    until = Math.min(until, stop.until);
  }
  return { kind: 'waits', ...known, stop: stopped?.stop ?? 'unreachable', until };
}

function scoreOf(
  world: World,
  { run, plan, context, now }: { run: RunState; plan: Plan; context: Context; now: number },
): number {
  const attempt = { dialogue: run.dialogue, step: run.step, context };
  const value = plan.dialogue.objective?.value ?? 0;
  return Math.round(value * chanceOf(world.store.learned, attempt, world.dayOf(now)) - costOf(world, context));
}

function costOf(world: World, context: Context): number {
  const { costs } = world.house.attention;
  switch (context) {
    case 'walking':
      return costs.walking;
    case 'dwelling':
      return costs.dwelling;
    case 'at-rest':
      return costs.atRest;
    case 'at-till':
      return costs.atTill;
    case 'away':
      return 0;
  }
}

/** What stops one surface, asked in the order of `stops`. */
function surfaceStop(world: World, subject: Subject, waiting: Waiting, surface: CompiledSurface): Stopped | null {
  const { run, plan } = waiting;
  const { visit } = subject.state;
  const now = world.nowOf(subject);
  const inStore = isInStore(surface.channel);
  const paused = pauseOf(world, run.dialogue, surface.channel);
  if (paused !== null) return { stop: 'paused', until: paused };
  if (run.from > now) return { stop: 'too-soon', until: run.from };
  if (run.task !== null) return never('unsigned');
  if (inStore) {
    const stop = personalStop(subject, run, surface);
    if (stop !== null) return never(stop);
  }
  if (!maySay(surface, subject)) return never('privacy');
  if (!hasConsent(surface.channel, subject.person)) return never('consent');
  if (surface.channel === 'screen' && !hasCrowd(world, subject, run.dialogue)) return never('crowd-too-small');
  const open = opens(plan.dialogue.schedule, now, world.calendar);
  if (open > 0) return { stop: 'schedule', until: open };
  if (inStore && visit) {
    const stop = momentStop(world, visit, { run, surface, now });
    if (stop !== null) return stop;
  }
  return attentionStop(world, subject, { waiting, inStore, now });
}

function personalStop({ state: { visit } }: Subject, run: RunState, surface: CompiledSurface): Stop | null {
  if (run.late) return 'late-fact';
  if (visit === null) return 'no-visit';
  if (visit.quiet) return 'quiet';
  if (strengthRank[visit.strength] < strengthRank[surface.strength]) return 'strength';
  // A number that was only typed hears of this visit, and of nothing that began before (DESIGN section 7).
  return visit.strength === 'weak' && run.visit !== visit.id ? 'earlier-visit' : null;
}

interface Here {
  readonly run: RunState;
  readonly surface: CompiledSurface;
  readonly now: number;
}

function momentStop(world: World, visit: VisitState, { run, surface, now }: Here): Stopped | null {
  const fast = fastUntil(visit, now);
  if (fast > 0) return { stop: 'walking-fast', until: fast };
  const isForShopper = surface.channel === 'cart' || surface.channel === 'screen' || surface.channel === 'handheld';
  if (isForShopper && surface.moment !== 'at-till' && surface.moment !== 'leaving' && isAtTill(visit, world.places)) {
    return never('paying');
  }
  const zones = surface.zones === 'here' ? [run.here ?? ''] : surface.zones;
  if (zones !== null && !zones.includes(visit.zone ?? '')) return never('zone');
  const comes = momentComes(surface.moment, visit, now, world.places);
  return comes > 0 ? { stop: 'moment', until: comes } : null;
}

function attentionStop(
  world: World,
  subject: Subject,
  { waiting, inStore, now }: { waiting: Waiting; inStore: boolean; now: number },
): Stopped | null {
  if (inStore && waiting.run.until < now + shownMinMs) return never('too-late');
  if (waiting.isReply) return null;
  const stop = personStop(world, subject, now) ?? (inStore ? visitStop(world, subject, now) : null);
  if (stop !== null) return stop;
  const isWorthless = waiting.plan.dialogue.objective !== null && waiting.score < 0;
  return inStore && isWorthless ? never('not-worth-it') : null;
}

/** Null: not paused. Else until when, or for good. */
function pauseOf(world: World, dialogue: string, channel: string): number | null {
  for (const { what, name, until } of world.store.pauses) {
    const isMeant = what === 'everything' || (what === 'dialogue' ? name === dialogue : name === channel);
    if (isMeant) return notByTime === until || until === 0 ? notByTime : until;
  }
  return null;
}

function never(stop: Stop): Stopped {
  return { stop, until: notByTime };
}

const strengthRank: Record<Strength, number> = { guest: 0, weak: 1, strong: 2 };
