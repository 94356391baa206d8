/**
 * A recorded day against a set of dialogues: what happened is told to an engine again, on the facts' own clock and as
 * fast as it can go, and what it decides is written down. Nothing is read from anywhere and nothing is left to chance:
 * the same day and the same dialogues give the same rehearsal.
 *
 * Who came, where she went and what she bought is as recorded, and so is when she left. What the dialogues of that day
 * decided is left out. Whether she saw and answered what is said now is assumed: `answers`.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { createEngine } from '@kairos/dialogue/engine/create-engine.ts';
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import { isDecision } from '@kairos/dialogue/engine/fold.ts';
import type { Channel, Decision, Fact, FactBody, FactOf } from '@kairos/protocol/facts.ts';
import { DueTimes } from '../conductor/due-times.ts';
import { placesOf } from '../store-card.ts';
import { type BookedMessage, MessageBook } from './message-book.ts';
import { isReaction, Reactions, redirected } from './reactions.ts';
import type { RecordedDay } from './recorded-day.ts';
import { RecordedPeople, recordedLots } from './recorded-people.ts';
import { Tally } from './tally.ts';

/**
 * none: each message is seen at once and nobody answers. recorded: what people did with the same message then they do
 * again, and messages that were not said then are seen at once and not answered.
 */
export type AssumedAnswers = 'none' | 'recorded';

export interface RehearseOptions {
  readonly day: RecordedDay;
  /** What decides from the first fact of the day on. */
  readonly release: CompiledRelease;
  /** Those before it, oldest first: runs that were on their way began with them. */
  readonly earlier: readonly CompiledRelease[];
  /** Activated where the record says so; none for a draft. */
  readonly later: ReadonlyMap<number, CompiledRelease>;
  readonly answers: AssumedAnswers;
}

export interface Rehearsed {
  readonly tally: Tally;
  readonly factsTold: number;
  readonly timersFired: number;
  /** Deeds that were about messages which were not said in this rehearsal. */
  readonly deedsLeftOut: number;
  /** Facts that the engine could not handle: a mistake of ours, never of the draft's. */
  readonly failures: number;
}

/** Said within so much of when it was said then, it is said at the same time: deeds keep their place. */
const alignedMs = 2_000;
/** Decisions on one waking of one person at one moment before she counts as caught in a circle. */
const wakingsMax = 1_000;
const seenAtOnce: ReadonlySet<Channel> = new Set(['cart', 'screen', 'pos', 'receipt']);

/** A deed that is to come; `to`: the rehearsal's message, where the fact is about the recorded one. */
interface Coming {
  readonly at: number;
  readonly fact: Fact;
  readonly to: BookedMessage | null;
}

export function rehearseDay(options: RehearseOptions): Rehearsed {
  return new Rehearsal(options).run();
}

class Rehearsal {
  readonly #options: RehearseOptions;
  readonly #engine: Engine;
  readonly #people: RecordedPeople;
  readonly #reactions: Reactions;
  readonly #book = new MessageBook();
  readonly #due = new DueTimes();
  /** Deeds that are to come, by due time and then by order. */
  #coming: Coming[] = [];
  #now = 0;
  #index = 0;
  readonly #tally = new Tally();
  readonly #counts = { told: 0, timers: 0, leftOut: 0, failures: 0 };

