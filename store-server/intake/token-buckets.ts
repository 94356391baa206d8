/** So many a second, and so many at once, for each name: what keeps one device from crowding out the others. */
import type { Clock } from '@kairos/protocol/ports.ts';

/** Names remembered; beyond it all begin with a full bucket again. */
const namesMax = 10_000;

export class TokenBuckets {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #perMs: number;
  readonly #atOnce: number;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor(options: { clock: Pick<Clock, 'monotonic'>; perSecond: number; atOnce: number }) {
    this.#clock = options.clock;
    this.#perMs = options.perSecond / 1000;
    this.#atOnce = options.atOnce;
  }

  /** False: one too many. */
  take(name: string): boolean {
    const now = this.#clock.monotonic();
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      if (this.#buckets.size >= namesMax) this.#buckets.clear();
      bucket = { left: this.#atOnce, at: now };
      this.#buckets.set(name, bucket);
    }
    bucket.left = Math.min(this.#atOnce, bucket.left + (now - bucket.at) * this.#perMs);
    bucket.at = now;
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }
}
