/**
 * What the overview page is told: carts as they move, messages from decision to ending, the day's counts. It only
 * listens to what was recorded; nothing here is asked by the path that decides.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Fact, FactOf } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import {
  type OverviewCart,
  type OverviewCounts,
  type OverviewDecision,
  type OverviewState,
  overviewDecisionsMax,
  overviewNamespace,
  type StoreToOverview,
} from '@kairos/protocol/overview-events.ts';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import type { Namespace, Server, Socket } from 'socket.io';
import type { Visits } from '../visits/visits.ts';

export interface OverviewOptions {
  readonly io: Server;
  readonly store: { readonly title: string; readonly timeZone: string };
  readonly plan: FloorPlan;
  readonly carts: readonly string[];
  readonly visits: Visits;
  readonly engine: Engine;
  readonly titleOf: (dialogue: string) => string;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Who may watch: a middleware of the namespace. */
  readonly admit: (socket: Socket, next: (error?: Error) => void) => void;
}

interface Told {
  decision: OverviewDecision;
  readonly subject: number | null;
  readonly labels: ReadonlyMap<string, string>;
}

const countsEveryMs = 1000;
const rateOverSeconds = 10;
/** A call for help that is older has been answered or given up. */
const helpStandsMs = 15 * 60_000;

export class Overview {
  readonly #options: OverviewOptions;
  readonly #namespace: Namespace<Record<string, never>, StoreToOverview>;
  /** By message, oldest first; bounded like the page's own list. */
  readonly #told = new Map<string, Told>();
  readonly #visitsToday = new Set<string>();
  readonly #helpSince = new Map<string, number>();
  readonly #counts = { visits: 0, messages: 0, answers: 0, ended: 0 };
  readonly #perSecond: number[] = Array.from({ length: rateOverSeconds }, () => 0);
  #day = '';
  #cancel: () => void = () => undefined;

