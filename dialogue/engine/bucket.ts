/**
 * The entries that a fact of one type (and zone) is tried against, laid out for the eye of the processor.
 *
 * With thousands of dialogues and a thousand customers the memory that a fact touches costs more than what it computes:
 * what is not in the cache costs twenty times what is. So what decides about most entries stands in two rows of
 * numbers: how much of the fact's number each asks for at least, and its slot in what is known to be shut for her
 * (`shut-entries.ts`). A condition is called only for what is left, and an entry's own object is looked at once it
 * matches.
 */
import type { CompiledEntry, FactPattern, Test } from '../compiled.ts';
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
