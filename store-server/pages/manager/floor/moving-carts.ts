/**
 * The carts as they stand and walk on the plan: each goes from the spot it had to a spot in the zone it is in now, in a
 * moment. Knows nothing of pixels or time but what it is given.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Point } from '@kairos/protocol/geometry.ts';
import type { CartOnFloor } from '@kairos/protocol/manager-events.ts';
import { CartSpots } from './cart-spots.ts';

export const walkMs = 700;

export interface MovingCart {
  readonly id: string;
  /** In the order of `cartDoings`. */
  doing: number;
  zone: number;
  /** Where it goes to; null: it is in no zone, and not drawn. */
  to: Point | null;
  from: Point | null;
  startedMs: number;
}

export class MovingCarts {
  readonly #plan: FloorPlan;
  readonly #spots: CartSpots;
  readonly #carts: MovingCart[];

  constructor(plan: FloorPlan, carts: readonly string[], dot: number) {
    this.#plan = plan;
    this.#spots = new CartSpots(plan, dot);
    this.#carts = carts.map((id) => ({
      id,
      doing: 0,
      zone: -1,
      to: null,
      from: null,
      startedMs: Number.NEGATIVE_INFINITY,
    }));
  }

  get all(): readonly MovingCart[] {
    return this.#carts;
  }

  /** True where anything looks different from before. */
  take(floor: readonly CartOnFloor[], nowMs: number): boolean {
    let isNews = false;
    for (const [place, zone, doing] of floor) {
      const cart = this.#carts[place];
      if (!cart || (cart.zone === zone && cart.doing === doing)) continue;
      cart.doing = doing;
      if (cart.zone !== zone) this.#move(cart, zone, nowMs);
      isNews = true;
    }
    return isNews;
  }

  #move(cart: MovingCart, zone: number, nowMs: number): void {
    const before = this.#plan.zones[cart.zone];
    if (before) this.#spots.leave(cart.id, before);
    const next = this.#plan.zones[zone];
    cart.from = placeAt(cart, nowMs);
    cart.to = next ? this.#spots.take(cart.id, next) : null;
    cart.zone = zone;
    cart.startedMs = nowMs;
  }
}

/** Where it is drawn at this moment: slower towards its end. */
export function placeAt({ from, to, startedMs }: MovingCart, nowMs: number): Point | null {
  if (to === null || from === null) return to;
  const way = Math.min(1, Math.max(0, (nowMs - startedMs) / walkMs));
  const eased = 1 - (1 - way) ** 3;
  return [from[0] + (to[0] - from[0]) * eased, from[1] + (to[1] - from[1]) * eased];
}
