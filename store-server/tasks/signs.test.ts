import { expect, test } from 'vitest';
import { Signs } from './signs.ts';

const named = (signs: Signs, visit: string): string => Object.values(signs.of(visit)).join(' ');

test('visits that are open have signs of their own, which stay, and are given back', () => {
  const signs = new Signs();
  const visits = Array.from({ length: 30 }, (_, at) => `visit-${at}`);
  const given = visits.map((visit) => named(signs, visit));
  expect(new Set(given).size).toBe(30);
  expect(visits.map((visit) => named(signs, visit))).toEqual(given);
  // The thirty-first shares one.
  expect(given).toContain(named(signs, 'visit-30'));
  signs.giveBack('visit-3');
  signs.giveBack('visit-30');
  expect(named(signs, 'visit-31')).toBe(given[3]);
});
