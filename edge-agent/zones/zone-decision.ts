/**
 * When a belief becomes an event: a zone is entered once it has been likely enough for long enough, and the one
 * before is left in the same breath. In between nothing is said: no guess, and no departure because of silence.
 */

/** A zone counts as found from this likelihood on … */
const sureFrom = 0.7;
/** To go back to the zone that was just left takes more, so that a cart which stands on a line is not sent to and fro. */
const sureToReturn = 0.9;
const returnMs = 30_000;
/** … held over this time. Ticks may come a little early. */
const confirmMs = 1_000;
const tickSlackMs = 100;

export interface Decision {
  readonly left: number | null;
  readonly entered: number | null;
}

const nothing: Decision = { left: null, entered: null };

export class ZoneDecision {
  /** Index of the zone the cart is in; -1 before the first and outside all zones. */
  #current = -1;
  #before: { readonly zone: number; readonly leftAt: number } | null = null;
  #candidate: { readonly zone: number; readonly since: number } | null = null;

  get current(): number {
    return this.#current;
  }

  /** `zone` -1 stands for "outside all zones". */
  decide(belief: { zone: number; share: number }, now: number): Decision {
    const returns = this.#before?.zone === belief.zone && now - this.#before.leftAt < returnMs;
    if (belief.share < (returns ? sureToReturn : sureFrom)) {
      this.#candidate = null;
      return nothing;
    }
    if (this.#candidate?.zone !== belief.zone) this.#candidate = { zone: belief.zone, since: now };
    if (belief.zone === this.#current || now - this.#candidate.since < confirmMs - tickSlackMs) return nothing;
    const left = this.#current === -1 ? null : this.#current;
    this.#before = { zone: this.#current, leftAt: now };
    this.#current = belief.zone;
    return { left, entered: belief.zone === -1 ? null : belief.zone };
  }
}
