/**
 * The entries that a fact of one type (and zone) is tried against, laid out for the eye of the processor.
 *
 * With thousands of dialogues the memory that a fact touches costs more than what it computes: a condition that is not
 * in the cache costs twenty times one that is. So what decides about most entries stands in one row of numbers: how
 * much of the fact's number each asks for at least, which values of her attribute, and whom it is barred for. A
 * condition is called only for what is left, and an entry's own object is looked at once it matches.
 */
import type { CompiledEntry, FactPattern, PatternGuard, Test } from '../compiled.ts';
import { type AttributeBits, type AttributeTable, anyValue } from './attribute-bits.ts';
import type { Plan } from './plan.ts';

/** An entry, and the pattern by which it is tried. */
export interface Listener {
  readonly plan: Plan;
  readonly entry: CompiledEntry;
  readonly key: string;
  readonly pattern: FactPattern;
  /** In a sequence; -1 is its `without`. */
  readonly place: number;
}

/** Numbers of one entry in `rows`: the least it asks for, the values it wants (bits), its dialogue's slot. */
export const rowLength = 3;

export class Bucket {
  rows: number[] = [];
  /** What is still to be asked; null: nothing. */
  tests: (Test | null)[] = [];
  /** The number of the fact that these entries ask about most. */
  field: string | null = null;
  /** Her attribute that they ask about most. */
  attribute: AttributeBits | null = null;
  /** In the order of the release. */
  readonly listeners: Listener[] = [];

  /** Called when the listeners have changed. */
  seal(table: AttributeTable): void {
    const guards = this.listeners.map(({ pattern }) => pattern.guard);
    this.field = commonest(guards.map((guard) => guard?.least?.field));
    const attribute = commonest(guards.map((guard) => guard?.among?.attribute));
    this.attribute = attribute === null ? null : table.of(attribute);
    this.rows = [];
    this.tests = [];
    for (const { pattern, plan } of this.listeners) {
      const wanted = this.#wanted(pattern.guard);
      const { guard } = pattern;
      if (guard && wanted !== null) {
        this.rows.push(guard.least?.value ?? Number.NEGATIVE_INFINITY, wanted, plan.slot);
        this.tests.push(guard.rest);
      } else {
        this.rows.push(Number.NEGATIVE_INFINITY, anyValue, plan.slot);
        this.tests.push(pattern.where);
      }
    }
  }

  /** The bits of the values it wants; null where the row cannot hold all that the guard asks. */
  #wanted(guard: PatternGuard | undefined): number | null {
    if (!guard || (guard.least !== null && guard.least.field !== this.field)) return null;
    if (guard.among === null) return anyValue;
    return this.attribute?.wanted(guard.among) ?? null;
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
