/** Reads `schedule`: the days, hours and dates on which a dialogue may speak. */
import type { Schedule } from '../compiled.ts';
import { dayToMs, parseDay, parseMinuteOfDay } from './amounts.ts';
import type { Reading } from './condition-reader.ts';
import { type Field, type Fields, placeOfField, readFields, readItems, textOf } from './node-reader.ts';
import { didYouMean } from './suggest.ts';
import { placeOf } from './yaml-source.ts';

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const dayMs = 86_400_000;

export function readSchedule(found: Field, { problems, words }: Reading): Schedule | null {
  const fields = readFields(found.value, '"schedule"', ['days', 'hours', 'quiet', 'from', 'until'], problems, found.at);
  if (fields === null) return null;
  const days = readItems(fields.get('days')?.value ?? null).flatMap((item) => {
    const name = textOf(item) ?? '';
    const day = dayNames.indexOf(name.slice(0, 3).toLowerCase());
    if (day >= 0) return [day];
    problems.error('unknown-word', placeOf(item), `"${name}" is no day of the week`, didYouMean(name, dayNames));
    return [];
  });
  const midnight = (name: string, addedDays: number): number | null =>
    readMidnight(fields, name, addedDays, { problems, timeZone: words.timeZone });
  const schedule = {
    days,
    minutes: readMinutes(fields, problems),
    fromMs: midnight('from', 0),
    untilMs: midnight('until', 1),
  };
  if (schedule.fromMs !== null && schedule.untilMs !== null && schedule.fromMs >= schedule.untilMs) {
    problems.error('bad-date', found.at, 'this schedule ends before it begins');
  }
  return schedule;
}

/** `hours: 9:00-20:00`, or `quiet: 21:00-8:00` for what lies between. */
function readMinutes(fields: Fields, problems: Reading['problems']): Schedule['minutes'] {
  const quiet = fields.get('quiet');
  const found = fields.get('hours') ?? quiet;
  if (found === undefined) return null;
  const [first, second] = (textOf(found.value) ?? '').split(/\s*[-–]\s*/) as [string, string?];
  const from = parseMinuteOfDay(first);
  const to = parseMinuteOfDay(second ?? '');
  if (from === null || to === null || from === to || fields.has('hours') === fields.has('quiet')) {
    problems.error(
      'bad-time',
      placeOfField(found),
      `"${found.name}" is a part of the day`,
      'hours: "9:00-20:00", or quiet: "21:00-8:00"',
    );
    return null;
  }
  return found === quiet ? { from: to, to: from } : { from, to };
}

/** Local midnight; `until` holds its day, so it ends a day later. */
function readMidnight(
  fields: Fields,
  name: string,
  addedDays: number,
  { problems, timeZone }: { problems: Reading['problems']; timeZone: string },
): number | null {
  const found = fields.get(name);
  if (found === undefined) return null;
  const day = parseDay(textOf(found.value) ?? '');
  if (day === null || day.year === null) {
    problems.error('bad-date', placeOfField(found), `"${name}" is a day`, `${name}: 2026-03-01`);
    return null;
  }
  const utc = dayToMs(day.year, day.month, day.day) + addedDays * dayMs;
  return utc - offsetAt(utc - offsetAt(utc, timeZone), timeZone);
}

/** By how much clocks in `timeZone` are ahead of UTC at `ms`. */
function offsetAt(ms: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const local = dayToMs(part.year as number, part.month as number, part.day as number);
  return local + (part.hour as number) * 3_600_000 + (part.minute as number) * 60_000 - ms + (ms % 60_000);
}
