/** The machine's own time, which a test can hurry: whatever falls due in between is done at once, in its order. */
import type { Ports } from '@kairos/protocol/ports.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';

interface Waiting {
  readonly dueMs: number;
  readonly run: () => void;
  cancel: () => void;
}

export class HurriedTime {
  readonly ports: Ports;
  readonly #waiting = new Set<Waiting>();
  #aheadMs = 0;

  /** `startMs`: the wall's time at the beginning, else the machine's. */
  constructor(startMs?: number) {
    const { clock, timers } = systemPorts;
    const setBy = startMs === undefined ? 0 : startMs - clock.now();
    this.ports = {
      ...systemPorts,
      clock: { now: () => clock.now() + setBy + this.#aheadMs, monotonic: () => this.#monotonic() },
      timers: {
        after: (delayMs, run) => {
          const waiting: Waiting = { dueMs: this.#monotonic() + delayMs, run, cancel: () => undefined };
          waiting.cancel = timers.after(delayMs, () => this.#fire(waiting));
          this.#waiting.add(waiting);
          return () => {
            waiting.cancel();
            this.#waiting.delete(waiting);
          };
        },
      },
    };
  }

  /** Both clocks go on by so much, a minute at a time, so that what is set meanwhile comes in its turn; or to what is due. */
  pass(ms: number): void {
    const end = this.#aheadMs + ms;
    while (this.#aheadMs < end) {
      this.#aheadMs = Math.min(end, this.#aheadMs + Math.max(60_000, this.#untilNextMs()));
      const due = [...this.#waiting].filter(({ dueMs }) => dueMs <= this.#monotonic());
      for (const waiting of due.sort((one, other) => one.dueMs - other.dueMs)) this.#fire(waiting);
    }
    for (const waiting of this.#waiting) {
      waiting.cancel();
      const { dueMs } = waiting;
      waiting.cancel = systemPorts.timers.after(dueMs - this.#monotonic(), () => this.#fire(waiting));
    }
  }

  #untilNextMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.#waiting) if (dueMs < next) next = dueMs;
    return next - this.#monotonic();
  }

  #monotonic(): number {
    return systemPorts.clock.monotonic() + this.#aheadMs;
  }

  #fire(waiting: Waiting): void {
    if (!this.#waiting.delete(waiting)) return;
    waiting.cancel();
    waiting.run();
  }
}
