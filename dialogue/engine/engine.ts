/**
 * The engine's contract: facts in, decisions out, state folded from both (DESIGN sections 3 to 5).
 *
 * Pure: no I/O, no clock, no chance. The time is the fact's; chance is a hash of ids. Every decision is returned as
 * a fact to be recorded, and folding the recorded facts and decisions gives the same state as having decided them.
 */
import type { Channel, Decision, Fact, FactOf, Rival, Scalar } from '@kairos/protocol/facts.ts';
import type { CompiledRelease } from '../compiled.ts';
import type { Lots } from './holdout.ts';
import type { Reached } from './noticing.ts';
import type { CapOfOne, Seat } from './seat.ts';
import type { RunState } from './subject-state.ts';

/** What the engine is told of a person beside facts: it stands in erasable side tables, never in the journal. */
export interface Person {
  /** Chain-wide id, for holdouts and arms; null for a guest, who is never held out. */
  readonly chainId: string | null;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly consent: Readonly<Record<string, boolean>>;
  readonly locale: string;
}

export interface EngineOptions {
  readonly release: CompiledRelease;
  /** Keys holdouts and arms, the same in every store of the chain. */
  readonly chainKey: string;
  /** Lots drawn elsewhere: a recorded day has no chain-wide ids, only what was drawn. Without them, by `chainKey`. */
  readonly lots?: Lots;
  readonly store: { readonly name: string; readonly currency: string; readonly timeZone: string };
  /** Asked when a subject becomes active, and again after `customer.changed` and `consent.changed`. */
  readonly person: (subject: number) => Person | null;
  /** What stands where. Without it no zone screen speaks, and only an identification says that she is at a till. */
  readonly places?: Places;
  /** Which place this is (`seat.ts`); without it there is none but this. */
  readonly seat?: Seat;
  /** At headquarters: whether a run of this id hears the store's fact in hand; not where that store has moved it. */
  readonly isHeard?: (run: string) => boolean;
  /** At headquarters: whether a run of this id, or all that may ever be of this dialogue, is over. */
  readonly isOver?: (run: string, dialogue: string) => boolean;
  /** At headquarters: up to when clocks of a dialogue of this patience may be carried. Without it, as the timer says. */
  readonly ripeTo?: (patienceMs: number) => number;
  /** At headquarters: whether a cap of one of whom they fold is theirs. Without it, it is. */
  readonly capOfOne?: () => CapOfOne;
  /** At a store: until when what headquarters have lent of caps of one counts; null: they lend none, and it is the store's. */
  readonly capsUntil?: () => number | null;
  /** Releases before this one whose runs may still be in flight, oldest first. */
  readonly earlier?: readonly CompiledRelease[];
}

/** As much of the floor plan as the choice of the moment needs. */
export interface Places {
  /** Zone to its kind (floor-plan.ts). */
  readonly zones: Readonly<Record<string, 'aisle' | 'open' | 'entrance' | 'till' | 'fitting' | 'service'>>;
  /** Zone screen to the zone in which it is seen. */
  readonly screens: Readonly<Record<string, string>>;
  /** Till to its zone. */
  readonly tills: Readonly<Record<string, string>>;
}

/** A message as a surface needs it; rendered on demand, because texts hold what the journal must not. */
export interface RenderedMessage {
  readonly message: string;
  readonly dialogue: string;
  readonly step: string;
  readonly headline: string;
  readonly body: string;
  readonly know: string;
  readonly answers: readonly {
    readonly id: string;
    readonly label: string;
    /** Labels are empty where the dialogue gives none. */
    readonly form: readonly {
      name: string;
      kind: string;
      label: string;
      choices: readonly string[];
      choiceLabels: readonly string[];
    }[];
  }[];
  readonly validUntil: number;
  readonly zone: string | null;
  readonly channel: Channel;
  /** Of its dialogue: 1 to 9. */
  readonly priority: number;
  /** Who is asked to say it, and by when somebody has to take it on from when it is said; null: it goes to nobody. */
  readonly to: { readonly role: string; readonly claimWithinMs: number } | null;
}

/** A message that was said, as the journal knows it: what an associate is told of it again. */
export interface SaidMessage {
  readonly dialogue: string;
  readonly step: string;
  readonly channel: Channel;
  /** The release that its run was entered by, and what the run keeps of its entry. */
  readonly release: number;
  readonly entry: Readonly<Record<string, Scalar | null>>;
}

export interface RetoldMessage {
  readonly headline: string;
  /** By name, the words on what could be pressed. */
  readonly answers: Readonly<Record<string, string>>;
}

