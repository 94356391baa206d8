/** A moment, to the minute, as her language writes it; the day as all of the store has it. */
import type { Talk } from './languages.ts';

export function whenText(at: number, timeZone: string, { locale }: Pick<Talk, 'locale'>): string {
  return new Intl.DateTimeFormat(locale, {
    ...{ timeZone, dateStyle: 'medium', timeStyle: 'short' },
    hourCycle: 'h23',
  }).format(at);
}
