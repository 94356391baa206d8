/**
 * Chunks of one line in their order: two of them are under way at once on a fast line, and the second may be here first.
 * It waits a moment for the one before it. A hint, no more: what decides is the watermark in the database.
 */
import type { Timers } from '@kairos/protocol/ports.ts';

/** The one before it is on its way at most so long; then the database says that this is not the next. */
const waitMsMax = 5_000;

interface Place {
  readonly store: number;
  readonly epoch: string;
  /** The fact before the chunk's first. */
  readonly after: number;
}

interface Waiting {
  readonly after: number;
  readonly go: () => void;
}

interface Line {
  /** Chunks that are being taken in, by the fact that they begin after. */
  readonly running: Set<number>;
  readonly waiting: Set<Waiting>;
}

export class LineQueue {
  readonly #timers: Timers;
  readonly #lines = new Map<string, Line>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  async inTurn<Result>({ store, epoch, after }: Place, take: () => Promise<Result>): Promise<Result> {
    const key = `${store} ${epoch}`;
    const line = this.#lines.get(key) ?? { running: new Set(), waiting: new Set() };
    this.#lines.set(key, line);
    // One that begins earlier is here: it goes first.
    if ([...line.running].some((other) => other < after)) await this.#turn(line, after);
    line.running.add(after);
    try {
      return await take();
    } finally {
      line.running.delete(after);
      for (const one of line.waiting) one.go();
      if (line.running.size === 0 && line.waiting.size === 0) this.#lines.delete(key);
    }
  }

  #turn(line: Line, after: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        line.waiting.delete(waiting);
        resolve();
      };
      const waiting: Waiting = {
        after,
        go: () => {
          if (![...line.running].some((other) => other < after)) end();
        },
      };
      const cancel = this.#timers.after(waitMsMax, end);
      line.waiting.add(waiting);
    });
  }
}
