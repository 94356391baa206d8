import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { clockTime, languageOf, languages, sayIn, type WordKey } from './languages.ts';

const keys = Object.keys(en) as WordKey[];
const blanks = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
/** Said unfilled: the blanks stay visible. */
const raw = (language: (typeof languages)[number], key: WordKey): string =>
  sayIn(language)(key, Object.fromEntries(blanks(en[key]).map((name) => [name, `{{${name}}}`])));

describe.each(languages)('the words in %s', (language) => {
  it('say everything, with the same blanks, without exclamation marks and talk of errors', () => {
    for (const key of keys) {
      const text = raw(language, key);
      expect(text, key).toBeTruthy();
      expect(blanks(text), key).toEqual(blanks(en[key]));
      expect(text, key).not.toMatch(/[!¡！]|\berrors?\b|\bFehler\b|\berreur/i);
    }
  });

  it('have headlines that are read in passing', () => {
    for (const key of ['head.help', 'head.approval'] as const) {
      expect(sayIn(language)(key).length, key).toBeLessThanOrEqual(40);
    }
  });
});

it('a language that is not spoken is English, and times are read at a glance', () => {
  expect(languageOf('pt-BR')).toBe('en');
  expect(languageOf('de-CH')).toBe('de');
  expect([42_900, 725_000, 12_000_000, 200_000_000].map(clockTime)).toEqual(['0:42', '12:05', '3:20 h', '2 d']);
});
