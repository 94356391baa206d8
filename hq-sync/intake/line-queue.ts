/**
 * Chunks of one line in their order: several of them are under way at once on a fast line, and a later one may be here
 * first. It waits a moment for those before it. A hint, no more: what decides is the watermark in the database.
 *
 * It may copy its rows as soon as those before it have copied theirs, in a transaction that asks for the watermark when
 * its turn has come: so the database copies while it waits for its disk. Two of one line do not copy so at once: rows that
 * go into the key's last page from two sides cost more. One that may not copy ahead is left out of that, and may copy
 * beside the next.
 */
import type { Timers } from '@kairos/protocol/ports.ts';

/** The one before it is being taken in at most so long; then the database says that this is not the next. */
const waitMsMax = 5_000;
/** It is here so soon after, if it comes to this process at all. */
const arriveMsMax = 200;

interface Place {
  readonly store: number;
  readonly epoch: string;
  /** The fact before the chunk's first. */
  readonly after: number;
}

export interface LinePlace {
  /** Resolves when those before it have been taken in. `upTo`: where the line stood after this place was taken. */
  turn(upTo: number): Promise<void>;
  /**
   * Resolves when those before it have copied their rows: to whether it may copy its own and hold its transaction open
   * while it waits for its turn; at once to false where it may not.
   */
  turnToCopy(upTo: number): Promise<boolean>;
  /** It has copied its rows. */
  copied(): void;
  /** It is done, however it ended. */
  leave(): void;
}

/** Chunks of a line that are being taken in. Told of each that comes or goes. */
type Line = Set<OpenPlace>;

export class LineQueue {
  readonly #timers: Timers;
  readonly #aheadMax: number;
  readonly #lines = new Map<string, Line>();
  #ahead = 0;

  /**
   * `aheadMax`: transactions that may wait for others at once. Fewer than there are connections, else those that they
   * wait for would get none.
   */
  constructor(timers: Timers, { aheadMax = 0 }: { readonly aheadMax?: number } = {}) {
    this.#timers = timers;
    this.#aheadMax = aheadMax;
  }

  enter({ store, epoch, after }: Place): LinePlace {
    const key = `${store} ${epoch}`;
    const line = this.#lines.get(key) ?? new Set();
    this.#lines.set(key, line);
    const place = new OpenPlace(line, after, this.#timers);
    line.add(place);
    for (const other of line) other.hear();
    let isAhead = false;
    return {
      turn: (upTo) => place.turn(upTo),
      turnToCopy: async (upTo) => {
        if (place.isNext(upTo)) return true;
        isAhead = place.hasOthersBefore && this.#ahead < this.#aheadMax;
        if (!isAhead) return false;
        this.#ahead += 1;
        await place.othersHaveCopied();
        return true;
      },
      copied: () => {
        place.hasCopied = true;
        for (const other of line) other.hear();
      },
      leave: () => {
        if (isAhead) this.#ahead -= 1;
        line.delete(place);
        for (const other of line) other.hear(after);
        if (line.size === 0) this.#lines.delete(key);
      },
    };
  }
}

class OpenPlace {
  readonly after: number;
  hasCopied = false;
  readonly #line: Line;
  readonly #timers: Timers;
  #hasOneBeforeLeft = false;
  #hear: () => void = () => undefined;

  constructor(line: Line, after: number, timers: Timers) {
    this.#line = line;
    this.after = after;
    this.#timers = timers;
  }

  get hasOthersBefore(): boolean {
    return this.#before.length > 0;
  }

  get #before(): readonly OpenPlace[] {
    return [...this.#line].filter(({ after }) => after < this.after);
  }

  isNext(upTo: number): boolean {
    return upTo >= this.after || (this.#hasOneBeforeLeft && !this.hasOthersBefore);
  }

  async turn(upTo: number): Promise<void> {
    // Nobody is before it, and yet it is not the next: that one is still on its way.
    if (!this.isNext(upTo)) await this.#until(() => this.hasOthersBefore || this.isNext(upTo), arriveMsMax);
    if (this.hasOthersBefore) await this.#until(() => this.isNext(upTo), waitMsMax);
  }

  othersHaveCopied(): Promise<void> {
    return this.#until(() => this.#before.every(({ hasCopied }) => hasCopied), waitMsMax);
  }

  /** One has come or has copied, or the one that began after `left` has gone. */
  hear(left?: number): void {
    if (left !== undefined && left < this.after) this.#hasOneBeforeLeft = true;
    this.#hear();
  }

  #until(is: () => boolean, msMax: number): Promise<void> {
    if (is()) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.#hear = () => undefined;
        resolve();
      };
      const cancel = this.#timers.after(msMax, end);
      this.#hear = () => {
        if (is()) end();
      };
    });
  }
}
