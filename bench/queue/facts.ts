/** The facts of the measurement: which one it is can be told from what it says, so that the ledger needs no list. */
import { zoneCount, zoneName } from '../path/workload.ts';

/** Prime to the number of zones: the pair of zone and confidence comes again after so many facts times the zones. */
const confidences = 401;

interface TellingFact {
  readonly type: 'zone.entered';
  readonly body: { readonly cart: string; readonly zone: string; readonly confidence: number };
}

/** The n-th fact of a device, from 0. */
export function factAt(n: number, cart: string): TellingFact {
  return { type: 'zone.entered', body: { cart, zone: zoneName(n % zoneCount), confidence: 500 + (n % confidences) } };
}

export interface Found {
  readonly zone: string;
  readonly confidence: number;
}

export interface Balance {
  readonly lost: number;
  /** Facts that are there again, or after one that they precede. */
  readonly doubled: number;
}

/** No two facts within a round are alike. */
const round = zoneCount * confidences;

/**
 * Holds what a store has, in the order in which it has it, to the `count` facts that the device had stored. A gap and
 * a repetition of less than half a round (8,000 facts) show as what they are.
 */
export function balance(found: Iterable<Found>, count: number): Balance {
  let next = 0;
  let lost = 0;
  let doubled = 0;
  for (const one of found) {
    const ahead = distance(next, one);
    if (ahead > round / 2) doubled += 1;
    else {
      lost += ahead;
      next += ahead + 1;
    }
  }
  return { lost: lost + count - next, doubled };
}

/** By how many facts `one` lies ahead of the `next` expected, going round. */
function distance(next: number, { zone, confidence }: Found): number {
  const first = (((confidence - 500 - next) % confidences) + confidences) % confidences;
  for (let ahead = first; ahead < round; ahead += confidences) {
    if (zoneName((next + ahead) % zoneCount) === zone) return ahead;
  }
  throw new Error(`"${zone}", ${confidence} is no fact of this measurement`);
}
