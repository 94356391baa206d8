/**
 * When a fact counts in a measure: from when, and until when. All of a measure's windows come down to these two.
 *
 * Time is cut into slots, and a fact counts as if it had happened at the start of its slot. So that no measure holds
 * more than its `buckets`, a slot is as wide as the window (with `endingAgo`) divided by them; where a window needs
 * no such cut it has none: for ever, a calendar unit and whatever is the last are exact.
 */
import type { CompiledMeasure, Span } from '../compiled.ts';
import type { Calendar, CalendarUnit } from './calendar.ts';

/** DESIGN section 4, bounds. */
const bucketsMax = 64;

export interface Lifespan {
  /** The slot of an instant: a number that grows with time and is short in JSON. */
  slotOf(at: number): number;
  /** The instant that stands for all of a slot. */
  startOf(slot: number): number;
  /** From here on the facts of a slot count … */
  enters(slot: number): number;
  /** … and from here on no more; infinity where they count for ever. */
  leaves(slot: number): number;
  /** Nothing ever leaves: what has entered is gathered in slot 0, or, of the last, only the newest is kept. */
  readonly forEver: boolean;
  /** Width of a slot in milliseconds: how much too early the time of a fact may be taken. 0: exact. */
  readonly widthMs: number;
}

const longest: Record<CalendarUnit, number> = { day: 25, week: 169, month: 745, year: 8784 };
const shortest: Record<CalendarUnit, number> = { day: 23, week: 167, month: 671, year: 8760 };
const hourMs = 3_600_000;

/** Throws a RangeError for what `measureProblem` names. */
export function lifespanOf(measure: CompiledMeasure, calendar: Calendar): Lifespan {
  const problem = measureProblem(measure);
  if (problem !== null) throw new RangeError(`${measure.name}: ${problem}`);
  const { window, endingAgo } = measure;
  if (window === null) return forEver(measure, calendar);
  if (window.kind === 'calendar') return calendarUnits(measure, window.unit, calendar);
  return rolling(measure, window.span, endingAgo, calendar);
}

/** What a person must change before the measure can be kept within its bounds; null where nothing. */
export function measureProblem(measure: CompiledMeasure): string | null {
  const { window, endingAgo, buckets } = measure;
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > bucketsMax) {
    return `a window is counted in 1 to ${bucketsMax} buckets, not ${buckets}`;
  }
  for (const span of [endingAgo, window?.kind === 'rolling' ? window.span : null]) {
    if (span !== null && !(lengthMax(span) > 0)) return 'a window and how long ago it ends must be longer than nothing';
  }
  if (window === null && endingAgo !== null && buckets < 2) return 'what ends some time ago needs at least 2 buckets';
  if (window?.kind !== 'calendar' || endingAgo === null || slotsPerUnit(measure, window.unit) >= 1) return null;
  return `a ${window.unit} that ends so long ago would need more than ${buckets} buckets; take a longer unit or end it sooner`;
}

function forEver({ endingAgo, buckets, kind }: CompiledMeasure, calendar: Calendar): Lifespan {
  if (endingAgo === null) {
    // The last needs its time, to know what is later; all others need nothing.
    return {
      slotOf: kind === 'last' ? (at) => at : () => 0,
      startOf: (slot) => slot,
      enters: () => Number.NEGATIVE_INFINITY,
      leaves: () => Number.POSITIVE_INFINITY,
      forEver: true,
      widthMs: 0,
    };
  }
  // One of the buckets is the base.
  const slots = evenSlots(lengthMax(endingAgo), buckets - 1);
  return {
    ...slots,
    enters: (slot) => (slot === 0 ? Number.NEGATIVE_INFINITY : calendar.add(slots.startOf(slot), endingAgo)),
    leaves: () => Number.POSITIVE_INFINITY,
    forEver: true,
  };
}

function rolling(measure: CompiledMeasure, span: Span, endingAgo: Span | null, calendar: Calendar): Lifespan {
  const { buckets, kind } = measure;
  // Of the last, unshifted, there is only ever one: it needs no cut.
  const exact = kind === 'last' && endingAgo === null;
  const slots = exact
    ? { slotOf: (at: number) => at, startOf: (slot: number) => slot, widthMs: 0 }
    : evenSlots(lengthMax(span) + (endingAgo === null ? 0 : lengthMax(endingAgo)), buckets);
  if (endingAgo === null) {
    return {
      ...slots,
      enters: slots.startOf,
      leaves: (slot) => calendar.add(slots.startOf(slot), span),
      forEver: false,
    };
  }
  const whole = sumOf(endingAgo, span);
  return {
    ...slots,
    enters: (slot) => calendar.add(slots.startOf(slot), endingAgo),
    leaves: (slot) =>
      whole === null
        ? calendar.add(calendar.add(slots.startOf(slot), endingAgo), span)
        : calendar.add(slots.startOf(slot), whole),
    forEver: false,
  };
}

/** Slots are cut from the start of each unit, so that no slot lies in two; they are numbered in seconds. */
function calendarUnits(measure: CompiledMeasure, unit: CalendarUnit, calendar: Calendar): Lifespan {
  const { endingAgo, kind } = measure;
  if (endingAgo === null) {
    return {
      slotOf: (at) => (kind === 'last' ? at : calendar.startOf(unit, at) / 1000),
      startOf: (slot) => (kind === 'last' ? slot : slot * 1000),
      enters: (slot) => (kind === 'last' ? slot : slot * 1000),
      leaves: (slot) => calendar.endOf(unit, kind === 'last' ? slot : slot * 1000),
      forEver: false,
      widthMs: 0,
    };
  }
  const width = Math.ceil((longest[unit] * 3600) / slotsPerUnit(measure, unit));
  return {
    slotOf: (at) => {
      const start = calendar.startOf(unit, at) / 1000;
      return start + Math.floor((at / 1000 - start) / width) * width;
    },
    startOf: (slot) => slot * 1000,
    enters: (slot) => calendar.add(slot * 1000, endingAgo),
    leaves: (slot) => calendar.add(calendar.endOf(unit, slot * 1000), endingAgo),
    forEver: false,
    widthMs: width * 1000,
  };
}

/** How many slots each unit may have, so that all units between now and the far end fit. */
function slotsPerUnit({ endingAgo, buckets }: CompiledMeasure, unit: CalendarUnit): number {
  const unitsHeld = Math.ceil(lengthMax(endingAgo as Span) / (shortest[unit] * hourMs)) + 2;
  return Math.floor(buckets / unitsHeld);
}

function evenSlots(lengthMs: number, buckets: number): Pick<Lifespan, 'slotOf' | 'startOf' | 'widthMs'> {
  const widthMs = Math.ceil(lengthMs / buckets);
  return { slotOf: (at) => Math.floor(at / widthMs), startOf: (slot) => slot * widthMs, widthMs };
}

/** The longest that a span can be: months of 31 days, and an hour for the end of summer time. */
function lengthMax(span: Span): number {
  return 'ms' in span ? span.ms : span.months * 31 * 24 * hourMs + (span.months > 0 ? hourMs : 0);
}

/** Added as months, so that a short month in between shortens nothing; null where the units differ. */
function sumOf(first: Span, second: Span): Span | null {
  if ('ms' in first && 'ms' in second) return { ms: first.ms + second.ms };
  if ('months' in first && 'months' in second) return { months: first.months + second.months };
  return null;
}
