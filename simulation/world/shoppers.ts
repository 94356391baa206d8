/**
 * The world's shoppers in a simulated store: what they do becomes facts of carts and tills, what the store shows on a
 * screen they see, and answer, or let pass, or walk away from, each as her temperament is. Where she walks and what she
 * buys is the same whatever is said to her, so that two sets of dialogues meet the very same people.
 */
import type { ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { chanceOf } from './chance.ts';
import { reportOf } from './deed-report.ts';
import type { Act } from './deeds.ts';
import { Glass } from './glass.ts';
import type { SimulatedStore } from './simulated-store.ts';
import { firstUseMs, type Reaction, reactionOf, rememberShare, temperamentOf } from './temperament.ts';
import { stepMs, type World } from './world.ts';

/** Until radio is sure of the zone she has come to, and how sure. */
const zoneKnownMs: readonly [number, number] = [800, 2500];
const zoneConfidence: readonly [number, number] = [700, 980];
/** A cashier reads what is to be said, says it, and presses what she answers. */
const cashierMs: readonly [number, number] = [4000, 9000];

export interface ShoppersOptions {
  readonly store: SimulatedStore;
  readonly world: World;
  readonly carts: readonly { readonly id: string }[];
  readonly seed: number;
  /** The wall time at which the world's clock stands at 0. */
  readonly startMs: number;
  /** The dialogue and step of a message, for chances that do not depend on what else was said. */
  readonly placeOf: (message: string) => string;
}

export class Shoppers {
  readonly #options: ShoppersOptions;
  readonly #glass = new Map<string, Glass>();
  /** What somebody is about to do on a screen. */
  readonly #pending = new Map<string, () => void>();
  /** Whose turn it is at each till. */
  readonly #atTill = new Map<string, string>();
  #sales = 0;

  constructor(options: ShoppersOptions) {
    this.#options = options;
    const { store, carts } = options;
    const { tills, screens } = store.config.floorPlan;
    for (const { id } of [...carts, ...tills, ...screens]) this.#glass.set(id, this.#glassOf(id));
    store.watchScreens((screen, message) => this.#glass.get(screen)?.show(message));
  }

  /** Every page is open, on carts, tills and screens in zones. */
  connect(): void {
    for (const screen of this.#glass.keys())
      this.#options.store.observe('screen.changed', null, { screen, state: 'connected' });
  }

  /** One step of the world, and all that happens in it. */
  step(): readonly Act[] {
    const { store, world, startMs } = this.#options;
    store.ports.runUntil(startMs + world.nowMs + stepMs);
    const acts = world.step();
    for (const act of acts) this.#enact(act);
    return acts;
  }

  #enact(act: Act): void {
    const { store } = this.#options;
    const { cart, visit, deed } = act;
    if (deed.kind === 'is-in') this.#locate(cart, visit, deed.zone);
    if (deed.kind === 'shows-card') this.#atTill.set(deed.till, cart);
    if (deed.kind === 'pays') this.#sales += 1;
    const paper = { receipt: `s-${visit}-${this.#sales}`, currency: store.config.store.currency };
    const report = reportOf(act, paper);
    if (report !== null) store.say(report.device, report.type, report.body);
    if (deed.kind === 'presents' && store.isAskedToRemember(cart)) this.#askedToRemember(cart, visit);
  }

  #locate(cart: string, visit: number, zone: string): void {
    const { store, world, seed } = this.#options;
    const chance = chanceOf(seed, `zone/${visit}/${world.nowMs}`);
    const confidence = chance.whole(...zoneConfidence);
    const delay = chance.whole(...zoneKnownMs);
    store.ports.timers.after(delay, () => store.say(cart, 'zone.entered', { cart, zone, confidence }));
  }

  #askedToRemember(cart: string, visit: number): void {
    const { store, seed } = this.#options;
    const granted = chanceOf(seed, `first-use/${visit}`).happens(rememberShare);
    store.ports.timers.after(firstUseMs, () => {
      if (store.isAskedToRemember(cart)) store.say(cart, 'consent.changed', { purpose: 'remember', granted, cart });
    });
  }

  #glassOf(screen: string): Glass {
    const { store } = this.#options;
    return new Glass({
      screen,
      timers: store.ports.timers,
      clock: store.ports.clock,
      say: (type, body) => store.say(screen, type, body),
      onMessage: (message) => this.#seen(screen, message),
      onMessageGone: () => {
        this.#pending.get(screen)?.();
        this.#pending.delete(screen);
      },
    });
  }

  #seen(screen: string, message: ScreenMessage): void {
    const reaction = this.#reactionAt(screen, message);
    if (reaction === null) return;
    const answer = (): void => this.#glass.get(screen)?.answer(message.id, reaction.answer);
    this.#pending.set(screen, this.#options.store.ports.timers.after(reaction.afterMs, answer));
  }

  #reactionAt(screen: string, { id, answers }: ScreenMessage): Reaction | null {
    const { world, seed, placeOf } = this.#options;
    const cart = this.#atTill.get(screen) ?? screen;
    const visit = this.#isCart(cart) ? world.visitOn(cart) : null;
    const chance = chanceOf(seed, `reaction/${visit?.number ?? id}/${placeOf(id)}`);
    const names = answers.map((answer) => answer.id);
    const reaction = reactionOf(visit?.temperament ?? temperamentOf(chance), names, chance);
    if (reaction === null || cart === screen) return reaction;
    return { ...reaction, afterMs: chance.between(...cashierMs) };
  }

  #isCart(name: string): boolean {
    return this.#options.carts.some(({ id }) => id === name);
  }
}