  constructor(options: OverviewOptions) {
    this.#options = options;
    this.#namespace = options.io.of(overviewNamespace);
    this.#namespace.use((socket, next) => options.admit(socket, next));
    this.#namespace.on('connection', (socket) => {
      socket.emit('state', this.#state());
    });
    this.#startDay();
    this.#tick();
  }

  /** Takes note of what was recorded, and tells whoever watches. */
  note(facts: readonly Fact[]): void {
    this.#perSecond[0] = (this.#perSecond[0] ?? 0) + facts.length;
    const carts = new Set<string>();
    for (const fact of facts) {
      this.#count(fact);
      this.#noteHelp(fact);
      const cart = this.#noteMessage(fact) ?? (fact.body as { cart?: string }).cart;
      if (cart !== undefined) carts.add(cart);
      const visit = fact.subject === null ? null : this.#options.visits.visitOf(fact.subject);
      if (visit?.cart) carts.add(visit.cart);
    }
    if (this.#namespace.sockets.size === 0) return;
    for (const cart of carts) this.#namespace.emit('cart', this.#cart(cart));
  }

  /** Nothing that was said to her stays, on the pages that are open neither. */
  forget(subjects: readonly number[]): void {
    const before = this.#told.size;
    for (const [message, { subject }] of this.#told) {
      if (subject !== null && subjects.includes(subject)) this.#told.delete(message);
    }
    if (this.#told.size < before) this.#namespace.emit('state', this.#state());
  }

  close(): void {
    this.#cancel();
  }

  #state(): OverviewState {
    const { clock, store, plan, carts } = this.#options;
    return {
      storeTime: clock.now(),
      store,
      plan,
      carts: carts.map((cart) => this.#cart(cart)),
      decisions: [...this.#told.values()].map(({ decision }) => decision).reverse(),
      counts: this.#countsNow(),
    };
  }

  #cart(cart: string): OverviewCart {
    const { visits, engine } = this.#options;
    const speaking = engine.messageOn(cart);
    const told = speaking && this.#told.get(speaking.message);
    return {
      id: cart,
      zone: visits.cart(cart).zone,
      strength: visits.visitOn(cart)?.strength ?? null,
      speaking: told ? { message: told.decision.message, headline: told.decision.headline } : null,
      helpSince: this.#helpSince.get(cart) ?? null,
    };
  }

  /** Who asks for an associate stays in sight until she has been helped or has gone; an old call is nobody's any more. */
  #noteHelp(fact: Fact): void {
    if (fact.type === 'help.requested') this.#helpSince.set(fact.body.cart, fact.at);
    for (const [cart, since] of this.#helpSince) {
      const visit = this.#options.visits.visitOn(cart);
      if (fact.at - since > helpStandsMs || !visit || visit.help?.state === 'over') this.#helpSince.delete(cart);
    }
  }

  /** The cart that a message concerns, where the fact is about one. */
  #noteMessage(fact: Fact): string | undefined {
    switch (fact.type) {
      case 'message.decided':
        return this.#noteDecided(fact);
      case 'message.shown':
        return this.#change(fact.body.message, { outcome: 'shown' });
      case 'message.answered':
        return this.#change(fact.body.message, { outcome: 'answered' }, fact.body.answer);
      case 'message.silent':
        return this.#change(fact.body.message, { outcome: fact.body.silence });
      case 'message.withdrawn':
        return this.#change(fact.body.message, { outcome: 'withdrawn' });
      default:
        return undefined;
    }
  }

  #noteDecided(fact: FactOf<'message.decided'>): string | undefined {
    const { engine, visits, titleOf } = this.#options;
    const { message, dialogue, step, target } = fact.body;
    const rendered = fact.subject === null ? null : engine.render(fact.subject, message);
    const visit = fact.subject === null ? null : visits.visitOf(fact.subject);
    const cart = target ?? visit?.cart ?? null;
    this.#told.set(message, {
      subject: fact.subject,
      decision: {
        message,
        at: fact.at,
        cart,
        zone: visit?.zone ?? null,
        dialogue,
        title: titleOf(dialogue),
        step,
        headline: rendered?.headline ?? '',
        outcome: 'decided',
        answer: null,
      },
      labels: new Map(rendered?.answers.map(({ id, label }) => [id, label])),
    });
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= overviewDecisionsMax) break;
      this.#told.delete(oldest);
    }
    this.#tell(message);
    return cart ?? undefined;
  }

  #change(message: string, change: Partial<OverviewDecision>, answer?: string): string | undefined {
    const told = this.#told.get(message);
    if (!told) return undefined;
    // An ending stands: what withdraws a message after she has answered it is no news.
    if (told.decision.outcome === 'answered') return undefined;
    const words = answer === undefined ? told.decision.answer : (told.labels.get(answer) ?? answer);
    told.decision = { ...told.decision, ...change, answer: words };
    this.#tell(message);
    return told.decision.cart ?? undefined;
  }

  #tell(message: string): void {
    const told = this.#told.get(message);
    if (told && this.#namespace.sockets.size > 0) this.#namespace.emit('decision', told.decision);
  }

  #count(fact: Fact): void {
    if (fact.type === 'visit.opened' && !this.#visitsToday.has(fact.body.visit)) {
      // A visit that is relabelled opens again under its own id.
      this.#visitsToday.add(fact.body.visit);
      this.#counts.visits += 1;
    }
    if (fact.type === 'message.shown') this.#counts.messages += 1;
    if (fact.type === 'message.answered') this.#counts.answers += 1;
    if (fact.type === 'message.answered' || (fact.type === 'message.silent' && fact.body.silence !== 'never-shown')) {
      this.#counts.ended += 1;
    }
  }

  #startDay(): void {
    const { clock, store } = this.#options;
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: store.timeZone, dateStyle: 'short' }).format(clock.now());
    if (day === this.#day) return;
    this.#day = day;
    this.#visitsToday.clear();
    Object.assign(this.#counts, { visits: 0, messages: 0, answers: 0, ended: 0 });
  }

  #countsNow(): OverviewCounts {
    const total = this.#perSecond.reduce((sum, count) => sum + count, 0);
    return { ...this.#counts, factsPerSecond: Math.round((total / rateOverSeconds) * 10) / 10 };
  }

  #tick(): void {
    this.#cancel = this.#options.timers.after(countsEveryMs, () => {
      this.#startDay();
      if (this.#namespace.sockets.size > 0) this.#namespace.emit('counts', this.#countsNow());
      this.#perSecond.unshift(0);
      this.#perSecond.length = rateOverSeconds;
      this.#tick();
    });
  }
}
