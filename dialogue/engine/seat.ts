/**
 * Which place the engine decides for (DESIGN section 6). A store without headquarters decides everything. Where there
 * are both, a run has one owner: headquarters outside visits, the store while she is in it, and until it has ended what
 * it began to say there. Only the owner fires timers; off-site channels, absences and dates are headquarters'. Guests
 * are the store's alone.
 *
 * At headquarters no clock moves by a fact of a store: a store that was out of touch may have something to tell that
 * came before. Clocks are carried forward by `timer.fired` alone, up to its `due`, while its `at` is the time of what
 * is decided by it.
 */
import type { Channel, Fact } from '@kairos/protocol/facts.ts';
import type { Rate } from '../compiled.ts';
import type { Plan } from './plan.ts';
import { isInStore } from './runs.ts';
import type { Subject } from './subject.ts';
import type { RunState } from './subject-state.ts';
import type { World } from './world.ts';

export type Seat = 'alone' | 'store' | 'headquarters';

/** A visit that nobody closes, or a message that nobody ends, lends her runs to the store for so long. */
const leaseMs = 86_400_000;
/** What is due at headquarters waits so long for a store that was not heard, where its dialogue does not say. */
export const defaultPatienceMs = 86_400_000;

const never = Number.POSITIVE_INFINITY;

/** The moment that clocks are carried to with the fact in hand. */
export function clockOf(world: World, subject: Subject): number {
  if (world.options.seat !== 'headquarters') return world.nowOf(subject);
  const { input } = world;
  return input?.type === 'timer.fired' ? input.body.due : 0;
}

/** The same for one run: at headquarters its dialogue says how long it waits for stores that were not heard. */
export function clockOfRun(world: World, subject: Subject, run: RunState): number {
  const clock = clockOf(world, subject);
  return carriesClocks(world) ? (world.options.ripeTo?.(patienceOf(world, run)) ?? clock) : clock;
}

/** Clocks are carried by the fact in hand, each as far as it may be. */
export function carriesClocks({ options: { seat }, input }: World): boolean {
  return seat === 'headquarters' && input?.type === 'timer.fired';
}

export function patienceOf(world: World, run: RunState): number {
  return world.planOf(run)?.dialogue.patienceMs ?? defaultPatienceMs;
}

/** … and when they were carried before. `at`: her time before this fact. */
export function clockedFrom(world: World, { state }: Subject, at: number): number {
  return world.options.seat === 'headquarters' && state.clockedTo > 0 ? state.clockedTo : at;
}

/** When what is due of this run by itself is carried out here; infinity: by another place. */
export function dueHere(world: World, subject: Subject, run: RunState, due: number): number {
  const { seat } = world.options;
  if (seat === 'headquarters') return due === never ? never : Math.max(due, lentUntil(subject, run));
  if (seat !== 'store' || subject.person?.chainId == null) return due;
  if (run.message !== null && !isInStore(run.message.channel)) return never;
  return subject.state.visit !== null || run.message !== null || run.task !== null ? due : never;
}

/** The end of the lease, as far as is known here; 0: it is lent to nobody. */
function lentUntil({ state: { visit } }: Subject, { message }: RunState): number {
  const ofVisit = visit === null ? 0 : visit.openedAt + leaseMs;
  return message !== null && isInStore(message.channel) ? Math.max(ofVisit, message.decidedAt + leaseMs) : ofVisit;
}

/** When a store that says nothing more gives back what it was lent of her, and others may have it; infinity: nothing. */
export function leaseEnds(world: World, subject: Subject): number {
  if (world.options.seat !== 'headquarters') return never;
  const now = world.nowOf(subject);
  let ends = never;
  for (const run of subject.state.runs) {
    const until = run.held ? 0 : lentUntil(subject, run);
    if (until > now && until < ends) ends = until;
  }
  return ends;
}

