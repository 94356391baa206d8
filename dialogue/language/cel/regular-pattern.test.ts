import { expect, test } from 'vitest';
import { faultOfPattern } from './regular-pattern.ts';

test.each(['^[a-z]+$', 'suits?', '^A[0-9]{3,5}', '(red|blue) shoes', 'x.*y', '^\\d{4}-\\d{2}$', 'a{3}'])(
  '%s is accepted, and is quick on the worst of texts',
  (pattern) => {
    expect(faultOfPattern(pattern)).toBeNull();
    const before = process.cpuUsage();
    new RegExp(pattern, 'u').test(`${'a'.repeat(250)}${'x'.repeat(249)}!`);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  },
);

test.each([
  '(a+)+b',
  '(a|a)*b',
  'a*a*b',
  'a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaa',
  '(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)b',
  '.*.{0,50}.{0,50}x',
  '(?=a)a',
  '(a)\\1',
  '(?<name>a)',
  '[',
  'a'.repeat(101),
])('%s is refused', (pattern) => {
  expect(faultOfPattern(pattern)).not.toBeNull();
});

test.each([
  ['^[a-z]+$', null],
  ['suits?', null],
  ['x.*y', 'can be tried in too many ways on each of many lines'],
  ['^[A-Z]+-[0-9]+$', 'can be tried in too many ways on each of many lines'],
])('%s, asked of each of many lines: %s', (pattern, fault) => {
  expect(faultOfPattern(pattern, true)).toBe(fault);
  expect(faultOfPattern(pattern)).toBeNull();
});
