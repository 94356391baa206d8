/** What the operators' pages say, in the languages of the house: of the operator's own, else English. */
import { type Language, languageOf, writtenAs } from '../../channels/words/languages.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type OperatorWords } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';

const all: Readonly<Record<Language, OperatorWords>> = { en, de, es, fr, ar };

/** What a page is drawn with. */
export interface OperatorLook {
  readonly words: OperatorWords;
  readonly language: Language;
  readonly date: Intl.DateTimeFormat;
  readonly count: Intl.NumberFormat;
  readonly timeZone: string;
}

export function operatorLook(locale: string, timeZone: string): OperatorLook {
  const language = languageOf(locale);
  const written = writtenAs(language);
  return {
    words: all[language],
    language,
    date: new Intl.DateTimeFormat(written, { dateStyle: 'medium', timeStyle: 'short', timeZone }),
    count: new Intl.NumberFormat(written),
    timeZone,
  };
}
