/**
 * A rush: dialogues ask nothing of associates for a while, shoppers' own calls go on. It is a pause of the channel
 * "handheld" with an end, as the engine knows it, and holds over restarts.
 */
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';
import type { Clock } from '@kairos/protocol/ports.ts';

const minuteMs = 60_000;

type Pause = FactBody<'pause.changed'>;

export class Rush {
  readonly #clock: Pick<Clock, 'now'>;
  #now: { readonly until: number; readonly by: string } | null = null;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** 0 minutes end it. */
  factFor(by: string, minutes: number): Pause {
    const rest = { what: 'channel' as const, name: 'handheld', by };
    if (minutes === 0) return { ...rest, paused: false };
    return { ...rest, paused: true, until: this.#clock.now() + minutes * minuteMs };
  }

  fold(fact: Fact): boolean {
    if (fact.type !== 'pause.changed') return false;
    const { what, name, paused, until = 0, by } = fact.body;
    if (what !== 'channel' || name !== 'handheld') return false;
    this.#now = paused ? { until, by } : null;
    return true;
  }

  get current(): { readonly until: number; readonly by: string } | null {
    const rush = this.#now;
    return rush === null || (rush.until !== 0 && rush.until <= this.#clock.now()) ? null : rush;
  }
}
