/**
 * Measures that cross a threshold, by a fact or by the passing of their window (DESIGN section 4, bounds).
 *
 * `rises` holds at the threshold and above, `falls` below it. A relative threshold is a share of another measure.
 */
import { worth } from './measure-book.ts';
import type { Watch } from './release-book.ts';
import type { Subject } from './subject.ts';

/** Windows passing one after the other, looked through for the next moment at which a relative threshold is crossed. */
const boundariesMax = 128;

export interface Thresholds {
  /** Those that hold now and did not before. */
  newly(now: number): Watch<'measure'>[];
}

export function crossedBy(subject: Subject, watches: readonly Watch<'measure'>[], before: number): Thresholds {
  const held = watches.map((watch) => holds(subject, watch, before));
  return { newly: (now) => watches.filter((watch, at) => !held[at] && holds(subject, watch, now)) };
}

export function holds(subject: Subject, { plan, entry }: Watch<'measure'>, now: number): boolean {
  const value = worth(subject.state, plan.measures[entry.measure], now);
  const threshold = thresholdOf(subject, { plan, entry }, now);
  return entry.direction === 'rises' ? value > threshold : value < threshold;
}

/** When, by time alone, it will hold where it did not, or the other way round; infinity where never. */
export function flips(subject: Subject, watch: Watch<'measure'>, from: number): number {
  const held = holds(subject, watch, from);
  const { plan, entry } = watch;
  const measures = [entry.measure, ...(entry.share ? [entry.share.measure] : [])].map((index) => plan.measures[index]);
  let at = from;
  for (let tried = 0; tried < boundariesMax; tried += 1) {
    let next = Number.POSITIVE_INFINITY;
    for (const kept of measures) {
      const tally = kept && subject.state.measures[kept.key];
      const change = tally ? kept.measure.nextChange(tally, at) : null;
      if (change !== null) next = Math.min(next, change);
    }
    if (next === Number.POSITIVE_INFINITY || holds(subject, watch, next) !== held) return next;
    at = next;
  }
  return at;
}

function thresholdOf(subject: Subject, { plan, entry }: Pick<Watch<'measure'>, 'plan' | 'entry'>, now: number): number {
  if (!entry.share) return entry.threshold;
  return (worth(subject.state, plan.measures[entry.share.measure], now) * entry.share.thousandths) / 1000;
}
