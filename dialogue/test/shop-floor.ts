/**
 * A store for tests of the engine: a clock that is moved by hand, facts numbered as the conductor numbers them, timers
 * fired as they come due. Beside the live engine a second one folds what was recorded; `replayed` compares the two.
 * Every decision is held against its schema.
 */
import {
  type Decision,
  type Fact,
  type FactBody,
  type FactType,
  factKinds,
  type SaleLine,
} from '@kairos/protocol/facts.ts';
import { expect } from 'vitest';
import type { CompiledRelease } from '../compiled.ts';
import { createEngine } from '../engine/create-engine.ts';
import type { Engine, EngineOptions, Person, Places } from '../engine/engine.ts';

export const start = 1_764_000_000_000;

export interface FloorOptions {
  readonly release: CompiledRelease;
  readonly people?: Readonly<Record<number, Partial<Person>>>;
  readonly places?: Places;
  readonly chainKey?: string;
  readonly timeZone?: string;
  /** When the store's clock begins. */
  readonly startAt?: number;
  /** Lots drawn by the test; without them, by the chain's key. */
  readonly lots?: NonNullable<EngineOptions['lots']>;
}

export interface Extra {
  /** Milliseconds before now. */
  readonly ageMs?: number;
  readonly late?: boolean;
}

export const floorPlaces: Places = {
  zones: { door: 'entrance', suits: 'aisle', shoes: 'aisle', wine: 'aisle', tills: 'till' },
  screens: { 'screen-suits': 'suits', 'screen-shoes': 'shoes' },
  tills: { 'till-1': 'tills' },
};

export class ShopFloor {
  readonly engine: Engine;
  readonly journal: Fact[] = [];
  readonly #options: EngineOptions;
  readonly #people: Record<number, Person> = {};
  readonly #subjects = new Set<number>([0]);
  #now: number;
  #seq = 0;
  readonly #sequences = new Map<string, number>();

  constructor({
    release,
    people = {},
    places = floorPlaces,
    chainKey = 'chain-key',
    timeZone = 'Europe/Zurich',
    startAt = start,
    lots,
  }: FloorOptions) {
    this.#now = startAt;
    for (const [subject, person] of Object.entries(people)) {
      this.#people[Number(subject)] = { chainId: `c${subject}`, attributes: {}, consent: {}, locale: 'en', ...person };
    }
    this.#options = {
      release,
      chainKey,
      store: { name: 'Test store', currency: 'CHF', timeZone },
      person: (subject) => this.#people[subject] ?? null,
      places,
      ...(lots === undefined ? {} : { lots }),
    };
    this.engine = createEngine(this.#options);
  }

  get now(): number {
    return this.#now;
  }

  setPerson(subject: number, change: Partial<Person>): void {
    const known = this.#people[subject] ?? { chainId: `c${subject}`, attributes: {}, consent: {}, locale: 'en' };
    this.#people[subject] = { ...known, ...change };
  }

