/**
 * What costs money or a person's effort is on disk before it is said (DESIGN section 3): a message of a run that has
 * issued a reward, and whatever asks somebody of the store for something, waits here for the journal's word. What is
 * only said does not wait. Where the disk refuses, what waits is not said, and its time may run out.
 */
import type { Channel, Fact } from '@kairos/protocol/facts.ts';
import type { Timers } from '@kairos/protocol/ports.ts';
import type { Journal } from '../journal/journal.ts';

/** A disk that refused is asked again so much later; the journal tries by itself. */
const askAgainMs = 250;
/** Channels on which somebody of the store has to do something. */
const effortful: readonly Channel[] = ['handheld', 'pos', 'call', 'mail'];

export interface HeldBackOptions {
  readonly journal: Pick<Journal, 'committed'>;
  readonly timers: Timers;
  /** These may be said now. */
  readonly onReleased: (messages: readonly string[]) => void;
}

export class HeldBack {
  readonly #options: HeldBackOptions;
  /**
   * Runs whose reward is not on disk yet, and messages that wait, each with the turn they came in.
   * Bounded by what may wait for the disk at all (`waitingFactsMax`).
   */
  readonly #runs = new Map<string, number>();
  readonly #messages = new Map<string, number>();
  #turn = 0;
  #cancel = (): void => undefined;

  constructor(options: HeldBackOptions) {
    this.#options = options;
  }

  isHeld(message: string): boolean {
    return this.#messages.has(message);
  }

  /** To be told before whoever delivers. */
  note(facts: readonly Fact[]): void {
    this.#turn += 1;
    const before = this.#runs.size + this.#messages.size;
    for (const fact of facts) {
      if (fact.type === 'reward.issued') this.#runs.set(fact.body.run, this.#turn);
      else if (fact.type === 'task.offered') this.#messages.set(fact.body.message, this.#turn);
      else if (fact.type === 'message.decided') {
        const { run, message, channel } = fact.body;
        if (this.#runs.has(run) || effortful.includes(channel)) this.#messages.set(message, this.#turn);
      }
    }
    if (this.#runs.size + this.#messages.size > before) this.#waitFor(this.#turn);
  }

  close(): void {
    this.#cancel();
  }

  #waitFor(turn: number): void {
    this.#options.journal.committed().then(
      () => this.#release(turn),
      () => {
        this.#cancel = this.#options.timers.after(askAgainMs, () => this.#waitFor(this.#turn));
      },
    );
  }

  #release(turn: number): void {
    const released = [...this.#messages].filter(([, since]) => since <= turn).map(([message]) => message);
    for (const message of released) this.#messages.delete(message);
    for (const [run, since] of this.#runs) if (since <= turn) this.#runs.delete(run);
    if (released.length > 0) this.#options.onReleased(released);
  }
}
