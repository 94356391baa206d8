/** Memory for the rows of chunks, shared by two threads and used again and again. */
/** Kept for later; beyond these, what is given back is let go. */
const keptMax = 4;
/** Longer ones are seldom, and not kept. */
const keptBytesMax = 8 * 1024 * 1024;
/** Lengths are rounded up to whole ones of these, so that the next chunk fits as well. */
const stepBytes = 512 * 1024;

export class RowMemory {
  readonly #free: SharedArrayBuffer[] = [];

  /** At least so many bytes, whatever stands in them. */
  take(bytes: number): Buffer {
    const index = this.#free.findIndex(({ byteLength }) => byteLength >= bytes);
    if (index >= 0) return Buffer.from(this.#free.splice(index, 1)[0] as SharedArrayBuffer);
    // The shortest makes room: chunks of a line grow to a size and stay there.
    this.#free.shift();
    return Buffer.from(new SharedArrayBuffer(Math.max(1, Math.ceil(bytes / stepBytes)) * stepBytes));
  }

  /** Nobody reads it any more. */
  giveBack(memory: SharedArrayBuffer): void {
    if (memory.byteLength > keptBytesMax || this.#free.length === keptMax) return;
    this.#free.push(memory);
    this.#free.sort((one, other) => one.byteLength - other.byteLength);
  }
}
