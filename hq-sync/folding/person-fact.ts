/**
 * The facts of one person, of all stores and of headquarters, in the one order in which they are folded, whenever they
 * arrived: by corrected time, then (store, epoch, sequence), headquarters the last of the stores.
 */
import type { Fact } from '@kairos/protocol/facts.ts';

/** Above every store's number. */
const headquartersStore = 2 ** 31;

/** By corrected time, milliseconds since 1970; a decision has the time of the fact that led to it. */
export type FactKey = readonly [at: number, store: number, epoch: number, sequence: number];

export const beforeAll: FactKey = [0, 0, 0, 0];

export interface PersonFact {
  readonly key: FactKey;
  readonly fact: Fact;
  /** The store that told of it; 0: headquarters. */
  readonly store: number;
  /** Not folded before. */
  readonly isNew: boolean;
  /** A decision whose fact was folded before, with another chunk: what it counts by is known only from the beginning. */
  readonly isTorn: boolean;
  /** By what it is known to have been folded. */
  readonly mark: { readonly of: 'line' | 'own'; readonly key: string; readonly number: number };
}

/** `number`: as headquarters number what comes to them and what they decide. */
export function ownKey(at: number, number: number): FactKey {
  return [at, headquartersStore, 0, number];
}

export function compareKeys(one: FactKey, other: FactKey): number {
  for (let part = 0; part < 4; part += 1) {
    const difference = (one[part] as number) - (other[part] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function inOrder(facts: readonly PersonFact[]): readonly PersonFact[] {
  return facts.toSorted((one, other) => compareKeys(one.key, other.key));
}
