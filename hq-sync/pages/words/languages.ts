/** What the page of preferences says, in the languages of the house. */
import type { Language } from '../../channels/words/languages.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type PreferenceWords } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';

const all: Readonly<Record<Language, PreferenceWords>> = { en, de, es, fr, ar };

export function preferenceWords(language: Language): PreferenceWords {
  return all[language];
}
