/**
 * One person folded: her facts in their order through the engine, what headquarters decide of those that are new, and
 * the timers that are theirs. No I/O: what she has, what has come, what the time is, all of it is passed in.
 *
 * Facts that were folded before, and decisions of whomever, are folded; new ones in order are heard; one that came late
 * is folded in its place and heard when all the rest stands. What headquarters decide become facts of hers, at the time
 * they were decided at, so that the same facts give the same state again.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import { isDecision } from '@kairos/dialogue/engine/fold.ts';
import type { Reached } from '@kairos/dialogue/engine/noticing.ts';
import { type CapOfOne, defaultPatienceMs } from '@kairos/dialogue/engine/seat.ts';
import type { Decision, Fact } from '@kairos/protocol/facts.ts';
import { decidedPrefix } from '../facts/own-facts.ts';
import type { CustomerState } from './customer-state.ts';
import { findNewlyReached, type NewlyReached, nothingReached } from './newly-reached.ts';
import {
  beforeAll,
  behindText,
  compareKeys,
  decidedKey,
  type FactKey,
  ownKey,
  type PersonFact,
} from './person-fact.ts';
import { Terms } from './terms.ts';

/** Timers of one person in one turn; the rest follow with the next. */
const timersPerTurnMax = 16;
/** What is due and has to wait for a store is looked at again so often, at most: a store may have been heard meanwhile. */
const looksMax = 144;
const lookAgainMinMs = 600_000;
/** What a store tells of later lets nobody in any more: its moment is over. */
export const opensWithinMs = 7 * 86_400_000;
const idDigits = 9;
const noneReached: readonly Reached[] = Object.freeze([]);

/** A fact that may let her in, while what its store decided of it is folded. */
interface Opening {
  readonly one: PersonFact;
  readonly fact: Fact;
  readonly reached: readonly Reached[];
  readonly all: boolean;
  readonly isPast: boolean;
  /** The last that was folded of it. */
  behind: FactKey;
}

/** What a store was lent, or told of her, is known here: it is from here. */
const aboutLoans: ReadonlySet<string> = new Set(['run.lent', 'run.recalled', 'cap.lent', 'cap.recalled']);

function isOfHere({ type, body }: Fact): boolean {
  return aboutLoans.has(type) || (body as { readonly fromHq?: boolean }).fromHq === true;
}

export interface Folding {
  readonly engine: Engine;
  /** As this engine numbers her; in it nobody else is. */
  readonly subject: number;
  /** Numbers facts, as a journal does; goes on from person to person. */
  readonly nextSeq: () => number;
  /** Told which store speaks before anything of it is heard. */
  readonly listenTo: (isHeard: (run: string) => boolean) => void;
  /** Told up to when clocks may be carried, before any are. */
  readonly waitTo: (ripeTo: (patienceMs: number) => number) => void;
  /** Told whether her caps of one are headquarters', before anything is said. */
  readonly holdCaps: (capOfOne: CapOfOne) => void;
  /** Whether each entry of this dialogue is reached once in a lifetime. */
  readonly isOnce: (dialogue: string) => boolean;
  /** Told whom nothing lets in any more, before anybody is. */
  readonly endWith: (isOver: (run: string, dialogue: string) => boolean) => void;
}

export interface PersonFacts {
  /** What `facts` are folded on; null: on nothing. */
  readonly known: CustomerState | null;
  readonly release: number;
  /** In order. All of hers, or those after `known`. */
  readonly facts: readonly PersonFact[];
  readonly lines: CustomerState['lines'];
  readonly own: CustomerState['own'];
  readonly nobodysFrom: number;
  readonly newsFrom: CustomerState['newsFrom'];
  /** Facts that headquarters have made of hers. */
  readonly made: number;
  readonly now: number;
  /** What was due by then may be carried out: every store that could know better has been heard. */
  readonly syncedTo: number;
}

/** A fact that headquarters made. */
export interface MadeFact {
  readonly id: string;
  readonly at: number;
  readonly type: Fact['type'];
  readonly body: unknown;
}

export interface Folded {
  readonly state: CustomerState;
  readonly made: readonly MadeFact[];
  /** When she wants to be looked at again. */
  readonly due: number | null;
}

export function foldPerson(folding: Folding, her: PersonFacts): Folded {
  return new PersonFolding(folding, her).run();
}

class PersonFolding {
  readonly #folding: Folding;
  readonly #her: PersonFacts;
  readonly #terms: Terms;
  readonly #made: MadeFact[] = [];
  #opening: Opening | null = null;
  /** Runs that she has entered before what was folded already: what followed they hear again. */
  readonly #enteredInThePast = new Set<string>();
  #to: FactKey;
  readonly #lastOwn: number;
  #count: number;

