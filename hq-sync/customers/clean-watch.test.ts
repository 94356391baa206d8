import { expect, it } from 'vitest';
import { type Due, isCleaningDue, lateMs, smallBytes } from './clean-watch.ts';

const hour = 3_600_000;
const now = 1_800_000_000_000;
const due = (more: Partial<Due>): boolean =>
  isCleaningDue({
    ...{ since: now - hour, urgentSince: now - hour, lastAt: null, now, bytes: 1_000, hour: 14 },
    ...{ isSyncing: false, afterMs: 300_000 },
    ...more,
  });

it('what somebody asked for is written over soon where that takes seconds, else by night', () => {
  expect(due({})).toBe(true);
  expect(due({ urgentSince: now - 299_999 })).toBe(false);
  expect(due({ bytes: smallBytes + 1 })).toBe(false);
  expect(due({ bytes: smallBytes + 1, hour: 5 })).toBe(true);
  expect(due({ since: null, urgentSince: null, hour: 5 })).toBe(false);
});

it('what visits leave every day is written over once a night', () => {
  const daily = { urgentSince: null };
  expect(due(daily)).toBe(false);
  expect(due({ ...daily, hour: 5 })).toBe(true);
  expect(due({ ...daily, hour: 6, lastAt: now - hour })).toBe(false);
});

it('waits for a store that is in the middle of it, and never beyond a day', () => {
  expect(due({ isSyncing: true, hour: 5 })).toBe(false);
  expect(due({ isSyncing: true, since: now - lateMs })).toBe(true);
  expect(lateMs).toBeLessThan(24 * hour);
});
