/**
 * The glass of a screen, without a screen: a message is `shown` when a page would have painted it, once; it leaves by
 * itself at its deadline, when it is answered and when the store takes it back, and tells then how long it stood there.
 * Who looks at it is its owner's business.
 */
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import type { ScreenMessage } from '@kairos/protocol/screen-events.ts';

export interface GlassOptions {
  readonly screen: string;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly say: (type: 'message.shown' | 'message.answered' | 'screen.played', body: object) => void;
  /** A message has come onto the glass. */
  readonly onMessage: (message: ScreenMessage) => void;
  /** It has left the glass, answered or not. */
  readonly onMessageGone: () => void;
}

/** From receipt to first paint on a cart's computer, in milliseconds. */
const paintMs = 60;
/** From a message's leaving to the page's report of it. */
const reportMs = 5;
/** So many messages are remembered as painted; more never lie between two of one visit. */
const paintedMax = 200;

export class Glass {
  readonly #options: GlassOptions;
  #onGlass: string | null = null;
  #paintedAt: number | null = null;
  /** Never painted twice, whatever the store sends after a crash. */
  readonly #painted = new Set<string>();
  #cancel: (() => void)[] = [];

  constructor(options: GlassOptions) {
    this.#options = options;
  }

  /** What the store wants to be seen now. */
  show(message: ScreenMessage | null): void {
    if (this.#onGlass !== null && message?.id !== this.#onGlass) this.takeOff();
    if (message !== null && !this.#painted.has(message.id)) this.#paint(message);
  }

  answer(message: string, answer: string): void {
    if (this.#onGlass !== message) return;
    // First: what is said may bring the next message onto the glass before it returns.
    this.takeOff();
    this.#options.say('message.answered', { message, answer, screen: this.#options.screen });
  }

  takeOff(): void {
    for (const cancel of this.#cancel) cancel();
    this.#cancel = [];
    const message = this.#onGlass;
    if (message === null) return;
    const { screen, timers, clock, say, onMessageGone } = this.#options;
    const paintedAt = this.#paintedAt;
    this.#onGlass = null;
    this.#paintedAt = null;
    if (paintedAt !== null) {
      const ms = Math.round(clock.monotonic() - paintedAt);
      // Not in the turn that took it off: the store is still at the fact that did.
      timers.after(reportMs, () => say('screen.played', { screen, message, ms }));
    }
    onMessageGone();
  }

  #paint(message: ScreenMessage): void {
    const { timers, clock, screen, say, onMessage } = this.#options;
    this.#painted.add(message.id);
    for (const oldest of this.#painted) {
      if (this.#painted.size <= paintedMax) break;
      this.#painted.delete(oldest);
    }
    this.#onGlass = message.id;
    this.#cancel.push(
      timers.after(Math.min(paintMs, message.validForMs), () => {
        this.#paintedAt = clock.monotonic();
        say('message.shown', { message: message.id, screen });
        onMessage(message);
      }),
      timers.after(message.validForMs, () => this.takeOff()),
    );
  }
}
