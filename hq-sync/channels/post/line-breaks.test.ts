import { expect, it } from 'vitest';
import { wrapText } from './line-breaks.ts';

/** Every character is one wide. */
const wrapped = (text: string, width: number) => wrapText(text, width, (line) => [...line].length);

it('goes on in the next line between words, and keeps together what is', () => {
  expect(wrapped('Dear  Ada, how\nare you', 10)).toEqual({ lines: ['Dear Ada,', 'how are', 'you'], isCut: false });
  expect(wrapped('pay 12\u00A0€ now', 8).lines).toEqual(['pay 12\u00A0€', 'now']);
  expect(wrapped('', 8).lines).toEqual([]);
});

it('cuts a word that is wider than a line, after a hyphen or a slash where it has one, and nothing is lost', () => {
  expect(wrapped('an Hohenlohe-Waldenburg', 12)).toEqual({ lines: ['an', 'Hohenlohe-', 'Waldenburg'], isCut: true });
  const long = 'Donaudampfschifffahrtsgesellschaft';
  const { lines, isCut } = wrapped(`die ${long} da`, 10);
  expect(isCut).toBe(true);
  expect(lines.every((line) => line.length <= 10)).toBe(true);
  expect(lines.join('').replaceAll(' ', '')).toBe(`die${long}da`);
  // A family is one sign, however many it takes.
  expect(wrapped('aaaaaaa👨‍👩‍👧', 8).lines.join('')).toBe('aaaaaaa👨‍👩‍👧');
});

it('breaks Japanese between any two characters, but not before what closes or goes with the one before', () => {
  expect(wrapped('拝啓先日は、ありがとうございました。', 5).lines).toEqual([
    '拝啓先日',
    'は、ありが',
    'とうござい',
    'ました。',
  ]);
  expect(wrapped('新作「スーツ」をKairosで', 6).lines).toEqual(['新作「スー', 'ツ」を', 'Kairos', 'で']);
  expect(wrapped('新作「スーツ」', 3).lines).toEqual(['新作', '「スー', 'ツ」']);
});