  constructor(folding: Folding, her: PersonFacts) {
    this.#folding = folding;
    this.#her = her;
    folding.waitTo((patienceMs) => this.#ripeTo(patienceMs));
    const { isOnce } = folding;
    this.#terms = new Terms({ isOnce, ...(her.known ?? { ended: [], once: [], movers: {}, doubled: 0 }) });
    folding.endWith((run, dialogue) => this.#terms.isOver(run, dialogue) || this.#isTold(run));
    this.#to = her.known?.to ?? beforeAll;
    this.#lastOwn = Math.max(0, ...Object.values(her.own));
    this.#count = her.made;
  }

  run(): Folded {
    const { engine, subject } = this.#folding;
    const { known } = this.#her;
    const newlyReached = known === null ? this.#findNewlyReached() : nothingReached;
    if (known?.engine != null) engine.load(subject, known.engine);
    const late = this.#takeAll(newlyReached);
    if (late.length > 0 && engine.runs(subject).length > 0) {
      // What follows from it is decided now, whenever it was.
      this.#pass(0);
      for (const one of late) this.#hearLate(one);
    }
    this.#fire();
    const state = this.#state();
    const due = this.#due();
    return { state, made: this.#made, due };
  }

  /** Returns those that came when what followed had been folded already. */
  #takeAll(newlyReached: NewlyReached): PersonFact[] {
    const { facts } = this.#her;
    const late: PersonFact[] = [];
    const lastKnown = lastKnownOf(facts);
    facts.forEach((one, place) => {
      const isDecided = isDecision(one.fact);
      if (!(isDecided && this.#isOfOpening(one))) this.#open();
      this.#to = compareKeys(one.key, this.#to) > 0 ? one.key : this.#to;
      if (isOfHere(one.fact)) return;
      if (isDecided) {
        this.#foldDecision(one);
        if (this.#opening) this.#opening.behind = one.key;
      } else if (one.isNew && place > lastKnown) {
        this.#hear(one);
      } else {
        this.#foldAgain(one, newlyReached.get(one) ?? noneReached);
        if (one.isNew) late.push(one);
      }
    });
    this.#open();
    return late;
  }

  /** In its place among what was folded before. */
  #foldAgain(one: PersonFact, reached: readonly Reached[]): void {
    const { engine } = this.#folding;
    const fact = this.#numbered(one.fact);
    engine.fold(fact);
    if (this.#enteredInThePast.size > 0 && one.store !== 0) {
      this.#folding.listenTo((run) => this.#enteredInThePast.has(run));
      this.#note(engine.hearAgain(fact), one.key[0], one.key);
    }
    if (this.#isFresh(one) && (one.isNew || reached.length > 0))
      this.#opening = { one, fact, reached, all: one.isNew, isPast: true, behind: one.key };
  }

  /** What its store decides of a fact stands behind it, at its time, and then what headquarters have. */
  #isOfOpening({ key: [at, store, epoch] }: PersonFact): boolean {
    const opened = this.#opening?.one.key;
    return at === opened?.[0] && store === opened[1] && epoch === opened[2];
  }

  /** Somebody has entered her under this id: it stands further on among her facts. */
  #isTold(run: string): boolean {
    return this.#her.facts.some(({ fact }) => fact.type === 'run.entered' && fact.body.run === run);
  }

  /** What happened long ago and comes now opens nothing any more. */
  #isFresh({ fact }: PersonFact): boolean {
    return fact.at >= this.#her.now - opensWithinMs;
  }

  /** All that the store decided of the fact has been folded: where it let her in nowhere, headquarters may. */
  #open(): void {
    const opening = this.#opening;
    if (opening === null) return;
    this.#opening = null;
    const { fact, one, reached, all, isPast, behind } = opening;
    const decisions = this.#folding.engine.open(fact, { reached, all, isPast });
    this.#note(decisions, one.key[0], behind);
    if (!isPast) return;
    for (const { type, body } of decisions) if (type === 'run.entered') this.#enteredInThePast.add(body.run);
  }

  /** Where nothing that came late is counted, or nothing may begin any more, it is not looked for. */
  #findNewlyReached(): NewlyReached {
    const { facts } = this.#her;
    const { engine, subject, isOnce } = this.#folding;
    const past = facts.slice(0, lastKnownOf(facts) + 1).filter(({ fact }) => !isOfHere(fact));
    const isMissing = past.some(({ fact, isNew }) => isNew && engine.isCounted(fact.type));
    if (!isMissing || !past.some((one) => this.#isFresh(one))) return nothingReached;
    return findNewlyReached({ engine, subject, isOnce, numbered: (fact) => this.#numbered(fact) }, past);
  }

  #foldDecision({ fact, store }: PersonFact): void {
    const { engine, subject } = this.#folding;
    if (!this.#terms.accept(fact, engine.runs(subject), store)) return;
    const numbered = this.#numbered(fact);
    // By its own number it has no cause here: its time is the time it was given.
    engine.fold({ ...numbered, cause: numbered.seq });
  }

  #hear(one: PersonFact): void {
    const { engine } = this.#folding;
    const { store, key } = one;
    const fact = this.#numbered(one.fact);
    this.#listenTo(store);
    this.#note(engine.handle(fact), key[0], key);
    if (store !== 0 && this.#isFresh(one))
      this.#opening = { one, fact, reached: engine.reached, all: true, isPast: false, behind: key };
  }

  #hearLate({ fact, store }: PersonFact): void {
    this.#folding.listenTo(
      (run) => !this.#enteredInThePast.has(run) && (store === 0 || !this.#terms.hasMoved(store, run)),
    );
    this.#note(this.#folding.engine.hearLate(this.#numbered(fact)), this.#to[0]);
  }

  #listenTo(store: number): void {
    this.#folding.listenTo((run) => store === 0 || !this.#terms.hasMoved(store, run));
  }

  /** What is due and ripe, and what may be said now. */
  #fire(): void {
    const { engine, subject } = this.#folding;
    const { now } = this.#her;
    for (let fired = 0; fired < timersPerTurnMax; fired += 1) {
      const next = this.#nextRipe();
      const word = engine.nextWord(subject);
      const mayFire = next !== null || (word !== null && word <= now && fired === 0);
      if (!mayFire) return;
      const before = this.#made.length;
      this.#pass(this.#ripeTo(defaultPatienceMs));
      if (this.#nextRipe() === next && this.#made.length === before + 1) return;
    }
  }

  /** What is due, and has waited for stores as long as its dialogue would; null: nothing. */
  #nextRipe(): number | null {
    const { engine, subject } = this.#folding;
    const ripe = engine.dues(subject).filter(({ at, patienceMs }) => at <= this.#ripeTo(patienceMs));
    return ripe.length === 0 ? null : Math.min(...ripe.map(({ at }) => at));
  }

  /** Stores have been heard up to then, or patience has ended. */
  #ripeTo(patienceMs: number): number {
    const { now, syncedTo } = this.#her;
    return Math.min(now, Math.max(syncedTo, now - patienceMs));
  }

