import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { expect, it } from 'vitest';
import { clockStepMaxMs, createStoreClock } from './store-clock.ts';

const startMs = 1_763_000_000_000;

function stepping() {
  const ports = simulatedPorts({ startMs, seed: 1 });
  return { ports, clock: createStoreClock(ports.clock) };
}

it('follows the machine’s clock, small steps included', () => {
  const { ports, clock } = stepping();
  ports.advance(1_000);
  expect(clock.now()).toBe(startMs + 1_000);
  ports.stepWallClock(clockStepMaxMs);
  expect(clock.now()).toBe(startMs + 1_000 + clockStepMaxMs);
  expect(clock.pendingStepMs).toBeNull();
});

it.each([3 * 86_400_000, -3 * 86_400_000, -startMs])(
  'ignores a step of %i ms, reports it, and goes on by itself',
  (stepMs) => {
    const { ports, clock } = stepping();
    clock.now();
    ports.stepWallClock(stepMs);
    ports.advance(60_000);
    expect(clock.now()).toBe(startMs + 60_000);
    expect(clock.pendingStepMs).toBe(stepMs);
    ports.advance(60_000);
    expect(clock.now()).toBe(startMs + 120_000);
  },
);

it('follows again once a person has confirmed the step, or once it is taken back', () => {
  const { ports, clock } = stepping();
  ports.stepWallClock(3_600_000);
  expect(clock.pendingStepMs).toBe(3_600_000);
  clock.confirm();
  expect(clock.now()).toBe(startMs + 3_600_000);
  expect(clock.pendingStepMs).toBeNull();
  ports.stepWallClock(-3_600_000);
  expect(clock.pendingStepMs).toBe(-3_600_000);
  ports.stepWallClock(3_600_000);
  expect(clock.pendingStepMs).toBeNull();
  expect(clock.now()).toBe(startMs + 3_600_000);
});

it('goes on from the newest fact where a machine starts in 1970', () => {
  const ports = simulatedPorts({ startMs: 5_000, seed: 1 });
  const clock = createStoreClock(ports.clock, startMs);
  ports.advance(1_000);
  expect(clock.now()).toBe(startMs + 1_000);
  expect(clock.pendingStepMs).toBe(5_000 - startMs);
});
