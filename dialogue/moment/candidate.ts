/**
 * Whether a waiting message may speak now, and on which of its surfaces; or what stops it, and when time alone may lift
 * that. Asked in the order of `stops`, the cheap before the dear.
 */
import type { Strength } from '@kairos/protocol/facts.ts';
import type { CompiledSay, Schedule } from '../compiled.ts';
import { pauseOfChannel, pauseOfDialogue } from '../engine/pauses.ts';
import type { Plan } from '../engine/plan.ts';
import { isInStore, isReply, takesVoice } from '../engine/runs.ts';
import { speaksOn } from '../engine/seat.ts';
import type { Subject } from '../engine/subject.ts';
import type { RunState, VisitState } from '../engine/subject-state.ts';
import type { World } from '../engine/world.ts';
import { restStop } from './attention.ts';
import { hasConsent } from './consent.ts';
import type { Mood } from './mood.ts';
import { hasCrowd, maySay } from './privacy.ts';
import { reach, someoneFree } from './reach.ts';
import { opens } from './schedule.ts';
import { screenStop } from './screen-turns.ts';
import { contextUntil, momentComes } from './situation.ts';
import { further, notByTime, type Stop, type Stopped } from './stop.ts';
import type { SurfaceTerms } from './surface-terms.ts';
import type { Worth } from './worth.ts';

/** A message that would have to go again at once is not begun. */
const shownMinMs = 5_000;

/** A run that stands at a message, and the message. */
export interface Candidate {
  readonly run: RunState;
  /** Where the run stood, and by which version, when this was found out. */
  readonly step: string;
  readonly release: number;
  readonly plan: Plan;
  readonly say: CompiledSay;
  /** Of its surfaces, in their order. */
  readonly terms: readonly SurfaceTerms[];
  readonly schedule: Schedule | null;
  readonly worth: Worth;
}

export type Judged =
  /** `place`: of the surface, among those of the message. */
  | { readonly kind: 'speaks'; readonly place: number; readonly target: string | null }
  | ({ readonly kind: 'waits' } & Stopped);

/** What the ledger says of one that does not speak. */
export function stopOf(judged: Judged): Stop {
  return judged.kind === 'waits' ? judged.stop : 'outranked';
}

export function judge(mood: Mood, candidate: Candidate): Judged {
  let stopped: Stopped | null = null;
  let until = notByTime;
  const { terms } = candidate;
  for (let at = 0; at < terms.length; at += 1) {
    const surface = terms[at] as SurfaceTerms;
    let stop = surfaceStop(mood, candidate, surface);
    if (stop === null) {
      const reached = reach(mood, surface);
      if (reached) {
        stop = placeStop(mood, candidate, surface, reached.target);
        if (stop === null) return { kind: 'speaks', place: at, target: reached.target };
      }
    }
    stop ??= surface.channel === 'handheld' ? nobodyFree : unreachable;
    stopped = further(stopped, stop);
    until = Math.min(until, stop.until);
  }
  return { kind: 'waits', stop: stopped?.stop ?? 'unreachable', until };
}

/** Who has a queue before her has no time for more than it. */
function isQueueLong({ world }: Mood, { channel }: SurfaceTerms, till: string | null): boolean {
  return channel === 'pos' && till !== null && (world.store.queues[till] ?? 0) > world.house.attention.queueMax;
}

/** Never more than one prompt for a sale; one that would only be put aside for this one is none. */
function isPrompted({ visit, without }: Mood, { channel }: SurfaceTerms): boolean {
  if (channel !== 'pos' || visit === null || visit.prompt === '') return false;
  return without?.message?.id !== visit.prompt;
}

/** What stops it at the till or the screens that it would speak through. */
function placeStop(mood: Mood, { plan, say }: Candidate, surface: SurfaceTerms, target: string | null): Stopped | null {
  if (isQueueLong(mood, surface, target)) return queueLong;
  if (isPrompted(mood, surface)) return prompted;
  return surface.channel === 'screen' ? screenStop(mood, plan.dialogue.priority, say) : null;
}