  /** It is now; clocks are carried to `due`. */
  #pass(due: number): void {
    const { engine, subject } = this.#folding;
    const at = Math.max(this.#her.now, this.#to[0]);
    this.#make({ type: 'timer.fired', body: { due } }, at, null);
    const source = null;
    const fact = { type: 'timer.fired', seq: 0, at, subject, source, cause: null, late: false, body: { due } } as Fact;
    this.#note(engine.handle(this.#numbered(fact)), at);
  }

  /** `behind`: the fact in order that they follow from. */
  #note(decisions: readonly Decision[], at: number, behind: FactKey | null = null): void {
    for (const decision of decisions) {
      this.#terms.noteOwn(decision);
      this.#make(decision, at, behind);
    }
  }

  #make(
    { type, body }: { readonly type: Fact['type']; readonly body: unknown },
    at: number,
    behind: FactKey | null,
  ): void {
    this.#count += 1;
    const number = decidedPrefix + String(this.#count).padStart(idDigits, '0');
    const id = behind === null ? number : number + behindText(behind);
    this.#made.push({ id, at, type, body });
    // Its number comes with being written, above all that are known.
    this.#to = behind === null ? ownKey(at, this.#lastOwn) : decidedKey(at, id, 0);
  }

  #numbered(fact: Fact): Fact {
    return { ...fact, seq: this.#folding.nextSeq(), subject: this.#folding.subject };
  }

  #state(): CustomerState {
    const { engine, subject } = this.#folding;
    const { release, lines, own, nobodysFrom, newsFrom } = this.#her;
    const live = new Set(engine.runs(subject).map(({ id }) => id));
    return {
      release,
      to: this.#to,
      lines,
      own,
      nobodysFrom,
      newsFrom,
      engine: engine.save(subject),
      ended: this.#terms.ended,
      movers: Object.fromEntries([...this.#terms.movers].filter(([run]) => live.has(run))),
      once: this.#terms.once,
      made: this.#count,
      doubled: this.#terms.doubled,
    };
  }

  /** What a store may still have something to say about is looked at again soon, and once patience ends. */
  #due(): number | null {
    const { engine, subject } = this.#folding;
    const { now } = this.#her;
    const looks = engine
      .dues(subject)
      .map(({ at, patienceMs }) =>
        at > now ? at : Math.max(now + 1, Math.min(now + lookAgainMs(patienceMs), at + patienceMs)),
      );
    return looks.length === 0 ? null : Math.min(...looks);
  }
}

function lastKnownOf(facts: readonly PersonFact[]): number {
  return facts.findLastIndex(({ isNew }) => !isNew);
}

/** Every ten minutes within a day; within a longer patience less often, so that nobody is folded for nothing all month. */
function lookAgainMs(patienceMs: number): number {
  return Math.max(lookAgainMinMs, Math.ceil(patienceMs / looksMax));
}
