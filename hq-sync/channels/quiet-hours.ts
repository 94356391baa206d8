/** Hours in which nobody is written to or called, by the clock on her own wall. */

const minuteMs = 60_000;
const dayMinutes = 1440;
/** A clock that is put forward or back moves the end by an hour at most; twice is enough to find it. */
const correctionsMax = 3;

export interface QuietHours {
  /** Minutes of the day: quiet from here … */
  readonly from: number;
  /** … until here, past midnight where it is the smaller. The same: never quiet. */
  readonly to: number;
}

/** When the quiet that `now` lies in ends; null where it lies in none. `zone`: an IANA name. */
export function quietUntil({ from, to }: QuietHours, zone: string, now: number): number | null {
  if (!isWithin(from, to, minuteOfDay(now, zone))) return null;
  let end = Math.floor(now / minuteMs) * minuteMs;
  end += modulo(to - minuteOfDay(end, zone)) * minuteMs;
  for (let tried = 0; tried < correctionsMax; tried += 1) {
    const off = modulo(to - minuteOfDay(end, zone) + dayMinutes / 2) - dayMinutes / 2;
    if (off === 0 || end + off * minuteMs <= now) break;
    end += off * minuteMs;
  }
  return end;
}

/** "20:30" → 1230; null for anything else. */
export function minuteOf(text: string): number | null {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/** The minute that the clock on the wall shows. Throws `RangeError` for no zone. */
export function minuteOfDay(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return of('hour') * 60 + of('minute');
}

/** "2026-11-22": the day on the calendar of that wall. */
export function dayIn(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    at,
  );
}

function isWithin(from: number, to: number, minute: number): boolean {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

function modulo(minutes: number): number {
  return ((minutes % dayMinutes) + dayMinutes) % dayMinutes;
}
