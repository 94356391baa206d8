/**
 * When an absence is unusual: longer than her own rhythm makes likely (DESIGN section 4).
 *
 * It is, once it has become likelier that she has stopped than that she is between two purchases, and never while it
 * is shorter than her usual interval. Someone who bought once has no rhythm, and is never missed by this measure.
 *
 * Tried against the plainer "a gap so long has a chance of one in twenty" on the histories of the literature: of
 * people called absent by either, at equal numbers, fewer of those called so here were back within a quarter.
 */
import type { Calendar } from '../measure/calendar.ts';
import type { RhythmParameters } from './bg-nbd.ts';
import { instantOfWeek, type PurchaseHistory, type Summary } from './history.ts';

/** A chance that she is still a customer, at or below which her absence is unusual. */
export const unusualLevel = 0.5;

/** A century: what would be unusual later than this is never. */
const weeksMax = 5200;

/**
 * Of a population of people who buy music by mail (Fader, Hardie and Lee 2005), in weeks: where a chain begins, until
 * it has fitted its own.
 */
export const firstParameters: RhythmParameters = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

export function isUnusualAbsence(summary: Summary, parameters: RhythmParameters, level = unusualLevel): boolean {
  const weeks = weeksUntilUnusual(summary, parameters, level);
  return weeks !== null && summary.T >= weeks;
}

/** The instant from which on, unless she buys before, her absence is unusual; null where it never will be. */
export function dueAt(
  history: PurchaseHistory,
  parameters: RhythmParameters,
  calendar: Calendar,
  level = unusualLevel,
): number | null {
  const tx = (history.lastDay - history.firstDay) / 7;
  const weeks = weeksUntilUnusual({ x: history.repeats, tx, T: tx }, parameters, level);
  return weeks === null ? null : instantOfWeek(history, weeks, calendar);
}

/** The `T` at which `probabilityAlive` falls to `level`: its closed form solved for T. */
function weeksUntilUnusual({ x, tx }: Summary, { r, alpha, a, b }: RhythmParameters, level: number): number | null {
  if (x === 0) return null;
  const logOdds = Math.log((1 - level) / level) + Math.log((b + x - 1) / a);
  const weeks = (alpha + tx) * Math.exp(logOdds / (r + x)) - alpha;
  const unusual = Math.max(weeks, tx + tx / x);
  return unusual <= weeksMax ? unusual : null;
}
