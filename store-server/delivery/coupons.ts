/**
 * Delivery to the printers of tills: a message for the receipt goes to the till's agent when it is on disk, for it may
 * carry a reward (DESIGN section 3). It is said again whenever that agent comes back, until the message has been shown,
 * taken back, or its time is over; the agent prints each once.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Coupon } from '@kairos/protocol/coupon.ts';
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import type { People } from '../conductor/people.ts';
import type { StoreConfig } from '../config.ts';
import type { Journal } from '../journal/journal.ts';

/** Rewards whose coupon is not printed yet, and messages that wait for a printer. */
const rememberedMax = 5_000;
/** After a restart, what was decided in the last hours may still wait for its printer. */
const lookBackMs = 12 * 3_600_000;
const lookBackFactsMax = 10_000;

type Reward = FactBody<'reward.issued'>;

interface Waiting {
  readonly subject: number;
  readonly message: string;
  readonly run: string;
  readonly till: string;
  readonly validUntil: number;
}

export interface CouponsOptions {
  readonly journal: Pick<Journal, 'committed' | 'facts'>;
  readonly engine: Pick<Engine, 'render'>;
  readonly people: Pick<People, 'localeOf'>;
  readonly store: Pick<StoreConfig['store'], 'title' | 'currency' | 'timeZone'>;
  readonly clock: Clock;
  /** Somebody who has left may have to be brought back into memory first. */
  readonly wake: (subject: number) => void;
  readonly send: (till: string, coupon: Coupon) => void;
}

export class Coupons {
  readonly #options: CouponsOptions;
  readonly #rewards = new Map<string, Reward>();
  readonly #waiting = new Map<string, Waiting>();
  /** By message: what the prompt at a till promises. */
  readonly #promised = new Map<string, Reward>();

  constructor(options: CouponsOptions) {
    this.#options = options;
  }

  /** What waited when the store went down; to be called before the first `note`. */
  async recall(): Promise<void> {
    const { journal, clock } = this.#options;
    const types = ['reward.issued', 'message.decided', ...settling];
    const sinceMs = clock.now() - lookBackMs;
    const facts = await journal.facts({ types, sinceMs, limit: lookBackFactsMax, newestFirst: true });
    for (const fact of facts.reverse()) this.#fold(fact);
  }

  note(facts: readonly Fact[]): void {
    const news: Waiting[] = [];
    for (const fact of facts) {
      const waiting = this.#fold(fact);
      if (waiting) news.push(waiting);
    }
    if (news.length > 0) void this.#sendCommitted(news);
  }

  /** The till's agent is there again. */
  resend(till: string): void {
    const here = [...this.#waiting.values()].filter((waiting) => waiting.till === till);
    if (here.length > 0) void this.#sendCommitted(here);
  }

  /** What was still to be printed for them is not. */
  forget(subjects: readonly number[]): void {
    for (const [message, { subject }] of this.#waiting) if (subjects.includes(subject)) this.#waiting.delete(message);
  }

  /** What a prompt at a till promises; null: nothing. */
  rewardOf(message: string): Reward | null {
    return this.#promised.get(message) ?? null;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  #fold(fact: Fact): Waiting | null {
    if (fact.type === 'reward.issued') {
      keep(this.#rewards, fact.body.run, fact.body);
    } else if (fact.type === 'message.decided') {
      const { message, run, channel, target, validUntil } = fact.body;
      const reward = this.#rewards.get(run);
      if (channel === 'pos' && reward) keep(this.#promised, message, reward);
      if (channel !== 'receipt' || target === undefined || fact.subject === null) return null;
      const waiting = { subject: fact.subject, message, run, till: target, validUntil };
      keep(this.#waiting, message, waiting);
      return waiting;
    } else if ((settling as readonly string[]).includes(fact.type)) {
      this.#waiting.delete((fact.body as { message: string }).message);
    }
    return null;
  }

  async #sendCommitted(news: readonly Waiting[]): Promise<void> {
    try {
      await this.#options.journal.committed();
    } catch {
      // The disk refuses: it stays among those that wait, and goes out when the agent asks again.
      return;
    }
    for (const waiting of news) this.#send(waiting);
  }

  #send(waiting: Waiting): void {
    const { engine, people, store, clock, wake, send } = this.#options;
    const { message, subject, till, run } = waiting;
    const validForMs = waiting.validUntil - clock.now();
    wake(subject);
    const locale = people.localeOf(subject);
    const rendered = validForMs > 0 && this.#waiting.has(message) ? engine.render(subject, message, locale) : null;
    if (rendered === null) {
      this.#waiting.delete(message);
      return;
    }
    const reward = this.#rewards.get(run);
    send(till, {
      message,
      till,
      store: store.title,
      headline: rendered.headline,
      body: rendered.body,
      locale,
      currency: store.currency,
      timeZone: store.timeZone,
      reward:
        reward === undefined
          ? null
          : {
              reward: reward.reward,
              name: reward.name,
              value: reward.value,
              unit: reward.unit,
              ...(reward.until === undefined ? {} : { until: reward.until }),
            },
      validForMs,
    });
  }
}

/** After one of these nothing is left to be printed. */
const settling = ['message.shown', 'message.withdrawn', 'message.silent'] as const;

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > rememberedMax && oldest !== undefined) map.delete(oldest);
}
