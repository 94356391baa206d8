/**
 * The floor of this moment, in the few numbers that a page draws it from: each cart with its zone and what it is doing.
 * Nothing is kept here; whoever asks is answered from what the store knows.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { type CartOnFloor, cartDoings } from '@kairos/protocol/manager-events.ts';
import { isOpenHelp } from '../visits/help.ts';
import type { Visits } from '../visits/visits.ts';

const doing = Object.fromEntries(cartDoings.map((name, index) => [name, index])) as Record<
  (typeof cartDoings)[number],
  number
>;
const noZone = -1;

export interface FloorMapOptions {
  readonly plan: FloorPlan;
  readonly carts: readonly string[];
  readonly visits: Pick<Visits, 'cart' | 'visitOn'>;
  readonly engine: Pick<Engine, 'messageOn'>;
}

export class FloorMap {
  readonly carts: readonly string[];
  readonly #visits: FloorMapOptions['visits'];
  readonly #engine: FloorMapOptions['engine'];
  readonly #zones: ReadonlyMap<string, number>;
  readonly #places: ReadonlyMap<string, number>;

  constructor({ plan, carts, visits, engine }: FloorMapOptions) {
    this.carts = carts;
    this.#visits = visits;
    this.#engine = engine;
    this.#zones = new Map(plan.zones.map(({ id }, index) => [id, index]));
    this.#places = new Map(carts.map((cart, index) => [cart, index]));
  }

  /** A cart's place among `carts`; undefined: the store has no such cart. */
  placeOf(cart: string): number | undefined {
    return this.#places.get(cart);
  }

  at(place: number): CartOnFloor {
    const cart = this.carts[place] as string;
    const { zone } = this.#visits.cart(cart);
    return [place, zone === null ? noZone : (this.#zones.get(zone) ?? noZone), this.#doing(cart)];
  }

  all(): CartOnFloor[] {
    return this.carts.map((_, place) => this.at(place));
  }

  #doing(cart: string): number {
    const visit = this.#visits.visitOn(cart);
    if (visit === null) return doing.free;
    if (isOpenHelp(visit.help)) return doing.calling;
    return this.#engine.messageOn(cart) === null ? doing.shopping : doing['spoken-to'];
  }
}
