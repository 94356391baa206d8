/** The short forms in which authors write amounts: spans, rates, shares, times of day, dates. Text in, value or null out. */
import type { Month, Rate, Span } from '../compiled.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: minuteMs,
  min: minuteMs,
  h: hourMs,
  d: dayMs,
  w: 7 * dayMs,
};
/** Ten years: longer is a slip of the pen. */
const spanMsMax = 3660 * dayMs;
const spanMonthsMax = 120;

export const spanForms = '25s, 10m, 2h, 30d, 2w, 6mo or 1y';

/** "25s 10m 2h 30d 2w 6mo 1y"; months and years are calendar ones. */
export function parseSpan(text: string): Span | null {
  const match = /^(\d{1,9})\s?(s|min|mo|m|h|d|w|y)$/.exec(text.trim());
  if (match === null) return null;
  const count = Number(match[1]);
  const unit = match[2] as string;
  if (count < 1) return null;
  if (unit === 'mo' || unit === 'y') {
    const months = unit === 'y' ? count * 12 : count;
    return months <= spanMonthsMax ? { months } : null;
  }
  const ms = count * (unitMs[unit] as number);
  return ms <= spanMsMax ? { ms } : null;
}

/** "1 per 90d", "2 per visit" is none: visits have their own limit. */
export function parseRate(text: string): Rate | null {
  const match = /^(\d{1,4})\s*(?:per|in|\/)\s*(\S.*)$/.exec(text.trim());
  if (match === null) return null;
  const within = parseSpan(
    /^\d/.test(match[2] as string) ? (match[2] as string) : `1${unitOfWord(match[2] as string)}`,
  );
  const count = Number(match[1]);
  return within === null || count < 1 ? null : { count, within };
}

function unitOfWord(word: string): string {
  return { day: 'd', week: 'w', month: 'mo', year: 'y', hour: 'h' }[word] ?? word;
}

/** "12.5%" in parts of `whole` (10,000 for basis points, 1,000 for thousandths); null where it is none, or above 100 %. */
export function parseShare(text: string, whole: number): number | null {
  const match = /^(\d{1,3}(?:\.\d{1,2})?)\s?%$/.exec(text.trim());
  if (match === null) return null;
  const share = Math.round((Number(match[1]) * whole) / 100);
  return share <= whole ? share : null;
}

/** "9:00" or "21:30", in minutes of the day; "24:00" is its end. */
export function parseMinuteOfDay(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (match === null) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= 24 * 60 ? minutes : null;
}

const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** "2026-12-24", or "12-24" for every year. */
export function parseDay(text: string): { year: number | null; month: Month; day: number } | null {
  const match = /^(?:(\d{4})-)?(\d{2})-(\d{2})$/.exec(text.trim());
  if (match === null) return null;
  const month = Number(match[2]);
  const day = Number(match[3]);
  const year = match[1] === undefined ? null : Number(match[1]);
  const longest = daysInMonth[month - 1];
  if (longest === undefined || day < 1 || day > longest) return null;
  if (year !== null && month === 2 && day === 29 && !isLeapYear(year)) return null;
  return { year, month: month as Month, day };
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Midnight UTC of a day, in milliseconds since 1970. */
export function dayToMs(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * dayMs;
}

/** A rough length for comparing spans with each other; months count 30 days. */
export function roughMs(span: Span): number {
  return 'ms' in span ? span.ms : span.months * 30 * dayMs;
}
