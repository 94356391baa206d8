import { describe, expect, it } from 'vitest';
import { storeDays } from './day-range.ts';

const hourMs = 3_600_000;
const berlin = storeDays('Europe/Berlin');

describe('days on the store’s wall', () => {
  it('last 23 and 25 hours where the clock is changed, and hours go on in line', () => {
    const spring = berlin.range('2026-03-29', '2026-03-29');
    const autumn = berlin.range('2026-10-25', '2026-10-25');
    if (typeof spring === 'string' || typeof autumn === 'string') throw new Error('no days');
    expect([(spring.to - spring.from) / hourMs, (autumn.to - autumn.from) / hourMs]).toEqual([23, 25]);
    const hours = new Set<number>();
    for (let at = autumn.from; at < autumn.to; at += 600_000) hours.add(berlin.hourOf(at));
    expect(hours.size).toBe(25);
    expect(berlin.daysIn({ from: spring.from, to: autumn.to })).toHaveLength(211);
  });

  it('begin at midnight there, not here', () => {
    const range = berlin.range('2026-11-23', '2026-11-24');
    expect(range).toEqual({ from: Date.UTC(2026, 10, 22, 23), to: Date.UTC(2026, 10, 24, 23) });
    expect(berlin.today(Date.UTC(2026, 10, 22, 23, 30))).toEqual({
      from: Date.UTC(2026, 10, 22, 23),
      to: Date.UTC(2026, 10, 23, 23),
    });
    expect(berlin.dateOf(Date.UTC(2026, 10, 22, 23, 30))).toBe('2026-11-23');
    const kathmandu = storeDays('Asia/Kathmandu');
    const at = Date.UTC(2026, 10, 22, 18, 30);
    expect([kathmandu.hourOf(at), kathmandu.hourOfDay(at)]).toEqual([Date.UTC(2026, 10, 22, 18, 15), 0]);
  });

  it('are days of the calendar, in order, and not more than the journal keeps', () => {
    expect(berlin.range('2026-02-31', '2026-03-01')).toContain('"2026-02-31" is none');
    expect(berlin.range('2026-03-02', '2026-03-01')).toContain('before');
    expect(berlin.range('2020-01-01', '2026-03-01')).toContain('at most');
    expect(berlin.startOf('yesterday')).toBeNull();
  });
});
