/**
 * The ways of customers through the store: who stays where for how long. The facts of Kairos and the questions to its
 * peers are drawn from the same ways, so that both meet the same rules equally often.
 *
 * - `keepingToAZone`: she spends her visit in one zone. About seven dialogues let her in; from then on most of what
 *   fits her is held back by its limits, as it is for the regular customers of a shop. Nothing is skipped: she has room
 *   for more, so each fact is tried against all that its zone holds. This is what ratios are taken from.
 * - `wandering`: she is somewhere else at every fact. Within seconds she is in as many dialogues as one person may be
 *   in, and has no room for another: a bound of the engine, not the life of a shop. Measured beside it, so that nobody
 *   has to guess what that costs.
 */
import { makeStays, type Stay } from './rules.ts';

/** The n-th stay of whoever is in a place of the store. Made ahead: asking costs next to nothing. */
export type StayOf = (place: number, n: number) => Stay;

/** A prime, so that no customer meets a pattern. */
const staysPerZone = 503;

export function keepingToAZone(zones: readonly string[]): StayOf {
  const all = zones.map((zone, seed) => makeStays(staysPerZone, [zone], 3 + seed));
  return (place, n) => {
    const here = all[place % all.length] as readonly Stay[];
    return here[(place * 7919 + n * 31) % staysPerZone] as Stay;
  };
}

export function wandering(zones: readonly string[]): StayOf {
  const all = makeStays(20_011, zones);
  return (place, n) => all[(place * 7919 + n * 31) % all.length] as Stay;
}
