/**
 * When a store syncs by itself: once a night, at a moment that it derives from its own name, so that the stores of a
 * chain are spread over the night without anybody who assigns them (DESIGN section 6).
 */
import { createHash } from 'node:crypto';
import type { Calendar } from '@kairos/dialogue/measure/calendar.ts';

/** Of the store's wall clock: from one to five in the morning, after closing and before the bakers. */
export const nightFromMinute = 60;
export const nightMinutes = 240;

/** Minute of the day at which this store begins. */
export function nightMinute(store: string): number {
  const hash = createHash('sha256').update(`night ${store}`).digest();
  return nightFromMinute + (hash.readUInt32BE(0) % nightMinutes);
}

/** The second of that minute: of 200 stores a few have each minute, and hardly two a second. */
export function nightSecond(store: string): number {
  const hash = createHash('sha256').update(`night ${store}`).digest();
  return hash.readUInt32BE(4) % 60;
}

/** The next such instant after `now`. Where the clock is put forward over it, so much later. */
export function nextNight(store: string, calendar: Calendar, now: number): number {
  const today = calendar.dayNumber(now);
  for (let day = today; ; day += 1) {
    // From noon, so that the day's name is right whatever its length.
    const { year, month, day: ofMonth } = calendar.local(calendar.startOfDay(day) + 43_200_000);
    const at = calendar.instant(year, month, ofMonth, nightMinute(store)) + nightSecond(store) * 1_000;
    if (at > now) return at;
  }
}
