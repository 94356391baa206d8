import { expect, test } from 'vitest';
import { applied, type Held } from './manager-link.ts';

const decision = (message: string, outcome = 'decided') => ({ message, outcome }) as Held['decisions'][number];
const held = {
  floor: [
    [0, 1, 1],
    [1, 2, 0],
  ],
  decisions: [decision('b'), decision('a')],
} as unknown as Held;

test('a cart that moved replaces itself and no other', () => {
  expect(applied(held, { storeTime: 1, floor: [[1, 0, 1]] })).toEqual({
    floor: [
      [0, 1, 1],
      [1, 0, 1],
    ],
  });
});

test('a new decision stands on top, one that went on keeps its place, and one said twice stands once', () => {
  const { decisions } = applied(held, {
    storeTime: 1,
    decisions: [decision('a', 'shown'), decision('c'), decision('d'), decision('d', 'shown')],
  });
  expect(decisions?.map(({ message, outcome }) => `${message} ${outcome}`)).toEqual([
    'd shown',
    'c decided',
    'b decided',
    'a shown',
  ]);
});

test('the list keeps to its length', () => {
  const many = Array.from({ length: 80 }, (_, index) => decision(`m${index}`));
  const { decisions } = applied(held, { storeTime: 1, decisions: many });
  expect([decisions?.length, decisions?.[0]?.message]).toEqual([60, 'm79']);
});
