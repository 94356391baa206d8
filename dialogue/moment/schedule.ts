/** When a dialogue may speak: days, hours of the local day, and a first and last date. */
import type { Schedule } from '../compiled.ts';
import type { Calendar } from '../measure/calendar.ts';
import { notByTime } from './stop.ts';

const daysAhead = 8;

/** 0: now. Else when it opens next; never, once it is over. */
export function opens(schedule: Schedule | null, now: number, calendar: Calendar): number {
  if (schedule === null) return 0;
  const { days, minutes, fromMs, untilMs } = schedule;
  const from = fromMs !== null && fromMs > now ? fromMs : now;
  for (let ahead = 0, at = from; ahead < daysAhead; ahead += 1, at = calendar.endOf('day', at)) {
    if (untilMs !== null && at >= untilMs) return notByTime;
    const { weekday, year, month, day, minuteOfDay } = calendar.local(at);
    if (days.length > 0 && !days.includes(weekday)) continue;
    // Hours that run over midnight are open at both ends of the day.
    const isOver = minutes !== null && minutes.from > minutes.to;
    if (minutes === null || isIn(minutes, minuteOfDay)) return at === now ? 0 : at;
    if (isOver || minuteOfDay < minutes.from) return calendar.instant(year, month, day, minutes.from);
  }
  return notByTime;
}

function isIn({ from, to }: { readonly from: number; readonly to: number }, minute: number): boolean {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
