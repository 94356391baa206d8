/**
 * A way through the shop for the cart that is nobody's of the simulated ones: when a person has logged in on it in her
 * browser, it is taken past the shelves at which the store has something to say, and stays a while at each. It draws
 * from chances of its own, so that the world's trace is the same whether or not it is out.
 */
import type { Point } from '@kairos/protocol/geometry.ts';
import { type Chance, chanceOf } from './chance.ts';
import { Itinerary } from './itinerary.ts';
import { type Places, placesOf } from './places.ts';
import { type Hearing, Radio } from './radio.ts';
import type { Shop } from './shop.ts';
import { type Walkable, walkableOf } from './walkable.ts';

export interface StrollOptions {
  readonly shop: Shop;
  readonly cart: string;
  /** Which dock is its own. */
  readonly dock: number;
  /** In this order, again and again. */
  readonly departments: readonly string[];
  readonly seed: number;
}

const dwellMs = 50_000;
const metresPerSecond = 1.1;

export class Stroll {
  readonly #options: StrollOptions;
  readonly #walkable: Walkable;
  readonly #places: Places;
  readonly #radio: Radio;
  readonly #chance: Chance;
  #itinerary: Itinerary | null = null;

  constructor(options: StrollOptions) {
    this.#options = options;
    this.#walkable = walkableOf(options.shop.plan);
    this.#places = placesOf(options.shop.plan, this.#walkable);
    this.#radio = new Radio(options.shop.plan, options.seed);
    this.#chance = chanceOf(options.seed, `stroll/${options.cart}`);
  }

  start(nowMs: number): void {
    this.#itinerary ??= this.#round(this.#dock, nowMs);
  }

  /** The cart is back in its dock. */
  end(): void {
    this.#itinerary = null;
  }

  /** A packet of the cart's tag, wherever it is now. */
  hear(nowMs: number): Hearing[] {
    const over = this.#itinerary;
    if (over !== null && nowMs >= over.untilMs) this.#itinerary = this.#round(over.end, nowMs);
    const pose = this.#itinerary?.poseAt(nowMs) ?? { at: this.#dock, heading: null, isWalking: false };
    return this.#radio.hear(this.#options.cart, pose, nowMs);
  }

  get #dock(): Point {
    return this.#places.dock(this.#options.dock);
  }

  #round(from: Point, nowMs: number): Itinerary {
    const itinerary = new Itinerary(from, nowMs);
    for (const department of this.#options.departments) {
      const stands = this.#places.standsFor(department);
      if (stands.length === 0) continue;
      itinerary.walk(this.#walkable.way(itinerary.end, this.#chance.pick(stands).at), metresPerSecond);
      itinerary.stand(dwellMs);
    }
    // A shop with none of them: it stays where it is, and is asked again in a while.
    if (itinerary.untilMs === nowMs) itinerary.stand(dwellMs);
    return itinerary;
  }
}
