/** Timers by purpose: setting one anew cancels the one before, so that each purpose waits at most once. */
import type { Timers } from '@kairos/protocol/ports.ts';

export class NamedTimers<Purpose extends string> {
  private readonly timers: Timers;
  private readonly waiting = new Map<Purpose, () => void>();

  constructor(timers: Timers) {
    this.timers = timers;
  }

  set(purpose: Purpose, delayMs: number, run: () => void): void {
    this.cancel(purpose);
    const cancel = this.timers.after(delayMs, () => {
      this.waiting.delete(purpose);
      run();
    });
    this.waiting.set(purpose, cancel);
  }

  cancel(purpose: Purpose): void {
    this.waiting.get(purpose)?.();
    this.waiting.delete(purpose);
  }

  isSet(purpose: Purpose): boolean {
    return this.waiting.has(purpose);
  }
}
