/**
 * How the running state is found again: snapshots every so many facts, and after a start the facts since the last one
 * folded on top. State that belongs to nobody present stays on disk until its subject is heard of.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Journal, JournalChange } from '../journal/journal.ts';
import type { Visits } from '../visits/visits.ts';
import type { MessageOwners } from './message-owners.ts';

interface RecoveryOptions {
  readonly journal: Journal;
  readonly engine: Engine;
  readonly visits: Visits;
  readonly snapshotEveryFacts: number;
}

const pageOfFacts = 5000;
/** The subject that stands for the store itself: carts, screens, pauses. */
const storeSubject = 0;

export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #owners: MessageOwners;
  /** Subjects whose engine state is in memory. */
  readonly #awake = new Set<number>();
  readonly #dirty = new Set<number>();
  #sinceSnapshot = 0;
  #lastSeq: number;

  constructor(options: RecoveryOptions, owners: MessageOwners) {
    this.#options = options;
    this.#owners = owners;
    this.#lastSeq = options.journal.start.lastSeq;
  }

  /** Loads what was written down and folds the rest. */
  async fold(): Promise<void> {
    const { journal, engine, visits } = this.#options;
    const open = journal.start.states.filter(({ kind }) => kind === 'visit');
    for (const { subject, state } of open) visits.load(subject, state);
    for (const { kind, state } of journal.start.states) if (kind === 'staff') visits.staff.load(state);
    this.#wakeNow(storeSubject);
    for (let from = journal.start.foldFrom; from <= journal.start.lastSeq; ) {
      const page = await journal.facts({ from, limit: pageOfFacts });
      const last = page.at(-1);
      if (!last) break;
      for (const fact of page) {
        this.wake(fact.subject);
        visits.fold(fact);
        engine.fold(fact);
        if (fact.type === 'message.decided' && fact.subject !== null) this.#owners.set(fact.body.message, fact.subject);
        this.#dirty.add(fact.subject ?? storeSubject);
      }
      from = last.seq + 1;
    }
    for (const { subject } of open) this.wake(subject);
  }

  /** Makes sure that a subject's engine state is in memory before it is asked. */
  wake(subject: number | null): void {
    if (subject !== null && !this.#awake.has(subject)) this.#wakeNow(subject);
  }

  #wakeNow(subject: number): void {
    const stored = this.#options.journal.state(subject, 'engine');
    if (stored) this.#options.engine.load(subject, stored.state);
    // Only now: a state that cannot be read must not be overwritten with nothing.
    this.#awake.add(subject);
  }

  /** Whose state may have changed, whoever the facts say they are about. */
  noteTouched(subjects: Iterable<number>): void {
    for (const subject of subjects) this.#dirty.add(subject);
  }

  noteRecorded(facts: readonly Fact[]): void {
    for (const fact of facts) this.#dirty.add(fact.subject ?? storeSubject);
    this.#lastSeq = Math.max(this.#lastSeq, facts.at(-1)?.seq ?? 0);
    this.#sinceSnapshot += facts.length;
    if (this.#sinceSnapshot >= this.#options.snapshotEveryFacts) this.snapshot();
  }

  /** Writes down every state that has changed, and lets those go to disk whose people have left. */
  snapshot(): void {
    this.#options.journal.put({ facts: [], ...this.takeSnapshot(this.#lastSeq) });
  }

  /**
   * The same for a change that is about to be put: it must be put in this turn. `lastSeq` is the highest number that
   * the change, or any before it, has given away.
   */
  takeSnapshot(lastSeq: number): Pick<JournalChange, 'states' | 'snapshotAt'> {
    const { journal, engine, visits } = this.#options;
    this.#lastSeq = Math.max(this.#lastSeq, lastSeq);
    this.#dirty.add(storeSubject);
    const states: NonNullable<JournalChange['states']>[number][] = [];
    states.push({ subject: storeSubject, kind: 'staff', state: visits.staff.save(), foldedTo: this.#lastSeq });
    const gone: number[] = [];
    for (const subject of this.#dirty) {
      states.push({ subject, kind: 'engine', state: engine.save(subject), foldedTo: this.#lastSeq });
      states.push({ subject, kind: 'visit', state: visits.save(subject), foldedTo: this.#lastSeq });
    }
    for (const subject of this.#awake) if (subject !== storeSubject && !visits.visitOf(subject)) gone.push(subject);
    this.#dirty.clear();
    this.#sinceSnapshot = 0;
    // Only what is on disk may leave memory, and this is put when the turn is over.
    queueMicrotask(() =>
      journal.committed().then(
        () => this.#sendToDisk(gone),
        () => undefined,
      ),
    );
    return { states, snapshotAt: this.#lastSeq };
  }

  #sendToDisk(gone: readonly number[]): void {
    for (const subject of gone) {
      if (this.#dirty.has(subject) || this.#options.visits.visitOf(subject)) continue;
      this.#options.engine.evict(subject);
      this.#awake.delete(subject);
    }
  }
}
