/**
 * A store's day around an engine, as the conductor plays it: a thousand customers at a time, each in a visit of four
 * minutes, a fact a second, and then another in her place; screens that report what was painted, shoppers who answer or don't,
 * timers that fire. Facts are made in batches ahead; only the engine's own work is timed.
 */
import type { Engine, Person } from '@kairos/dialogue/engine/engine.ts';
import type { Decision, Fact } from '@kairos/protocol/facts.ts';
import { DueTimes } from '@kairos/store-server/conductor/due-times.ts';
import { boughtText } from './dialogues.ts';
import type { Profile } from './rules.ts';
import type { StayOf } from './ways.ts';

export interface TrafficOptions {
  /** At a time. */
  readonly customers: number;
  readonly profiles: readonly Profile[];
  /** Which stay is the n-th of the customer in a place of the store, 0 to `customers`. */
  readonly stayOf: StayOf;
  /** Where states lie while nobody needs them; nowhere unless said. */
  readonly disk?: Disk;
}

export interface Disk {
  /** Who comes in as the n-th. */
  subjectOf(n: number): number;
  read(subject: number): string | null;
  write(subject: number, state: string | null): void;
}

interface Reply {
  readonly at: number;
  readonly subject: number;
  readonly type: Fact['type'];
  readonly body: unknown;
}

export interface Counts {
  facts: number;
  stays: number;
  decisions: number;
  /** Facts that ended in any decision. */
  decidingFacts: number;
  /** Facts that ended in a message. */
  speakingFacts: number;
  /** Of states at the ends of visits, counted by going through the whole text: as who stores it would. */
  savedBytes: number;
}

const factsPerVisit = 240;
/** Store time between two facts of one customer. */
const betweenFactsMs = 1000;
const begin = Date.parse('2026-11-20T08:00:00Z');

export function profileOf(subject: number, profiles: readonly Profile[]): Profile {
  return profiles[subject % profiles.length] as Profile;
}

/** As the side tables would have her. */
export function personOf(subject: number, profiles: readonly Profile[]): Person {
  const { tier, bought } = profileOf(subject, profiles);
  return {
    chainId: `c${subject}`,
    attributes: { tier, bought: boughtText(bought) },
    consent: { inStore: true, remember: true },
    locale: 'en',
  };
}

export class Traffic {
  readonly #options: TrafficOptions;
  readonly #engine: Engine;
  readonly #due = new DueTimes();
  readonly #replies: Reply[] = [];
  /** Who is in which place, and everybody who is there. */
  readonly #subjects: number[];
  readonly #present = new Set<number>();
  readonly #steps: number[];
  counts: Counts = noCounts();
  #seq = 0;
  #turn = 0;
  #nextSubject = 1;
  #now = begin;

