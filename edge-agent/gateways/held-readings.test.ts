import { expect, it } from 'vitest';
import { HeldReadings } from './held-readings.ts';

const reading = (rssi: number, anchor = 'a') => ({ cart: 'cart-01', anchor, rssi });

it('the last word of a slow source is said again each second, until it speaks or half its time is over', () => {
  const held = new HeldReadings();
  const said: [number, number][] = [];
  const until = (from: number, to: number): void => {
    for (let now = from; now <= to; now += 100) for (const { rssi } of held.due(now)) said.push([now, rssi]);
  };
  held.hold(reading(-60), { now: 0, holdsMs: 5_000 });
  until(100, 2_400);
  held.hold(reading(-70), { now: 2_500, holdsMs: 5_000 });
  until(2_600, 20_000);
  expect(said).toEqual([
    [1_000, -60],
    [2_000, -60],
    [3_500, -70],
    [4_500, -70],
  ]);
});

it('of each pair of a cart and a receiver one is held', () => {
  const held = new HeldReadings();
  held.hold(reading(-60), { now: 0, holdsMs: 5_000 });
  held.hold(reading(-80, 'b'), { now: 0, holdsMs: 5_000 });
  expect(held.due(1_000).map(({ anchor }) => anchor)).toEqual(['a', 'b']);
});
