import { fromIso, isTimeZone, toIso } from '@kairos/protocol/time.ts';
import { describe, expect, it } from 'vitest';
import { dayIn, minuteOf, quietUntil } from './quiet-hours.ts';

const night = { from: 20 * 60, to: 8 * 60 };
const endOf = (at: string, zone: string, hours = night): string | null => {
  const until = quietUntil(hours, zone, fromIso(at) ?? Number.NaN);
  return until === null ? null : toIso(until);
};

describe('quiet hours', () => {
  it('are those of her own wall', () => {
    expect(endOf('2026-11-22T21:30:00Z', 'Europe/Berlin')).toBe('2026-11-23T07:00:00.000Z');
    expect(endOf('2026-11-22T21:30:00Z', 'America/New_York')).toBeNull();
    expect(endOf('2026-11-22T21:30:00Z', 'Asia/Kolkata')).toBe('2026-11-23T02:30:00.000Z');
  });

  it('begin with their first minute and end before their last', () => {
    expect(endOf('2026-11-22T19:59:59Z', 'UTC')).toBeNull();
    expect(endOf('2026-11-22T20:00:00Z', 'UTC')).toBe('2026-11-23T08:00:00.000Z');
    expect(endOf('2026-11-23T07:59:59Z', 'UTC')).toBe('2026-11-23T08:00:00.000Z');
    expect(endOf('2026-11-23T08:00:00Z', 'UTC')).toBeNull();
  });

  it('end by the wall in the night in which clocks are changed', () => {
    expect(endOf('2026-03-28T22:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T06:00:00.000Z');
    expect(endOf('2026-10-24T22:00:00Z', 'Europe/Berlin')).toBe('2026-10-25T07:00:00.000Z');
  });

  it('of no length are none', () => {
    expect(endOf('2026-11-22T21:30:00Z', 'UTC', { from: 480, to: 480 })).toBeNull();
  });
});

it('knows zones, times of day and days on the wall', () => {
  expect([isTimeZone('Europe/Berlin'), isTimeZone('Middle/Earth'), isTimeZone('')]).toEqual([true, false, false]);
  expect(['20:30', '8:05', '24:00', 'noon'].map(minuteOf)).toEqual([1230, 485, null, null]);
  expect(dayIn(fromIso('2026-11-22T23:30:00Z') ?? 0, 'Europe/Berlin')).toBe('2026-11-23');
});
