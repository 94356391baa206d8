/**
 * Cards and tags that a reader sees now. A reader says the same number over and over while a card is near; it is one
 * scan, until the card has been gone for a while. Bounded: the one seen longest ago gives way.
 */
import type { Clock } from '@kairos/protocol/ports.ts';

const numbersMax = 1_000;

export class RecentCards {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #goneAfterMs: number;
  /** The one seen longest ago first. */
  readonly #seen = new Map<string, number>();

  constructor(options: { readonly clock: Pick<Clock, 'monotonic'>; readonly goneAfterMs: number }) {
    this.#clock = options.clock;
    this.#goneAfterMs = options.goneAfterMs;
  }

  /** Whether it has just come. */
  isNew(number: string): boolean {
    const now = this.#clock.monotonic();
    const last = this.#seen.get(number);
    this.#seen.delete(number);
    this.#seen.set(number, now);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > numbersMax && oldest !== undefined) this.#seen.delete(oldest);
    return last === undefined || now - last >= this.#goneAfterMs;
  }
}
