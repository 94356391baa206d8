/** Time as text, and nothing else that would need the machine's clock. Milliseconds since 1970, UTC, everywhere. */

/** The wall time a person in `timeZone` (IANA name) reads at `ms`: "06:55:42". */
export function toClockText(ms: number, timeZone = 'UTC', locale = 'en-GB'): string {
  return new Intl.DateTimeFormat(locale, { timeZone, timeStyle: 'medium' }).format(ms);
}

/** An IANA name that this machine knows, such as "Europe/Berlin". */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds since 1970, or null where the text is no ISO 8601 instant with a zone. */
export function fromIso(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** "2026-11-22T09:00:00.000Z" */
export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

/** For libraries that take nothing else. */
export function asDate(ms: number): Date {
  return new Date(ms);
}

/** "2026-11-22", of UTC. */
export function toDay(ms: number): string {
  return toIso(ms).slice(0, 10);
}

/** The first millisecond of a day of UTC ("2026-11-22"); NaN where it is none. */
export function fromDay(day: string): number {
  return fromIso(`${day}T00:00:00Z`) ?? Number.NaN;
}
