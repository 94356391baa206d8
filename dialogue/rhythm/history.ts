/**
 * What is remembered of one person's purchases to know her rhythm: three numbers. Days are those of the store's
 * calendar; several purchases on one day are one, because two receipts are no rhythm.
 */
import type { Calendar } from '../measure/calendar.ts';

/** Plain JSON. Days as `Calendar.dayNumber` counts them. */
export interface PurchaseHistory {
  readonly firstDay: number;
  readonly lastDay: number;
  /** Days with a purchase after the first. */
  readonly repeats: number;
}

/** What the model looks at, in weeks; the letters are those of the literature. */
export interface Summary {
  /** Repeat purchases. */
  readonly x: number;
  /** From the first purchase to the last; 0 where there was one. */
  readonly tx: number;
  /** From the first purchase to now. */
  readonly T: number;
}

/**
 * The history with one more purchase. Of purchases before the last one that is known only the first day is known to be
 * counted already; one on any other day counts.
 */
export function withPurchase(history: PurchaseHistory | null, at: number, calendar: Calendar): PurchaseHistory {
  const day = calendar.dayNumber(at);
  if (history === null) return { firstDay: day, lastDay: day, repeats: 0 };
  const { firstDay, lastDay, repeats } = history;
  if (day === firstDay || day === lastDay) return history;
  return { firstDay: Math.min(firstDay, day), lastDay: Math.max(lastDay, day), repeats: repeats + 1 };
}

/** How it looks at `now`; never before her last purchase. */
export function summaryAt({ firstDay, lastDay, repeats }: PurchaseHistory, now: number, calendar: Calendar): Summary {
  const today = calendar.dayNumber(now);
  const days = today - firstDay + (now - calendar.startOfDay(today)) / lengthOfDay(today, calendar);
  const tx = (lastDay - firstDay) / 7;
  return { x: repeats, tx, T: Math.max(tx, days / 7) };
}

/** Milliseconds; a day on which the clocks are changed is an hour longer or shorter, and is one day all the same. */
function lengthOfDay(day: number, calendar: Calendar): number {
  return calendar.startOfDay(day + 1) - calendar.startOfDay(day);
}

/** Days since 1970 as doubles are exact to 0.0004 ms: what lies so close below a millisecond counts as on it. */
const roundingMs = 0.001;

/** The first millisecond at which `T` exceeds so many weeks. */
export function instantOfWeek({ firstDay }: PurchaseHistory, weeks: number, calendar: Calendar): number {
  const days = firstDay + weeks * 7;
  const day = Math.floor(days);
  const ofDay = (days - day) * lengthOfDay(day, calendar);
  return Math.floor(calendar.startOfDay(day) + ofDay + roundingMs) + 1;
}
