import { stops } from '@kairos/dialogue/moment/stop.ts';
import { silences } from '@kairos/protocol/facts.ts';
import { describe, expect, it } from 'vitest';
import { stopWords } from '../stop-words.ts';
import { en, type WhyWords } from './en.ts';
import { allWhyWords, whyWordsIn } from './why-words.ts';

/** Everything that is said, each blank filled with a name of its own. */
function sentencesOf(words: WhyWords): string[] {
  const filled = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    if (typeof value === 'function') {
      const said = value.length === 1 ? [value('N1'), value(null)] : [value('N1', 'N2', 'N3')];
      return said.map(String);
    }
    return value !== null && typeof value === 'object' ? Object.values(value).flatMap(filled) : [];
  };
  const { locale: _, paused, and: __, ...rest } = words;
  const pauses = (['everything', 'dialogue', 'channel'] as const).map((what) =>
    paused({ what, name: 'N1', by: 'N2', until: 'N3' }),
  );
  return [...filled(rest), ...pauses];
}

describe.each(Object.keys(allWhyWords))('a decision told in %s', (language) => {
  const words = allWhyWords[language] as WhyWords;

  it('has a sentence of its own for every stop and every silence', () => {
    const told = [...stops.map((stop) => stopWords(stop, words)), ...silences.map((one) => words.silence[one])];
    expect(new Set(told).size).toBe(told.length);
    for (const text of told) expect(text.length).toBeGreaterThan(6);
  });

  it('leaves nothing blank, and shares no sentence with the English', () => {
    const said = sentencesOf(words);
    for (const text of said) {
      expect(text).toBeTruthy();
      expect(text).not.toMatch(/undefined|\[object|[!¡！]|\berrors?\b|\bFehler\b/i);
    }
    if (language === 'en') return;
    const english = new Set(sentencesOf(en));
    expect(said.filter((text) => english.has(text) && /[a-z]{4}/.test(text))).toEqual([]);
  });
});

it('is told in English to whoever reads a language without words', () => {
  expect([whyWordsIn('pt-BR'), whyWordsIn('toString')]).toEqual([en, en]);
  expect(whyWordsIn('de-CH')).toBe(allWhyWords.de);
});