  constructor(options: RehearseOptions) {
    const { day, release, earlier } = options;
    const { store } = day.header;
    this.#options = options;
    this.#people = new RecordedPeople(day);
    this.#reactions = new Reactions(day);
    this.#engine = createEngine({
      release,
      earlier,
      chainKey: '',
      lots: recordedLots([...day.before, ...day.facts]),
      store: { name: store.title, currency: store.currency, timeZone: store.timeZone },
      person: (subject) => this.#people.person(subject),
      places: placesOf(store),
    });
  }

  run(): Rehearsed {
    const { day } = this.#options;
    this.#foldBefore();
    for (const [index, fact] of day.facts.entries()) {
      this.#index = index;
      this.#passTimeTo(fact);
      this.#take(fact);
    }
    this.#index = day.facts.length;
    this.#passTimeTo({ at: day.header.to - 1, subject: null, type: 'timer.fired' });
    return {
      tally: this.#tally,
      factsTold: this.#counts.told,
      timersFired: this.#counts.timers,
      deedsLeftOut: this.#counts.leftOut + this.#coming.length,
      failures: this.#counts.failures,
    };
  }

  #foldBefore(): void {
    const subjects = new Set<number>([0]);
    for (const fact of this.#options.day.before) {
      this.#people.note(fact);
      this.#engine.fold(fact);
      this.#book.note(fact, fact.at);
      this.#tally.recall(fact);
      if (fact.subject !== null) subjects.add(fact.subject);
    }
    for (const subject of subjects) this.#due.set(subject, this.#engine.nextDue(subject));
    this.#now = this.#options.day.header.from;
  }

  /** Everything of the record moves the clock, what is left out as well: it was written down when it was this late. */
  #passTimeTo({ at, subject, type }: Pick<Fact, 'at' | 'subject' | 'type'>): void {
    const until = Math.max(this.#now, at);
    for (;;) {
      const due = this.#due.next() ?? Number.POSITIVE_INFINITY;
      const coming = this.#coming[0]?.at ?? Number.POSITIVE_INFINITY;
      if (Math.min(due, coming) > until) break;
      if (coming <= due) {
        const { fact, to } = this.#coming.shift() as Coming;
        const deed = to === null ? fact : redirected(fact, to, coming);
        if (deed) this.#tell({ ...deed, at: this.#clockAt(coming) });
        continue;
      }
      const next = this.#due.take(until) as { subject: number; due: number };
      if (type === 'timer.fired' && next.subject === subject) break;
      this.#wake(next);
    }
    this.#now = until;
  }

  #clockAt(at: number): number {
    this.#now = Math.max(this.#now, at);
    return this.#now;
  }

  #wake({ subject, due }: { subject: number; due: number }): void {
    this.#counts.timers += 1;
    const at = this.#clockAt(due);
    let wanted: number | null = due;
    for (let woken = 0; wanted !== null && wanted <= at && woken < wakingsMax; woken += 1) {
      const fired = { type: 'timer.fired', seq: 0, at, subject, source: null, cause: null, late: false };
      this.#tell({ ...fired, body: { due } } as Fact);
      wanted = this.#engine.nextDue(subject);
    }
    // What would still be due at this moment waits for the next.
    this.#due.set(subject, wanted !== null && wanted <= at ? at + 1 : wanted);
  }

  #take(fact: Fact): void {
    if (fact.type === 'release.activated') this.#activate(fact);
    else if (isDecision(fact)) return;
    else if (isReaction(fact)) this.#takeReaction(fact);
    else {
      this.#people.note(fact);
      this.#tell(fact);
    }
  }

  #activate(fact: FactOf<'release.activated'>): void {
    const release = this.#options.later.get(fact.body.release);
    if (!release) return;
    for (const decision of this.#engine.swap(release, fact)) this.#note(decision, fact.at);
    this.#settle();
  }

  /** In its place, where its message was said when it was said then; else it comes when it is due. */
  #takeReaction(fact: Fact): void {
    if (this.#options.answers === 'none' || fact.cause !== null) return;
    const recorded = this.#reactions.messageOf(fact);
    const own = recorded && this.#book.same(recorded);
    if (!recorded || !own) {
      this.#counts.leftOut += 1;
      return;
    }
    if (!isAligned(recorded, own)) return;
    const again = redirected(fact, own, fact.at);
    if (again) this.#tell(again);
  }

  #tell(fact: Fact): void {
    this.#counts.told += 1;
    this.#tally.note(fact, fact.at);
    try {
      for (const decision of this.#engine.handle(fact)) this.#note(decision, fact.at);
    } catch {
      this.#counts.failures += 1;
    }
    this.#settle();
  }

  #settle(): void {
    for (const subject of this.#engine.touched) {
      if (this.#engine.isRescheduled(subject)) this.#due.set(subject, this.#engine.nextDue(subject));
    }
    this.#tally.gatherStops(this.#engine);
  }

  #note(decision: Decision, at: number): void {
    const { type, subject, body } = decision;
    this.#tally.note(decision, at);
    const fresh = this.#book.note(decision, at);
    if (fresh) this.#awaitDeeds(fresh);
    if (type === 'message.decided') this.#assumeSeen(body, subject as number, at);
  }

  /** What she did with the same message then, as much later as then; what stands in its place comes by itself. */
  #awaitDeeds(own: BookedMessage): void {
    const recorded = this.#options.answers === 'none' ? null : this.#reactions.counterpart(own);
    if (!recorded) return;
    for (const { fact, index, delayMs } of this.#reactions.to(recorded)) {
      // The fact that time is passing to is still to be taken in its place.
      if (isAligned(recorded, own) && index >= this.#index) continue;
      // A deed that had been passed over is no longer left out.
      if (index < this.#index) this.#counts.leftOut -= 1;
      this.#comes({ at: own.at + delayMs, fact, to: own });
    }
  }

  #assumeSeen(body: FactBody<'message.decided'>, subject: number, at: number): void {
    const { message, channel, target } = body;
    const own = this.#book.byId(message);
    if (this.#options.answers === 'recorded' && own && this.#reactions.counterpart(own)) return;
    const envelope = { seq: 0, at, subject, source: null, cause: null, late: false };
    if (seenAtOnce.has(channel) && target !== undefined) {
      this.#comes({ at, fact: { ...envelope, type: 'message.shown', body: { message, screen: target } }, to: null });
    } else if (channel === 'email') {
      this.#comes({ at, fact: { ...envelope, type: 'email.sent', body: { message } }, to: null });
    } else if (channel === 'mail') {
      this.#comes({ at, fact: { ...envelope, type: 'mail.printed', body: { message } }, to: null });
    }
  }

  #comes(coming: Coming): void {
    const place = this.#coming.findIndex(({ at }) => at > coming.at);
    this.#coming.splice(place < 0 ? this.#coming.length : place, 0, coming);
  }
}

function isAligned(recorded: BookedMessage, own: BookedMessage): boolean {
  return Math.abs(recorded.at - own.at) <= alignedMs;
}
