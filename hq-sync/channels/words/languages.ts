/** What the channels themselves say around a dialogue's words, in the languages of the house. */
import { ar } from './ar.ts';
import { de } from './de.ts';
import { type ChannelWords, en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';

const all = { en, de, es, fr, ar } as const satisfies Record<string, ChannelWords>;
export type Language = keyof typeof all;
export const languages = Object.keys(all) as Language[];

/** The language of `locale` ("de-CH") where it is spoken here, else English. */
export function languageOf(locale: string): Language {
  const code = locale.split('-')[0] as Language;
  return languages.includes(code) ? code : 'en';
}

/** As figures and times are written by people of the house: English without the month before the day, and by 24 hours. */
export function writtenAs(language: Language): string {
  return language === 'en' ? 'en-GB' : language;
}

export function wordsIn(language: Language): ChannelWords {
  return all[language];
}

/** Of any locale, ours or not: a dialogue may speak more languages than the frame around it. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  return /^(ar|fa|he|ur|ps|yi)\b/.test(locale) ? 'rtl' : 'ltr';
}
