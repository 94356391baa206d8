/**
 * The last word of a source for which silence means "as before" (`holdsMs` of an observation): it is said again each
 * second, until the source speaks or its time is over. Without this a tag that stands still would fall silent between
 * two of ESPresense's repetitions, and be heard by one receiver at a time.
 */

/**
 * Held longer, what was heard where the cart was outweighs what is heard where it is. On the recorded runs, written as
 * ESPresense nodes would, this is the best of 0 to 5.5 s: without it three runs of six go wrong, with 5.5 s zones come
 * a second later.
 */
const heldMsMax = 2_500;
/** Between two sayings: the tracker looks at a cart once a second. */
const sayEveryMs = 1_000;
/** A cart with each receiver that hears it; the one said longest ago makes room. */
const heldMax = 20_000;

export interface HeldReading {
  readonly cart: string;
  readonly anchor: string;
  readonly rssi: number;
}

interface Held extends HeldReading {
  readonly until: number;
  saidAt: number;
}

export class HeldReadings {
  readonly #held = new Map<string, Held>();

  hold(reading: HeldReading, { now, holdsMs }: { readonly now: number; readonly holdsMs: number }): void {
    const name = `${reading.cart} ${reading.anchor}`;
    this.#held.delete(name);
    if (this.#held.size >= heldMax) {
      for (const oldest of this.#held.keys()) {
        this.#held.delete(oldest);
        break;
      }
    }
    this.#held.set(name, { ...reading, until: now + Math.min(holdsMs, heldMsMax), saidAt: now });
  }

  /** What has to be said again at `now`. */
  due(now: number): HeldReading[] {
    const due: HeldReading[] = [];
    for (const [name, held] of this.#held) {
      if (now > held.until) this.#held.delete(name);
      else if (now - held.saidAt >= sayEveryMs) {
        held.saidAt = now;
        due.push(held);
      }
    }
    return due;
  }
}
