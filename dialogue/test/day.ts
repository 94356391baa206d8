/**
 * A day being lived: steps become facts, the engine decides, and both are recorded as the conductor would. Messages are
 * answered as the engine decided them; timers fire as they come due. Each person has carts and a till of her own,
 * so that facts about different people have nothing in common but the store. `Second` is another engine for the same day.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Decision, type Fact, type FactBody, type FactType, factKinds } from '@kairos/protocol/facts.ts';
import type { CompiledRelease } from '../compiled.ts';
import { createEngine } from '../engine/create-engine.ts';
import type { Engine, EngineOptions, Person } from '../engine/engine.ts';
import { guest, people, type Step } from './random-day.ts';
import { floorPlaces, line, start } from './shop-floor.ts';

/** Timers that one passing of time may fire; more would be a clock that never moves on. */
const timersMax = 2000;

/** Who is known here; a step may change it, and then says so by a fact. */
class Folk {
  readonly #people = new Map<number, Person>();

  constructor() {
    for (const who of people) {
      this.#people.set(who, {
        chainId: who === guest ? null : `c${who}`,
        attributes: { tier: who === 1 ? 'gold' : 'none', ...(who < 3 ? { greetOnScreens: true } : {}) },
        consent: { inStore: true, email: who !== 3 },
        locale: 'en',
      });
    }
  }

  of(who: number): Person | null {
    return this.#people.get(who) ?? null;
  }

  change(who: number, change: (known: Person) => Person): void {
    const known = this.of(who);
    if (known) this.#people.set(who, change(known));
  }
}

export type MakeEngine = (options: EngineOptions) => Engine;

export class Day {
  readonly engine: Engine;
  readonly options: EngineOptions;
  readonly journal: Fact[] = [];
  readonly dueAfter = new Map<number, number | null>();
  /** What stood in the side tables before each fact, by its number: a second playing needs the same. */
  readonly sides: { readonly seq: number; readonly who: number; readonly person: Person }[] = [];
  readonly #folk = new Folk();
  readonly #visits = new Map<number, { visit: string; cart: string }>();
  readonly #zones = new Map<string, string>();
  readonly #messages = new Map<number, string[]>();
  readonly #mails = new Map<number, string[]>();
  readonly #sequences = new Map<string, number>();
  #now = start;
  #visitCount = 0;

  constructor(release: CompiledRelease, make: MakeEngine = createEngine) {
    this.options = optionsOf(release, (who) => this.#folk.of(who));
    this.engine = make(this.options);
  }

  play(steps: readonly Step[]): this {
    for (const step of steps) this.#take(step);
    return this;
  }

  get now(): number {
    return this.#now;
  }

  #take({ do: act, who, what, count }: Step): void {
    const at = this.#visits.get(who);
    const cart = at?.cart ?? `cart-${who}`;
    switch (act) {
      case 'pass':
        this.pass(count * 1000);
        return;
      case 'pass-long':
        this.pass(count * 60_000);
        return;
      case 'open':
        this.#open(who, what as 'strong' | 'weak');
        return;
      case 'screen':
        this.#fact('screen.changed', null, { screen: cart, state: what as 'connected' });
        return;
      case 'zone-screen':
        this.#fact('screen.changed', null, { screen: 'screen-suits', state: count > 10 ? 'connected' : 'lost' });
        return;
      case 'pause':
        this.#pause(what, count);
        return;
      case 'tier':
        this.#folk.change(who, (known) => ({ ...known, attributes: { ...known.attributes, tier: what } }));
        this.#fact('customer.changed', who, { attributes: ['tier'] });
        return;
      case 'consent':
        this.#folk.change(who, (known) => ({ ...known, consent: { ...known.consent, inStore: what === 'yes' } }));
        this.#fact('consent.changed', who, { purpose: 'inStore', granted: what === 'yes' });
        return;
      case 'return':
        this.#sell('return', who, { what, cart: null });
        return;
      case 'send': {
        const message = this.#mails.get(who)?.shift();
        if (message !== undefined && count > 10) this.#fact('email.sent', who, { message });
        else if (message !== undefined) this.#fact('email.bounced', who, { message, reason: 'gone' });
        return;
      }
      case 'see-old':
      case 'answer-old': {
        const known = this.#messages.get(who) ?? [];
        const message = known[count % Math.max(1, known.length)];
        if (message === undefined) return;
        if (act === 'see-old') this.#fact('message.shown', who, { message, screen: cart });
        else this.#fact('message.answered', who, { message, answer: what, screen: cart });
        return;
      }
      default:
        if (at) this.#inVisit({ do: act, who, what, count }, { ...at, cart });
    }
  }

