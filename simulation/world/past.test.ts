import { describe, expect, it } from 'vitest';
import { demoStore } from '../demo-store.ts';
import { readShop } from '../store-files.ts';
import { profilesOf } from './customer-profile.ts';
import { pastVisits, startOfDay } from './past.ts';

const shop = readShop(demoStore);
const dayMs = 86_400_000;
const startMs = startOfDay('Europe/Berlin', '2026-11-23') ?? 0;

function visitsOf(seed: number) {
  const profiles = profilesOf(seed, shop, 120);
  return { profiles, visits: pastVisits({ seed, shop, profiles, customers: '', startMs }) };
}

describe('the past of a simulated store', () => {
  const { profiles, visits } = visitsOf(3);

  it('is the same for the same seed, and another for another', () => {
    expect(JSON.stringify(visitsOf(3).visits)).toBe(JSON.stringify(visits));
    expect(JSON.stringify(visitsOf(4).visits)).not.toBe(JSON.stringify(visits));
  });

  it('lies before the first day, in the order of time, within opening hours', () => {
    expect(visits.length).toBeGreaterThan(2000);
    expect(visits.every(({ at }, index) => index === 0 || at >= (visits[index - 1]?.at ?? 0))).toBe(true);
    expect(Math.max(...visits.map(({ at }) => at))).toBeLessThan(startMs);
    const hours = visits.map(({ at }) => (((at - startMs) / 3_600_000) % 24) + 24);
    expect(Math.min(...hours.map((hour) => hour % 24))).toBeGreaterThanOrEqual(9);
    expect(Math.max(...hours.map((hour) => hour % 24))).toBeLessThan(20);
  });

  it('has people come as often as their profile says, at most once a day, and never after they have stopped', () => {
    let [expected, found] = [0, 0];
    for (const { number, visitsAWeek, since, stoppedDaysAgo } of profiles) {
      const own = visits.filter(({ profile }) => profile.number === number);
      const days = own.map(({ at }) => Math.floor((at - startMs) / dayMs));
      expect(new Set(days).size).toBe(days.length);
      expect(days.every((day) => day >= -since && day < -stoppedDaysAgo + 1)).toBe(true);
      expected += Math.min(7, visitsAWeek) * ((since - stoppedDaysAgo) / 7);
      found += own.length;
    }
    expect(found / expected).toBeGreaterThan(0.7);
    expect(found / expected).toBeLessThan(1.1);
  });
});

it('a day that is on no calendar has no beginning', () => {
  expect(startOfDay('Europe/Berlin', '2026-02-30')).toBeNull();
  expect(startOfDay('Europe/Berlin', 'tomorrow')).toBeNull();
  expect(startOfDay('Europe/Berlin', '2026-11-23')).toBe(Date.UTC(2026, 10, 22, 23));
});
