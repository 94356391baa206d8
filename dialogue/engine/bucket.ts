/**
 * The entries that a fact of one type (and zone) is tried against, laid out for the eye of the processor.
 *
 * With thousands of dialogues and a thousand customers the memory that a fact touches costs more than what it computes:
 * what is not in the cache costs twenty times what is. So what decides about most entries stands in two rows of
 * numbers: how much of the fact's number each asks for at least, and its slot in what is known to be shut for her
 * (`shut-entries.ts`). A condition is called only for what is left, and an entry's own object is looked at once it
 * matches. Whether any is open at all is asked of their slots as words of bits, 32 at a time: mostly none is.
 */
import type { CompiledEntry, FactPattern, Test } from '../compiled.ts';
import { bitsPerWord } from './person-rows.ts';
import type { Plan } from './plan.ts';

/** An entry, and the pattern by which it is tried. */
export interface Listener {
  readonly plan: Plan;
  readonly entry: CompiledEntry;
  readonly key: string;
  readonly pattern: FactPattern;
  /** In a sequence; -1 is its `without`. */
  readonly place: number;
  /** Of entries that one fact opens; -1 for those that only notice it. */
  slot: number;
}

export class Bucket {
  /** In the order of the release. */
  readonly listeners: Listener[] = [];
  /** The number of the fact that these entries ask about most. */
  field: string | null = null;
  /** Of each listener: the least it asks for … */
  least: number[] = [];
  slots: number[] = [];
  /** … what it asks about her alone, and what is still to be asked then; null: nothing. */
  hers: (Test | null)[] = [];
  rests: (Test | null)[] = [];

  /** The words in which its slots lie, the bits of each that are its slots, and whose they are: 32 places a word. */
  words: readonly number[] = [];
  masks: readonly number[] = [];
  places = new Uint32Array(0);

  /** Called when the listeners have changed. */
  seal(): void {
    this.field = commonest(this.listeners.map(({ pattern }) => pattern.guard?.least?.field));
    const guards = this.listeners.map(({ pattern }) => {
      const { guard } = pattern;
      // A row holds no second number.
      return guard?.least == null || guard.least.field === this.field ? guard : undefined;
    });
    this.slots = this.listeners.map(({ slot }) => slot);
    this.least = guards.map((guard) => guard?.least?.value ?? Number.NEGATIVE_INFINITY);
    this.hers = guards.map((guard) => guard?.hers ?? null);
    this.rests = guards.map((guard, at) => (guard ? guard.rest : (this.listeners[at] as Listener).pattern.where));
    this.#gatherWords();
  }

  #gatherWords(): void {
    const words = [...new Set(this.slots.map((slot) => slot >>> 5))].sort((one, other) => one - other);
    const masks = words.map(() => 0);
    const rankOf = new Map(words.map((word, rank) => [word, rank]));
    this.places = new Uint32Array(words.length * bitsPerWord);
    for (const [place, slot] of this.slots.entries()) {
      const at = rankOf.get(slot >>> 5) as number;
      masks[at] = (masks[at] as number) | (1 << (slot & 31));
      this.places[at * bitsPerWord + (slot & 31)] = place;
    }
    this.words = words;
    this.masks = masks;
  }
}

function commonest(names: readonly (string | undefined)[]): string | null {
  const counts = new Map<string, number>();
  let best: string | null = null;
  for (const name of names) {
    if (name === undefined) continue;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (best === null || count > (counts.get(best) ?? 0)) best = name;
  }
  return best;
}
