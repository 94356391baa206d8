/** A histogram of fixed buckets, each a tenth wider than the one before: what it tells is at most 5 % off. */
import { z } from 'zod';

const growth = 1.1;
/** One millisecond to about three minutes; beyond, it counts as that. */
const bucketsCount = 128;
const logGrowth = Math.log(growth);

/** Buckets that hold anything. */
export const savedHistogram = z.array(
  z.tuple([
    z
      .int()
      .min(0)
      .max(bucketsCount - 1),
    z.int().min(0),
  ]),
);

export class Histogram {
  readonly #buckets = new Uint32Array(bucketsCount);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  record(ms: number): void {
    const index = ms <= 1 ? 0 : Math.ceil(Math.log(ms) / logGrowth);
    const bucket = Math.min(bucketsCount - 1, index);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count += 1;
  }

  add(other: Histogram): void {
    other.#buckets.forEach((count, bucket) => {
      this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + count;
    });
    this.#count += other.#count;
  }

  save(): z.infer<typeof savedHistogram> {
    return [...this.#buckets].flatMap((count, bucket) => (count === 0 ? [] : [[bucket, count] as [number, number]]));
  }

  /** Replaces what is held. */
  load(saved: z.infer<typeof savedHistogram>): void {
    this.#buckets.fill(0);
    for (const [bucket, count] of saved) this.#buckets[bucket] = count;
    this.#count = saved.reduce((sum, [, count]) => sum + count, 0);
  }

  /** The value that this share of all lies within; 0 where nothing was recorded. */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(this.#count * share));
    let seen = 0;
    for (const [bucket, count] of this.#buckets.entries()) {
      seen += count;
      if (seen >= wanted) return middleOf(bucket);
    }
    return 0;
  }
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 1 : (growth ** (bucket - 1) + growth ** bucket) / 2;
}
