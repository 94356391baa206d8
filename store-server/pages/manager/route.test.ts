import { expect, test } from 'vitest';
import { hashOf, routeOf } from './route.ts';

test('an address names a section, and what is within it', () => {
  expect(routeOf('#/dialogues/wine-and-cheese')).toEqual({ section: 'dialogues', rest: ['wine-and-cheese'] });
  expect(routeOf('#/devices')).toEqual({ section: 'devices', rest: [] });
  expect(routeOf(hashOf('floor', 'zone', 'a/b'))).toEqual({ section: 'floor', rest: ['zone', 'a/b'] });
});

test('no address, one of another time and one that cannot be read lead to the floor', () => {
  for (const hash of ['', '#', '#/', '#/no-such', '#/%E0%A4%A']) expect(routeOf(hash).section).toBe('floor');
});
