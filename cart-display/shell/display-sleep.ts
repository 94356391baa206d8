/**
 * Keeps the display awake while somebody may look at it: during a visit, and for some minutes after the last touch.
 * After that the system's own power saving may darken it; a touch brings it back.
 */
import type { Ports } from '@kairos/protocol/ports.ts';

export interface DisplaySleepOptions {
  readonly ports: Ports;
  readonly sleepAfterMs: () => number;
  /** Seconds since the last touch or key, as the system counts them. */
  readonly idleSeconds: () => number;
  /** Holds the display awake, or lets it go. */
  readonly hold: (isHeld: boolean) => void;
}

const lookEveryMs = 5_000;

export class DisplaySleep {
  readonly #options: DisplaySleepOptions;
  #isInVisit = false;
  #isHeld = false;
  #cancel = (): void => undefined;

  constructor(options: DisplaySleepOptions) {
    this.#options = options;
    this.#look();
  }

  noteVisit(isInVisit: boolean): void {
    if (isInVisit === this.#isInVisit) return;
    this.#isInVisit = isInVisit;
    this.#decide();
  }

  stop(): void {
    this.#cancel();
    if (this.#isHeld) this.#options.hold(false);
    this.#isHeld = false;
  }

  #look(): void {
    this.#decide();
    this.#cancel = this.#options.ports.timers.after(lookEveryMs, () => this.#look());
  }

  #decide(): void {
    const { sleepAfterMs, idleSeconds, hold } = this.#options;
    const isHeld = this.#isInVisit || idleSeconds() * 1_000 < sleepAfterMs();
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    hold(isHeld);
  }
}
