/**
 * Whether somebody at a lane could read a prompt: a page that is connected, or a till that has asked of late. The same
 * watch that knows of every screen is told, so that nothing is said to a till that nobody looks at.
 */
import type { Timers } from '@kairos/protocol/ports.ts';
import type { ScreenWatch } from '../delivery/screen-watch.ts';

/** A till that asks for its lane again within this time was never away. */
export const pollGapMs = 10_000;

export class LanePresence {
  readonly #watch: Pick<ScreenWatch, 'connected' | 'gone'>;
  readonly #timers: Timers;
  /** Pages and requests that are open, by till. */
  readonly #open = new Map<string, number>();
  readonly #leaving = new Map<string, () => void>();

  constructor(watch: Pick<ScreenWatch, 'connected' | 'gone'>, timers: Timers) {
    this.#watch = watch;
    this.#timers = timers;
  }

  came(till: string): void {
    this.#leaving.get(till)?.();
    this.#leaving.delete(till);
    this.#open.set(till, (this.#open.get(till) ?? 0) + 1);
    this.#watch.connected(till);
  }

  /** `graceMs`: a page is gone at once, a till that asks anew each time after a while. */
  left(till: string, graceMs = 0): void {
    const open = Math.max(0, (this.#open.get(till) ?? 0) - 1);
    this.#open.set(till, open);
    if (open > 0) return;
    const go = (): void => {
      this.#leaving.delete(till);
      if ((this.#open.get(till) ?? 0) === 0) this.#watch.gone(till);
    };
    if (graceMs === 0) go();
    else this.#leaving.set(till, this.#timers.after(graceMs, go));
  }

  close(): void {
    for (const cancel of this.#leaving.values()) cancel();
    this.#leaving.clear();
  }
}
