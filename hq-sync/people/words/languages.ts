/** What pages for people of headquarters say, in the languages that they read. */
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type PeopleWords } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';

const all: Readonly<Record<string, PeopleWords>> = { en, de, es, fr, ar };

/** Of `locale` ("de-CH"), else English. */
export type { PeopleWords } from './en.ts';

export function peopleWords(locale: string): PeopleWords {
  return all[locale.split('-')[0] ?? ''] ?? en;
}

/** The language of those words. */
export function peopleLanguage(locale: string): string {
  const code = locale.split('-')[0] ?? '';
  return code in all ? code : 'en';
}
