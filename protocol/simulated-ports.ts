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
  /** The next to run is the last: a look costs nothing, whoever waits for next week. */
  const waiting: Waiting[] = [];

  const placeFor = (timer: Waiting): number => {
    let low = 0;
    let high = waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      // At the same moment those that were set earlier go first, and stand further back.
      if ((waiting[middle] as Waiting).due > timer.due) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const runUntilMonotonic = (until: number): void => {
    for (let next = waiting.at(-1); next !== undefined && next.due <= until; next = waiting.at(-1)) {
      waiting.pop();
      monotonic = Math.max(monotonic, next.due);
      next.run();
    }
    monotonic = Math.max(monotonic, until);
  };

  return {
    clock: { now: () => Math.floor(offset + monotonic), monotonic: () => monotonic },
    timers: {
      after(delayMs, run) {
        const timer = { due: monotonic + Math.max(0, delayMs), run };
        waiting.splice(placeFor(timer), 0, timer);
        return () => {
          const place = waiting.indexOf(timer, placeFor(timer));
          if (place >= 0) waiting.splice(place, 1);
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
