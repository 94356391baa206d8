import { describe, expect, it } from 'vitest';
import { demoStore } from '../demo-store.ts';
import { readShop } from '../store-files.ts';
import { type Hearing, Radio } from './radio.ts';

const { plan } = readShop(demoStore);
const packets = 2000;

function hearAt(at: [number, number], heading = 0): Hearing[][] {
  const radio = new Radio(plan, 1);
  return Array.from({ length: packets }, (_, index) =>
    radio.hear('cart-01', { at, heading, isWalking: false }, index * 500),
  );
}

function mean(hearings: readonly Hearing[][], anchor: string): number {
  const values = hearings.flat().flatMap((one) => (one.anchor === anchor && one.rssi < 0 ? one.rssi : []));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('the radio', () => {
  it('is the same for the same seed', () => {
    expect(hearAt([17, 2])).toEqual(hearAt([17, 2]));
  });

  it('is on average loudest at the receiver overhead, and fades with distance', () => {
    const heard = hearAt([17.5, 2.4], -Math.PI / 2);
    const near = mean(heard, 'a4c1380000e3');
    const far = mean(heard, 'a4c1380000ee');
    expect(near).toBeGreaterThan(-75);
    expect(near).toBeLessThan(-60);
    expect(near - far).toBeGreaterThan(12);
  });

  it('is weaker through the body of who pushes the cart', () => {
    const towards = mean(hearAt([14, 10], 0), 'a4c1380000e8');
    const away = mean(hearAt([14, 10], Math.PI), 'a4c1380000e8');
    expect(towards - away).toBeGreaterThan(4);
  });

  it('falls silent at times, loses packets, and reports what cannot be', () => {
    const heard = hearAt([14, 10]);
    const silent = heard.filter((hearings) => hearings.length === 0).length;
    expect(silent / packets).toBeGreaterThan(0.005);
    expect(silent / packets).toBeLessThan(0.12);
    expect(heard.flat().some((one) => one.rssi === 42)).toBe(true);
    const overhead = heard.flat().filter((one) => one.anchor === 'a4c1380000e8').length;
    expect(overhead / packets).toBeLessThan(0.9);
  });
});
