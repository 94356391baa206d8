import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCalendar } from './calendar.ts';

const zones = [
  'UTC',
  'Europe/Zurich',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'America/Santiago',
  'Pacific/Apia',
];
const zurich = createCalendar('Europe/Zurich');
const at = (iso: string) => Date.parse(iso);
const instants = fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2060-01-01T00:00:00Z') });

/** The platform's own reading, asked afresh each time. */
function platformReading(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(ms);
}

test('the wall reads what the platform says, in every zone and season', () => {
  const calendars = new Map(zones.map((zone) => [zone, createCalendar(zone)]));
  fc.assert(
    fc.property(instants, fc.constantFrom(...zones), (ms, zone) => {
      const { year, month, day, minuteOfDay } = calendars.get(zone)!.local(ms);
      const two = (value: number) => String(value).padStart(2, '0');
      const read = `${year}-${two(month)}-${two(day)} ${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
      expect(read).toBe(platformReading(ms, zone));
    }),
  );
});

test('a unit holds its instant, begins at its own start, and the next begins where it ends', () => {
  const calendars = new Map(zones.map((zone) => [zone, createCalendar(zone)]));
  const unit = fc.constantFrom('day', 'week', 'month', 'year' as const);
  fc.assert(
    fc.property(instants, fc.constantFrom(...zones), unit, (ms, zone, of) => {
      const calendar = calendars.get(zone)!;
      const start = calendar.startOf(of, ms);
      const end = calendar.endOf(of, ms);
      expect(start).toBeLessThanOrEqual(ms);
      expect(end).toBeGreaterThan(ms);
      expect(calendar.startOf(of, start)).toBe(start);
      expect(calendar.startOf(of, end - 1)).toBe(start);
      expect(calendar.startOf(of, end)).toBe(end);
    }),
  );
});

test('days of 23 and 25 hours', () => {
  expect(zurich.endOf('day', at('2026-03-29T10:00:00Z')) - zurich.startOf('day', at('2026-03-29T10:00:00Z'))).toBe(
    23 * 3_600_000,
  );
  expect(zurich.endOf('day', at('2026-10-25T10:00:00Z')) - zurich.startOf('day', at('2026-10-25T10:00:00Z'))).toBe(
    25 * 3_600_000,
  );
});

test('a reading that is skipped means as much later, one that happens twice means the first', () => {
  expect(zurich.instant(2026, 3, 29, 2 * 60 + 30)).toBe(at('2026-03-29T01:30:00Z'));
  expect(zurich.instant(2026, 10, 25, 2 * 60 + 30)).toBe(at('2026-10-25T00:30:00Z'));
});

test('a day without a midnight begins when it begins', () => {
  const santiago = createCalendar('America/Santiago');
  expect(santiago.startOf('day', at('2026-09-06T15:00:00Z'))).toBe(at('2026-09-06T04:00:00Z'));
  expect(santiago.local(at('2026-09-06T04:00:00Z')).minuteOfDay).toBe(60);
});

test('months keep the day and the hour on the wall, or take the last day of a short month', () => {
  expect(zurich.addMonths(at('2026-01-31T09:15:00Z'), 1)).toBe(at('2026-02-28T09:15:00Z'));
  expect(zurich.addMonths(at('2024-01-31T09:15:00Z'), 1)).toBe(at('2024-02-29T09:15:00Z'));
  expect(zurich.addMonths(at('2026-03-15T09:15:00Z'), 6)).toBe(at('2026-09-15T08:15:00Z'));
  expect(zurich.addMonths(at('2026-01-15T09:15:00Z'), 6)).toBe(at('2026-07-15T08:15:00Z'));
  expect(zurich.addMonths(at('2026-01-15T09:15:00Z'), -13)).toBe(at('2024-12-15T09:15:00Z'));
  expect(zurich.add(at('2026-03-28T12:00:00Z'), { ms: 86_400_000 })).toBe(at('2026-03-29T12:00:00Z'));
});

test('days are numbered as people count them, whatever their length', () => {
  expect(zurich.dayNumber(at('1970-01-01T10:00:00Z'))).toBe(0);
  expect(zurich.dayNumber(at('2026-10-26T12:00:00Z')) - zurich.dayNumber(at('2026-10-24T12:00:00Z'))).toBe(2);
  const today = at('2026-03-29T15:00:00Z');
  expect(zurich.startOfDay(zurich.dayNumber(today))).toBe(zurich.startOf('day', today));
});

test('weeks begin on Monday', () => {
  expect(zurich.startOf('week', at('2026-11-22T12:00:00Z'))).toBe(at('2026-11-15T23:00:00Z'));
  expect(zurich.local(at('2026-11-15T23:00:00Z')).weekday).toBe(1);
});

test('a day of the month that does not exist means its last', () => {
  expect(zurich.instant(2026, 2, 29, 0)).toBe(at('2026-02-27T23:00:00Z'));
  expect(zurich.instant(2028, 2, 29, 0)).toBe(at('2028-02-28T23:00:00Z'));
});

test('an unknown time zone is refused', () => {
  expect(() => createCalendar('Mars/Olympus')).toThrow(RangeError);
});
