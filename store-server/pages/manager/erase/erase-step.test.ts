import { expect, test } from 'vitest';
import { begin, type EraseStep, erased, found, isConfirmed, keyed, refused, typed } from './erase-step.ts';

const number = '2900000000018';
const known = { found: 'here', initial: 'A', visit: null } as const;
const order = { order: 7, at: 1, headquarters: 'waits' } as const;
const sure = found(number, known);

test('what a scanner types while no field has the focus is the number, and nothing later', () => {
  const scanned = [...number].reduce(typed, begin);
  expect(scanned).toMatchObject({ kind: 'number', number });
  expect(typed(scanned, 'Enter')).toBe(scanned);
  expect([...number].reduce(typed, sure)).toBe(sure);
  // After an answer the next card begins anew.
  expect([...number].reduce(typed, refused(scanned, 'erase.unknown'))).toEqual(scanned);
});

test('only the last four digits of her own card confirm: no other four, not the card scanned once more', () => {
  const after = (text: string): boolean => isConfirmed(keyed(sure, text));
  expect([after('0018'), after(' 00 18 ')]).toEqual([true, true]);
  expect([isConfirmed(sure), after('018'), after('0019'), after(number), isConfirmed(begin)]).toEqual(
    Array.from({ length: 5 }, () => false),
  );
});

test('once it is done, the number is held no longer', () => {
  expect(JSON.stringify(erased(number, { erased: 'now', order }))).not.toContain(number);
  expect(erased(number, { erased: 'now', order })).toEqual({ kind: 'done', ending: '0018', order });
  for (const before of [erased(number, { erased: 'before' }), found(number, { found: 'before' })])
    expect(before).toEqual({ kind: 'number', number: '', says: 'erase.before' });
});

test('what the store would not do leaves her where she was', () => {
  expect(refused(sure, 'answer.unreachable')).toEqual({ ...sure, says: 'answer.unreachable' });
  const done: EraseStep = { kind: 'done', ending: '0018', order };
  expect(refused(done, 'answer.unreachable')).toBe(done);
});
