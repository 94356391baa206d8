/**
 * The world: shoppers who come, shop and go, on a clock of its own that advances in equal steps. Everything follows
 * from the seed: same seed, same shop, same pace, same acts, whatever the store does and however slow the machine is.
 */
import { zoneAt } from '@kairos/protocol/floor-plan.ts';
import type { Point } from '@kairos/protocol/geometry.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Act, Deed } from './deeds.ts';
import type { Pose } from './itinerary.ts';
import type { Arrivals, Pace } from './pace.ts';
import { type Places, placesOf } from './places.ts';
import { type Hearing, Radio } from './radio.ts';
import type { Shop, SimulatedCart } from './shop.ts';
import { planVisit, planWayOut, type Visit } from './visit-plan.ts';
import { type Walkable, walkableOf } from './walkable.ts';

/** The world's grain. Tags send once every second step. */
export const stepMs = 250;

interface CartState {
  readonly id: string;
  readonly dock: number;
  visit: Visit | null;
  /** She has come to it; until then it stands in its dock while she walks there. */
  isTaken: boolean;
  isLeaving: boolean;
  /** From when on it may be taken. */
  readyMs: number;
  zone: string | null;
  /** Where that was found out: who stands still stays in her zone. */
  zoneAt: Point | null;
}

export interface WorldOptions {
  readonly shop: Shop;
  readonly carts: readonly SimulatedCart[];
  readonly seed: number;
  readonly pace: Pace;
  readonly startMs?: number;
}

export class World {
  readonly #shop: Shop;
  readonly #seed: number;
  readonly #pace: Pace;
  readonly #walkable: Walkable;
  readonly #places: Places;
  readonly #radio: Radio;
  readonly #carts: CartState[];
  readonly #arrivals: Arrivals;
  readonly #tills: Map<string, number>;
  readonly #tillChance: Chance;
  #nowMs: number;
  #visits = 0;

  constructor({ shop, carts, seed, pace, startMs = 0 }: WorldOptions) {
    this.#shop = shop;
    this.#seed = seed;
    this.#pace = pace;
    this.#nowMs = startMs;
    this.#walkable = walkableOf(shop.plan);
    this.#places = placesOf(shop.plan, this.#walkable);
    this.#radio = new Radio(shop.plan, seed);
    this.#arrivals = pace.arrivals(chanceOf(seed, 'arrivals'));
    this.#tills = new Map(shop.plan.tills.map((till) => [till.id, startMs]));
    this.#tillChance = chanceOf(seed, 'tills');
    this.#carts = carts.map(({ id }, dock) => ({
      id,
      dock,
      visit: null,
      isTaken: false,
      isLeaving: false,
      readyMs: this.#arrivals.readyAt(startMs),
      zone: null,
      zoneAt: null,
    }));
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** One step further; what was done in it, in the order of carts. */
  step(): Act[] {
    this.#nowMs += stepMs;
    const ready = this.#carts.find((cart) => cart.visit === null && this.#nowMs >= cart.readyMs);
    if (ready !== undefined && this.#arrivals.comes(this.#nowMs, stepMs)) this.#enter(ready);
    const acts: Act[] = [];
    for (const cart of this.#carts) if (cart.visit !== null) this.#follow(cart, cart.visit, acts);
    return acts;
  }

  /** Who shops with a cart now. */
  visitOn(cart: string): Visit | null {
    return this.#cart(cart).visit;
  }

  poseOf(cart: string): Pose {
    const state = this.#cart(cart);
    if (state.visit === null || !state.isTaken) {
      return { at: this.#places.dock(state.dock), heading: null, isWalking: false };
    }
    return state.visit.itinerary.poseAt(this.#nowMs);
  }

  /** A packet of this cart's tag now. To be asked in equal steps: the radio's chance goes on with each call. */
  hear(cart: string): Hearing[] {
    return this.#radio.hear(cart, this.poseOf(cart), this.#nowMs);
  }

  #cart(id: string): CartState {
    const found = this.#carts.find((cart) => cart.id === id);
    if (found === undefined) throw new Error(`the world has no cart "${id}"`);
    return found;
  }

  #enter(cart: CartState): void {
    const present = new Set(this.#carts.map((other) => other.visit?.member?.number));
    this.#visits += 1;
    cart.visit = planVisit({
      shop: this.#shop,
      places: this.#places,
      walkable: this.#walkable,
      pace: this.#pace,
      chance: chanceOf(this.#seed, `visit/${this.#visits}`),
      number: this.#visits,
      cart: cart.id,
      dock: cart.dock,
      atMs: this.#nowMs,
      members: this.#shop.members.filter((member) => !present.has(member.number)),
    });
    cart.isTaken = false;
    cart.isLeaving = false;
    cart.zone = null;
    cart.zoneAt = null;
  }

  #follow(cart: CartState, visit: Visit, acts: Act[]): void {
    const act = (deed: Deed): void => {
      acts.push({ at: this.#nowMs, cart: cart.id, visit: visit.number, deed });
    };
    for (const deed of visit.itinerary.takeDeeds(this.#nowMs)) {
      act(deed);
      if (deed.kind === 'presents' || deed.kind === 'stays-guest') cart.isTaken = true;
    }
    if (cart.isTaken) this.#locate(cart, visit, act);
    if (this.#nowMs < visit.itinerary.untilMs) return;
    if (cart.isLeaving) this.#end(cart);
    else this.#turnToTills(cart, visit, act);
  }

  #locate(cart: CartState, visit: Visit, act: (deed: Deed) => void): void {
    const { at } = visit.itinerary.poseAt(this.#nowMs);
    if (at === cart.zoneAt) return;
    cart.zoneAt = at;
    const zone = zoneAt(this.#shop.plan, at);
    if (zone === null || zone.id === cart.zone) return;
    act({ kind: 'is-in', zone: zone.id });
    cart.zone = zone.id;
  }

  #turnToTills(cart: CartState, visit: Visit, act: (deed: Deed) => void): void {
    cart.isLeaving = true;
    const parts = { shop: this.#shop, places: this.#places, walkable: this.#walkable };
    if (visit.basket.size === 0) {
      planWayOut(visit, { ...parts, till: null });
      return;
    }
    let [till, freeMs] = ['', Number.POSITIVE_INFINITY];
    for (const [id, free] of this.#tills) if (free < freeMs) [till, freeMs] = [id, free];
    const way = this.#walkable.way(visit.itinerary.end, this.#places.till(till));
    const arrivesMs = this.#nowMs + (lengthOf(way) / visit.speed) * 1000;
    const doneMs = Math.max(arrivesMs, freeMs) + this.#tillChance.between(...this.#pace.serviceMs);
    this.#tills.set(till, doneMs);
    act({ kind: 'queues', till });
    planWayOut(visit, { ...parts, till: { id: till, doneMs } });
  }

  #end(cart: CartState): void {
    cart.visit = null;
    cart.readyMs = this.#arrivals.readyAt(this.#nowMs);
  }
}

function lengthOf(way: readonly (readonly [number, number])[]): number {
  return way.slice(1).reduce((sum, [x, y], at) => {
    const [fromX, fromY] = way[at] as readonly [number, number];
    return sum + Math.hypot(x - fromX, y - fromY);
  }, 0);
}