/** What stops one surface; null: nothing but, perhaps, that it cannot be reached. */
function surfaceStop(mood: Mood, candidate: Candidate, surface: SurfaceTerms): Stopped | null {
  const { world, subject, visit, now } = mood;
  const { run, schedule } = candidate;
  const inStore = isInStore(surface.channel);
  const paused = pauseOf(world, candidate, surface, now);
  if (paused !== null) return paused;
  if (!speaksOn(world, subject, surface.channel)) return unreachable;
  if (run.from > now) return { stop: 'too-soon', until: run.from };
  if (run.task !== null) return unsigned;
  if (inStore) {
    const stop = personalStop(subject, run, surface);
    if (stop !== null) return stop;
  }
  if (!maySay(surface, subject)) return privacy;
  if (!hasConsent(surface.channel, subject.person)) return consent;
  if (surface.needs !== null && !someoneFree(world.store, surface.needs, { zone: visit?.zone ?? null, now }))
    return nobodyFree;
  const open = opens(schedule, now, world.calendar);
  if (open > 0) return { stop: 'schedule', until: open };
  if (inStore && visit) {
    const stop = momentStop(mood, visit, run, surface);
    if (stop !== null) return stop;
  }
  return attentionStop(mood, candidate, surface);
}

function personalStop({ state: { visit } }: Subject, run: RunState, surface: SurfaceTerms): Stopped | null {
  if (run.late) return lateFact;
  // What is prepared while she is at home is an errand of the house; what began while she was here ends with that.
  if (visit === null) return surface.channel === 'handheld' && run.seenVisit === null ? null : noVisit;
  if (visit.quiet) return quiet;
  if (strengthRank[visit.strength] < strengthRank[surface.strength]) return strength;
  // A number that was only typed hears of this visit, and of nothing that began before (DESIGN section 7).
  return visit.strength === 'weak' && run.visit !== visit.id ? earlierVisit : null;
}

function momentStop(mood: Mood, visit: VisitState, run: RunState, surface: SurfaceTerms): Stopped | null {
  // Her visit ends with the receipt, which goes with her: what anything else began to say now would be taken back at once.
  if (visit.paidAt > 0 && takesVoice(surface.channel)) return paying;
  if (mood.fastUntil > 0) return { stop: 'walking-fast', until: mood.fastUntil };
  const isForShopper = surface.channel === 'cart' || surface.channel === 'screen' || surface.channel === 'handheld';
  if (isForShopper && surface.moment !== 'at-till' && surface.moment !== 'leaving' && mood.isAtTill) return paying;
  if (surface.zones === 'here') {
    if (visit.zone === null || visit.zone !== run.here) return zone;
  } else if (surface.zones !== null && !surface.zones.includes(visit.zone ?? '')) {
    return zone;
  }
  const comes = momentComes(surface.moment, visit, mood.now, mood.world.places);
  return comes > 0 ? { stop: 'moment', until: comes } : null;
}

function attentionStop(mood: Mood, candidate: Candidate, { channel }: SurfaceTerms): Stopped | null {
  const inStore = isInStore(channel);
  if (inStore && candidate.run.until < mood.now + shownMinMs) return tooLate;
  if (takesVoice(channel) && mood.isVoiceTaken) return anotherSpeaks;
  if (channel === 'screen' && !hasCrowd(mood.world, mood.subject, candidate.run.dialogue)) return crowdTooSmall;
  // To prepare something while she is away asks for nobody's attention but an associate's.
  if (isReply(candidate.run, mood.now) || (channel === 'handheld' && mood.visit === null)) return null;
  const rest = restStop(mood.subject, inStore, mood.now);
  const stop = rest ?? mood.personStop ?? (inStore ? mood.visitStop : null);
  if (stop !== null) return stop;
  if (!inStore || candidate.plan.dialogue.objective === null || candidate.worth.score(mood) >= 0) return null;
  return { stop: 'not-worth-it', until: mood.visit ? contextUntil(mood.visit, mood.now) : notByTime };
}

function pauseOf({ store }: World, { run }: Candidate, { channel }: SurfaceTerms, now: number): Stopped | null {
  if (store.pauses.length === 0) return null;
  const pause = pauseOfDialogue(store, run.dialogue, now) ?? pauseOfChannel(store, channel, now);
  return pause === null ? null : { stop: 'paused', until: pause.until === 0 ? notByTime : pause.until };
}

const strengthRank: Record<Strength, number> = { guest: 0, weak: 1, strong: 2 };

function never(stop: Stop): Stopped {
  return Object.freeze({ stop, until: notByTime });
}

const unsigned = never('unsigned');
const lateFact = never('late-fact');
const noVisit = never('no-visit');
const quiet = never('quiet');
const strength = never('strength');
const earlierVisit = never('earlier-visit');
const privacy = never('privacy');
const consent = never('consent');
const crowdTooSmall = never('crowd-too-small');
const paying = never('paying');
const zone = never('zone');
const tooLate = never('too-late');
const queueLong = never('queue-long');
const prompted = never('prompted');
const anotherSpeaks = never('another-speaks');
const unreachable = never('unreachable');
const nobodyFree = never('nobody-free');
