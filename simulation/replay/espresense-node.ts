/**
 * What one ESPresense node says of one tag (formats.md 1): the median of what it heard lately, said again after five
 * seconds, or after half a second where the tag seems to have moved by more than half a metre.
 */

const skipMs = 5_000;
const skipMovedMs = 500;
const skipMetres = 0.5;
const medianOf = 5;
const absorption = 2.7;

export interface SaidByNode {
  readonly rssi: number;
  readonly distanceM: number;
}

export class SmoothingNode {
  readonly #powerAt1m: number;
  readonly #recent: number[] = [];
  #last: { readonly distanceM: number; readonly at: number } | null = null;

  constructor(powerAt1m: number) {
    this.#powerAt1m = powerAt1m;
  }

  /** `at` in milliseconds. Null: it says nothing. */
  hear(rssi: number, at: number): SaidByNode | null {
    // Its own filter takes no values that cannot be.
    if (rssi >= 0) return null;
    this.#recent.push(rssi);
    if (this.#recent.length > medianOf) this.#recent.shift();
    const sorted = this.#recent.toSorted((one, other) => one - other);
    const median = sorted[Math.floor(sorted.length / 2)] as number;
    const distanceM = Math.round(10 ** ((this.#powerAt1m - median) / (10 * absorption)) * 100) / 100;
    const sinceMs = this.#last === null ? Number.POSITIVE_INFINITY : at - this.#last.at;
    const hasMoved = Math.abs(distanceM - (this.#last?.distanceM ?? 0)) > skipMetres;
    if (sinceMs < (hasMoved ? skipMovedMs : skipMs)) return null;
    this.#last = { distanceM, at };
    return { rssi: median, distanceM };
  }
}
