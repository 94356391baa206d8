import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directionOf, formsOf, languageOf, languages, talkIn, type WordKey } from './languages.ts';

const page = join(import.meta.dirname, '..');
const blanks = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? ''))].sort();
const english = formsOf('en');

describe.each(languages)('the words in %s', (language) => {
  const words = formsOf(language);

  it('say everything, with the same blanks, without exclamation marks and talk of errors', () => {
    expect([...words.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, forms] of words) {
      const asked = new Set(english.get(key)?.flatMap(blanks).sort());
      for (const text of forms) {
        expect(text, key).toBeTruthy();
        expect(text, key).not.toMatch(/[!¡！]|\berrors?\b|\bFehler\b|\berreur|خطأ/i);
        // Of what is counted one or two may be said without the number.
        const isCounted = (name: string): boolean => forms.length > 1 && name === 'count';
        expect([key, blanks(text).filter((name) => !isCounted(name))]).toEqual([
          key,
          [...asked].filter((name) => !isCounted(name)),
        ]);
      }
    }
  });

  it('have every form that the language counts in', () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    // None of something is said as many of it are; a million is counted in the plural.
    const needed = pluralCategories.filter((form) => form !== 'zero' && (form !== 'many' || language === 'ar'));
    for (const [key, forms] of words) if (forms.length > 1) expect([key, forms.length]).toEqual([key, needed.length]);
  });

  it('are none of them English by oversight', () => {
    if (language === 'en') return;
    // Words that the languages share, and sentences that are figures alone.
    const isWord = (text: string): boolean => /[a-z]{3}/i.test(text.replace(/\{\{\w+\}\}/g, ''));
    const same = [...words].filter(([key, [text = '']]) => text === english.get(key)?.[0] && isWord(text));
    expect(same.filter(([key]) => !shared.includes(key)).map(([key, [text]]) => `${key}: ${text}`)).toEqual([]);
  });
});

/** The same word in English and in another language. */
const shared: readonly WordKey[] = [
  'around.dialogues',
  'channel.email',
  'pause.title',
  'role.service',
  'chosen.zone',
  'file.dialogues',
  'file.messages',
  'counted.messages',
  'list.dialogue',
  'devices.agents',
  'devices.gateways',
  'devices.version',
  'plan.zone',
  'plan.in-zone',
  'list.zones',
  'tool.zones',
];

it('nothing is kept that no part of the page says', () => {
  const sources = readdirSync(page, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/^words\/\w+\/|\.test\.ts/.test(name))
    .map((name) => readFileSync(join(page, name), 'utf8'))
    .join('\n');
  // Said by name, or by the beginning of a name that is completed (`channel.${name}`).
  const begun = [...sources.matchAll(/`([a-z][a-z.-]*)\$\{/g)].map((match) => match[1] as string);
  const isSaid = (key: string): boolean =>
    sources.includes(`'${key}'`) || begun.some((stem) => stem.includes('.') && key.startsWith(stem));
  expect([...english.keys()].filter((key) => !isSaid(key))).toEqual([]);
});

describe('a language', () => {
  it('is the reader’s where the page speaks it, else English', () => {
    expect(['de-CH', 'pt-BR', 'ar'].map(languageOf)).toEqual(['de', 'en', 'ar']);
    expect(languages.map(directionOf)).toEqual(['ltr', 'ltr', 'ltr', 'ltr', 'rtl']);
  });

  it('writes numbers as its readers do', () => {
    const written = ['en', 'en-US', 'pt', 'de', 'es', 'ar'].map((locale) => talkIn(locale).number(12_345.5));
    expect(written).toEqual(['12,345.5', '12,345.5', '12,345.5', '12.345,5', '12.345,5', '12,345.5']);
  });
});
