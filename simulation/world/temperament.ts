/**
 * How a shopper takes it when the cart speaks: each has her own way, and it changes neither where she walks nor what
 * she buys. So the world's trace is the same whatever the store says, and however late.
 */
import type { Chance } from './chance.ts';

export const temperaments = ['quick', 'thoughtful', 'busy', 'wary'] as const;
export type Temperament = (typeof temperaments)[number];

interface Manner {
  /** How many shoppers in a hundred are like this. */
  readonly weight: number;
  /** The share of messages that she answers at all. */
  readonly answers: number;
  /** Of her answers, those that are not the last one offered: the last is by custom the "no". */
  readonly agrees: number;
  /** From the first sight of the message, in milliseconds. */
  readonly afterMs: readonly [number, number];
}

const manners: Record<Temperament, Manner> = {
  quick: { weight: 35, answers: 0.9, agrees: 0.75, afterMs: [1500, 5000] },
  thoughtful: { weight: 30, answers: 0.7, agrees: 0.6, afterMs: [5000, 14_000] },
  // Busy ones see it and walk on.
  busy: { weight: 25, answers: 0.1, agrees: 0.5, afterMs: [3000, 9000] },
  wary: { weight: 10, answers: 0.8, agrees: 0.05, afterMs: [2500, 8000] },
};

/** Shoppers who want to be remembered when the store asks, and how long they think about it, in world time. */
export const rememberShare = 0.6;
export const firstUseMs = 3500;

export function temperamentOf(chance: Chance): Temperament {
  let left = chance.between(0, 100);
  for (const temperament of temperaments) {
    left -= manners[temperament].weight;
    if (left < 0) return temperament;
  }
  return 'wary';
}

export interface Reaction {
  readonly answer: string;
  /** From the first sight of the message, in milliseconds. */
  readonly afterMs: number;
}

/** Which of the answers she gives and how long after she saw them; null: she lets it pass. */
export function reactionOf(temperament: Temperament, answers: readonly string[], chance: Chance): Reaction | null {
  const manner = manners[temperament];
  const last = answers.at(-1);
  if (last === undefined || !chance.happens(manner.answers)) return null;
  const others = answers.slice(0, -1);
  const answer = others.length > 0 && chance.happens(manner.agrees) ? chance.pick(others) : last;
  return { answer, afterMs: chance.between(...manner.afterMs) };
}
