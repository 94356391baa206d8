/**
 * Who comes first is served first, so many at once. A store has three chunks under way at most, so in a night in which all
 * come together it is one chunk's turn after another's and no store waits for a longer one to end; and what is unpacked
 * is in memory only for those whose turn it is.
 */

export interface TurnLimits {
  /** Beyond it they wait. */
  readonly atOnce: number;
  /** Bytes that wait; whoever brings more is sent away. */
  readonly waitingBytesMax: number;
}

export class Turns {
  readonly #limits: TurnLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #waitingBytes = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Null: too many wait; later. */
  async take<Result>(bytes: number, run: () => Promise<Result>): Promise<Result | null> {
    const { atOnce, waitingBytesMax } = this.#limits;
    if (this.#running >= atOnce) {
      if (this.#waitingBytes + bytes > waitingBytesMax) return null;
      this.#waitingBytes += bytes;
      // Whoever ends hands on its own turn: nobody who comes just then gets between.
      await new Promise<void>((go) => this.#waiting.push(go));
      this.#waitingBytes -= bytes;
    } else {
      this.#running += 1;
    }
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