/** It stands where only a visit leads on, or a surface of the store may speak, and no store has it. */
export function waitsForVisit(world: World, subject: Subject, run: RunState): boolean {
  if (run.held || run.message !== null || run.task !== null || isLent(world, subject, run)) return false;
  const step = world.planOf(run)?.dialogue.steps[run.step];
  if (step?.verb === 'wait') return step.for.kind === 'next-visit';
  return step?.verb === 'say' && step.surfaces.some(({ channel }) => isInStore(channel));
}

export function isLent(world: World, subject: Subject, run: RunState): boolean {
  return world.options.seat === 'headquarters' && lentUntil(subject, run) > world.nowOf(subject);
}

export function speaksOn({ options: { seat } }: World, { person }: Subject, channel: Channel): boolean {
  if (seat === 'headquarters') return !isInStore(channel);
  return seat !== 'store' || person?.chainId == null || isInStore(channel);
}

/** Whether absences, dates and windows that pass lead into dialogues here. */
export function tellsClocks({ options: { seat } }: World, { person }: Subject): boolean {
  return seat !== 'store' || person?.chainId == null;
}

/** Of a store's fact: what follows from it for people it can be said to is decided there. */
export function isOfStore({ options: { seat } }: World, fact: Fact): boolean {
  if (seat !== 'headquarters' || fact.type === 'timer.fired') return false;
  return fact.source?.device !== headquartersDevice && !isDecidedNow(fact);
}

/** What this place has just decided itself (`decidedFact`). */
function isDecidedNow({ source, cause }: Fact): boolean {
  return source === null && cause === 0;
}

/** What headquarters told has let her in there already, or not. */
export function isToldByHeadquarters({ options: { seat } }: World, { body }: Fact): boolean {
  return seat === 'store' && (body as { readonly fromHq?: boolean }).fromHq === true;
}

/**
 * A store's fact that the store let her into nothing by: into what had its moment there and then, headquarters do not
 * let her in either (docs/decisions/032).
 */
export function opensHere(world: World, fact: Fact, { speaksAtOnce }: Plan): boolean {
  return !speaksAtOnce || !isOfStore(world, fact);
}

/** What facts that came to headquarters themselves are known by. */
export const headquartersDevice = 'headquarters';

/** Whether a run hears what is told: not where the store that tells of it has moved the run itself. */
export function hearsHere({ options }: World, run: RunState, fact: Fact): boolean {
  return isDecidedNow(fact) || (options.isHeard?.(run.id) ?? true);
}

/** What nobody can divide. */
export function isOfOne({ count }: Rate): boolean {
  return count < 2;
}

/**
 * A cap of one is one place's of her at a time: a store's to which headquarters have lent it, or theirs. Who has it not
 * says nothing under it.
 */
export interface CapOfOne {
  readonly isHeld: boolean;
  /** When another place spoke last, as far as whoever lent it knew; 0: never. */
  readonly said: number;
}

const undivided: CapOfOne = { isHeld: true, said: 0 };

export function capOfOneOf({ options }: World, { state, person }: Subject, now: number): CapOfOne {
  if (person?.chainId == null) return undivided;
  if (options.seat === 'headquarters') return options.capOfOne?.() ?? undivided;
  const until = options.seat === 'store' ? (options.capsUntil?.() ?? null) : null;
  return until === null ? undivided : { isHeld: state.capTerm > 0 && now < until, said: state.capSaid };
}

/** A cap on a person, divided: neither place knows at once what the other has said. */
export function shareOf({ options: { seat } }: World, { person }: Subject, rate: Rate): Rate {
  if ((seat ?? 'alone') === 'alone' || person?.chainId == null || isOfOne(rate)) return rate;
  const ofHeadquarters = Math.floor(rate.count / 2);
  return { ...rate, count: seat === 'headquarters' ? ofHeadquarters : rate.count - ofHeadquarters };
}

/** How far a run has come: whoever moves it says from where, so that of two who move it one counts. */
export function hopOf({ reached }: RunState): number {
  let hop = 0;
  for (const step in reached) hop += reached[step] as number;
  return hop;
}
