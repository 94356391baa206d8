/**
 * Memory for the rows of chunks, shared by two threads and used again and again. A piece is handed to the other thread once
 * and called by its number from then on: each time that it were handed over, V8 would count it as new memory and look the
 * sooner for what is left.
 */
/** Kept for later; beyond these, what is given back is let go. */
const keptMax = 4;
/** Longer ones are seldom, and not kept. */
const keptBytesMax = 8 * 1024 * 1024;
/** Lengths are rounded up to whole ones of these, so that the next chunk fits as well. */
const stepBytes = 512 * 1024;

export interface RowPiece {
  readonly number: number;
  readonly memory: SharedArrayBuffer;
  /** All of it. */
  readonly bytes: Buffer;
}

export class RowMemory {
  readonly #free: RowPiece[] = [];
  #gone: number[] = [];
  #next = 1;

  /** At least so many bytes, whatever stands in them. */
  take(bytes: number): RowPiece {
    const index = this.#free.findIndex(({ memory }) => memory.byteLength >= bytes);
    if (index >= 0) return this.#free.splice(index, 1)[0] as RowPiece;
    // The shortest makes room: chunks of a line grow to a size and stay there.
    const shortest = this.#free.shift();
    if (shortest) this.letGo(shortest);
    const memory = new SharedArrayBuffer(Math.max(1, Math.ceil(bytes / stepBytes)) * stepBytes);
    return { number: this.#next++, memory, bytes: Buffer.from(memory) };
  }

  /** Nobody reads it any more. */
  giveBack(piece: RowPiece): void {
    if (piece.memory.byteLength > keptBytesMax || this.#free.length === keptMax) {
      this.letGo(piece);
      return;
    }
    this.#free.push(piece);
    this.#free.sort((one, other) => one.memory.byteLength - other.memory.byteLength);
  }

  /** It is not used again: somebody may still read it. */
  letGo({ number }: RowPiece): void {
    this.#gone.push(number);
  }

  /** Numbers of those that are not used again, each said once. */
  gone(): readonly number[] {
    const gone = this.#gone;
    this.#gone = [];
    return gone;
  }
}
