/** One shopper's way through the shop, laid down ahead of her: where she is at every moment, and what she does when. */
import type { Point } from '@kairos/protocol/geometry.ts';
import type { Deed } from './deeds.ts';

export interface Pose {
  readonly at: Point;
  /** Where she looks while walking, in radians; the last direction while she stands; null: nobody is with the cart. */
  readonly heading: number | null;
  readonly isWalking: boolean;
}

interface Leg {
  readonly fromMs: number;
  readonly toMs: number;
  readonly from: Point;
  readonly to: Point;
}

export class Itinerary {
  readonly #legs: Leg[] = [];
  readonly #deeds: { readonly at: number; readonly deed: Deed }[] = [];
  #at: Point;
  #untilMs: number;
  /** What `takeDeeds` has handed out. */
  #taken = 0;

  constructor(at: Point, fromMs: number) {
    this.#at = at;
    this.#untilMs = fromMs;
  }

  /** When everything laid down so far is over. */
  get untilMs(): number {
    return this.#untilMs;
  }

  get end(): Point {
    return this.#at;
  }

  /** Walks along corner points (the first is where she stands) at `speed` metres a second. */
  walk(way: readonly Point[], speed: number): void {
    for (const to of way.slice(1)) {
      const metres = Math.hypot(to[0] - this.#at[0], to[1] - this.#at[1]);
      if (metres === 0) continue;
      const toMs = this.#untilMs + (metres / speed) * 1000;
      this.#legs.push({ fromMs: this.#untilMs, toMs, from: this.#at, to });
      this.#at = to;
      this.#untilMs = toMs;
    }
  }

  stand(ms: number): void {
    this.#untilMs += ms;
  }

  /** She does it where and when she is now. */
  does(deed: Deed): void {
    this.#deeds.push({ at: this.#untilMs, deed });
  }

  /** Deeds due by `ms` that were not taken yet, in order. */
  takeDeeds(ms: number): Deed[] {
    const due: Deed[] = [];
    for (let next = this.#deeds[this.#taken]; next !== undefined && next.at <= ms; next = this.#deeds[this.#taken]) {
      due.push(next.deed);
      this.#taken += 1;
    }
    return due;
  }

  poseAt(ms: number): Pose {
    let last: Leg | undefined;
    for (const leg of this.#legs) {
      if (leg.fromMs > ms) break;
      last = leg;
    }
    if (last === undefined) return { at: this.#legs[0]?.from ?? this.#at, heading: 0, isWalking: false };
    const heading = Math.atan2(last.to[1] - last.from[1], last.to[0] - last.from[0]);
    if (ms >= last.toMs) return { at: last.to, heading, isWalking: false };
    const share = (ms - last.fromMs) / (last.toMs - last.fromMs);
    return {
      at: [last.from[0] + (last.to[0] - last.from[0]) * share, last.from[1] + (last.to[1] - last.from[1]) * share],
      heading,
      isWalking: true,
    };
  }
}
