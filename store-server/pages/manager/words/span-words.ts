/** How long something took or takes, in the unit that is read at a glance, as the language writes it. */
import type { Talk } from './languages.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export function spanWords(ms: number, { number }: Pick<Talk, 'number'>): string {
  const written = (value: number, unit: string, digits = 0): string =>
    number(value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits });
  if (ms < 1_000) return written(ms, 'millisecond');
  if (ms < 10_000) return written(ms / 1_000, 'second', 1);
  if (ms < 2 * minuteMs) return written(ms / 1_000, 'second');
  return ms < 2 * hourMs ? written(ms / minuteMs, 'minute') : written(ms / hourMs, 'hour');
}
