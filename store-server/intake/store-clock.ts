/**
 * Store time. It follows the machine's clock, but not over a step of more than five minutes: a bad NTP answer or a
 * dead battery would make every dialogue's deadline wrong at once. Such a step is ignored, and reported, until a
 * person or HQ confirms it (DESIGN section 3).
 */
import type { Clock } from '@kairos/protocol/ports.ts';

/** A step of at most this is followed: summer time is none, and NTP corrects by seconds. */
export const clockStepMaxMs = 5 * 60_000;

export interface StoreClock extends Clock {
  /** By how much the machine's clock is ahead of store time, where that is more than is followed; null: they agree. */
  readonly pendingStepMs: number | null;
  /** Follows the machine's clock from here on, whatever it says. */
  confirm(): void;
}

/**
 * `notBefore`: the time of the newest fact in the journal. A machine that starts with an older clock (1970 after a
 * power cut) goes on from there, and reports the step.
 */
export function createStoreClock(machine: Clock, notBefore = 0): StoreClock {
  let wall = machine.now();
  let monotonic = machine.monotonic();
  let pendingStepMs: number | null = null;
  if (wall < notBefore - clockStepMaxMs) wall = notBefore;

  const now = (): number => {
    const seen = machine.now();
    const elapsedTo = machine.monotonic();
    const expected = wall + (elapsedTo - monotonic);
    const stepMs = seen - expected;
    if (Math.abs(stepMs) > clockStepMaxMs) {
      pendingStepMs = Math.round(stepMs);
      return Math.floor(expected);
    }
    pendingStepMs = null;
    wall = seen;
    monotonic = elapsedTo;
    return Math.floor(seen);
  };
  return {
    now,
    monotonic: () => machine.monotonic(),
    get pendingStepMs() {
      now();
      return pendingStepMs;
    },
    confirm: () => {
      wall = machine.now();
      monotonic = machine.monotonic();
      pendingStepMs = null;
    },
  };
}
