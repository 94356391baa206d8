/** Days on the store's wall: what "today", "2026-11-23" and "from … to …" mean in milliseconds, in whatever time zone. */
import { type Calendar, createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import type { FigureRange } from '@kairos/protocol/manager-figures.ts';

/** A page asks for two years at most: what the journal keeps. */
const rangeDaysMax = 731;

export interface StoreDays {
  /** Null where the text is no day of the calendar. `date`: "2026-11-23". */
  startOf(date: string): number | null;
  /** Both days are in it. A sentence where they make no range. */
  range(from: string, to: string): FigureRange | string;
  today(nowMs: number): FigureRange;
  /** Where each day of the range begins. */
  daysIn(range: FigureRange): number[];
  /** When the hour of an instant begins. */
  hourOf(at: number): number;
  hourOfDay(at: number): number;
  /** "2026-11-23" */
  dateOf(at: number): string;
}

export function storeDays(timeZone: string): StoreDays {
  const calendar = createCalendar(timeZone);
  const startOf = (date: string): number | null => startOfDay(calendar, date);
  const nextDay = (start: number): number => calendar.endOf('day', start);
  const dateOf = (at: number): string => {
    const { year, month, day } = calendar.local(at);
    return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
  };
  return {
    startOf,
    range: (first, last) => {
      const [from, to] = [startOf(first), startOf(last)];
      if (from === null || to === null)
        return `name days such as 2026-11-23; "${from === null ? first : last}" is none`;
      if (to < from) return `"${last}" is before "${first}"`;
      const range = { from, to: nextDay(to) };
      return (range.to - from) / 86_400_000 > rangeDaysMax ? `ask for ${rangeDaysMax} days at most` : range;
    },
    today: (now) => {
      const from = calendar.startOf('day', now);
      return { from, to: nextDay(from) };
    },
    daysIn: ({ from, to }) => {
      const days: number[] = [];
      for (let day = from; day < to; day = nextDay(day)) days.push(day);
      return days;
    },
    // Every time zone in use is a multiple of a quarter of an hour away from UTC.
    hourOf: (at) => {
      const quarter = at - (at % 900_000);
      return quarter - (calendar.local(quarter).minuteOfDay % 60) * 60_000;
    },
    hourOfDay: (at) => Math.floor(calendar.local(at).minuteOfDay / 60),
    dateOf,
  };
}

function startOfDay(calendar: Calendar, date: string): number | null {
  const [, year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  const noon = calendar.instant(year, month, day, 12 * 60);
  const local = calendar.local(noon);
  return local.month === month && local.day === day ? calendar.startOf('day', noon) : null;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
