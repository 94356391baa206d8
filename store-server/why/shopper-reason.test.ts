import { compileRelease } from '@kairos/dialogue/language/compile.ts';
import { expect, test } from 'vitest';
import { readSources } from '../releases/release-shelf.ts';
import { reasonFor, reasonLanguages, reasonLine, reasonLines, reasons } from './shopper-reason.ts';

const folder = new URL('../../dialogue/library', import.meta.url).pathname;
const inStore = new URL('../../dialogue/library/in-store', import.meta.url).pathname;
const { release } = compileRelease(readSources(inStore), { number: 1 });
const dialogues = release?.dialogues ?? [];
const lineOf = reasonLines(dialogues, [{ id: 'suits', name: 'Suits' }]);

test('a dwell is told with its place, in her language', () => {
  expect(lineOf('suit-dwell', 'greet', 'en')).toBe('Because you have been looking at suits for a while.');
  expect(lineOf('suit-dwell', 'greet', 'de-CH')).toBe('Weil Sie sich seit einer Weile bei „Suits“ umsehen.');
  expect(lineOf('suit-dwell', 'greet', 'ar')).toContain('«Suits»');
});

test('a language that nobody has written for is told in English', () => {
  expect(lineOf('suit-dwell', 'greet', 'nl')).toBe('Because you have been looking at suits for a while.');
});

test('what follows on a wait is told as what was, not as what is', () => {
  expect(lineOf('suit-dwell', 'reminder', 'en')).toBe('Because of an earlier visit of yours.');
  expect(lineOf('first-shoes', 'care', 'en')).toBe('Because of something you bought here.');
});

test('a dialogue that is not known gives no line rather than a wrong one', () => {
  expect(lineOf('no-such-dialogue', 'greet', 'en')).toBeNull();
});

test('every reason has a line in every language that fits the screen, and no two languages share it', () => {
  for (const reason of reasons) {
    const lines = reasonLanguages.map((language) => reasonLine({ reason, isLater: false, zone: null }, null, language));
    expect(new Set(lines).size).toBe(reasonLanguages.length);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(200);
  }
});

test('no line of the library names goods, sums or a name', () => {
  const groups = ['foundation', 'level-1', 'level-2', 'level-3'].map((group) => `${folder}/${group}`);
  const house = readSources(folder).filter(({ path }) => path === 'house.yaml');
  const sources = groups.flatMap((group) => readSources(group));
  const compiled = compileRelease([...house, ...sources], { number: 1 }).release;
  expect(compiled?.dialogues.length).toBeGreaterThan(10);
  for (const dialogue of compiled?.dialogues ?? []) {
    for (const step of Object.keys(dialogue.steps)) {
      expect(reasonLine(reasonFor(dialogue, step), null, 'en')).toMatch(/^Because [a-z ]+\.$/);
    }
  }
});
