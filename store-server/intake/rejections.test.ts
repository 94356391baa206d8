import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { expect, it } from 'vitest';
import { maskNumbers, Rejections, sampleOf } from './rejections.ts';

it('masks whatever could be a card number, and leaves short numbers be', () => {
  expect(maskNumbers('number 2960104132718, quantity 1000')).toBe('number •••••••••••18, quantity 1000');
  expect(maskNumbers('2960-1041 32718')).toBe('•••••••••••••18');
  expect(maskNumbers('seq 12345')).toBe('seq 12345');
});

it('keeps a sample of at most 2 KB, whatever came', () => {
  expect(sampleOf(Buffer.from('{"a":\u00001}'))).toBe('{"a": 1}');
  expect(sampleOf({ a: 1 })).toBe('{"a":1}');
  expect(sampleOf('text')).toBe('text');
  expect(sampleOf(undefined)).toBe('undefined');
  const round: Record<string, unknown> = {};
  round.self = round;
  expect(sampleOf(round)).toBe('[object Object]');
  expect(Buffer.byteLength(sampleOf('€'.repeat(10_000)))).toBeLessThanOrEqual(2_050);
  expect(sampleOf(Buffer.alloc(1_000_000, 'x'))).toHaveLength(2_048);
});

it('counts a flood in full, and keeps a part of it', () => {
  const ports = simulatedPorts({ startMs: 0, seed: 1 });
  let counted = 0;
  const rejections = new Rejections({ clock: ports.clock, count: () => (counted += 1) });
  const flood = (device: string): number =>
    Array.from({ length: 1_000 }, () =>
      rejections.note({ by: 'mqtt', device, reason: 'not-json', detail: '', raw: '{' }),
    ).filter(Boolean).length;
  expect(flood('cart-07')).toBe(50);
  expect(flood('cart-08')).toBe(50);
  ports.advance(2_000);
  expect(flood('cart-07')).toBe(10);
  expect(counted).toBe(3_000);
});
