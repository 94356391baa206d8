import { cartDoings } from '@kairos/protocol/manager-events.ts';
import { expect, test } from 'vitest';
import { cartDoing, cartNumber, doingWords } from './cart-words.ts';

test('what a cart is doing is numbered as the contract numbers it, and each has its words', () => {
  expect(cartDoings.map((doing) => cartDoing[doing])).toEqual([0, 1, 2, 3]);
  expect(doingWords).toHaveLength(cartDoings.length);
});

test('a cart is called by the number on its handle', () => {
  expect(['cart-07', 'cart-0', 'cart-120', 'tess'].map(cartNumber)).toEqual(['7', '0', '120', 'tess']);
});
