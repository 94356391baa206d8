/**
 * Entries that are shut for one person, a bit for each, so that what would lead nowhere is not even tried: those of
 * dialogues whose limits hold or whose run is on its way, until time or the end of a run may change it; and those whose
 * condition about her alone does not hold, until she changes.
 *
 * What is shut would be refused all the same; forgetting any of it costs time and changes nothing.
 */
const bitsPerWord = 32;
const never = Number.POSITIVE_INFINITY;

export class ShutEntries {
  /** By slot, for any reason. */
  readonly words: number[] = [];
  /** Of these, what does not fit her. */
  readonly #unfit: number[] = [];
  /** The first moment at which time alone may open any. */
  until = never;

  /** `until`: unless a run of hers ends, or her visit does. */
  shut(slots: readonly number[], until: number): void {
    for (const slot of slots) setBit(this.words, slot);
    if (until < this.until) this.until = until;
  }

  shutUnfit(slot: number): void {
    setBit(this.words, slot);
    setBit(this.#unfit, slot);
  }

  /** All but what does not fit her. */
  open(): void {
    for (let at = 0; at < this.words.length; at += 1) this.words[at] = this.#unfit[at] ?? 0;
    this.until = never;
  }

  forget(): void {
    this.words.length = 0;
    this.#unfit.length = 0;
    this.until = never;
  }
}

export function hasBit(words: readonly number[], at: number): boolean {
  const word = at >>> 5;
  return word < words.length && (((words[word] as number) >>> (at & 31)) & 1) === 1;
}

function setBit(words: number[], at: number): void {
  while (words.length * bitsPerWord <= at) words.push(0);
  words[at >>> 5] = (words[at >>> 5] as number) | (1 << (at & 31));
}
