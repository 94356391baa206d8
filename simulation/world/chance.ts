/**
 * Chance for the simulated world: one stream of numbers for each purpose, so that what one shopper draws never shifts
 * what another does. The same seed and name give the same stream.
 */
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';

export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** True in `share` of all cases. */
  happens(share: number): boolean;
  /** Evenly in [low, high). */
  between(low: number, high: number): number;
  /** A whole number in [low, high]. */
  whole(low: number, high: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** `count` different items (all where there are fewer), in random order. */
  draw<Item>(items: readonly Item[], count: number): Item[];
  /** Normally distributed. */
  normal(mean: number, deviation: number): number;
}

export function chanceOf(seed: number, purpose: string): Chance {
  const next = seededRandom(hash(`${seed}/${purpose}`));
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    happens: (share) => next() < share,
    between: (low, high) => low + next() * (high - low),
    whole,
    pick: (items) => {
      const item = items[whole(0, items.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    draw: (items, count) => {
      const left = [...items];
      return Array.from({ length: Math.min(count, left.length) }, () => {
        const [item] = left.splice(whole(0, left.length - 1), 1);
        return item as (typeof left)[number];
      });
    },
    normal: (mean, deviation) => {
      // Box and Muller; 1 - next() is never 0.
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return mean + deviation * radius * Math.cos(2 * Math.PI * next());
    },
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
