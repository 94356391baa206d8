/**
 * One person in memory: the state that is saved, and what is worked out from it and never saved.
 */
import type { CompiledHouse, CompiledRelease } from '../compiled.ts';
import { type Candidate, type Judged, stopOf } from '../moment/candidate.ts';
import type { Person } from './engine.ts';
import { notCalm, type PersonRows } from './person-rows.ts';
import type { Plan } from './plan.ts';
import { ShutEntries } from './shut-entries.ts';
import { stateBytes } from './state-size.ts';
import { runsMax, type SubjectState, stateBytesMax } from './subject-state.ts';

/** What a fresh run takes. */
const freshRunBytes = 300;
const minuteMs = 60_000;

export class Subject {
  readonly id: number;
  #state: SubjectState;
  /** What most facts ask of her, and nothing else, stands in this row. */
  readonly #row: number;
  readonly #rows: PersonRows;
  /** When the state next wants a timer, if ever; only to be read where `isDueKnown`. */
  due = Number.POSITIVE_INFINITY;
  isDueKnown = false;
  /** When that was found out, a message that nobody had seen would have given way to one of a higher class. */
  isGivingWay = false;
  /** The release whose fate her runs have met. */
  upgradedTo: CompiledRelease | null = null;
  /** Entries that need not be tried. */
  readonly shut: ShutEntries;
  /** The ledger was told in this visit that no dialogue fits any more. */
  isToldFull = false;
  /** As the side tables have it; asked for when she becomes active and after her facts said that it changed. */
  person: Person | null;
  /** `customer` of conditions; null: to be made anew. */
  #customer: Readonly<Record<string, unknown>> | null = null;
  #visitView: Readonly<Record<string, unknown>> | null = null;
  /** Of the slow clocks (`calendar-clocks.ts`); null: to be worked out. */
  slowDue: number | null = null;
  /** Something changed that may let a waiting message speak. */
  isStirred = true;
  /** No waiting message can speak before, unless stirred. */
  speaksFrom = Number.POSITIVE_INFINITY;
  /** Whether all dialogues of the global holdout pass her by; null: to be drawn. */
  isLeftAlone: boolean | null = null;
  /** What waited to speak when that was asked last. */
  waiting: readonly Candidate[] = [];
  /** Dialogues of which the ledger was told in this visit why she did not enter … */
  readonly #refusals = new Set<string>();
  /** … and about what waits: the run and its stop, in turn. */
  readonly #stops: string[] = [];
  /** null: it may have changed. */
  #isFull: boolean | null = null;
  /** Her state takes no more than this; infinite: nobody has reckoned since it may have grown. */
  #bytesAtMost = Number.POSITIVE_INFINITY;

