import type { RejectReason } from '@kairos/protocol/device-facts.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { expect, it } from 'vitest';
import { maskNumbers, Rejections, sampleOf } from './rejections.ts';

it('masks whatever could be a card number, and leaves short numbers be', () => {
  expect(maskNumbers('number 2960104132718, quantity 1000')).toBe('number •••••••••••18, quantity 1000');
  expect(maskNumbers('2960-1041 32718')).toBe('•••••••••••••18');
  expect(maskNumbers('seq 12345')).toBe('seq 12345');
});

it('masks radio addresses and the frames that hold them, however they are written', () => {
  expect(maskNumbers('$GPRP,0C61CFC1452E,E7DAE08E6FC3,-44,0201061AFF4C000215B9')).toBe(
    `$GPRP,${'•'.repeat(12)},${'•'.repeat(12)},-44,${'•'.repeat(12)}`,
  );
  expect(maskNumbers('from 0c:61:cf:c1:45:2e')).toBe(`from ${'•'.repeat(12)}`);
  expect(maskNumbers('epoch k3f9aadeadbeef01 of cart-07')).toBe('epoch k3f9aadeadbeef01 of cart-07');
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
  const note = (device: string, reason: RejectReason) =>
    rejections.note({ by: 'mqtt', device, reason, detail: '', raw: '{' });
  const flood = (device: string): number =>
    Array.from({ length: 1_000 }, () => note(device, 'not-json')).filter(Boolean).length;
  expect(flood('cart-07')).toBe(50);
  expect(flood('cart-08')).toBe(50);
  expect(note('cart-07', 'unknown-goods'), 'hidden by a flood of another reason').not.toBeNull();
  ports.advance(2_000);
  expect(flood('cart-07')).toBe(10);
  expect(counted).toBe(3_001);
});
