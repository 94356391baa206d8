/**
 * The conductor: numbers what came in, finds whose it is, lets the visits and the engine decide, and hands the whole
 * to the journal as one change and to its listeners at once (DESIGN section 3, the way of a fact).
 *
 * One fact at a time, in one synchronous turn: journal order is engine order. What is only said goes out without
 * waiting for the disk; ids derive from the facts' sources, so that after a crash the same facts say the same again.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import {
  type Decision,
  type Fact,
  type FactBody,
  type FactOf,
  type FactType,
  lateAfterMs,
} from '@kairos/protocol/facts.ts';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import type { IncomingBatch } from '../intake/incoming.ts';
import type { ForgottenVisit, HqMark, Journal, JournalChange } from '../journal/journal.ts';
import { decideVisits, type VisitRules } from '../visits/visit-decisions.ts';
import type { Visits } from '../visits/visits.ts';
import { DueTimes } from './due-times.ts';
import { FactOwner } from './fact-owner.ts';
import { MessageOwners } from './message-owners.ts';
import type { People } from './people.ts';
import { Recovery } from './recovery.ts';
import { type VisitTrace, VisitTraces } from './visit-traces.ts';

export interface ConductorOptions {
  readonly journal: Journal;
  readonly engine: Engine;
  readonly visits: Visits;
  readonly people: People;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly quietMs: number;
  readonly snapshotEveryFacts: number;
  /** Told at once of everything that was recorded, in order; must not throw. */
  readonly listeners: ((facts: readonly Fact[]) => void)[];
  /** Their visit is forgotten: whatever else remembers anything of it forgets it now. */
  readonly onForgotten?: (subjects: readonly number[]) => void;
  /**
   * A fact could not be handled, and what is in memory may be half changed. It is put aside for inspection, what came
   * before it is kept, and nothing more is taken in: once the journal has it, the store has to start anew.
   */
  readonly onBroken: (fact: Fact, error: unknown) => void;
}

/** A fact that headquarters told. `at`: when it happened; now, where it is missing. */
export type AdoptedFact = Decision & { readonly at?: number };

/** Timers fired in one turn; the rest waits for the next, so that a burst never holds up a login. */
const timersPerTurnMax = 200;
/** The longest sleep between two looks at what is due. */
const sleepMaxMs = 3_600_000;
/** The end of the quiet minutes is looked at on the full minute, so that not every step she takes moves a timer. */
const quietGrainMs = 60_000;
/** A timer that could not be handled is tried again so much later. */
const brokenTimerMs = 3_600_000;
/** Who is due at the same moment again though nothing followed from it is looked at again so much later. */
const idleTimerMs = 60_000;
/** Decisions that may follow from one fact before it counts as a runaway. */
const decisionsPerFactMax = 1000;

export class Conductor {
  readonly #options: ConductorOptions;
  readonly #due = new DueTimes();
  readonly #owners = new MessageOwners();
  readonly #whose: FactOwner;
  readonly #recovery: Recovery;
  readonly #visitRules: VisitRules;
  /** Facts recorded in this turn, and the subjects whose timers they may have moved. */
  #recorded: Fact[] = [];
  readonly #touched = new Set<number>();
  readonly #traces = new VisitTraces();
  /** Visits that are forgotten in this turn. */
  #forgotten: ForgottenVisit[] = [];
  #putOff: { readonly subject: number; readonly due: number } | null = null;
  #cancelSleep: (() => void) | null = null;
  #sleepsUntil: number | null = null;
  #stopped = false;
  #isBroken = false;
  #receivedAt = 0;

