import { stops } from '@kairos/dialogue/moment/stop.ts';
import { expect, test } from 'vitest';
import { stopWords } from './stop-words.ts';

test('every stop of the engine is told in words of its own, and none as its code', () => {
  const told = stops.map((stop) => stopWords(stop));
  expect(new Set(told).size).toBe(stops.length);
  for (const [at, words] of told.entries()) {
    expect(words.split(' ').length).toBeGreaterThan(2);
    expect(words).not.toContain(`"${stops[at]}"`);
  }
});

test('a stop of an older version is still told', () => {
  expect(stopWords('long-gone')).toBe('stopped by "long-gone"');
  expect(stopWords('toString')).toBe('stopped by "toString"');
});
