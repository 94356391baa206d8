/**
 * What became of what came from outside, since this process began: counted by its outcome, refusals by their reason, and
 * requests that were turned away whole by theirs. For `/health`.
 */
import type { OutsideOutcome } from '@kairos/protocol/outside-operations.ts';

export interface OutsideStanding {
  readonly taken: number;
  /** About people who are forgotten, or messages that are. */
  readonly nobody: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Whole requests: "credentials", "too-many", "unreadable", "origin", "handle". */
  readonly turnedAway: Readonly<Record<string, number>>;
}

export class OutsideCounts {
  #taken = 0;
  #nobody = 0;
  readonly #refused = new Map<string, number>();
  readonly #turnedAway = new Map<string, number>();

  noteOutcomes(outcomes: readonly OutsideOutcome[]): void {
    for (const { outcome, reason = '' } of outcomes) {
      if (outcome === 'taken') this.#taken += 1;
      else if (outcome === 'nobody') this.#nobody += 1;
      else increase(this.#refused, reason);
    }
  }

  /** `reason`: one of this program's own words, never a stranger's. */
  noteTurnedAway(reason: string): void {
    increase(this.#turnedAway, reason);
  }

  get standing(): OutsideStanding {
    const [refused, turnedAway] = [this.#refused, this.#turnedAway].map((counts) => Object.fromEntries(counts));
    return { taken: this.#taken, nobody: this.#nobody, refused: refused ?? {}, turnedAway: turnedAway ?? {} };
  }
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
