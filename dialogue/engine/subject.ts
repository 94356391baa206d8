/**
 * One person in memory: the state that is saved, and what is worked out from it and never saved.
 */
import type { Rival } from '@kairos/protocol/facts.ts';
import type { CompiledHouse, CompiledRelease } from '../compiled.ts';
import type { Person } from './engine.ts';
import type { SubjectState } from './subject-state.ts';

export class Subject {
  readonly id: number;
  state: SubjectState;
  /** As the side tables have it; asked for when she becomes active and after her facts said that it changed. */
  person: Person | null;
  /** `customer` of conditions; null: to be made anew. */
  #customer: Readonly<Record<string, unknown>> | null = null;
  /** `visit` of conditions. */
  readonly visitView: Record<string, unknown> = {
    zone: null,
    strength: null,
    minutes: 0,
    messages: 0,
    basketTotal: 0,
    lines: [],
  };
  /** When the state next wants a timer; only to be read where `isDueKnown`. */
  due: number | null = null;
  isDueKnown = false;
  /** Of the slow clocks (`calendar-clocks.ts`); null: to be worked out. */
  slowDue: number | null = null;
  /** Something changed that may let a waiting message speak. */
  isStirred = true;
  /** No waiting message can speak before, unless stirred. */
  speaksFrom = Number.POSITIVE_INFINITY;
  /** The release whose fate her runs have met. */
  upgradedTo: CompiledRelease | null = null;
  /** What the ledger was last told about her not entering. */
  lastRefused: Rival | null = null;
  /** … and about what waits. */
  lastStopped = '';

  constructor(id: number, state: SubjectState, person: Person | null) {
    this.id = id;
    this.state = state;
    this.person = person;
  }

  /** Her state changed in a way that moves clocks, or what may be said. */
  stir(): void {
    this.isDueKnown = false;
    this.isStirred = true;
  }

  /** What slow clocks go by changed. */
  forgetClocks(): void {
    this.slowDue = null;
    this.isDueKnown = false;
  }

  /** What stands in the side tables changed. */
  forgetPerson(person: Person | null): void {
    this.person = person;
    this.forgetCustomer();
    this.stir();
  }

  forgetCustomer(): void {
    this.#customer = null;
    this.forgetClocks();
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

function customerOf({ state, person }: Subject, house: CompiledHouse): Readonly<Record<string, unknown>> {
  const isWeak = state.visit?.strength === 'weak';
  const customer: Record<string, unknown> = {};
  for (const [name, { default: fallback }] of Object.entries(house.attributes)) {
    if (fallback !== null) customer[name] = fallback;
  }
  for (const [name, value] of [...Object.entries(person?.attributes ?? {}), ...Object.entries(state.attributes)]) {
    if (!isWeak || house.attributes[name]?.sensitivity === 'public') customer[name] = value;
  }
  customer.consent = person?.consent ?? {};
  return customer;
}