  constructor(engine: Engine, options: TrafficOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#subjects = Array.from({ length: options.customers }, () => 0);
    // Visits begin evenly over time, not all at once.
    this.#steps = Array.from({ length: options.customers }, (_, place) => place % factsPerVisit);
    for (let place = 0; place < options.customers; place++) {
      engine.handle(this.#fact('screen.changed', null, { screen: cartName(place), state: 'connected' }));
    }
    for (let place = 0; place < options.customers; place++) this.handle(this.#open(place));
  }

  resetCounts(): void {
    this.counts = noCounts();
  }

  /** The next so many facts. */
  batch(size: number): Fact[] {
    const facts: Fact[] = [];
    while (facts.length < size) {
      this.#now = begin + Math.floor((this.#turn * betweenFactsMs) / this.#options.customers);
      this.#takeTimers(facts);
      this.#takeReplies(facts);
      const place = this.#turn++ % this.#options.customers;
      const step = ((this.#steps[place] as number) + 1) % factsPerVisit;
      this.#steps[place] = step;
      if (step === 0) facts.push(...this.#close(place), ...this.#open(place));
      else facts.push(this.#stay(place, step));
    }
    return facts;
  }

  /** What is timed: everything that the engine does for these facts. */
  handle(facts: readonly Fact[]): void {
    for (const fact of facts) this.#handle(fact);
  }

  #handle(fact: Fact): void {
    const decisions = this.#engine.handle(fact);
    for (const subject of this.#engine.touched) {
      if (this.#engine.isRescheduled(subject)) this.#due.set(subject, this.#engine.nextDue(subject));
    }
    this.counts.facts++;
    if (fact.type === 'visit.closed') this.#leave(fact.subject as number);
    if (decisions.length > 0) this.#follow(decisions);
  }

  #follow(decisions: readonly Decision[]): void {
    this.counts.decisions += decisions.length;
    this.counts.decidingFacts++;
    let speaks = false;
    for (const decision of decisions) {
      if (decision.type !== 'message.decided' || decision.subject === null) continue;
      speaks = true;
      this.#answer(decision.subject, decision.body);
    }
    if (speaks) this.counts.speakingFacts++;
  }

  /** Painted half a second later; two of three answer after some seconds, and every other of these says yes. */
  #answer(subject: number, { message, target }: { message: string; target?: string | undefined }): void {
    if (target === undefined) return;
    const shown = { message, screen: target };
    this.#replies.push({ at: this.#now + 500, subject, type: 'message.shown', body: shown });
    if (subject % 3 === 0) return;
    const answer = subject % 2 === 0 ? 'show' : 'later';
    this.#replies.push({ at: this.#now + 6000, subject, type: 'message.answered', body: { ...shown, answer } });
  }

  #takeTimers(facts: Fact[]): void {
    for (let next = this.#due.take(this.#now); next !== null; next = this.#due.take(this.#now)) {
      facts.push(this.#fact('timer.fired', next.subject, { due: next.due }));
      this.#due.set(next.subject, null);
    }
  }

  #takeReplies(facts: Fact[]): void {
    for (let at = 0; at < this.#replies.length; at++) {
      const reply = this.#replies[at] as Reply;
      if (reply.at > this.#now) continue;
      this.#replies.splice(at--, 1);
      if (this.#present.has(reply.subject)) facts.push(this.#fact(reply.type, reply.subject, reply.body));
    }
  }

  #open(place: number): Fact[] {
    const { disk } = this.#options;
    const subject = disk?.subjectOf(this.#nextSubject) ?? this.#nextSubject;
    this.#nextSubject++;
    const state = disk?.read(subject);
    if (state) this.#engine.load(subject, state);
    this.#subjects[place] = subject;
    this.#present.add(subject);
    const body = { visit: visitName(subject), cart: cartName(place), strength: 'strong', reason: 'known' };
    return [this.#fact('visit.opened', subject, body)];
  }

  #close(place: number): Fact[] {
    const subject = this.#subjects[place] as number;
    this.#present.delete(subject);
    return [this.#fact('visit.closed', subject, { visit: visitName(subject), reason: 'paid' })];
  }

  /** Her state goes to disk, and out of memory. */
  #leave(subject: number): void {
    const state = this.#engine.save(subject);
    this.#options.disk?.write(subject, state);
    this.counts.savedBytes += state === null ? 0 : Buffer.byteLength(state);
    this.#engine.evict(subject);
    this.#due.set(subject, null);
  }

  #stay(place: number, step: number): Fact {
    this.counts.stays++;
    const { type, zone, dwell } = this.#options.stayOf(place, this.#turn + step);
    return this.#fact(type as Fact['type'], this.#subjects[place] as number, { zone, dwell });
  }

  #fact(type: Fact['type'], subject: number | null, body: unknown): Fact {
    const seq = ++this.#seq;
    const source = { device: 'bench', epoch: 'bench', sequence: seq };
    return { seq, at: this.#now, subject, source, cause: null, late: false, type, body } as Fact;
  }
}

function noCounts(): Counts {
  return { facts: 0, stays: 0, decisions: 0, decidingFacts: 0, speakingFacts: 0, savedBytes: 0 };
}

function cartName(place: number): string {
  return `cart-${String(place).padStart(5, '0')}`;
}

function visitName(subject: number): string {
  return `visit-${String(subject).padStart(10, '0')}`;
}
