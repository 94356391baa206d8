/**
 * "So many within a window", over times that are kept oldest first; months are calendar months.
 */
import type { Rate } from '../compiled.ts';
import type { Calendar } from '../measure/calendar.ts';

/** 0: there is room. Else when the window will have moved far enough. */
export function roomComes(times: readonly number[], rate: Rate, now: number, calendar: Calendar): number {
  // The one that must have left the window before there is room for another.
  const blocking = times[times.length - rate.count];
  if (blocking === undefined) return 0;
  const leaves = calendar.add(blocking, rate.within);
  return leaves <= now ? 0 : leaves;
}