  #inVisit({ do: act, who, what, count }: Step, { visit, cart }: { visit: string; cart: string }): void {
    switch (act) {
      case 'browse':
        this.#inVisit({ do: 'enter', who, what, count }, { visit, cart });
        this.pass(count * 1000);
        this.#inVisit({ do: 'see', who, what, count }, { visit, cart });
        if (count % 4 === 0) this.#inVisit({ do: 'answer', who, what: 'yes', count }, { visit, cart });
        return;
      case 'enter':
        this.#zones.set(cart, what);
        this.#fact('zone.entered', who, { cart, zone: what, confidence: 900 });
        return;
      case 'enter-late':
        this.#fact('zone.entered', who, { cart, zone: what, confidence: 900 }, { ageMs: 90_000, late: true });
        return;
      case 'leave': {
        const zone = this.#zones.get(cart);
        if (zone === undefined) return;
        this.#zones.delete(cart);
        this.#fact('zone.left', who, { cart, zone });
        return;
      }
      case 'scan':
        this.#fact('basket.added', who, { cart, line: line({ department: what, code: what }) });
        return;
      case 'put-back':
        this.#fact('basket.removed', who, { cart, line: line({ department: what, code: what }) });
        return;
      case 'pay':
        // Her card first, as at a till: the cashier can still be told something.
        if (who !== guest) this.#showCard(who);
        this.#sell('sale', who, { what, cart });
        return;
      case 'quiet':
        if (count > 40) this.#fact('quiet.requested', who, { cart });
        return;
      case 'see': {
        const message = this.#messageBefore(who, cart);
        const ageMs = count % 3 === 0 ? 2000 : 0;
        if (message !== undefined) this.#fact('message.shown', who, { message, screen: cart }, { ageMs });
        return;
      }
      case 'answer': {
        const message = this.#messageBefore(who, cart);
        if (message !== undefined) this.#fact('message.answered', who, { message, answer: what, screen: cart });
        return;
      }
      case 'move': {
        const other = cart === `cart-${who}` ? `spare-${who}` : `cart-${who}`;
        this.#fact('screen.changed', null, { screen: other, state: 'connected' });
        this.#visits.set(who, { visit, cart: other });
        this.#fact('visit.moved', who, { visit, cart: other });
        return;
      }
      case 'close':
        this.#visits.delete(who);
        this.#fact('visit.closed', who, { visit, reason: what as 'exit' });
        return;
    }
  }

  /** What speaks to her now, on whichever surface. */
  #messageBefore(who: number, cart: string): string | undefined {
    const surfaces = [cart, `till-of-${who}`, 'till-1', 'screen-suits', 'screen-shoes'];
    return surfaces.map((name) => this.engine.messageOn(name)).find((on) => on?.subject === who)?.message;
  }

  #open(who: number, strength: 'strong' | 'weak'): void {
    if (this.#visits.has(who)) return;
    this.#visitCount += 1;
    const visit = `visit-${who}-${this.#visitCount}`;
    const cart = `cart-${who}`;
    this.#visits.set(who, { visit, cart });
    for (const screen of [cart, `till-of-${who}`]) this.#fact('screen.changed', null, { screen, state: 'connected' });
    const known = { visit, cart, strength, reason: 'known' } as const;
    this.#fact('visit.opened', who, who === guest ? { ...known, strength: 'guest', reason: 'guest' } : known);
  }

  #pause(what: string, count: number): void {
    const by = 'manager';
    if (what === 'resume') {
      for (const of of ['everything', 'dialogue', 'channel'] as const) {
        this.#fact('pause.changed', null, { what: of, ...named(of), paused: false, by });
      }
      return;
    }
    const paused = what as 'everything' | 'dialogue' | 'channel';
    const until = this.#now + count * 1000;
    this.#fact('pause.changed', null, { what: paused, ...named(paused), paused: true, until, by });
  }

  #showCard(who: number): void {
    const body = { till: `till-of-${who}`, means: 'card', strength: 'strong', known: true } as const;
    this.#fact('identity.presented', who, body);
  }

  #sell(type: 'sale' | 'return', who: number, { what, cart }: { what: string; cart: string | null }): void {
    const lines = [line({ department: what, code: what })];
    const receipt = `r-${this.journal.length}`;
    const body = { till: `till-of-${who}`, receipt, currency: 'CHF', lines, total: 500 };
    this.#fact(type, who, type === 'sale' && cart !== null ? { ...body, cart } : body);
  }

  /** Timers fire at their moments, as long as any is due by then. */
  pass(ms: number): void {
    const until = this.#now + ms;
    for (let fired = 0; ; fired += 1) {
      const next = this.#nextDue();
      if (next === null || next.due > until) break;
      if (fired > timersMax) throw new Error(`the timer of ${next.who} leaves its moment standing: ${next.due}`);
      this.#now = Math.max(this.#now, next.due);
      this.#fact('timer.fired', next.who, { due: next.due });
    }
    this.#now = until;
  }

  #nextDue(): { who: number; due: number } | null {
    let next: { who: number; due: number } | null = null;
    for (const who of [0, ...people]) {
      const due = this.engine.nextDue(who);
      if (due !== null && (next === null || due < next.due)) next = { who, due };
    }
    return next;
  }

  #fact<Type extends FactType>(
    type: Type,
    subject: number | null,
    body: FactBody<Type>,
    { ageMs = 0, late = false }: { ageMs?: number; late?: boolean } = {},
  ): void {
    const named = body as { cart?: string; till?: string; screen?: string };
    const device = named.cart ?? named.till ?? named.screen ?? `person-${subject}`;
    const sequence = (this.#sequences.get(device) ?? 0) + 1;
    this.#sequences.set(device, sequence);
    const ofStore = type.startsWith('visit.') || type === 'timer.fired';
    const fact = {
      seq: this.journal.length + 1,
      type,
      at: this.#now - ageMs,
      subject,
      source: ofStore ? null : { device, epoch: 'epoch-1', sequence },
      cause: null,
      late,
      body: factKinds[type].body.parse(body),
    } as unknown as Fact;
    if (subject !== null && (type === 'customer.changed' || type === 'consent.changed')) {
      this.sides.push({ seq: fact.seq, who: subject, person: this.#folk.of(subject) as Person });
    }
    this.journal.push(fact);
    const decided = this.engine.handle(fact);
    if (subject !== null) this.dueAfter.set(fact.seq, this.engine.nextDue(subject));
    for (const decision of decided) this.#record(decision, fact);
  }

  #record({ type, subject, body }: Decision, { seq: cause }: Fact): void {
    const parsed = factKinds[type].body.parse(body) as { message?: string; channel?: string };
    if (!isDeepStrictEqual(parsed, body)) throw new Error(`${type} is not as its schema has it`);
    const seq = this.journal.length + 1;
    this.journal.push({ seq, type, at: this.#now, subject, source: null, cause, late: false, body } as unknown as Fact);
    if (type !== 'message.decided' || subject === null) return;
    const known = parsed.channel === 'email' ? this.#mails : this.#messages;
    known.set(subject, [...(known.get(subject) ?? []), parsed.message as string]);
  }
}

function named(what: 'everything' | 'dialogue' | 'channel'): { name?: string } {
  if (what === 'everything') return {};
  return { name: what === 'dialogue' ? 'talk-1' : 'cart' };
}

function optionsOf(release: CompiledRelease, person: (who: number) => Person | null): EngineOptions {
  return {
    release,
    chainKey: 'chain-key',
    store: { name: 'Test store', currency: 'CHF', timeZone: 'Europe/Zurich' },
    person,
    places: floorPlaces,
  };
}

/** A second engine for the same facts, with the side tables as they stood at the beginning. */
export class Second {
  readonly engine: Engine;
  readonly #folk = new Folk();
  readonly #sides: Day['sides'];

  constructor(release: CompiledRelease, sides: Day['sides'], make: MakeEngine = createEngine) {
    this.#sides = sides;
    this.engine = make(optionsOf(release, (who) => this.#folk.of(who)));
  }

  handle(fact: Fact): readonly Decision[] {
    this.#turn(fact);
    return this.engine.handle(fact);
  }

  fold(fact: Fact): void {
    this.#turn(fact);
    this.engine.fold(fact);
  }

  #turn({ seq, source }: Fact): void {
    if (source === null) return;
    for (const side of this.#sides) if (side.seq === seq) this.#folk.change(side.who, () => side.person);
  }
}

/** Whether this came from outside, or was decided. */
export function isInput({ cause }: Fact): boolean {
  return cause === null;
}
