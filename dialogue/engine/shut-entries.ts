/**
 * Entries that are shut for one person, a bit for each, so that what would lead nowhere is not even tried: those of
 * dialogues whose limits hold or whose run is on its way, until time or the end of a run may change it; and those whose
 * condition about her alone does not hold, until she changes.
 *
 * What is shut would be refused all the same; forgetting any of it costs time and changes nothing.
 */
import type { PersonRows } from './person-rows.ts';

const never = Number.POSITIVE_INFINITY;

export class ShutEntries {
  /** The first moment at which time alone may open any. */
  until = never;
  readonly #rows: PersonRows;
  readonly #row: number;

  constructor(rows: PersonRows, row: number) {
    this.#rows = rows;
    this.#row = row;
  }

  has(slot: number): boolean {
    return this.#rows.isShut(this.#row, slot);
  }

  /** `until`: unless a run of their dialogue ends, or her visit does. */
  add(slots: readonly number[], until: number): void {
    for (const slot of slots) this.#rows.shut(this.#row, slot);
    if (until < this.until) this.until = until;
  }

  addUnfit(slot: number): void {
    this.#rows.shutUnfit(this.#row, slot);
  }

  /** These may let her in again, unless they do not fit her. */
  reopen(slots: readonly number[]): void {
    for (const slot of slots) this.#rows.open(this.#row, slot);
  }

  /** All but what does not fit her. */
  open(): void {
    this.#rows.openShut(this.#row);
    this.until = never;
  }

  forget(): void {
    this.#rows.forgetShut(this.#row);
    this.until = never;
  }
}