  /** A fact from outside; what the engine decided, in order. */
  fact<Type extends FactType>(type: Type, subject: number | null, body: FactBody<Type>, extra: Extra = {}): Decision[] {
    const device = (body as { cart?: string; till?: string }).cart ?? (body as { till?: string }).till ?? 'store';
    const sequence = (this.#sequences.get(device) ?? 0) + 1;
    this.#sequences.set(device, sequence);
    const { ageMs = 0, late = false } = extra;
    const fromDevice = !type.startsWith('visit.') && type !== 'timer.fired';
    return this.take({
      seq: 0,
      type,
      at: this.#now - ageMs,
      subject,
      source: fromDevice ? { device, epoch: 'epoch-1', sequence } : null,
      cause: null,
      late,
      body: factKinds[type].body.parse(body),
    } as unknown as Fact);
  }

  take(given: Fact): Decision[] {
    const fact = this.#record(given);
    const dueBefore = new Map([...this.#subjects].map((subject) => [subject, this.engine.nextDue(subject)]));
    const decided = this.engine.handle(fact);
    const touched = new Set(this.engine.touched);
    for (const [subject, due] of dueBefore) {
      // Who is not told of is due when she was.
      if (!touched.has(subject) || !this.engine.isRescheduled(subject)) expect(this.engine.nextDue(subject)).toBe(due);
    }
    for (const { type, subject, body } of decided) {
      expect(factKinds[type].body.parse(body)).toEqual(body);
      this.#record({
        seq: 0,
        type,
        at: this.#now,
        subject,
        source: null,
        cause: fact.seq,
        late: false,
        body,
      } as unknown as Fact);
    }
    return [...decided];
  }

  /** The hands of the clock only; nothing fires. */
  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  /** Time goes by, timers fire at their moments; what was decided on the way. */
  pass(ms: number): Decision[] {
    const until = this.#now + ms;
    const decided: Decision[] = [];
    for (;;) {
      const next = this.#nextDue();
      if (next === null || next.due > until) break;
      this.#now = Math.max(this.#now, next.due);
      const before = this.engine.nextDue(next.subject);
      decided.push(...this.fact('timer.fired', next.subject, { due: next.due }));
      // A timer that leaves its own moment standing would fire for ever.
      const after = this.engine.nextDue(next.subject);
      if (after !== null && before !== null && after <= this.#now) expect(decided.length).toBeLessThan(10_000);
    }
    this.#now = until;
    return decided;
  }

  /** She is here, on a cart whose screen can be reached. */
  open(
    subject: number,
    { cart = `cart-${subject}`, strength = 'strong' as 'guest' | 'weak' | 'strong', visit = '' } = {},
  ): Decision[] {
    this.fact('screen.changed', null, { screen: cart, state: 'connected' });
    const id = visit || `visit-${subject}-${this.#seq}`;
    this.visits.set(subject, id);
    return this.fact('visit.opened', subject, {
      visit: id,
      cart,
      strength,
      reason: strength === 'guest' ? 'guest' : 'known',
    });
  }

  readonly visits = new Map<number, string>();

  close(subject: number, reason: FactBody<'visit.closed'>['reason'] = 'exit'): Decision[] {
    return this.fact('visit.closed', subject, { visit: this.visits.get(subject) as string, reason });
  }

  enter(subject: number, zone: string, extra: Extra = {}): Decision[] {
    return this.fact('zone.entered', subject, { cart: `cart-${subject}`, zone, confidence: 900 }, extra);
  }

  leave(subject: number, zone: string): Decision[] {
    return this.fact('zone.left', subject, { cart: `cart-${subject}`, zone });
  }

  scan(subject: number, rest: Partial<SaleLine> = {}): Decision[] {
    return this.fact('basket.added', subject, { cart: `cart-${subject}`, line: line(rest) });
  }

  pay(subject: number, lines: readonly Partial<SaleLine>[] = [{}], extra: Extra = {}): Decision[] {
    const all = lines.map((one) => line(one));
    const total = all.reduce((sum, { amount }) => sum + amount, 0);
    const body = {
      till: 'till-1',
      cart: `cart-${subject}`,
      receipt: `r-${this.#seq}`,
      currency: 'CHF',
      lines: all,
      total,
    };
    return this.fact('sale', subject, body, extra);
  }

  shown(subject: number, message: string, extra: Extra = {}): Decision[] {
    return this.fact('message.shown', subject, { message, screen: `cart-${subject}` }, extra);
  }

  answer(subject: number, message: string, name: string, extra: Extra = {}): Decision[] {
    return this.fact('message.answered', subject, { message, answer: name, screen: `cart-${subject}` }, extra);
  }

  /** The message on her cart, if any. */
  onCart(subject: number): string | null {
    return this.engine.messageOn(`cart-${subject}`)?.message ?? null;
  }

  state(subject: number): string | null {
    return this.engine.save(subject);
  }

  /** An engine that has folded the journal and decided nothing. */
  replica(from: readonly Fact[] = this.journal): Engine {
    const engine = createEngine(this.#options);
    for (const fact of from) engine.fold(fact);
    return engine;
  }

  /** Replay equals live, and so does what is saved and loaded. */
  expectReplayed(): void {
    const replica = this.replica();
    const reloaded = createEngine(this.#options);
    for (const subject of this.#subjects) {
      const live = this.engine.save(subject);
      expect(replica.save(subject)).toBe(live);
      if (live !== null) reloaded.load(subject, live);
      expect(reloaded.save(subject)).toBe(live);
    }
    for (const subject of this.#subjects) {
      expect(replica.nextDue(subject)).toBe(this.engine.nextDue(subject));
      if (this.engine.save(subject) !== null) expect(reloaded.nextDue(subject)).toBe(this.engine.nextDue(subject));
    }
  }

  #record(fact: Fact): Fact {
    this.#seq += 1;
    const numbered = { ...fact, seq: this.#seq };
    this.journal.push(numbered);
    if (fact.subject !== null) this.#subjects.add(fact.subject);
    return numbered;
  }

  #nextDue(): { subject: number; due: number } | null {
    let next: { subject: number; due: number } | null = null;
    for (const subject of this.#subjects) {
      const due = this.engine.nextDue(subject);
      if (due !== null && (next === null || due < next.due)) next = { subject, due };
    }
    return next;
  }
}

export function line(rest: Partial<SaleLine> = {}): SaleLine {
  return {
    id: 'l1',
    code: '100',
    name: 'Goods',
    department: 'suits',
    tags: [],
    quantity: 1000,
    unitPrice: 500,
    amount: 500,
    ...rest,
  };
}

/** Decisions as short text: "run.entered", "message.decided cart", "message.silent ignored". */
export function told(decisions: readonly Decision[]): string[] {
  return decisions.map(({ type, body }) => {
    const said = body as Record<string, unknown>;
    const detail = said.silence ?? said.channel ?? said.step ?? said.reason ?? said.name ?? said.answer;
    return detail === undefined || type === 'run.entered' ? type : `${type} ${detail}`;
  });
}

export function messageIn(decisions: readonly Decision[]): string {
  const decided = decisions.find((decision) => decision.type === 'message.decided');
  if (decided?.type !== 'message.decided') throw new Error(`no message was decided: ${told(decisions).join(', ')}`);
  return decided.body.message;
}
