/**
 * Random days in a small store: what four people and the store do, as plain steps that a counterexample can print.
 * `Day` (day.ts) plays them to an engine.
 */
import * as fc from 'fast-check';

/** The fourth is a guest: no chain-wide id, forgotten with her visit. */
export const people = [1, 2, 3, 4] as const;
export const guest = 4;

export type Step = { readonly do: string; readonly who: number; readonly what: string; readonly count: number };

export interface DayWish {
  readonly steps: number;
  /** Nothing that reaches everybody. */
  readonly isApart?: boolean;
  /** Mostly in one zone, before its screens. */
  readonly isCrowd?: boolean;
  readonly people?: readonly number[];
}

const zones = ['suits', 'shoes', 'wine', 'tills', 'door'];
const crowded = ['suits', 'suits', 'suits', 'suits', 'shoes'];

export function dayOf({
  steps,
  isApart = false,
  isCrowd = false,
  people: who = people,
}: DayWish): fc.Arbitrary<Step[]> {
  const places = isCrowd ? crowded : zones;
  const of = (weight: number, name: string, what: fc.Arbitrary<string> = fc.constant('')) => ({
    weight,
    arbitrary: fc.record({
      do: fc.constant(name),
      who: fc.constantFrom(...who),
      what,
      count: fc.integer({ min: 1, max: 60 }),
    }),
  });
  const step = fc.oneof(
    of(8, 'pass'),
    of(1, 'pass-long'),
    of(10, 'browse', fc.constantFrom(...places)),
    of(3, 'enter', fc.constantFrom(...places)),
    of(1, 'leave'),
    of(1, 'enter-late', fc.constantFrom(...zones)),
    of(5, 'scan', fc.constantFrom('suits', 'shoes', 'wine')),
    of(1, 'put-back', fc.constantFrom('suits', 'shoes', 'wine')),
    of(2, 'pay', fc.constantFrom('suits', 'shoes', 'wine')),
    of(1, 'return', fc.constantFrom('suits', 'shoes')),
    of(5, 'see'),
    of(4, 'answer', fc.constantFrom('yes', 'yes', 'no', 'other')),
    of(1, 'answer-old', fc.constantFrom('yes', 'no')),
    of(1, 'see-old'),
    of(1, 'send'),
    of(1, 'quiet'),
    of(2, 'screen', fc.constantFrom('connected', 'connected', 'connected', 'lost', 'dark')),
    of(1, 'move'),
    of(3, 'close', fc.constantFrom('exit', 'quiet', 'paid')),
    of(6, 'open', fc.constantFrom('strong', 'strong', 'weak')),
    of(1, 'tier', fc.constantFrom('gold', 'none')),
    of(1, 'consent', fc.constantFrom('yes', 'yes', 'no')),
    ...(isApart
      ? []
      : [of(1, 'pause', fc.constantFrom('everything', 'dialogue', 'channel', 'resume')), of(2, 'zone-screen')]),
  );
  // Everybody is there first, and all that waits has time to come to its end.
  return fc
    .array(step, { minLength: Math.ceil(steps / 3), maxLength: steps, size: 'max' })
    .map((some) => [
      ...(isApart ? [] : [{ do: 'zone-screen', who: 0, what: '', count: 60 }]),
      ...who.map((one) => ({ do: 'open', who: one, what: 'strong', count: 1 })),
      ...some,
    ]);
}
