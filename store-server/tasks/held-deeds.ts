/**
 * What an associate has just said and may still take back: answers and handings-on wait here for ten seconds before they
 * become facts, so that nothing the shopper sees begins and ends again. One for each associate: what she does next
 * settles what was before. Lost in a crash, it comes again from her handheld, which keeps it until it is recorded.
 */
import type { DeedOutcome } from '@kairos/protocol/handheld-events.ts';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';

type Outcome = DeedOutcome['outcome'];

export interface HeldDeed {
  readonly associate: string;
  readonly task: string;
  readonly did: 'answer' | 'pass';
  /** As it stands on the button. */
  readonly label: string;
  readonly until: number;
  /** Makes it a fact. */
  readonly carryOut: () => Promise<Outcome>;
}

interface Held extends HeldDeed {
  readonly resolve: (outcome: Outcome | Promise<Outcome>) => void;
  readonly cancel: () => void;
}

export interface HeldDeedsOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Told when a deed is held no longer. */
  readonly onChange: () => void;
}

export class HeldDeeds {
  readonly #options: HeldDeedsOptions;
  readonly #held = new Map<string, Held>();

  constructor(options: HeldDeedsOptions) {
    this.#options = options;
  }

  /** Resolves with what became of it, which is some seconds away. */
  hold(deed: HeldDeed): Promise<Outcome> {
    this.settle(deed.associate);
    return new Promise((resolve) => {
      const { clock, timers } = this.#options;
      const cancel = timers.after(Math.max(0, deed.until - clock.now()), () => this.settle(deed.associate));
      this.#held.set(deed.associate, { ...deed, resolve, cancel });
    });
  }

  of(associate: string): HeldDeed | null {
    return this.#held.get(associate) ?? null;
  }

  /** By whom something has been said about it that is not recorded yet. */
  on(task: string): HeldDeed | null {
    for (const held of this.#held.values()) if (held.task === task) return held;
    return null;
  }

  /** Now, and not when its time is over. */
  settle(associate: string): void {
    const held = this.#take(associate);
    if (!held) return;
    held.resolve(held.carryOut());
    this.#options.onChange();
  }

  settleTask(task: string): void {
    const held = this.on(task);
    if (held) this.settle(held.associate);
  }

  settleAll(): void {
    for (const associate of [...this.#held.keys()]) this.settle(associate);
  }

  /** As if she had not said it. False where it is too late. */
  undo(associate: string, task: string): boolean {
    if (this.#held.get(associate)?.task !== task) return false;
    this.#take(associate)?.resolve('over');
    return true;
  }

  #take(associate: string): Held | null {
    const held = this.#held.get(associate);
    if (!held) return null;
    held.cancel();
    this.#held.delete(associate);
    return held;
  }
}
