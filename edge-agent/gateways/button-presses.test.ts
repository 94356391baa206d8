import { describe, expect, it } from 'vitest';
import { ButtonPresses } from './button-presses.ts';
import type { ButtonReport } from './gathering.ts';

const report = (change: Partial<ButtonReport> = {}): ButtonReport => ({
  address: 'b0ba00000001',
  cart: 'cart-01',
  packet: 1,
  counter: null,
  events: ['press'],
  sourceTime: null,
  clock: 'none',
  receiver: 'gateway',
  ...change,
});

describe('a button on a cart', () => {
  it('calls once for a press that is advertised often and heard by several gateways', () => {
    const presses = new ButtonPresses();
    const verdicts = [0, 40, 200, 900, 30_000].map((at, index) =>
      presses.judge(report({ receiver: `gateway-${index}` }), at),
    );
    expect(verdicts).toEqual(['press', 'again', 'again', 'again', 'again']);
  });

  it('calls again for the next press, unless it is the same wish', () => {
    const presses = new ButtonPresses();
    expect(presses.judge(report(), 0)).toBe('press');
    expect(presses.judge(report({ packet: 2 }), 1_000)).toBe('again');
    expect(presses.judge(report({ packet: 3 }), 10_000)).toBe('press');
    expect(presses.judge(report({ packet: 1, address: 'b0ba00000002' }), 10_000)).toBe('press');
  });

  it('that does not count is told by time alone', () => {
    const presses = new ButtonPresses();
    const verdicts = [0, 100, 6_000].map((at) => presses.judge(report({ packet: null }), at));
    expect(verdicts).toEqual(['press', 'again', 'press']);
  });

  it('counts from the start again after its 256 presses, and after a minute', () => {
    const presses = new ButtonPresses();
    presses.judge(report(), 0);
    expect(presses.judge(report(), 61_000)).toBe('press');
  });

  it('that only says how it is calls nobody', () => {
    const presses = new ButtonPresses();
    expect(presses.judge(report({ events: ['none'] }), 0)).toBe('not-pressed');
    expect(presses.judge(report({ events: [] }), 0)).toBe('not-pressed');
    expect(presses.judge(report({ events: ['none', 'long'] }), 0)).toBe('press');
  });

  it('of a press that comes minutes late calls nobody', () => {
    const presses = new ButtonPresses();
    const at = (sourceTime: number, arrivedAt: number, packet: number) =>
      presses.judge(report({ sourceTime, clock: 'source-ms', packet }), arrivedAt);
    expect(at(0, 0, 1)).toBe('press');
    expect(at(10_000, 100_000, 2)).toBe('too-late');
  });

  it('with a key cannot be played back', () => {
    const presses = new ButtonPresses();
    const at = (counter: number, now: number) => presses.judge(report({ packet: null, counter }), now);
    expect(at(100, 0)).toBe('press');
    expect(at(101, 10_000)).toBe('press');
    expect(at(100, 600_000)).toBe('repeated-counter');
    expect(at(101, 600_000)).toBe('repeated-counter');
    // A new battery, much later.
    expect(at(1, 5_000_000)).toBe('press');
  });
});
