/**
 * How large chunks are on a line, and how many of them are under way at once. A chunk takes about a second, so that a cut
 * costs little of a slow line; a fast one has several under way, so that headquarters' database never waits for one. What a
 * line has shown holds for the next sending as well, until it was cut.
 *
 * The first chunks of a sending are short, each twice as long as the one before, and so are the last: nobody waits for a
 * long one while nothing else is to be done.
 */

/** A chunk should be on its way for so long. */
const chunkMs = 1_000;
const chunkFactsMin = 250;
/** Of the first one. */
const firstFacts = 4_000;
/** Of the last ones, at least. */
const lastFacts = 8_000;
/** At most so much larger than the one before: one quick answer is no fast line. */
const growthMax = 4;
/** What is left is sent in at least so many. */
const chunksLeftMin = 4;
/** Chunks on a fast line: headquarters commit one, copy the next, and have some ready. */
const underWayFast = 5;

export class Pace {
  /** Facts that a chunk should have on this line. */
  #size = firstFacts;
  /** That it could have, by the last answer; null: nothing is known. */
  #wanted: number | null = null;
  /** What the next chunk of this sending has at most. */
  #ramp = firstFacts;
  #answeredAt = 0;

  /** A sending begins. */
  begin(): void {
    this.#ramp = firstFacts;
  }

  /** Facts that the next chunk should have, where `left` are left and headquarters take `max`. */
  next({ left, max }: { readonly left: number; readonly max: number }): number {
    const fair = Math.max(lastFacts, Math.ceil(left / chunksLeftMin));
    const facts = Math.max(1, Math.min(this.#size, this.#ramp, fair, max));
    this.#ramp = Math.min(this.#ramp * 2, max);
    return facts;
  }

  underWay(max: number): number {
    return this.#wanted !== null && this.#wanted >= max ? underWayFast : 1;
  }

  /** A chunk of so many facts, sent then, was answered now (milliseconds of one clock). */
  answered({ facts, sentAt, now, max }: Answered): void {
    // What waited behind another one was not on its way.
    const tookMs = Math.max(1, now - Math.max(sentAt, this.#answeredAt));
    this.#answeredAt = now;
    // A short one says little of a line, unless it was slow.
    if (facts < this.#size / 2 && tookMs < chunkMs) return;
    this.#wanted = (facts * chunkMs) / tookMs;
    this.#size = Math.round(Math.max(chunkFactsMin, Math.min(this.#wanted, this.#size * growthMax, max)));
  }

  /** The line was cut, or did not do what it should: nothing is known of it any more. */
  lost(): void {
    this.#size = firstFacts;
    this.#wanted = null;
  }
}

interface Answered {
  readonly facts: number;
  readonly sentAt: number;
  readonly now: number;
  readonly max: number;
}
