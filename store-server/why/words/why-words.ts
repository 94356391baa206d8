/** In which language a decision is told: the reader's where there are words for it, else English. */
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type WhyWords } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';

export const allWhyWords: Readonly<Record<string, WhyWords>> = { en, de, es, fr, ar };

export function whyWordsIn(locale: string): WhyWords {
  const [code = ''] = locale.split('-');
  return Object.hasOwn(allWhyWords, code) ? (allWhyWords[code] ?? en) : en;
}
