/**
 * The calendar on a store's wall: instants (milliseconds since 1970, UTC) to local days and back, calendar months,
 * and where days, weeks, months and years begin, through changes to and from summer time.
 *
 * Pure. Local readings that happen twice mean the first; readings that are skipped mean as much later. Weeks begin on
 * Monday (ISO 8601). The rules of time zones come from the platform (Intl) and are asked for at most once a UTC day.
 */
import type { Span } from '../compiled.ts';

export type CalendarUnit = 'day' | 'week' | 'month' | 'year';

/** What a person in the store reads off the wall. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  /** 0 = Sunday. */
  readonly weekday: number;
  readonly minuteOfDay: number;
}

export interface Calendar {
  readonly timeZone: string;
  local(at: number): LocalTime;
  /** Days of the store's calendar since 1 January 1970, and when such a day begins. */
  dayNumber(at: number): number;
  startOfDay(dayNumber: number): number;
  /** The instant at which the wall shows this; a day beyond its month's end means the month's last day. */
  instant(year: number, month: number, day: number, minuteOfDay: number): number;
  /** The first instant of the unit that holds `at` … */
  startOf(unit: CalendarUnit, at: number): number;
  /** … and of the one after it. */
  endOf(unit: CalendarUnit, at: number): number;
  /**
   * The same day of the month and time of day, so many months later (or earlier); the last day of the month where it
   * is too short.
   */
  addMonths(at: number, months: number): number;
  /** Milliseconds are elapsed time, months are calendar months. */
  add(at: number, span: Span): number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Days whose offset is remembered; about eleven years, then it begins anew. */
const daysRememberedMax = 4096;

/** Throws a RangeError where the platform does not know `timeZone`. */
export function createCalendar(timeZone: string): Calendar {
  const offset = createOffsets(timeZone);

  /** `wallMs`: the wall's reading as if it were UTC. */
  function fromWall(wallMs: number): number {
    const earlier = offset(wallMs - dayMs);
    const later = offset(wallMs + dayMs);
    const first = wallMs - earlier;
    if (earlier === later || offset(first) === earlier) return first;
    const second = wallMs - later;
    return offset(second) === later ? second : first;
  }

  function wall(at: number): number {
    return at + offset(at);
  }

  function startOfPlus(unit: CalendarUnit, at: number, units: number): number {
    const today = Math.floor(wall(at) / dayMs);
    if (unit === 'day') return fromWall((today + units) * dayMs);
    if (unit === 'week') return fromWall((today - mod(weekdayOf(today) + 6, 7) + units * 7) * dayMs);
    const { year, month } = civilOf(today);
    const months = unit === 'month' ? year * 12 + month - 1 + units : (year + units) * 12;
    return fromWall(civilDay(Math.floor(months / 12), mod(months, 12) + 1, 1) * dayMs);
  }

  function addMonths(at: number, months: number): number {
    if (months === 0) return at;
    const here = wall(at);
    const today = Math.floor(here / dayMs);
    const { year, month, day } = civilOf(today);
    const target = year * 12 + month - 1 + months;
    return fromWall(clampedDay(Math.floor(target / 12), mod(target, 12) + 1, day) * dayMs + (here - today * dayMs));
  }

  return {
    timeZone,
    local(at) {
      const here = wall(at);
      const today = Math.floor(here / dayMs);
      const minuteOfDay = Math.floor((here - today * dayMs) / minuteMs);
      return { ...civilOf(today), weekday: weekdayOf(today), minuteOfDay };
    },
    dayNumber: (at) => Math.floor(wall(at) / dayMs),
    startOfDay: (number) => fromWall(number * dayMs),
    instant: (year, month, day, minuteOfDay) => fromWall(clampedDay(year, month, day) * dayMs + minuteOfDay * minuteMs),
    startOf: (unit, at) => startOfPlus(unit, at, 0),
    endOf: (unit, at) => startOfPlus(unit, at, 1),
    addMonths,
    add: (at, span) => ('ms' in span ? at + span.ms : addMonths(at, span.months)),
  };
}

/** What to add to UTC at an instant. No zone changes twice within one UTC day, so a day needs at most one search. */
function createOffsets(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const days = new Map<number, { before: number; after: number; changesAt: number }>();

  function ask(at: number): number {
    const read: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) read[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read;
    const wallMs = civilDay(year, month, day) * dayMs + ((hour * 60 + minute) * 60 + second) * 1000;
    return wallMs - Math.floor(at / 1000) * 1000;
  }

  function learn(day: number): { before: number; after: number; changesAt: number } {
    const before = ask(day * dayMs);
    const after = ask((day + 1) * dayMs);
    let low = day * dayMs;
    let high = (day + 1) * dayMs;
    while (before !== after && high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (ask(middle) === before) low = middle;
      else high = middle;
    }
    if (days.size >= daysRememberedMax) days.clear();
    const known = { before, after, changesAt: high };
    days.set(day, known);
    return known;
  }

  return (at) => {
    const day = Math.floor(at / dayMs);
    const known = days.get(day) ?? learn(day);
    return at < known.changesAt ? known.before : known.after;
  };
}

/** Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that a leap day ends one. */
function civilDay(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = mod(month + 9, 12);
  const leaps = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leaps + Math.floor((marchMonth * 153 + 2) / 5) + day - 1 - 719_468;
}

function civilOf(dayOf1970: number): { year: number; month: number; day: number } {
  const days = dayOf1970 + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = mod(marchMonth + 2, 12) + 1;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 };
}

function clampedDay(year: number, month: number, day: number): number {
  const next = month === 12 ? civilDay(year + 1, 1, 1) : civilDay(year, month + 1, 1);
  return Math.min(civilDay(year, month, day), next - 1);
}

function weekdayOf(dayOf1970: number): number {
  return mod(dayOf1970 + 4, 7);
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
