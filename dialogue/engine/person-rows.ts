/**
 * What nearly every fact asks about a person, as columns of numbers with a row for each person in memory: how far her
 * time has come, up to when nothing of hers moves by itself, and which entries are shut for her.
 *
 * Most facts lead nowhere, and for these nothing else of her is looked at. The rows of a thousand people fit into the
 * cache of a core, their states do not. All of it is worked out from states and never saved.
 */
import { RowIndex } from './row-index.ts';

const rowsAtFirst = 16;
export const bitsPerWord = 32;
/** Nothing is known: she has to be looked at. */
export const notCalm = Number.NEGATIVE_INFINITY;

export class PersonRows {
  readonly #rows = new RowIndex();
  readonly #free: number[] = [];
  /** Words of bits in a row: as many as there are slots of entries. */
  #width: number;
  /** Newest time of any fact of hers. */
  at = new Float64Array(rowsAtFirst);
  /** Before it nothing of hers comes due, nothing may speak, and what is shut stays shut. */
  calmUntil = new Float64Array(rowsAtFirst).fill(notCalm);
  /** 1: she has no room for another dialogue, and the ledger was told. */
  full = new Uint8Array(rowsAtFirst);
  #shut: Int32Array;
  /** Of what is shut, what does not fit her. */
  #unfit: Int32Array;

  /** `slots`: of entries that one fact opens. */
  constructor(slots: number) {
    this.#width = wordsFor(slots);
    this.#shut = new Int32Array(rowsAtFirst * this.#width);
    this.#unfit = new Int32Array(rowsAtFirst * this.#width);
  }

  rowOf(person: number): number | undefined {
    return this.#rows.get(person);
  }

  /** A row for somebody who has none, with nothing in it. */
  take(person: number): number {
    const row = this.#free.pop() ?? this.#rows.size;
    if (row === this.at.length) this.#grow();
    this.#rows.set(person, row);
    this.at[row] = 0;
    this.calmUntil[row] = notCalm;
    this.full[row] = 0;
    this.forgetShut(row);
    return row;
  }

  giveBack(person: number): void {
    const row = this.#rows.get(person);
    if (row === undefined) return;
    this.#rows.delete(person);
    this.#free.push(row);
  }

  /** Another release: whoever it is, she has to be looked at, and bits may stand for other entries. */
  renew(slots: number): void {
    this.calmUntil.fill(notCalm);
    if (wordsFor(slots) <= this.#width) return;
    this.#width = wordsFor(slots);
    this.#shut = new Int32Array(this.at.length * this.#width);
    this.#unfit = new Int32Array(this.at.length * this.#width);
  }

  isShut(row: number, slot: number): boolean {
    return (((this.#shut[row * this.#width + (slot >>> 5)] as number) >>> (slot & 31)) & 1) === 1;
  }

  /** Of 32 slots those that are not. */
  openBits(row: number, word: number): number {
    return ~(this.#shut[row * this.#width + word] as number);
  }

  shut(row: number, slot: number): void {
    const word = row * this.#width + (slot >>> 5);
    this.#shut[word] = (this.#shut[word] as number) | (1 << (slot & 31));
  }

  shutUnfit(row: number, slot: number): void {
    const word = row * this.#width + (slot >>> 5);
    this.#unfit[word] = (this.#unfit[word] as number) | (1 << (slot & 31));
    this.shut(row, slot);
  }

  /** Unless it does not fit her. */
  open(row: number, slot: number): void {
    const word = row * this.#width + (slot >>> 5);
    const bit = 1 << (slot & 31);
    if (((this.#unfit[word] as number) & bit) === 0) this.#shut[word] = (this.#shut[word] as number) & ~bit;
  }

  /** All but what does not fit her. */
  openShut(row: number): void {
    const from = row * this.#width;
    for (let word = from; word < from + this.#width; word += 1) this.#shut[word] = this.#unfit[word] as number;
  }

  forgetShut(row: number): void {
    const from = row * this.#width;
    this.#shut.fill(0, from, from + this.#width);
    this.#unfit.fill(0, from, from + this.#width);
  }

  #grow(): void {
    const grown = <Column extends Float64Array | Int32Array | Uint8Array>(column: Column, fresh: Column): Column => {
      fresh.set(column);
      return fresh;
    };
    this.at = grown(this.at, new Float64Array(2 * this.at.length));
    this.calmUntil = grown(this.calmUntil, new Float64Array(2 * this.calmUntil.length));
    this.full = grown(this.full, new Uint8Array(2 * this.full.length));
    this.#shut = grown(this.#shut, new Int32Array(2 * this.#shut.length));
    this.#unfit = grown(this.#unfit, new Int32Array(2 * this.#unfit.length));
  }
}

function wordsFor(slots: number): number {
  return Math.max(1, Math.ceil(slots / bitsPerWord));
}
