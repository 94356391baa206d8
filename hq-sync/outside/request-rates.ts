/** How often somebody outside may ask: so many a second, and so many at once, by name. */
import type { Clock } from '@kairos/protocol/ports.ts';

/** Names remembered; beyond it all begin with a full bucket again. */
const namesMax = 10_000;

export class RequestRates {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #rate: { readonly perSecond: number; readonly atOnce: number };
  readonly #left = new Map<string, { count: number; at: number }>();

  constructor(clock: Pick<Clock, 'monotonic'>, rate: { readonly perSecond: number; readonly atOnce: number }) {
    this.#clock = clock;
    this.#rate = rate;
  }

  /** False: one too many. */
  take(name: string): boolean {
    const { perSecond, atOnce } = this.#rate;
    const at = this.#clock.monotonic();
    if (this.#left.size >= namesMax && !this.#left.has(name)) this.#left.clear();
    const before = this.#left.get(name) ?? { count: atOnce, at };
    const count = Math.min(atOnce, before.count + ((at - before.at) / 1_000) * perSecond);
    this.#left.set(name, { count: count < 1 ? count : count - 1, at });
    return count >= 1;
  }
}
