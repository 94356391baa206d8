/** Money, shares and days as the reader's language writes them; undefined, hence "missing", where there is none. */
import { dayToMs } from '../amounts.ts';

/** Minor units to "€ 12.50". */
export function formatMoney(value: unknown, locale: string, currency: string): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const format = numberFormat(locale, { style: 'currency', currency: currency === '' ? 'EUR' : currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(value / 10 ** digits);
}

/** Thousandths to "12.5%". */
export function formatPercent(value: unknown, locale: string): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value / 1000);
}

/** Milliseconds since 1970, or "2026-05-01", to "1 May". */
export function formatDay(value: unknown, locale: string, timeZone: string): string | undefined {
  const isDay = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  const ms = isDay ? dayMs(value as string) : value;
  if (typeof ms !== 'number' || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return undefined;
  const zone = isDay || timeZone === '' ? 'UTC' : timeZone;
  try {
    return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: zone }).format(ms);
  } catch {
    return new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(ms);
  }
}

function dayMs(text: string): number {
  const [year, month, day] = text.split('-').map(Number) as [number, number, number];
  return dayToMs(year, month, day);
}

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(locale, options);
  } catch {
    return new Intl.NumberFormat('en', { ...options, ...(options.currency && { currency: 'EUR' }) });
  }
}
