/**
 * The processes of one start, in the order in which they were started. They end together, the last first: what talks to
 * the store is gone before the store goes. One that ends unasked takes the others with it, and it is said which.
 */
import type { StartedProcess } from './child-process.ts';

export class ProcessGroup {
  readonly #running: StartedProcess[] = [];
  readonly #onUnasked: (process: StartedProcess) => void;
  #isEnding = false;

  constructor(onUnasked: (process: StartedProcess) => void) {
    this.#onUnasked = onUnasked;
  }

  add(started: StartedProcess): StartedProcess {
    this.#running.push(started);
    void started.ended.then(() => {
      if (!this.#isEnding) this.#onUnasked(started);
    });
    return started;
  }

  /** Resolves when none is left. Asked again while it goes on, it waits for the same end. */
  async end(): Promise<void> {
    this.#isEnding = true;
    for (const one of [...this.#running].reverse()) await one.end();
  }
}
