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

test('zone and number are the index’s, what rests on her alone is asked apart, the rest stays a condition', () => {
  expect(guardOf({ op: 'and', parts: [zone, longEnough, golden, other] })).toEqual({
    least: { field: 'dwell', value: 30 },
    hers: golden,
    rest: other,
  });
  expect(guardOf({ op: 'and', parts: [zone, longEnough] })).toMatchObject({ hers: null, rest: null });
  const refuses: Expression = { op: 'not', of: { op: 'consent', name: 'email' } };
  expect(guardOf({ op: 'and', parts: [golden, refuses] })).toMatchObject({
    hers: { op: 'and', parts: [golden, refuses] },
    rest: null,
  });
});

test('what asks about her and about anything that moves does not rest on her alone', () => {
  const birthday: Expression = { op: 'customer', name: 'birthday', fallback: null };
  const passed: Expression = { op: 'compare', how: '<', left: birthday, right: { op: 'now' } };
  const opaque: Expression = { op: 'library', source: 'customer.tier.matches("g.*")', measures: {} };
  for (const part of [passed, opaque]) {
    expect(guardOf({ op: 'and', parts: [golden, part] })).toMatchObject({ hers: golden, rest: part });
  }
});

test('a number is recognised from either side, and only where "at least" is all that is said', () => {
  const turned: Expression = {
    op: 'compare',
    how: '<=',
    left: { op: 'constant', value: 30 },
    right: { op: 'fact', path: ['dwell'] },
  };
  expect(guardOf(turned)).toEqual({ least: { field: 'dwell', value: 30 }, hers: null, rest: null });
  expect(guardOf({ ...longEnough, how: '>' } as Expression)).toBeNull();
});

test('of two numbers or two ways to be in a zone nothing is lost', () => {
  const both: Expression = { op: 'and', parts: [longEnough, { ...longEnough, right: { op: 'constant', value: 10 } }] };
  expect(guardOf(both)).toMatchObject({ least: { value: 30 }, rest: { right: { value: 10 } } });
  const either: Expression = { op: 'or', parts: [zone, { ...zone, right: { op: 'constant', value: 'shoes' } }] };
  expect(guardOf({ op: 'and', parts: [either, longEnough] })).toMatchObject({ rest: either });
});

test('a condition that asks for nothing of this kind is left alone', () => {
  expect(guardOf(other)).toBeNull();
  expect(guardOf(zone)).toBeNull();
});
