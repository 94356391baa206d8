/**
 * Who stands in which row: a table of whole numbers by whole numbers, asked at every fact. Number and row lie side by
 * side, so that finding one mostly costs one look at memory, where a map takes three.
 */
const slotsAtFirst = 32;
/** Number and row. */
const width = 2;
const empty = -1;
/** Of the golden ratio: neighbours are spread over the table. */
const spread = 0x9e3779b1;

export class RowIndex {
  /** At most half of it is taken: whoever is looked for is found, or found missing, within a few steps. */
  #slots = freshSlots(slotsAtFirst);
  #shift = 32 - Math.log2(slotsAtFirst);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(number: number): number | undefined {
    const slots = this.#slots;
    for (let at = this.#home(number); ; at = this.#after(at)) {
      const found = slots[at] as number;
      if (found === number) return slots[at + 1];
      if (found === empty) return undefined;
    }
  }

  /** `number`: 0 or above. */
  set(number: number, row: number): void {
    if (width * 2 * (this.#size + 1) > this.#slots.length) this.#grow();
    let at = this.#home(number);
    while (this.#slots[at] !== empty && this.#slots[at] !== number) at = this.#after(at);
    if (this.#slots[at] === empty) this.#size += 1;
    this.#slots[at] = number;
    this.#slots[at + 1] = row;
  }

  /** What stands behind the gap and would not be found any more moves up. */
  delete(number: number): void {
    const slots = this.#slots;
    let gap = this.#home(number);
    while (slots[gap] !== number) {
      if (slots[gap] === empty) return;
      gap = this.#after(gap);
    }
    this.#size -= 1;
    for (let at = this.#after(gap); slots[at] !== empty; at = this.#after(at)) {
      if (this.#isBetween(this.#home(slots[at] as number), gap, at)) continue;
      slots[gap] = slots[at] as number;
      slots[gap + 1] = slots[at + 1] as number;
      gap = at;
    }
    slots[gap] = empty;
  }

  /** Behind the gap and not behind `at`, going round. */
  #isBetween(home: number, gap: number, at: number): boolean {
    return gap < at ? gap < home && home <= at : gap < home || home <= at;
  }

  #home(number: number): number {
    return (Math.imul(number, spread) >>> this.#shift) * width;
  }

  #after(at: number): number {
    return at + width === this.#slots.length ? 0 : at + width;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = freshSlots(old.length);
    this.#shift -= 1;
    this.#size = 0;
    for (let at = 0; at < old.length; at += width) {
      if (old[at] !== empty) this.set(old[at] as number, old[at + 1] as number);
    }
  }
}

function freshSlots(count: number): Float64Array {
  return new Float64Array(count * width).fill(empty);
}
