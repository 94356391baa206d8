/**
 * Memory for the rows of chunks, used again and again: two megabytes a chunk, thrown away each time, would have the whole
 * heap looked through for what is left of it twice a second, at a quarter of what taking in a fact costs.
 */
/** Kept for later; beyond these, what is given back is let go. */
const keptMax = 4;
/** Longer ones are seldom, and not kept. */
const keptBytesMax = 8 * 1024 * 1024;
/** Lengths are rounded up to whole ones of these, so that the next chunk fits as well. */
const stepBytes = 512 * 1024;

export class RowMemory {
  readonly #free: Buffer[] = [];

  /** At least so many bytes, whatever stands in them. */
  take(bytes: number): Buffer {
    const index = this.#free.findIndex(({ length }) => length >= bytes);
    if (index >= 0) return this.#free.splice(index, 1)[0] as Buffer;
    // The shortest makes room: chunks of a line grow to a size and stay there.
    this.#free.shift();
    return Buffer.allocUnsafeSlow(Math.ceil(bytes / stepBytes) * stepBytes);
  }

  /** Nobody reads it any more. */
  giveBack(memory: Buffer): void {
    if (memory.length > keptBytesMax || this.#free.length === keptMax) return;
    this.#free.push(memory);
    this.#free.sort((one, other) => one.length - other.length);
  }
}
