/**
 * Metres on foot between zones of a floor plan, around shelves and walls. Worked out when first asked for and kept:
 * floors don't move. Both ways are equally long.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { findWay, lengthOf } from '@kairos/protocol/way.ts';

/** Pairs of zones that are kept; beyond it all are worked out anew. */
const pairsMax = 20_000;

export class WalkingDistances {
  readonly #plan: FloorPlan;
  readonly #metres = new Map<string, number | null>();

  constructor(plan: FloorPlan) {
    this.#plan = plan;
  }

  has(zone: string): boolean {
    return this.#plan.zones.some(({ id }) => id === zone);
  }

  /** Null where either is not known, or there is no way. */
  between(from: string | null, to: string | null): number | null {
    if (from === null || to === null) return null;
    if (from === to) return 0;
    const pair = from < to ? `${from}/${to}` : `${to}/${from}`;
    const known = this.#metres.get(pair);
    if (known !== undefined) return known;
    const length = lengthOf(findWay(this.#plan, from, to));
    const metres = Number.isFinite(length) ? length : null;
    if (this.#metres.size >= pairsMax) this.#metres.clear();
    this.#metres.set(pair, metres);
    return metres;
  }
}
