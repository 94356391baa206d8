/** How often a store may ask for one customer: nobody goes through the chain's customers with one store's credentials. */
import type { Clock } from '@kairos/protocol/ports.ts';

const perSecond = 10;
const atOnce = 40;

export class AskRates {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** By store: as many as a chain has. */
  readonly #left = new Map<string, { count: number; at: number }>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** False: one too many. */
  take(store: string): boolean {
    const at = this.#clock.monotonic();
    const before = this.#left.get(store) ?? { count: atOnce, at };
    const count = Math.min(atOnce, before.count + ((at - before.at) / 1_000) * perSecond);
    this.#left.set(store, { count: count < 1 ? count : count - 1, at });
    return count >= 1;
  }
}
