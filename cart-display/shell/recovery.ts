/**
 * Brings a page back that has crashed or frozen: loaded anew, at growing intervals where it crashes again, and never
 * given up. What stood on it comes from the store's snapshot and the page's own store, so that nothing is shown twice.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import { aliveEveryMs } from './bridge.ts';

/** Signs of life that may be missed; a slow machine at its start misses one or two. */
const silenceMaxMs = 4 * aliveEveryMs;
const reloadFirstMs = 500;
const reloadMaxMs = 60_000;
/** A page that has lived so long has recovered. */
const provenAfterMs = 120_000;

export interface RecoveryOptions {
  readonly ports: Ports;
  /** Ends what hangs and loads the page anew. */
  readonly reload: () => void;
  readonly say: (why: string, attempt: number) => void;
}

export class Recovery {
  readonly #options: RecoveryOptions;
  #attempt = 0;
  /** Null while it is not known to live. */
  #loadedAt: number | null = null;
  #isWaiting = false;
  #cancelWatch = (): void => undefined;
  #cancelReload = (): void => undefined;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** The page was loaded: from here on it has to give signs of life. */
  loaded(): void {
    this.#loadedAt = this.#options.ports.clock.monotonic();
    this.alive();
  }

  alive(): void {
    if (this.#isWaiting) return;
    this.#cancelWatch();
    this.#cancelWatch = this.#options.ports.timers.after(silenceMaxMs, () => this.lost('it gave no sign of life'));
  }

  /** It crashed, hangs, or could not be loaded. */
  lost(why: string): void {
    if (this.#isWaiting) return;
    const { ports, reload, say } = this.#options;
    const hasRecovered = this.#loadedAt !== null && ports.clock.monotonic() - this.#loadedAt > provenAfterMs;
    if (hasRecovered) this.#attempt = 0;
    this.#loadedAt = null;
    const delayMs = Math.min(reloadMaxMs, reloadFirstMs * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#isWaiting = true;
    this.#cancelWatch();
    say(why, this.#attempt);
    this.#cancelReload = ports.timers.after(delayMs, () => {
      this.#isWaiting = false;
      reload();
      // A page that cannot even be loaded gives no sign either.
      this.alive();
    });
  }

  stop(): void {
    this.#isWaiting = true;
    this.#cancelWatch();
    this.#cancelReload();
  }
}
