/**
 * Which rewards were taken at a till: each once, whatever a receipt or two say. A reward of ours is known by its id, as the
 * coupon's bars carry it, or by our prefix, as its QR code does; coupons of others are none of our business. One that was
 * issued elsewhere in the chain is recorded as well: whether it was taken twice in two stores, headquarters see.
 */
import { couponPrefix } from '@kairos/protocol/coupon.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import { derivedId } from '@kairos/protocol/names.ts';
import type { SaleAnswer } from '@kairos/protocol/till-sale.ts';
import type { Conductor } from '../conductor/conductor.ts';
import type { Journal } from '../journal/journal.ts';

/** Rewards whose fate is known; the oldest go first. */
const rewardsMax = 100_000;
const pageFacts = 10_000;

type Redeemed = NonNullable<SaleAnswer['coupons']>;

export interface RedeemedRewardsOptions {
  readonly journal: Pick<Journal, 'facts'>;
  readonly conductor: Pick<Conductor, 'observe'>;
  readonly listeners: ((facts: readonly Fact[]) => void)[];
}

export class RedeemedRewards {
  readonly #options: RedeemedRewardsOptions;
  /** Whose it is; null: nobody's whom this store knows. */
  readonly #issued = new Map<string, number | null>();
  readonly #redeemed = new Set<string>();

  constructor(options: RedeemedRewardsOptions) {
    this.#options = options;
    options.listeners.push((facts) => this.#note(facts));
  }

  /** What was given and taken before this start; to be called before the first receipt. */
  async recall(): Promise<void> {
    const types = ['reward.issued', 'reward.redeemed'];
    for (let to: number | undefined, read = 0; read < rewardsMax; read += pageFacts) {
      const query = { types, limit: pageFacts, newestFirst: true, ...(to === undefined ? {} : { to }) };
      const facts = await this.#options.journal.facts(query);
      this.#note(facts);
      const oldest = facts.at(-1);
      if (oldest === undefined || facts.length < pageFacts) return;
      to = oldest.seq - 1;
    }
  }

  /** Recorded in the turn of the receipt, so that both are on disk together. */
  redeem(coupons: readonly string[], receipt: string): Redeemed {
    return [...new Set(coupons.map((coupon) => this.#rewardOf(coupon)))].flatMap((reward): Redeemed => {
      if (reward === null) return [];
      if (this.#redeemed.has(reward)) return [{ reward, outcome: 'redeemed-before' as const }];
      const body = { reward, receipt: receipt.slice(0, 80) };
      this.#options.conductor.observe('reward.redeemed', this.#issued.get(reward) ?? null, body);
      return [{ reward, outcome: 'redeemed' as const }];
    });
  }

  #rewardOf(coupon: string): string | null {
    const isOurs = coupon.startsWith(couponPrefix);
    const parsed = derivedId.safeParse(isOurs ? coupon.slice(couponPrefix.length) : coupon);
    return parsed.success && (isOurs || this.#issued.has(parsed.data)) ? parsed.data : null;
  }

  #note(facts: readonly Fact[]): void {
    for (const fact of facts) {
      if (fact.type === 'reward.issued') {
        this.#issued.set(fact.body.reward, fact.subject);
        dropOldest(this.#issued);
      } else if (fact.type === 'reward.redeemed') {
        this.#redeemed.add(fact.body.reward);
        dropOldest(this.#redeemed);
      }
    }
  }
}

function dropOldest(kept: Map<string, unknown> | Set<string>): void {
  const [oldest] = kept.keys();
  if (kept.size > rewardsMax && oldest !== undefined) kept.delete(oldest);
}
