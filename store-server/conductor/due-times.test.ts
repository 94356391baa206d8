import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueTimes } from './due-times.ts';

test('wakes each subject once, at its last set moment, in order, whatever was changed before', () => {
  const change = fc.record({ subject: fc.nat(20), due: fc.option(fc.nat(1000), { nil: null }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const times = new DueTimes();
      const last = new Map<number, number>();
      for (const { subject, due } of changes) {
        times.set(subject, due);
        if (due === null) last.delete(subject);
        else last.set(subject, due);
      }
      const woken: { subject: number; due: number }[] = [];
      for (let now = 0; now <= 1000; now += 50) {
        for (let next = times.take(now); next; next = times.take(now)) {
          expect(next.due).toBeLessThanOrEqual(now);
          expect(next.due).toBeGreaterThan(now - 50 - (now === 0 ? 1 : 0));
          woken.push(next);
          times.set(next.subject, null);
        }
      }
      expect(new Map(woken.map(({ subject, due }) => [subject, due]))).toEqual(last);
      expect(woken).toHaveLength(last.size);
      expect(times.size).toBe(0);
    }),
  );
});

test('nothing is due before its moment', () => {
  const times = new DueTimes();
  times.set(1, 500);
  expect(times.take(499)).toBeNull();
  expect(times.take(500)).toEqual({ subject: 1, due: 500 });
  expect(times.set(1, null)).toBe(true);
  expect(times.take(500)).toBeNull();
});

test('who is due again at the very moment at which she was taken is taken again', () => {
  const times = new DueTimes();
  times.set(1, 500);
  expect(times.take(500)).toEqual({ subject: 1, due: 500 });
  expect(times.next()).toBeNull();
  // Its row says so already.
  expect(times.set(1, 500)).toBe(false);
  expect(times.set(1, 500)).toBe(false);
  expect(times.take(500)).toEqual({ subject: 1, due: 500 });
  expect(times.take(500)).toBeNull();
  times.set(1, null);
  expect(times.next()).toBeNull();
});
