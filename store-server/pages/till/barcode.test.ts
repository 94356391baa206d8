import { expect, test } from 'vitest';
import { barsOf } from './barcode.ts';

/** Of Code 128 (ISO/IEC 15417): three bars and three gaps a symbol, four of each to stop. */
const stop = '1100011101011';

test('a GTIN is an EAN-13 of 95 modules with its guards', () => {
  const bars = barsOf('4006381333931');
  expect(bars?.symbology).toBe('EAN13');
  expect(bars?.modules).toMatch(/^101[01]{42}01010[01]{42}101$/);
});

test('anything else is a Code 128: eleven modules a symbol, a start, a check symbol and the stop', () => {
  const code = '99faecaece1792f1622f-r12expf3-1';
  const bars = barsOf(code);
  expect(bars?.symbology).toBe('CODE128');
  const { modules = '' } = bars ?? {};
  expect(modules.endsWith(stop)).toBe(true);
  expect((modules.length - stop.length) % 11).toBe(0);
  // Never more than a symbol a character, with the start and the check symbol; less where digits go in pairs.
  expect((modules.length - stop.length) / 11).toBeLessThanOrEqual(code.length + 6);
  // Every symbol has three bars and three gaps.
  for (let at = 0; at < modules.length - stop.length; at += 11) {
    expect(modules.slice(at, at + 11)).toMatch(/^1+0+1+0+1+0+$/);
  }
});

test('what no scanner could read has no bars', () => {
  expect(barsOf('Straße')).toBeNull();
});