  constructor(options: ConductorOptions) {
    this.#options = options;
    this.#recovery = new Recovery(options, this.#owners);
    this.#whose = new FactOwner(options, this.#owners);
    this.#visitRules = {
      quietMs: options.quietMs,
      newSubject: () => options.people.newGuest(),
      remembered: (subject) => options.people.remembered(subject),
    };
  }

  /** Rebuilds the running state, then fires what fell due while nobody was here. */
  async start(): Promise<void> {
    await this.#recovery.fold();
    for (const { subject, kind, state } of this.#options.journal.start.states) {
      if (kind === 'trace') this.#traces.load(subject, state);
    }
    for (const { subject, due } of this.#options.journal.start.timers) this.#due.set(subject, due);
    this.#sleep();
  }

  /** One device's batch: everything it leads to is committed with it, or not at all. */
  take(batch: IncomingBatch): boolean {
    if (this.#isBroken) return false;
    const { source, rejected } = batch;
    this.#receivedAt = batch.receivedAt ?? this.#options.clock.now();
    for (const { fact, identity, cart } of batch.facts) {
      const subject = identity === null ? this.#whose.of(fact, cart) : this.#whose.ofCard(identity.chainId, fact);
      const known = identity?.chainId != null && this.#options.people.subjectOf(identity.chainId) !== null;
      const body = fact.type === 'identity.presented' ? { ...fact.body, known } : fact.body;
      const numbered = { ...fact, body, seq: this.#options.journal.number(), subject } as Fact;
      // The source has been heard up to this one, which is never asked for again: it would fail at every start.
      const upTo = fact.source?.sequence ?? source.upTo;
      const soFar = { sources: [{ ...source, upTo }] };
      if (!this.#record(numbered, { ...soFar, rejected })) return false;
      // What is forgotten is forgotten, whatever becomes of the rest.
      if (this.#forgotten.length > 0) this.#commit(soFar);
    }
    this.#commit({ sources: [source], rejected });
    return true;
  }

  /** What the store itself observed or somebody did on one of its pages. */
  observe<Type extends FactType>(type: Type, subject: number | null, body: FactBody<Type>): void {
    if (this.#isBroken) return;
    this.#receivedAt = this.#options.clock.now();
    if (this.#record(this.#number({ type, subject, body } as Decision, null), {})) this.#commit({});
  }

  /**
   * What headquarters say: these facts in one change with what was adopted of people, and with how far it is told.
   * False where nothing can be taken in any more: then it is not told as done, and comes again.
   */
  adopt(facts: readonly AdoptedFact[], fromHq: HqMark | null): boolean {
    if (this.#isBroken || this.#stopped) return false;
    this.#receivedAt = this.#options.clock.now();
    for (const { at, ...decision } of facts) {
      const fact = this.#number(decision, null);
      const happened = Math.min(fact.at, at ?? fact.at);
      const late = fact.at - happened > lateAfterMs;
      if (!this.#record({ ...fact, at: happened, late } as Fact, {})) return false;
    }
    this.#commit(fromHq === null ? {} : { fromHq });
    return true;
  }

  /** Runs another release from here on; what becomes of runs in flight is decided and recorded with it. */
  activate(release: CompiledRelease): void {
    // A start folds under the newest release: what another one noticed is written down before this one begins.
    this.#recovery.snapshot();
    const body = { release: release.number, hash: release.hash, dialogues: release.dialogues.length };
    const activated = this.#number({ type: 'release.activated', subject: null, body }, null);
    this.#note(activated);
    for (const decision of this.#options.engine.swap(release, activated as FactOf<'release.activated'>)) {
      this.#follow(decision, activated.seq);
    }
    for (const subject of this.#options.engine.touched) this.#touched.add(subject);
    this.#commit({});
  }

  /** Brings what is known of her into memory, so that what was decided for her can be put into words. */
  wake(subject: number): void {
    this.#recovery.wake(subject);
  }

  /** When the store received what is recorded now, or its timer fired; store time. For listeners. */
  get receivedAt(): number {
    return this.#receivedAt;
  }

  get pendingTimers(): number {
    return this.#due.size;
  }

  /** Writes every state down, so that the next start folds nothing. */
  stop(): void {
    this.#stopped = true;
    this.#cancelSleep?.();
    // What is half changed is not written down.
    if (!this.#isBroken) this.#recovery.snapshot();
  }

  #number(decision: Decision, cause: number | null): Fact {
    const now = this.#options.clock.now();
    const { type, subject, body } = decision;
    return {
      seq: this.#options.journal.number(),
      type,
      at: now,
      subject,
      source: null,
      cause,
      late: false,
      body,
    } as Fact;
  }

  /**
   * Folds and decides one fact, and what follows from it. False where it could not be handled: then what came before it
   * has been put with `instead`, and the conductor is broken.
   */
  #record(fact: Fact, instead: Omit<JournalChange, 'facts'>): boolean {
    const first = this.#recorded.length;
    const { mark } = this.#options.people;
    try {
      this.#decide(fact);
      return true;
    } catch (error) {
      this.#breakOff({ fact, error, first, mark, instead });
      return false;
    }
  }

  /** Memory and record must agree: what is half done is in neither, and a start folds what is recorded. */
  #breakOff(broken: {
    readonly fact: Fact;
    readonly error: unknown;
    readonly first: number;
    readonly mark: number;
    readonly instead: Omit<JournalChange, 'facts'>;
  }): void {
    const { fact, error, first, mark, instead } = broken;
    const { journal, people, clock, onBroken } = this.#options;
    this.#isBroken = true;
    this.#cancelSleep?.();
    const facts = this.#recorded.slice(0, first);
    const touched = new Set(
      facts.flatMap(({ subject }) => (subject === null || subject === fact.subject ? [] : [subject])),
    );
    const timers = [...touched].map((subject) => ({ subject, due: this.#dueOf(subject) }));
    const detail = `${fact.type}: ${error instanceof Error ? error.message : String(error)}`;
    const device = fact.source?.device ?? 'store';
    const aside = { at: clock.now(), by: 'conductor', device, reason: 'unhandled', detail, sample: '' };
    journal.put({
      ...instead,
      facts,
      timers: [...timers, ...(instead.timers ?? [])],
      people: people.takeChangesUpTo(mark),
      rejected: [...(instead.rejected ?? []), aside],
    });
    onBroken(fact, error);
  }

  #decide(fact: Fact): void {
    const { engine, visits } = this.#options;
    const first = this.#recorded.length;
    const before = this.#lookBefore(fact);
    const forgotten = fact.type === 'forget.requested' ? this.#traces.find(fact.body.cart, fact.at) : null;
    const queue: Fact[] = [fact];
    for (let at = 0; at < queue.length && at < decisionsPerFactMax; at += 1) {
      const next = queue[at] as Fact;
      this.#note(next);
      visits.fold(next);
      this.#recovery.wake(next.subject);
      for (const decision of engine.handle(next)) this.#follow(decision, fact.seq);
      for (const subject of engine.touched) this.#touched.add(subject);
      // A fact that names only a message or a task is nobody's in the journal, but changes somebody's state.
      this.#recovery.noteTouched(engine.touched);
      for (const decision of decideVisits(visits, next, this.#visitRules)) queue.push(this.#number(decision, fact.seq));
    }
    this.#traces.note(fact, this.#recorded.slice(first), before);
    if (forgotten) this.#forget(forgotten);
  }

  /** What the engine knows of her before a visit of hers may open. */
  #lookBefore(fact: Fact): { readonly subject: number; readonly engine: string | null } {
    if (!this.#traces.mayOpen(fact, this.#options.visits)) return { subject: 0, engine: null };
    this.#recovery.wake(fact.subject);
    return { subject: fact.subject, engine: this.#options.engine.save(fact.subject) };
  }

  /** As if the visit had not been: the engine knows of her what it knew before, and what has come since from elsewhere. */
  #forget({ subject, guests, from, engine: before }: VisitTrace): void {
    const { engine } = this.#options;
    const aside = this.#traces.asideOf(subject);
    this.#recovery.wake(subject);
    engine.forget(subject);
    if (before !== null) engine.load(subject, before);
    for (const fact of aside) engine.fold(fact);
    this.#touched.add(subject);
    this.#recovery.noteTouched([subject]);
    this.#owners.forget(subject);
    this.#traces.forget(subject);
    const spare = aside.map(({ seq }) => seq);
    this.#forgotten.push({ subjects: [subject, ...guests], from, spare, lastSeq: this.#options.journal.number() });
  }

  /** A decision that the engine has folded already. */
  #follow(decision: Decision, cause: number): void {
    const decided = this.#number(decision, cause);
    this.#note(decided);
    this.#options.visits.fold(decided);
  }

  #note(fact: Fact): void {
    this.#recorded.push(fact);
    if (fact.subject !== null) this.#touched.add(fact.subject);
    if (fact.type === 'message.decided' && fact.subject !== null) this.#owners.set(fact.body.message, fact.subject);
    if (fact.type === 'consent.changed' && fact.subject !== null) {
      const { purpose, granted } = fact.body;
      this.#options.people.setConsent(fact.subject, purpose, { granted, at: fact.at });
    }
    if (fact.type === 'customer.erased' && fact.subject !== null)
      this.#options.people.erase(fact.subject, { isOwn: fact.body.reason !== 'hq' });
  }

  #commit(change: Omit<JournalChange, 'facts'>): void {
    const { journal, people, listeners } = this.#options;
    const facts = this.#recorded;
    this.#recorded = [];
    const timers = this.#changedTimers();
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    const lastSeq = forgotten.at(-1)?.lastSeq ?? facts.at(-1)?.seq ?? 0;
    const traces = this.#traces.takeChanges(lastSeq);
    // A start must not fold again what is forgotten: what was known before is written down with the forgetting.
    if (forgotten.length > 0) this.#recovery.noteTouched(facts.map(({ subject }) => subject ?? 0));
    const snapshot = forgotten.length > 0 ? this.#recovery.takeSnapshot(lastSeq) : { states: [] };
    const states = [...(snapshot.states ?? []), ...traces];
    journal.put({ ...change, ...snapshot, facts, timers, people: people.takeChanges(), states, forgotten });
    this.#recovery.noteRecorded(facts);
    if (facts.length > 0) for (const listener of listeners) listener(facts);
    for (const { subjects } of forgotten) this.#options.onForgotten?.(subjects);
    this.#sleep();
  }

  #changedTimers(): { subject: number; due: number | null }[] {
    const changed: { subject: number; due: number | null }[] = [];
    for (const subject of this.#touched) {
      const due = this.#putOff?.subject === subject ? this.#putOff.due : this.#dueOf(subject);
      if (this.#due.set(subject, due)) changed.push({ subject, due });
    }
    this.#touched.clear();
    return changed;
  }

  #dueOf(subject: number): number | null {
    const own = this.#options.engine.nextDue(subject);
    const visit = this.#options.visits.visitOf(subject);
    const quiet = visit ? Math.ceil((visit.lastAt + this.#options.quietMs) / quietGrainMs) * quietGrainMs : null;
    const { visits } = this.#options;
    const dues = [own, quiet, visits.helpDue(subject), visits.laneDue(subject)].filter((due) => due !== null);
    return dues.length === 0 ? null : Math.min(...dues);
  }

  #sleep(): void {
    const due = this.#due.next();
    if (this.#stopped || (this.#sleepsUntil !== null && due !== null && due === this.#sleepsUntil)) return;
    this.#cancelSleep?.();
    this.#cancelSleep = null;
    this.#sleepsUntil = due;
    if (due === null) return;
    const wait = Math.min(sleepMaxMs, Math.max(0, due - this.#options.clock.now()));
    this.#cancelSleep = this.#options.timers.after(wait, () => this.#fire());
  }

  #fire(): void {
    this.#sleepsUntil = null;
    const now = this.#options.clock.now();
    for (let fired = 0; fired < timersPerTurnMax; fired += 1) {
      const next = this.#due.take(now);
      if (!next) break;
      this.#receivedAt = this.#options.clock.now();
      // Its row changes with what it led to, in one change: it fires once, or not at all.
      this.#touched.add(next.subject);
      const fired = this.#number({ type: 'timer.fired', subject: next.subject, body: { due: next.due } }, null);
      // Never before its time: a clock that was set back in between would leave it undone, and nobody to wake for it.
      const later = { timers: [{ subject: next.subject, due: now + brokenTimerMs }] };
      if (!this.#record({ ...fired, at: Math.max(fired.at, next.due) }, later)) return;
      // What one turn left over comes with the next at once; what does not move would come for ever.
      if (this.#recorded.length === 1 && (this.#dueOf(next.subject) ?? next.due + 1) <= next.due)
        this.#putOff = { subject: next.subject, due: now + idleTimerMs };
      this.#commit({});
      this.#putOff = null;
    }
    this.#sleep();
  }
}
