/**
 * The dictionary: text that comes back again and again (types, places, departments, goods at a price) is written once
 * and pointed at by number. Ids are given on the thread that encodes, so that a row is complete before it is sent.
 */

/**
 * Above this many words, goods are written out in their fact instead: a till that prints the price into the code
 * (weighed goods) makes a new one with each sale, and the dictionary stands in memory.
 */
export const goodsWordsMax = 200_000;

export interface WordIds {
  /** The number of `text`; a new one where it has none yet. */
  id(text: string): number;
  readonly size: number;
}

export interface WordTexts {
  text(id: number): string;
}

export class Words implements WordIds, WordTexts {
  readonly #ids = new Map<string, number>();
  readonly #texts = new Map<number, string>();
  #fresh: [number, string][] = [];
  #next = 1;

  constructor(known: Iterable<readonly [id: number, text: string]> = []) {
    this.add(known);
  }

  /** Takes in words that are on disk already. */
  add(known: Iterable<readonly [id: number, text: string]>): void {
    for (const [id, text] of known) {
      this.#ids.set(text, id);
      this.#texts.set(id, text);
      this.#next = Math.max(this.#next, id + 1);
    }
  }

  get size(): number {
    return this.#ids.size;
  }

  has(text: string): boolean {
    return this.#ids.has(text);
  }

  id(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#next++;
    this.#ids.set(text, id);
    this.#texts.set(id, text);
    this.#fresh.push([id, text]);
    return id;
  }

  /** Throws where a row points at a word that is not there: the file is damaged. */
  text(id: number): string {
    const text = this.#texts.get(id);
    if (text === undefined) throw new Error(`the journal has no word ${id}: the file is damaged; restore a copy`);
    return text;
  }

  /** The words made since the last call, to be written before the rows that point at them. */
  takeFresh(): [number, string][] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}
