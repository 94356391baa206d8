/** The library's own guard: what no story came through is found, and so is an exception that is none. */
import { describe, expect, test } from 'vitest';
import { answers, ends } from './deeds.ts';
import { openLibrary } from './library.ts';

describe('a folder whose stories were not told', () => {
  const { missed, expectAllReached } = openLibrary('level-3');

  test('fails, and names what is missing', () => {
    expect(() => expectAllReached()).toThrow(/never come through/);
    expect(missed()).toEqual(
      expect.arrayContaining(['stroller/later', 'stroller/atTill: wants', 'stroller/atTill: ignored']),
    );
  });
});

describe('a folder of which one message was played', () => {
  const { tell, branches, missed, expectAllReached } = openLibrary('in-store');
  const wine = { department: 'wine', code: '222' };

  branches(
    'pair',
    () =>
      tell('wine-and-cheese')
        .comes()
        .takes(wine)
        .expect('cart', /A cheese/),
    [[answers('notToday'), ends()]],
  );
  test('does not miss what was played, and misses the rest', () => {
    expect(missed()).not.toContain('wine-and-cheese/pair: notToday');
    expect(missed()).toContain('wine-and-cheese/pair: where');
    const exceptions = Object.fromEntries(
      [...missed(), 'wine-and-cheese/pair: notToday'].map((name) => [name, 'impossible']),
    );
    expect(() => expectAllReached(exceptions)).toThrow(/possible after all/);
  });
});

describe('a story', () => {
  const { tell } = openLibrary('in-store');

  test('fails on what is said unexpectedly, on silence, and on what is said too early', () => {
    const wine = { department: 'wine', code: '222' };
    const story = tell('wine-and-cheese').comes().takes(wine);
    expect(() => story.expectNothing()).toThrow();
    expect(() => story.at('+1m')).toThrow(/nothing is said before/);
    story.expect('cart', /A cheese/);
    expect(() => story.expect('cart', /A cheese/)).toThrow();
    expect(() => story.expectEnd()).toThrow();
  });
});
