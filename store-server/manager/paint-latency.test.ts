import type { Fact } from '@kairos/protocol/facts.ts';
import { expect, test } from 'vitest';
import { PaintLatency } from './paint-latency.ts';

const hour = 3_600_000;
const fact = (type: string, body: object, at: number, late = false): Fact =>
  ({ seq: 1, type, at, subject: 7, source: null, cause: null, late, body }) as unknown as Fact;

function latency(): { latency: PaintLatency; at: { received: number; now: number; zone: string } } {
  const at = { received: 0, now: 0, zone: 'wine' };
  const opened = new PaintLatency({ receivedAt: () => at.received, zoneOf: () => at.zone, now: () => at.now });
  return { latency: opened, at };
}

test('counts from intake to paint, in the zone where she was', () => {
  const { latency: paints, at } = latency();
  at.received = 10 * hour;
  paints.note([fact('message.decided', { message: 'm1' }, at.received + 3)]);
  paints.note([fact('message.shown', { message: 'm1' }, at.received + 40)]);
  // Painted once: a screen that says it again says nothing new.
  paints.note([fact('message.shown', { message: 'm1' }, at.received + 900)]);
  at.now = at.received + 100;
  expect(paints.current).toMatchObject({ count: 1 });
  expect(Math.abs((paints.current?.p50 ?? 0) / 40 - 1)).toBeLessThan(0.05);
  expect(paints.byHour).toMatchObject([{ from: 10 * hour, all: { count: 1 }, zones: [{ zone: 'wine', count: 1 }] }]);
});

test('what was reported late and what was never decided here counts for nothing', () => {
  const { latency: paints, at } = latency();
  paints.note([fact('message.decided', { message: 'm1' }, 0)]);
  paints.note([fact('message.shown', { message: 'm1' }, 50, true), fact('message.shown', { message: 'm2' }, 50)]);
  at.now = 60;
  expect([paints.current, paints.byHour]).toEqual([null, []]);
});

test('keeps a day of hours, and tells the hour before while this one has just begun', () => {
  const { latency: paints, at } = latency();
  for (let index = 0; index < 30; index += 1) {
    at.received = index * hour;
    paints.note([fact('message.decided', { message: `m${index}` }, at.received)]);
    paints.note([fact('message.shown', { message: `m${index}` }, at.received + 20)]);
  }
  at.now = 30 * hour;
  expect(paints.byHour).toHaveLength(24);
  expect(paints.current?.count).toBe(1);
  at.now = 31 * hour;
  expect(paints.current).toBeNull();
});
