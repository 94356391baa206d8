import { expect, test } from 'vitest';
import { signColours, signShapes, signsFor } from './visit-sign.ts';

const told = (visit: string): string[] => [...signsFor(visit)].map(({ shape, colour }) => `${colour} ${shape}`);

test('a visit has the same sign whenever it is asked for, and every other sign to give way to', () => {
  expect(told('v1234567890')).toEqual(told('v1234567890'));
  expect(new Set(told('v1234567890')).size).toBe(signShapes.length * signColours.length);
});

test('visits begin at all of the signs, none much more often than another', () => {
  const first = new Map<string, number>();
  for (let visit = 0; visit < 3000; visit += 1) {
    const [sign = ''] = told(`visit-${visit}`);
    first.set(sign, (first.get(sign) ?? 0) + 1);
  }
  expect(first.size).toBe(signShapes.length * signColours.length);
  expect(Math.max(...first.values())).toBeLessThan(3 * Math.min(...first.values()));
});
