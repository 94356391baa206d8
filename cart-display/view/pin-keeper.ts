/** The question for her PIN, after a number that was typed: asked once, answered by the store, kept nowhere. */
import type { Timers } from '@kairos/protocol/ports.ts';
import type { CartView, PinAnswer } from '@kairos/protocol/screen-events.ts';
import { loginTimeoutMs } from './login-keeper.ts';
import { NamedTimers } from './named-timers.ts';
import type { PageState } from './page-state.ts';

interface PinKeeperOptions {
  readonly isWatching: boolean;
  readonly timers: Timers;
  /** What the page shows now. */
  read(): PageState;
  change(part: Pick<PageState, 'pin'>): void;
  /** False where there is no connection. */
  sendPin(pin: string): boolean;
}

export class PinKeeper {
  private readonly options: PinKeeperOptions;
  private readonly timers: NamedTimers<'pin'>;

  constructor(options: PinKeeperOptions) {
    this.options = options;
    this.timers = new NamedTimers(options.timers);
  }

  open(): void {
    const { isWatching, read, change } = this.options;
    if (!isWatching && read().view?.shopper?.pin) change({ pin: { kind: 'open' } });
  }

  close(): void {
    const { read, change } = this.options;
    this.timers.cancel('pin');
    if (read().pin.kind !== 'closed') change({ pin: { kind: 'closed' } });
  }

  /** She keys it anew: what was said of the last one goes. */
  clearWord(): void {
    const { read, change } = this.options;
    const { kind } = read().pin;
    if (kind === 'wrong' || kind === 'no-answer' || kind === 'out-of-touch') change({ pin: { kind: 'open' } });
  }

  /** Goes to the store now and is not kept: what cannot be sent is keyed again. */
  present(pin: string): void {
    const { isWatching, read, change, sendPin } = this.options;
    if (isWatching || read().pin.kind === 'asking') return;
    if (!sendPin(pin)) {
      change({ pin: { kind: 'out-of-touch' } });
      return;
    }
    change({ pin: { kind: 'asking' } });
    this.timers.set('pin', loginTimeoutMs, () => change({ pin: { kind: 'no-answer' } }));
  }

  answered(answer: PinAnswer): void {
    const { read, change } = this.options;
    // Late, or to nobody: she has gone on without.
    if (read().pin.kind !== 'asking') return;
    this.timers.cancel('pin');
    // `right` closes with the view that follows: it is hers.
    if (answer.kind === 'right') return;
    if (answer.kind === 'nobody') this.close();
    else change({ pin: answer.kind === 'busy' ? { kind: 'no-answer' } : answer });
  }

  /** She is asked once, when she has just keyed her number here; what follows closes the question. */
  follow(view: CartView): void {
    const { isWatching, read, change } = this.options;
    if (view.shopper?.pin !== true) this.close();
    else if (read().login.kind === 'asking' && !isWatching) change({ pin: { kind: 'open' } });
  }
}
