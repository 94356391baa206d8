import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCalendar } from '../measure/calendar.ts';
import { dueAt, firstParameters, isUnusualAbsence, unusualLevel } from './absence.ts';
import { probabilityAlive } from './bg-nbd.ts';
import { type PurchaseHistory, summaryAt, withPurchase } from './history.ts';

const zurich = createCalendar('Europe/Zurich');
const at = (iso: string) => Date.parse(iso);
const dayMs = 86_400_000;

const parameters = fc.record({
  r: fc.double({ min: 0.05, max: 20, noNaN: true }),
  alpha: fc.double({ min: 0.1, max: 60, noNaN: true }),
  a: fc.double({ min: 0.05, max: 10, noNaN: true }),
  b: fc.double({ min: 0.1, max: 30, noNaN: true }),
});
const histories: fc.Arbitrary<PurchaseHistory> = fc
  .array(fc.integer({ min: 20_000, max: 20_900 }), { minLength: 2, maxLength: 60 })
  .map((days) => new Set(days))
  .filter((days) => days.size > 1)
  .map((days) => ({ firstDay: Math.min(...days), lastDay: Math.max(...days), repeats: days.size - 1 }));

function historyOf(...days: string[]): PurchaseHistory {
  return days.reduce<PurchaseHistory | null>((sum, day) => withPurchase(sum, at(`${day}T12:00:00Z`), zurich), null)!;
}

test('an absence becomes unusual at the moment that a timer would be set for, and not before', () => {
  fc.assert(
    fc.property(histories, parameters, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (history, prior, level) => {
      const due = dueAt(history, prior, zurich, level);
      if (due === null) return;
      const unusual = (now: number) => isUnusualAbsence(summaryAt(history, now, zurich), prior, level);
      expect(unusual(due)).toBe(true);
      expect(unusual(due + 40 * dayMs)).toBe(true);
      // The millisecond itself may fall on either side of a rounding.
      expect(unusual(due - 2)).toBe(false);
      expect(unusual(zurich.startOfDay(history.lastDay))).toBe(false);
    }),
  );
});

test('nor an hour too early where the day before had 25', () => {
  const history = { firstDay: 20_195, lastDay: 20_891, repeats: 3 };
  const prior = { r: 6.242544009694354, alpha: 0.1, a: 2.8004608157062165, b: 0.1 };
  const due = dueAt(history, prior, zurich, 0.05) ?? 0;
  expect(new Date(due - 1).toISOString()).toBe('2027-10-31T23:00:00.000Z');
  expect(isUnusualAbsence(summaryAt(history, due, zurich), prior, 0.05)).toBe(true);
  expect(isUnusualAbsence(summaryAt(history, due - 3_600_001, zurich), prior, 0.05)).toBe(false);
});

test('nor a millisecond too early where the week ends on one', () => {
  const history = { firstDay: 20_000, lastDay: 20_010, repeats: 9 };
  const prior = { r: 0.05, alpha: 0.1, a: 0.24488366078139184, b: 0.1 };
  const due = dueAt(history, prior, zurich, 0.93) ?? 0;
  expect(isUnusualAbsence(summaryAt(history, due, zurich), prior, 0.93)).toBe(true);
});

test('at that moment it is as likely as said that she has stopped, unless her own interval is longer', () => {
  fc.assert(
    fc.property(histories, parameters, (history, prior) => {
      const due = dueAt(history, prior, zurich);
      if (due === null) return;
      const summary = summaryAt(history, due, zurich);
      const usual = summary.tx + summary.tx / summary.x;
      if (summary.T > usual + 0.1) expect(probabilityAlive(summary, prior)).toBeCloseTo(unusualLevel, 2);
      else expect(probabilityAlive(summary, prior)).toBeLessThan(unusualLevel + 0.01);
    }),
  );
});

test('a weekly customer is missed within weeks, a quarterly one within months, a single purchase never', () => {
  const weekly = historyOf('2026-01-05', '2026-01-12', '2026-01-19', '2026-01-26', '2026-02-02', '2026-02-09');
  const quarterly = historyOf('2025-02-09', '2025-05-09', '2025-08-09', '2025-11-09', '2026-02-09');
  const weeksAfter = (history: PurchaseHistory) =>
    (dueAt(history, firstParameters, zurich)! - at('2026-02-09T00:00:00Z')) / (7 * dayMs);
  expect(weeksAfter(weekly)).toBeGreaterThan(1);
  expect(weeksAfter(weekly)).toBeLessThan(9);
  expect(weeksAfter(quarterly)).toBeGreaterThan(13);
  expect(weeksAfter(quarterly)).toBeLessThan(40);
  expect(dueAt(historyOf('2026-02-09'), firstParameters, zurich)).toBeNull();
});

test('days are counted on the wall of the store, and two receipts of one day are one purchase', () => {
  const history = historyOf('2026-03-27', '2026-03-28', '2026-03-28', '2026-03-30');
  expect(history.repeats).toBe(2);
  expect(summaryAt(history, at('2026-04-03T00:00:00+02:00'), zurich)).toEqual({ x: 2, tx: 3 / 7, T: 1 });
  const lateNight = withPurchase(null, at('2026-03-27T22:59:00Z'), zurich);
  expect(withPurchase(lateNight, at('2026-03-27T23:01:00Z'), zurich).repeats).toBe(1);
});

test('a late fact lengthens the history towards its beginning', () => {
  const history = withPurchase(historyOf('2026-03-10', '2026-03-20'), at('2026-03-01T12:00:00Z'), zurich);
  expect(summaryAt(history, at('2026-03-20T23:00:00Z'), zurich)).toEqual({ x: 2, tx: 19 / 7, T: 20 / 7 });
});