/** One row of the why ledger. */
export interface Verdict {
  /** Counts the rows since this engine began, from 1. */
  readonly row: number;
  readonly at: number;
  readonly subject: number;
  readonly message: string | null;
  readonly chosen: { readonly dialogue: string; readonly step: string; readonly score: number } | null;
  readonly rivals: readonly Rival[];
}

export interface Engine {
  /** Live: folds the fact, decides, folds what it decided, and returns that, in order. Unnumbered: the journal numbers them. */
  handle(fact: Fact): readonly Decision[];
  /**
   * Whose state or due moment the last `handle` or `swap` may have changed: the fact's subject, and for facts about the
   * store (pauses, screens, who is on duty) whoever else they reach. 0 is the store itself.
   */
  readonly touched: Iterable<number>;
  /** Whether the last `handle` or `swap` may have moved the due moment of somebody it touched; else it is as it was. */
  isRescheduled(subject: number): boolean;
  /** Replay: folds only. A recorded decision changes the state exactly as when it was made. */
  fold(fact: Fact): void;
  /**
   * Another release from here on; what changed is found by the dialogues' hashes. What becomes of runs in flight comes
   * back as decisions; runs of subjects that are not in memory follow when these are next heard of.
   */
  swap(release: CompiledRelease, activated: FactOf<'release.activated'>): readonly Decision[];
  /** Those of them that wait for a visit of hers: what headquarters lend to her stores. */
  waitingForVisit(subject: number): readonly Readonly<RunState>[];
  /** Of it, when something that waits may be said: no clock, and nobody else's business. */
  nextWord(subject: number): number | null;
  /** When this subject's state next wants a `timer.fired`; null: nothing waits. Subject 0 stands for the store itself. */
  nextDue(subject: number): number | null;
  /** What makes it up, each with the patience of its dialogue: what headquarters ask. */
  dues(subject: number): readonly Due[];
  /**
   * A fact that came when what followed it had been decided already, and has been folded in its place since: what she
   * did then answers what was asked before it (`late`), and what stands now hears of it. Decides and folds as `handle`.
   */
  hearLate(fact: Fact): readonly Decision[];
  /** What the last `handle` or `fold` of a fact has reached of what entries had noticed before (`noticing.ts`). */
  readonly reached: readonly Reached[];
  /** Whether facts of this type can reach anything so. */
  isCounted(type: string): boolean;
  /**
   * At headquarters: lets her in by a fact, once it has been handled or folded and all that its store decided of it as
   * well. `all`: also where the fact alone opens a dialogue. Nothing is said, if `isPast`. Decides and folds as `handle`.
   */
  open(
    fact: Fact,
    entries: { readonly reached: readonly Reached[]; readonly all: boolean; readonly isPast: boolean },
  ): readonly Decision[];
  /** At headquarters: what her runs hear of a fact that has been folded in its place; nothing is said. */
  hearAgain(fact: Fact): readonly Decision[];
  /** Her runs as they stand, to be looked at and not to be changed. */
  runs(subject: number): readonly Readonly<RunState>[];
  /** The message that speaks or waits on this screen or till now, if any; a screen that connects is shown it. */
  messageOn(target: string): { readonly subject: number; readonly message: string } | null;
  render(subject: number, message: string, locale?: string): RenderedMessage | null;
  /**
   * What she was told before, for an associate to read. Null: the dialogue says it no more, or staff may not see it
   * (DESIGN section 5, privacy classes).
   */
  retell(subject: number, said: SaidMessage, locale: string): RetoldMessage | null;
  /** A subject's state as text, for a snapshot; null when there is nothing worth keeping. */
  save(subject: number): string | null;
  /** The reverse. Replaces what is held. */
  load(subject: number, state: string): void;
  /** Drops a subject's state from memory (it was saved, or erased). */
  evict(subject: number): void;
  /** The same, and the verdicts about her as well. */
  forget(subject: number): void;
  readonly activeSubjects: number;
  /** The newest verdicts, bounded; newest first. */
  verdicts(filter?: {
    subject?: number;
    dialogue?: string;
    message?: string;
    limit?: number;
    after?: number;
  }): readonly Verdict[];
}

/** Something of hers that comes due by itself. */
export interface Due {
  readonly at: number;
  /** From then on it waits no longer than this for stores that were not heard. */
  readonly patienceMs: number;
}

/** Makes an engine; see `EngineOptions`. */
export type CreateEngine = (options: EngineOptions) => Engine;
