/** Does something again and again, a while after the last time has ended; one that fails is told, and tried again. */
import type { Timers } from '@kairos/protocol/ports.ts';

export interface RoundsOptions {
  readonly timers: Timers;
  readonly everyMs: number;
  readonly round: () => Promise<unknown>;
  readonly onFault: ((error: Error) => void) | undefined;
}

export class Rounds {
  readonly #options: RoundsOptions;
  #cancel: () => void = () => undefined;
  #running: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  start(): void {
    const { timers, everyMs, round, onFault } = this.#options;
    this.#cancel = timers.after(everyMs, () => {
      this.#running = round()
        .catch((error: Error) => onFault?.(error))
        .then(() => {
          if (!this.#isStopped) this.start();
        });
    });
  }

  /** Ends when what is under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#running;
  }
}
