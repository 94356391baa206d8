import { expect, it } from 'vitest';
import { type DialogueFigures, type FigureName, figureNames } from '../customers/dialogue-figures.ts';
import { drawResults } from './draw-results.ts';
import { operatorLook } from './operator-words/languages.ts';

function figures(dialogue: string, held: boolean, own: Partial<Record<FigureName, number>>): DialogueFigures {
  const nothing = Object.fromEntries(figureNames.map((name) => [name, 0])) as Record<FigureName, number>;
  return { dialogue, held, figures: { ...nothing, ...own } };
}
const drawn = (locale: string, entered: number, alone: number): string =>
  drawResults(
    [
      figures('suits', false, { entered, reached: Math.floor(entered / 2) }),
      figures('suits', true, { entered: alone, reached: alone }),
    ],
    0,
    operatorLook(locale, 'UTC'),
  ).text;

it('below thirty customers on a side no lift is said, neither in the sentence nor in the table: as in the stores', () => {
  for (const text of [drawn('en', 36, 3), drawn('en', 400, 29), drawn('en', 29, 400)]) {
    expect(text).toMatch(/Too few to tell what it brings: \d+ against \d+ whom we left alone; from 30 on each side/);
    expect(text).toContain('<td>too few to tell</td>');
    expect(text).not.toMatch(/points|give or take/);
  }
  const told = drawn('en', 30, 30);
  expect(told).toMatch(
    /50\.0 points fewer of them got there than of the 30 customers whom we left alone, give or take/,
  );
  expect(told).toMatch(/<td>-50\.0 points \(-66\.8 to -29\.7\)<\/td>/);
  expect(told).not.toContain('oo few');
});

it('where nobody was left alone, nobody knows', () => {
  const text = drawn('en', 500, 0);
  expect(text).toContain('Nobody was left alone, so nobody knows what it brings.');
  expect(text).toContain('<td>not known</td>');
});

it('every language says both, with its numbers', () => {
  for (const locale of ['de', 'es', 'fr', 'ar']) {
    expect(drawn(locale, 36, 3)).toMatch(/(?:36.*3.*30|٣٦.*٣.*٣٠)/s);
    expect(drawn(locale, 1_036, 1_030)).toMatch(/(?:1[^<]?030|١٬٠٣٠)/);
  }
});
