/**
 * What the manager's page says, in the languages that people of the store read: one folder a part of the page, one file
 * a language. English is what the others are held to. What is counted has a form for each plural of its language.
 */
import { ar as eraseAr } from './erase/ar.ts';
import { de as eraseDe } from './erase/de.ts';
import { en as eraseEn } from './erase/en.ts';
import { es as eraseEs } from './erase/es.ts';
import { fr as eraseFr } from './erase/fr.ts';
import { ar as figuresAr } from './figures/ar.ts';
import { de as figuresDe } from './figures/de.ts';
import { en as figuresEn } from './figures/en.ts';
import { es as figuresEs } from './figures/es.ts';
import { fr as figuresFr } from './figures/fr.ts';
import { ar as floorAr } from './floor/ar.ts';
import { de as floorDe } from './floor/de.ts';
import { en as floorEn } from './floor/en.ts';
import { es as floorEs } from './floor/es.ts';
import { fr as floorFr } from './floor/fr.ts';
import { ar as planAr } from './plan/ar.ts';
import { de as planDe } from './plan/de.ts';
import { en as planEn } from './plan/en.ts';
import { es as planEs } from './plan/es.ts';
import { fr as planFr } from './plan/fr.ts';
import { ar as shellAr } from './shell/ar.ts';
import { de as shellDe } from './shell/de.ts';
import { en as shellEn } from './shell/en.ts';
import { es as shellEs } from './shell/es.ts';
import { fr as shellFr } from './shell/fr.ts';
import { ar as storeAr } from './store/ar.ts';
import { de as storeDe } from './store/de.ts';
import { en as storeEn } from './store/en.ts';
import { es as storeEs } from './store/es.ts';
import { fr as storeFr } from './store/fr.ts';
import type { Counted, WordsLike } from './words-like.ts';

const en = { ...shellEn, ...floorEn, ...figuresEn, ...storeEn, ...planEn, ...eraseEn } as const;
type Words = WordsLike<typeof en>;
const all = {
  en,
  de: { ...shellDe, ...floorDe, ...figuresDe, ...storeDe, ...planDe, ...eraseDe },
  es: { ...shellEs, ...floorEs, ...figuresEs, ...storeEs, ...planEs, ...eraseEs },
  fr: { ...shellFr, ...floorFr, ...figuresFr, ...storeFr, ...planFr, ...eraseFr },
  ar: { ...shellAr, ...floorAr, ...figuresAr, ...storeAr, ...planAr, ...eraseAr },
} as const satisfies Record<string, Words>;

export type Language = keyof typeof all;
export const languages = Object.keys(all) as Language[];
export type WordKey = keyof Words;
/** Numbers are written as the language writes them; of what is counted, `count` chooses the form. */
export type Blanks = Readonly<Record<string, string | number>>;
export type Say = (key: WordKey, blanks?: Blanks) => string;

/** A language, and how its readers write numbers and days. */
export interface Talk {
  readonly language: Language;
  /** For Intl. */
  readonly locale: string;
  readonly say: Say;
  readonly number: (value: number, options?: Intl.NumberFormatOptions) => string;
}

/** The language of `locale` where the page speaks it, else English. */
export function languageOf(locale: string): Language {
  const code = locale.split('-')[0] as Language;
  return languages.includes(code) ? code : 'en';
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

export function talkIn(locale: string): Talk {
  const language = languageOf(locale);
  const written = writtenAs(locale, language);
  const plurals = new Intl.PluralRules(written);
  const words: Readonly<Record<string, string | Counted>> = all[language];
  const number: Talk['number'] = (value, options) => new Intl.NumberFormat(written, options).format(value);
  const say: Say = (key, blanks = {}) => {
    const found = words[key] ?? '';
    const text = typeof found === 'string' ? found : (found[plurals.select(Number(blanks.count))] ?? found.other);
    return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const blank = blanks[name] ?? '';
      if (typeof blank === 'number') return number(blank);
      // A name from the left keeps its own order among words from the right.
      return directionOf(language) === 'rtl' ? `\u2068${blank}\u2069` : blank;
    });
  };
  return { language, locale: written, say, number };
}

/** Every form of every word, for whoever holds them to each other. */
export function formsOf(language: Language): ReadonlyMap<WordKey, readonly string[]> {
  const words = Object.entries<string | Counted>(all[language]);
  return new Map(words.map(([key, text]) => [key as WordKey, typeof text === 'string' ? [text] : Object.values(text)]));
}

/** Her own region's way where she has said it; English without one puts the day before the month. */
function writtenAs(locale: string, language: Language): string {
  if (languageOf(locale) !== locale.split('-')[0]) return 'en-GB';
  if (locale === 'en') return 'en-GB';
  // Figures are those of the screens and handhelds beside her.
  return language === 'ar' ? `${locale}-u-nu-latn` : locale;
}
