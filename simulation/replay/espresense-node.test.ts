import { expect, it } from 'vitest';
import { SmoothingNode } from './espresense-node.ts';

it('a node repeats a still tag every five seconds, and one that moves twice a second', () => {
  const node = new SmoothingNode(-59);
  const saidAt = (rssiAt: (at: number) => number): number[] =>
    Array.from({ length: 120 }, (_, tick) => tick * 100).filter((at) => node.hear(rssiAt(at), at) !== null);
  expect(saidAt(() => -70)).toEqual([0, 5_000, 10_000]);
  const moving = new SmoothingNode(-59);
  const said = Array.from({ length: 50 }, (_, tick) => moving.hear(-60 - tick, tick * 100)).filter(
    (one) => one !== null,
  );
  expect(said.length).toBeGreaterThan(5);
  expect(said.length).toBeLessThanOrEqual(10);
});

it('says the median, and nothing of values that cannot be', () => {
  const node = new SmoothingNode(-59);
  expect(node.hear(42, 0)).toBeNull();
  expect(node.hear(-59, 0)).toEqual({ rssi: -59, distanceM: 1 });
});
