/**
 * What one chunk leaves for the next of the same sending: whom it has named, so that she is named once and not in every
 * chunk that has a fact of hers (they are taken in one after the other, each or none); and how dense the facts are that go
 * up, so that where a chunk ends need not be counted out. Forgotten with the first chunk of another sending.
 */

/** Of one sending; a few MB. Whoever is beyond it is named again. */
const namedMax = 200_000;

export interface Sending {
  readonly named: Set<number>;
  /** Facts that go up for each number, in the chunk before; null: none was read yet. */
  density: number | null;
}

export function newSending(): Sending {
  return { named: new Set(), density: null };
}

export class Sendings {
  #number = 0;
  #sending = newSending();

  /** Without a number: one of its own, for once. */
  under(number: number | undefined): Sending {
    if (number === undefined) return newSending();
    if (number !== this.#number || this.#sending.named.size > namedMax) {
      this.#number = number;
      this.#sending = newSending();
    }
    return this.#sending;
  }
}
