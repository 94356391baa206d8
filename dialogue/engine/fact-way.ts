/**
 * The way of a fact through the engine, by its type: how it changes the store, how it changes a person, and what it
 * means for runs. One look a fact, because most facts are of types for which all of it is nothing.
 */
import { type AnyFold, foldedTypes, foldOf } from './fold.ts';
import { type StoreFold, storeFolds } from './fold-store.ts';
import { type AnyHearer, hearersByType, looksBack } from './hearing.ts';

export interface FactWay {
  readonly foldStore: StoreFold | null;
  readonly fold: AnyFold | null;
  readonly hear: AnyHearer | null;
  /** Folding wipes out what hearing asks about. */
  readonly looksBack: boolean;
}

/** The fact changes nothing by itself. */
export const plainWay: FactWay = { foldStore: null, fold: null, hear: null, looksBack: false };

const ways: ReadonlyMap<string, FactWay> = new Map(
  [...new Set([...foldedTypes, ...storeFolds.keys(), ...hearersByType.keys()])].map((type) => [
    type,
    {
      foldStore: storeFolds.get(type) ?? null,
      fold: foldOf(type) ?? null,
      hear: hearersByType.get(type) ?? null,
      looksBack: looksBack.has(type),
    },
  ]),
);

export function wayOf(type: string): FactWay {
  return ways.get(type) ?? plainWay;
}
