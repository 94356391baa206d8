import { expect, test } from 'vitest';
import { simulatedPorts } from './simulated-ports.ts';

test('timers run in order of their time, and at one time in the order in which they were set', () => {
  const { timers, advance, clock } = simulatedPorts({ startMs: 1000, seed: 1 });
  const ran: string[] = [];
  const at = (name: string): void => void ran.push(`${name} ${clock.now()}`);
  timers.after(50, () => at('late'));
  timers.after(20, () => at('first'));
  timers.after(20, () => {
    at('second');
    timers.after(0, () => at('set by it'));
  });
  timers.after(20.7, () => at('whole milliseconds'));
  advance(49);
  expect(ran).toEqual(['first 1020', 'second 1020', 'set by it 1020', 'whole milliseconds 1020']);
  advance(1);
  expect(ran.at(-1)).toBe('late 1050');
});

test('a cancelled timer never runs, whenever it is cancelled, and waits no more', () => {
  const ports = simulatedPorts({ startMs: 0, seed: 1 });
  const ran: number[] = [];
  const cancels = Array.from({ length: 200 }, (_, index) => ports.timers.after(index % 7, () => void ran.push(index)));
  for (const [index, cancel] of cancels.entries()) if (index % 3 === 0) cancel();
  const left = cancels.length - Math.ceil(cancels.length / 3);
  expect(ports.pending).toBe(left);
  ports.advance(3);
  for (const cancel of cancels) cancel();
  ports.advance(100);
  expect(ports.pending).toBe(0);
  expect(ran.every((index) => index % 3 !== 0 && index % 7 <= 3)).toBe(true);
  expect(new Set(ran).size).toBe(ran.length);
  expect(ran.length).toBeGreaterThan(50);
});
