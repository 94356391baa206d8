import { expect, it } from 'vitest';
import { visualPieces } from './visual-order.ts';

/** As the house's faces have them. */
const faceOf = (sign: string): string =>
  /[\u0600-\u06FF]/.test(sign) ? 'arabic' : sign < '\u0100' ? 'latin' : 'latin-ext';
const drawn = (line: string, direction: 'ltr' | 'rtl'): string[] =>
  visualPieces(line, direction, faceOf)
    .map(({ text }) => text)
    .filter((text) => text !== ' ');

it('leaves a line from left to right as it is, each word in its face', () => {
  expect(drawn('Dear Zoë, pay 12.50 €', 'ltr')).toEqual(['Dear', 'Zoë,', 'pay', '12.50', '€']);
  expect(visualPieces('Łódź', 'ltr', faceOf).map(({ face }) => face)).toEqual(['latin-ext', 'latin', 'latin-ext']);
});

it('draws Arabic words from right to left, and numbers and names among them from left to right', () => {
  expect(drawn('مرحبا بك يا ليلى', 'rtl')).toEqual(['ليلى', 'يا', 'بك', 'مرحبا']);
  expect(drawn('سعر 25 درهم من Kairos Store اليوم', 'rtl')).toEqual([
    'اليوم',
    'Kairos',
    'Store',
    'من',
    'درهم',
    '25',
    'سعر',
  ]);
});

it('turns brackets round with what they hold', () => {
  expect(drawn('(نعم)', 'rtl').join('')).toBe('(نعم)');
});
