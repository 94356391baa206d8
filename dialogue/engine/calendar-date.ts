/**
 * Dates that people wait for: "seven days before her birthday, at ten", "the first of December". On the store's wall,
 * through changes to summer time; the 29th of February is the 28th in other years.
 */
import type { CompiledEntry } from '../compiled.ts';
import type { Calendar } from '../measure/calendar.ts';

type DateEntry = Extract<CompiledEntry, { kind: 'date' }>;

const minuteMs = 60_000;
/** Years looked ahead and behind for the next time of something yearly: offsets reach over a year's end. */
const yearsAround = 2;

/** The first time after `from`; infinity where there is none. `value`: the attribute's, where it asks for one. */
export function nextDate(entry: DateEntry, value: unknown, from: number, calendar: Calendar): number {
  const day = dayOf(entry, value);
  if (!day) return Number.POSITIVE_INFINITY;
  const isYearly = entry.yearly || day.year === null;
  const thisYear = calendar.local(from).year;
  let next = Number.POSITIVE_INFINITY;
  const years = isYearly ? around(thisYear) : [day.year as number];
  for (const year of years) {
    const at = occurrence(entry, { ...day, year }, calendar);
    if (at > from && at < next) next = at;
  }
  return next;
}

function dayOf(entry: DateEntry, value: unknown): { year: number | null; month: number; day: number } | null {
  if (entry.attribute === null) return entry.on;
  const found = typeof value === 'string' ? /^(\d{4})-(\d{2})-(\d{2})/.exec(value) : null;
  if (!found) return null;
  const [, year, month, day] = found.map(Number) as [number, number, number, number];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { year, month, day } : null;
}

function occurrence(
  { offset, before, minuteOfDay }: DateEntry,
  { year, month, day }: { year: number; month: number; day: number },
  calendar: Calendar,
): number {
  const onTheDay = calendar.instant(year, month, day, minuteOfDay);
  if ('months' in offset) return calendar.addMonths(onTheDay, before ? -offset.months : offset.months);
  const shifted = onTheDay + (before ? -offset.ms : offset.ms);
  if (offset.ms % (24 * 60 * minuteMs) !== 0) return shifted;
  // Days are days, also where one of them had 23 hours.
  const off = minuteOfDay - calendar.local(shifted).minuteOfDay;
  const nearest = off > 720 ? off - 1440 : off < -720 ? off + 1440 : off;
  return shifted + nearest * minuteMs;
}

function around(year: number): number[] {
  return Array.from({ length: 2 * yearsAround + 1 }, (_, at) => year - yearsAround + at);
}
