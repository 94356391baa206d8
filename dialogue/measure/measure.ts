/**
 * Measures: what a customer's facts amount to within a window, kept up to date fact by fact in bounded memory.
 *
 *     const measure = createMeasure(release.measures[i], createCalendar(store.timeZone));
 *     const tally = measure.empty();                  // plain JSON, at most 64 slots (256 pairs for distinct)
 *     measure.observe(tally, scope, fact.at);         // after the index matched type and zone; tests `where` itself
 *     measure.valueOf(tally, now);
 *     measure.nextChange(tally, now);                 // when time alone will change it: a timer's due time
 *
 * What they mean, exactly:
 * - A fact counts from its time for the length of a rolling window, or to the end of its calendar unit, or for ever.
 *   `endingAgo` shifts both ends: the measure is worth now what it would have been worth that long ago.
 * - Months are calendar months in the store's time zone: the 31st and a month is the last day of a shorter month.
 * - Rolling windows, and all with `endingAgo`, are counted in slots of (window + endingAgo) / buckets: a fact counts
 *   as if it had happened at the start of its slot. `precisionMs` is that width; 0 means exact.
 * - Late facts count where they belong. The order of facts does not matter, but for the last with `endingAgo`: of
 *   facts in one slot it remembers the one that came last.
 * - count, sum and distinct of nothing are 0; the last of nothing is NaN, which no comparison holds for. Without `of`,
 *   the last is the time of the fact. What `of` cannot compute, and text as an amount, is left out.
 * - Sums stop at the ends of the safe integers. Distinct values are told apart by a 36-bit hash, so that no text of
 *   hers is kept; beyond 256 the oldest go first.
 *
 * A tally belongs to one definition. Where a release changes a measure's filter, window or buckets, the tally has to
 * be recounted from the facts, or begun anew; that is the engine's to decide.
 */
import type { Scalar } from '@kairos/protocol/facts.ts';
import type { CompiledMeasure, Scope } from '../compiled.ts';
import type { Calendar } from './calendar.ts';
import { eachContribution } from './contribution.ts';
import { lifespanOf } from './lifespan.ts';
import { nextBoundary, read, record, settle, type Tally } from './tally.ts';

export { measureProblem } from './lifespan.ts';
export type { Tally } from './tally.ts';

export interface Measure {
  readonly name: string;
  /** How much too early the time of a fact may be taken. */
  readonly precisionMs: number;
  empty(): Tally;
  /** Takes in the fact of `scope` at its time. True where it counted; the tally is changed in place. */
  observe(tally: Tally, scope: Scope, at: number): boolean;
  valueOf(tally: Tally, now: number): number;
  /**
   * The first moment after `now` at which, by the passing of time alone, the value is such that `wanted` holds;
   * unless said, at which it is any other than now. Null where that never happens. `now` is not before the newest fact.
   */
  nextChange(tally: Tally, now: number, wanted?: (value: number) => boolean): number | null;
}

/** Throws a RangeError for a measure that cannot be kept within its bounds; `measureProblem` says so beforehand. */
export function createMeasure(measure: CompiledMeasure, calendar: Calendar): Measure {
  const { kind, of } = measure;
  const life = lifespanOf(measure, calendar);
  const rules = { kind, life };
  /** The value holds from `from` until `until`; conditions ask for it far more often than it changes. */
  const known = new WeakMap<Tally, { value: number; from: number; until: number }>();

  function look(tally: Tally, now: number): { value: number; until: number } {
    const seen = known.get(tally);
    if (seen !== undefined && seen.from <= now && now < seen.until) return seen;
    const looked = { value: read(tally, rules, now), from: now, until: nextBoundary(tally, rules, now) };
    known.set(tally, looked);
    return looked;
  }

  function amountOf(value: Scalar | null, at: number): number | null {
    if (kind === 'distinct') return value === null ? null : markOf(value);
    if (kind === 'count') return 1;
    if (of === null) return kind === 'last' ? at : 1;
    const amount = typeof value === 'boolean' ? Number(value) : value;
    return typeof amount === 'number' && Number.isFinite(amount) ? amount : null;
  }

  return {
    name: measure.name,
    precisionMs: life.widthMs,
    empty: () => ({ slots: [], values: [] }),
    observe(tally, scope, at) {
      const slot = life.slotOf(at);
      let counted = false;
      eachContribution(measure, scope, (value) => {
        const amount = amountOf(value, at);
        if (amount === null) return;
        record(tally, rules, { slot, value: amount });
        counted = true;
      });
      if (!counted) return false;
      settle(tally, rules, Math.max(at, life.startOf(tally.slots.at(-1) ?? slot)));
      known.delete(tally);
      return true;
    },
    valueOf: (tally, now) => look(tally, now).value,
    nextChange(tally, now, wanted) {
      let { value: current, until } = look(tally, now);
      const isWanted = wanted ?? ((value: number) => !Object.is(value, current));
      while (until !== Number.POSITIVE_INFINITY) {
        if (isWanted(read(tally, rules, until))) return until;
        until = nextBoundary(tally, rules, until);
      }
      return null;
    },
  };
}

/** 36 bits of two FNV-1a hashes: of 256 values, two are taken for one once in two million customers. */
function markOf(value: Scalar): number {
  const text = `${typeof value}:${value}`;
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
  }
  return ((high >>> 16) & 0xf) * 0x100000000 + (low >>> 0);
}
