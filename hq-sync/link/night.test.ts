import { createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import { expect, it } from 'vitest';
import { nextNight, nightFromMinute, nightMinute, nightMinutes, nightSecond } from './night.ts';

const berlin = createCalendar('Europe/Berlin');

it('two hundred stores are spread over the night, each at a minute of its own that stays', () => {
  const minutes = Array.from({ length: 200 }, (_, index) => nightMinute(`store-${index}`));
  expect(minutes).toEqual(Array.from({ length: 200 }, (_, index) => nightMinute(`store-${index}`)));
  for (const minute of minutes) {
    expect(minute).toBeGreaterThanOrEqual(nightFromMinute);
    expect(minute).toBeLessThan(nightFromMinute + nightMinutes);
  }
  const quarters = [0, 1, 2, 3].map(
    (quarter) => minutes.filter((minute) => Math.floor((minute - nightFromMinute) / 60) === quarter).length,
  );
  for (const count of quarters) expect(count).toBeGreaterThan(25);
});

it('and hardly two of them begin at once: stores of one minute are spread over it', () => {
  const seconds = Array.from({ length: 200 }, (_, index) => {
    const store = `store-${index}`;
    return nightMinute(store) * 60 + nightSecond(store);
  });
  expect(new Set(seconds).size).toBeGreaterThan(195);
  expect(new Set(seconds.map((second) => Math.floor(second / 60))).size).toBeLessThan(150);
});

it('each night has one, at the store’s own wall time, also when the clocks are changed', () => {
  let at = Date.UTC(2026, 9, 22, 12);
  const readings: string[] = [];
  for (let night = 0; night < 6; night += 1) {
    at = nextNight('riverside', berlin, at);
    const { day, minuteOfDay } = berlin.local(at);
    readings.push(`${day} ${minuteOfDay}`);
    expect((at / 1_000) % 60).toBe(nightSecond('riverside'));
  }
  const minute = nightMinute('riverside');
  expect(readings).toEqual([23, 24, 25, 26, 27, 28].map((day) => `${day} ${minute}`));
});
