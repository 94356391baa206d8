import { expect, test } from 'vitest';
import type { Expression } from './expression-tree.ts';
import { guardOf } from './index-guard.ts';

const zone: Expression = {
  op: 'compare',
  how: '==',
  left: { op: 'fact', path: ['zone'] },
  right: { op: 'constant', value: 'suits' },
};
const longEnough: Expression = {
  op: 'compare',
  how: '>=',
  left: { op: 'fact', path: ['dwell'] },
  right: { op: 'constant', value: 30 },
};
const golden: Expression = {
  op: 'among',
  item: { op: 'customer', name: 'tier', fallback: 'basic' },
  values: ['gold', 'diamond'],
};
const other: Expression = { op: 'has', of: { op: 'fact', path: ['dwell'] } };

test('zone, number and attribute are the index’s, the rest stays a condition', () => {
  expect(guardOf({ op: 'and', parts: [zone, longEnough, golden, other] })).toEqual({
    least: { field: 'dwell', value: 30 },
    among: { attribute: 'tier', values: ['gold', 'diamond'], fallback: 'basic' },
    rest: other,
  });
  expect(guardOf({ op: 'and', parts: [zone, longEnough] })).toMatchObject({ among: null, rest: null });
});

test('a number is recognised from either side, and only where "at least" is all that is said', () => {
  const turned: Expression = {
    op: 'compare',
    how: '<=',
    left: { op: 'constant', value: 30 },
    right: { op: 'fact', path: ['dwell'] },
  };
  expect(guardOf(turned)).toEqual({ least: { field: 'dwell', value: 30 }, among: null, rest: null });
  expect(guardOf({ ...longEnough, how: '>' } as Expression)).toBeNull();
});

test('of two numbers, two attributes or two ways to be in a zone nothing is lost', () => {
  const both: Expression = { op: 'and', parts: [longEnough, { ...longEnough, right: { op: 'constant', value: 10 } }] };
  expect(guardOf(both)).toMatchObject({ least: { value: 30 }, rest: { right: { value: 10 } } });
  const either: Expression = { op: 'or', parts: [zone, { ...zone, right: { op: 'constant', value: 'shoes' } }] };
  expect(guardOf({ op: 'and', parts: [either, longEnough] })).toMatchObject({ rest: either });
});

test('a condition that asks for nothing of this kind is left alone', () => {
  expect(guardOf(other)).toBeNull();
  expect(guardOf(zone)).toBeNull();
});
