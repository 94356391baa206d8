import { describe, expect, it } from 'vitest';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { formatLocale, languageOf, languages } from './languages.ts';
import { createTranslation } from './translation.ts';

const all = { en, es, de, fr, ar } as Record<string, Record<string, string>>;
const blanks = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] as string).sort();

describe.each(languages.map(({ code }) => code))('the words in %s', (code) => {
  const words = all[code] as Record<string, string>;

  it('say everything that the English ones say, with the same blanks to fill', () => {
    for (const [key, text] of Object.entries(en)) {
      expect(words[key], key).toBeTruthy();
      // One item may be said without its number.
      if (!key.startsWith('list.count')) expect(blanks(words[key] ?? ''), key).toEqual(blanks(text));
    }
  });

  it('have no exclamation mark and no talk of errors', () => {
    for (const [key, text] of Object.entries(words))
      expect(text, key).not.toMatch(/[!¡！]|\berrors?\b|\bFehler\b|\berreur|خطأ$/i);
  });

  it('count in the language’s own forms', () => {
    const { t } = createTranslation(code);
    for (const count of [0, 1, 2, 3, 11, 100]) {
      const text = t('list.count', { count });
      expect(text).not.toContain('list.count');
      if (code !== 'en') expect(text).not.toMatch(/\bitems?\b/);
    }
  });
});

describe('the language', () => {
  it('is the reader’s where the interface speaks it, else English', () => {
    expect(languageOf('de-CH')).toBe('de');
    expect(languageOf('pt-BR')).toBe('en');
  });

  it('keeps the store’s way with prices while she reads its language', () => {
    expect(formatLocale('de', 'de-CH')).toBe('de-CH');
    expect(formatLocale('fr', 'de-CH')).toBe('fr');
  });
});
