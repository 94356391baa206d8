/**
 * The facts of one person, of all stores and of headquarters, in the one order in which they are folded, whenever they
 * arrived: by corrected time, then (store, epoch, sequence), headquarters the last of the stores.
 */
import type { Fact } from '@kairos/protocol/facts.ts';

/** Above every store's number. */
const headquartersStore = 2 ** 31;

/** A clock that differs by less is as good as right: an answer takes its time on the way. */
const aheadMinMs = 5_000;

/** Further ahead of when it was heard no fact can be: the clock was another one when it was recorded than when it was told. */
const futureMaxMs = 3_600_000;

/**
 * Of a store's fact, when its clock was ahead by so much. What would be still to come is taken for what has just
 * happened: else her clocks would be carried there, and nothing would be said to her until then. `heardAt`: null where
 * a build of before has heard it.
 */
export function corrected(at: number, { aheadMs, heardAt }: { aheadMs: number; heardAt: number | null }): number {
  const own = Math.abs(aheadMs) < aheadMinMs ? at : at - aheadMs;
  return heardAt !== null && own > heardAt + futureMaxMs ? heardAt : own;
}

/** By corrected time, milliseconds since 1970; a decision has the time of the fact that led to it. */
export type FactKey = readonly [at: number, store: number, epoch: number, sequence: number, behind: number];

export const beforeAll: FactKey = [0, 0, 0, 0, 0];

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
  return [at, headquartersStore, 0, number, 0];
}

/** What headquarters decided from a fact stands right behind it, whatever else was at the same time; its id says so. */
export function behindText([, store, epoch, sequence]: FactKey): string {
  return `/${store}.${epoch}.${sequence}`;
}

/** `id`: of something decided, "kairos/NUMBER" or "kairos/NUMBER/STORE.EPOCH.SEQUENCE". */
export function decidedKey(at: number, id: string, number: number): FactKey {
  const [, count = '0', place] = id.split('/');
  if (place === undefined) return ownKey(at, number);
  const [store = 0, epoch = 0, sequence = 0] = place.split('.').map(Number);
  return [at, store, epoch, sequence, Number(count)];
}

export function compareKeys(one: FactKey, other: FactKey): number {
  for (let part = 0; part < 5; part += 1) {
    const difference = (one[part] as number) - (other[part] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function inOrder(facts: readonly PersonFact[]): readonly PersonFact[] {
  return facts.toSorted((one, other) => compareKeys(one.key, other.key));
}