  constructor(id: number, { state, person, rows }: { state: SubjectState; person: Person | null; rows: PersonRows }) {
    this.id = id;
    this.#state = state;
    this.person = person;
    this.#rows = rows;
    this.#row = rows.take(id);
    this.shut = new ShutEntries(rows, this.#row);
  }

  /** Facts that led nowhere moved her time in her row alone. */
  get state(): SubjectState {
    const at = this.#rows.at[this.#row] as number;
    if (at > this.#state.at) this.#state.at = at;
    return this.#state;
  }

  set state(state: SubjectState) {
    this.#state = state;
  }

  /** Her time has come so far. */
  advance(at: number): void {
    this.#state.at = at;
    this.#rows.at[this.#row] = at;
  }

  /** When her state next wants a timer, if ever, as long as nothing changes. */
  knowDue(due: number): void {
    this.due = due;
    this.isDueKnown = true;
    this.advance(this.state.at);
    this.#reckonCalm();
  }

  shutOut(slots: readonly number[], until: number): void {
    this.shut.add(slots, until);
    this.#reckonCalm();
  }

  /** What only a run of this dialogue, which has ended, kept shut. */
  reopen({ openings }: Plan): void {
    this.shut.reopen(openings);
  }

  openShut(): void {
    this.shut.open();
    this.#reckonCalm();
  }

  /** As long as nothing changes. */
  knowFull(): void {
    this.#rows.full[this.#row] = 1;
  }

  #reckonCalm(): void {
    this.#rows.calmUntil[this.#row] = this.isDueKnown ? Math.min(this.due, this.shut.until) : notCalm;
  }

  /** Her state moves clocks, and nothing else changed. */
  forgetDue(): void {
    this.isDueKnown = false;
    this.#rows.calmUntil[this.#row] = notCalm;
  }

  beginVisit(): void {
    this.#refusals.clear();
    this.isToldFull = false;
    this.forgetCustomer();
    this.stir();
  }

  /** What was shut to her, and what the ledger was told of, was of the release before. */
  meet(release: CompiledRelease): void {
    this.upgradedTo = release;
    this.waiting = [];
    this.shut.forget();
    this.#refusals.clear();
    this.isToldFull = false;
    this.#rows.full[this.#row] = 0;
    this.#reckonCalm();
  }

  /**
   * Her state changed in a way that moves clocks, or what may be said. `grownBy`: bytes that it grew by at most, where
   * that is known: with one dialogue after the other its size need not be reckoned anew for each.
   */
  stir(grownBy = Number.POSITIVE_INFINITY): void {
    this.forgetDue();
    this.isStirred = true;
    this.grow(grownBy);
  }

  /** Her state changed otherwise. */
  grow(bytes = Number.POSITIVE_INFINITY): void {
    this.#bytesAtMost += bytes;
    this.#isFull = null;
    this.#rows.full[this.#row] = 0;
  }

  /** No further dialogue fits. */
  get isFull(): boolean {
    this.#isFull ??= this.state.runs.length >= runsMax || !this.#hasRoom();
    return this.#isFull;
  }

  #hasRoom(): boolean {
    if (this.#bytesAtMost + freshRunBytes > stateBytesMax) this.#bytesAtMost = stateBytes(this.state);
    return this.#bytesAtMost + freshRunBytes <= stateBytesMax;
  }

  /** Told once a visit: the same again says nothing new. */
  isRefusalNew({ dialogue: { name } }: Plan): boolean {
    const { size } = this.#refusals;
    return this.#refusals.add(name).size > size;
  }

  /** Whether what waits, or what stops it, is another than when this was asked last. */
  areStopsNew(candidates: readonly Candidate[], judged: readonly Judged[]): boolean {
    const known = this.#stops;
    let isNew = known.length !== 2 * judged.length;
    known.length = 2 * judged.length;
    for (let at = 0; at < judged.length; at += 1) {
      const { id } = (candidates[at] as Candidate).run;
      const stop = stopOf(judged[at] as Judged);
      isNew ||= known[2 * at] !== id || known[2 * at + 1] !== stop;
      known[2 * at] = id;
      known[2 * at + 1] = stop;
    }
    return isNew;
  }

  /** What slow clocks go by changed. */
  forgetClocks(): void {
    this.slowDue = null;
    this.forgetDue();
  }

  /** What stands in the side tables changed. */
  forgetPerson(person: Person | null): void {
    this.person = person;
    this.isLeftAlone = null;
    this.forgetCustomer();
    this.stir();
  }

  forgetCustomer(): void {
    this.#customer = null;
    this.shut.forget();
    this.forgetClocks();
  }

  /** `visit` of conditions, always as her state is; null outside a visit. */
  get visitView(): Readonly<Record<string, unknown>> | null {
    if (this.state.visit === null) return null;
    this.#visitView ??= viewOf(this);
    return this.#visitView;
  }

  /**
   * Attributes by name with their defaults, those that dialogues set last, and `consent`. A typed number alone could
   * be anybody's: it shows what is public (DESIGN section 7).
   */
  customer(house: CompiledHouse): Readonly<Record<string, unknown>> {
    this.#customer ??= customerOf(this, house);
    return this.#customer;
  }
}

function viewOf(subject: Subject): Readonly<Record<string, unknown>> {
  return {
    get zone() {
      return subject.state.visit?.zone ?? null;
    },
    get strength() {
      return subject.state.visit?.strength ?? null;
    },
    get minutes() {
      const { at, visit } = subject.state;
      return visit === null ? null : Math.floor((at - visit.openedAt) / minuteMs);
    },
    get messages() {
      return subject.state.visit?.messages ?? null;
    },
    get basketTotal() {
      return subject.state.visit?.total ?? null;
    },
    get lines() {
      return subject.state.visit?.lines ?? [];
    },
  };
}

function customerOf({ state, person }: Subject, house: CompiledHouse): Readonly<Record<string, unknown>> {
  const isWeak = state.visit?.strength === 'weak';
  const customer: Record<string, unknown> = {};
  for (const name in house.attributes) {
    const fallback = house.attributes[name]?.default ?? null;
    if (fallback !== null) customer[name] = fallback;
  }
  for (const attributes of [person?.attributes ?? {}, state.attributes]) {
    for (const name in attributes) {
      if (!isWeak || house.attributes[name]?.sensitivity === 'public') customer[name] = attributes[name];
    }
  }
  customer.consent = person?.consent ?? {};
  return customer;
}
