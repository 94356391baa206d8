/** What the page says, in the languages that people of the store read. */
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type Words } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';

const all = { en, de, es, fr, ar } as const satisfies Record<string, Words>;
export type Language = keyof typeof all;
export const languages = Object.keys(all) as Language[];

export type WordKey = keyof Words;
/** Blanks are filled by name. */
export type Say = (key: WordKey, blanks?: Readonly<Record<string, string | number>>) => string;

/** The language of `locale` where the page speaks it, else English. */
export function languageOf(locale: string): Language {
  const code = locale.split('-')[0] as Language;
  return languages.includes(code) ? code : 'en';
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

export function sayIn(language: Language): Say {
  const words = all[language];
  return (key, blanks = {}) => words[key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(blanks[name] ?? ''));
}

/** "0:42", "12:05", "3:20 h": how long. */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}:${String(minutes % 60).padStart(2, '0')} h` : `${Math.floor(hours / 24)} d`;
}
