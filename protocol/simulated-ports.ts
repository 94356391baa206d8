/**
 * Simulated ports: a clock that moves only when told to, timers that fire in order of due time (ties in order of
 * setting), and chance from a seed. One thread, no real time: the same seed gives the same trace.
 */
import type { Ports } from './ports.ts';

export interface SimulatedPorts extends Ports {
  /** Runs every timer due up to `ms` from now, in order, then stands at that time. */
  advance(ms: number): void;
  /** Runs timers until none is left or `untilMs` (wall time) is reached. */
  runUntil(untilMs: number): void;
  /** Steps the wall clock without touching the monotonic one, as a bad NTP answer would. */
  stepWallClock(ms: number): void;
  /** How many timers wait. */
  readonly pending: number;
}

interface Waiting {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** A small generator with 32 bits of state (mulberry32): good enough to vary a simulation, not for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function simulatedPorts(options: { startMs: number; seed: number }): SimulatedPorts {
  const next = seededRandom(options.seed);
  let monotonic = 0;
  let offset = options.startMs;
  let order = 0;
  let waiting: Waiting[] = [];

  const runUntilMonotonic = (until: number): void => {
    for (;;) {
      let first: Waiting | undefined;
      for (const timer of waiting) {
        if (timer.due > until) continue;
        if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer;
      }
      if (!first) break;
      const running = first;
      waiting = waiting.filter((timer) => timer !== running);
      monotonic = Math.max(monotonic, running.due);
      running.run();
    }
    monotonic = Math.max(monotonic, until);
  };

  return {
    clock: { now: () => offset + monotonic, monotonic: () => monotonic },
    timers: {
      after(delayMs, run) {
        const timer = { due: monotonic + Math.max(0, delayMs), order: order++, run };
        waiting.push(timer);
        return () => {
          waiting = waiting.filter((other) => other !== timer);
        };
      },
    },
    random: {
      next,
      id: () => Array.from({ length: 16 }, () => Math.floor(next() * 36).toString(36)).join(''),
    },
    advance: (ms) => runUntilMonotonic(monotonic + ms),
    runUntil: (untilMs) => runUntilMonotonic(untilMs - offset),
    stepWallClock: (ms) => {
      offset += ms;
    },
    get pending() {
      return waiting.length;
    },
  };
}
