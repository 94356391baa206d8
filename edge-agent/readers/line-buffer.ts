/**
 * Cuts a stream of bytes, which come in any pieces, into lines. Bounded: what has no end within the longest line is
 * thrown away up to the next end, so that noise costs the frame it stands in and no more.
 */
export class LineBuffer {
  /** 1 for each byte that ends a line. */
  readonly #ends = new Uint8Array(256);
  readonly #room: Buffer;
  #length = 0;
  /** Set while the rest of a line that was too long goes by. */
  #isSkipping = false;
  /** Told how a line began that is thrown away because it has no end. */
  readonly #onTooLong: (head: string) => void;

  constructor(options: {
    readonly ends: readonly number[];
    readonly lengthMax: number;
    readonly onTooLong: (head: string) => void;
  }) {
    this.#onTooLong = options.onTooLong;
    for (const end of options.ends) this.#ends[end] = 1;
    this.#room = Buffer.allocUnsafe(options.lengthMax);
  }

  /** Bytes of a line that has not ended yet. */
  get pending(): number {
    return this.#length;
  }

  /** Hands each whole line on; empty ones (the second half of CRLF) are left out. */
  push(bytes: Uint8Array, onLine: (line: string) => void): void {
    for (const byte of bytes) {
      if (this.#ends[byte] === 1) this.end(onLine);
      else if (this.#isSkipping) continue;
      else if (this.#length === this.#room.length) {
        this.#onTooLong(this.#room.toString('latin1', 0, this.#length));
        this.#length = 0;
        this.#isSkipping = true;
      } else {
        this.#room[this.#length] = byte;
        this.#length += 1;
      }
    }
  }

  /** What is there counts as a line: the device fell silent, or its terminator came. */
  end(onLine: (line: string) => void): void {
    const line = this.#room.toString('latin1', 0, this.#length);
    this.reset();
    if (line !== '') onLine(line);
  }

  /** Forgets what has not ended: the device was unplugged in the middle of it. */
  reset(): void {
    this.#length = 0;
    this.#isSkipping = false;
  }
}
