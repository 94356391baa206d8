import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

test('a quantile is at most 5 % off what sorting would say', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 2, max: 150_000 }), { minLength: 1, maxLength: 300 }), (values) => {
      const histogram = new Histogram();
      for (const value of values) histogram.record(value);
      const sorted = [...values].sort((one, other) => one - other);
      for (const share of [0.5, 0.9, 0.99]) {
        const exact = sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1] as number;
        expect(Math.abs(histogram.quantile(share) / exact - 1)).toBeLessThan(0.051);
      }
    }),
  );
});

test('two that are added are one that heard both, and an empty one says nothing', () => {
  const [one, other, both] = [new Histogram(), new Histogram(), new Histogram()];
  for (const ms of [5, 7, 900]) one.record(ms);
  for (const ms of [50, 1_000_000, 0]) other.record(ms);
  both.add(one);
  both.add(other);
  expect([both.count, both.quantile(0)]).toEqual([6, 1]);
  expect(both.quantile(1)).toBeGreaterThan(100_000);
  expect(new Histogram().quantile(0.5)).toBe(0);
});
