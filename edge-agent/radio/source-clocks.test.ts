import { describe, expect, it } from 'vitest';
import { SourceClocks } from './source-clocks.ts';

const year = 365 * 24 * 3_600_000;

function hearing(clock: 'source-ms' | 'source-s' = 'source-ms') {
  const clocks = new SourceClocks();
  return (arrivedAt: number, sourceTime: number | null): number =>
    clocks.age({ source: 'gateway', sourceTime, clock, arrivedAt });
}

describe('the age of a reading, by the clock of whoever heard it', () => {
  it('is nothing where no time is given', () => {
    expect(hearing()(1_000, null)).toBe(0);
  });

  it.each([0, 40 * year, -year])('is right though that clock is wrong by %s ms', (wrong) => {
    const age = hearing();
    expect(age(10_000, 10_000 + wrong)).toBe(0);
    expect(age(11_000, 11_000 + wrong)).toBe(0);
    expect(age(12_000, 11_300 + wrong)).toBe(700);
    // Out of order, as recordings are.
    expect(age(12_010, 8_010 + wrong)).toBe(4_000);
    expect(age(13_000, 13_000 + wrong)).toBe(0);
  });

  it('allows whole seconds what they cannot say', () => {
    const age = hearing('source-s');
    const ages = Array.from({ length: 40 }, (_, tick) => age(tick * 250, Math.floor((tick * 250) / 1_000) * 1_000));
    expect(Math.max(...ages)).toBe(0);
    expect(age(13_000, 10_000)).toBe(2_000);
  });

  it('of what a gateway kept while it was out of touch is told', () => {
    const age = hearing();
    age(0, 0);
    // Thirty seconds of readings, handed over in one second.
    const ages = Array.from({ length: 31 }, (_, second) => age(30_000 + second * 33, second * 1_000));
    expect(ages[0]).toBe(30_000);
    expect(ages[10]).toBeGreaterThan(19_000);
    expect(age(32_000, 32_000)).toBe(0);
  });

  it.each([-3_600_000, 3_600_000, -20 * year])('is right again soon after that clock was set by %s ms', (step) => {
    const age = hearing();
    for (let second = 0; second < 10; second += 1) age(second * 1_000, second * 1_000);
    const ages = Array.from({ length: 8 }, (_, second) => age((10 + second) * 1_000, (10 + second) * 1_000 + step));
    expect(ages.slice(4)).toEqual([0, 0, 0, 0]);
  });

  it('follows a clock that runs slow', () => {
    const age = hearing();
    let oldest = 0;
    for (let second = 0; second < 3_600; second += 1) oldest = Math.max(oldest, age(second * 1_000, second * 999.9));
    expect(oldest).toBeLessThan(20);
  });
});
