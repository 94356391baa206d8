/**
 * The nightly audit: both sides hash their own days, and headquarters name those on which they hold something else. The
 * last weeks are compared each night, what is older in stretches: all of a year where that is little, else turn by turn.
 * A stretch stands as it was found until it is compared again, so that a day is named for as long as it differs.
 */
import type { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import type { UpwardFacts } from '@kairos/hq-sync/link/upward.ts';
import { fromDay, toDay } from '@kairos/protocol/time.ts';

const dayMs = 86_400_000;
/** Compared each night. */
const recentDays = 35;
/** Older days are compared in stretches of so many … */
const stretchDays = 65;
/** … as many as come to less than a year, the shortest time for which a journal keeps what goes up. */
const stretches = 5;
/** Facts of a night, some seconds of the reading thread: behind them one stretch more at most. The others wait. */
const auditFactsMax = 1_000_000;

export interface DayAuditOptions {
  readonly client: Pick<HqClient, 'days'>;
  readonly facts: Pick<UpwardFacts, 'lives' | 'days'>;
  /** Facts of one night: some come first in each, and one stretch of older ones. */
  readonly factsMax?: number;
}

/** Days of UTC, in milliseconds. */
interface Stretch {
  readonly from: number;
  /** Not among them. */
  readonly until: number;
}

export class DayAudit {
  readonly #options: DayAuditOptions;
  readonly #differing = new Set<string>();
  /** Which of the older stretches comes next. */
  #next = 0;
  /** Facts of the whole year, once all of it was compared in one night; null: not known, or too many for that. */
  #yearFacts: number | null = null;

  constructor(options: DayAuditOptions) {
    this.#options = options;
  }

  /** Days on which both sides differed when they were last compared, in order. */
  get differingDays(): readonly string[] {
    return [...this.#differing].sort();
  }

  /** Compares what headquarters have, up to the store's fact `upTo`. False: they did not answer, what was known stands. */
  async compare({ now, upTo }: { readonly now: number; readonly upTo: number }): Promise<boolean> {
    const today = Math.floor(now / dayMs) * dayMs;
    const oldest = today - (recentDays + stretches * stretchDays) * dayMs;
    for (const day of this.#differing) if (fromDay(day) < oldest) this.#differing.delete(day);
    // A clock that is ahead tells of days to come.
    const until = Number.POSITIVE_INFINITY;
    const max = this.#options.factsMax ?? auditFactsMax;
    if (this.#yearFacts !== null && this.#yearFacts <= max) {
      const facts = await this.#compareStretch({ from: oldest, until }, upTo);
      this.#yearFacts = facts;
      return facts !== null;
    }
    return this.#compareInTurn({ from: today - recentDays * dayMs, until }, { upTo, max });
  }

  /** The last weeks, and of what is older as much as a night has room for: one stretch at least. */
  async #compareInTurn(
    recent: Stretch,
    { upTo, max }: { readonly upTo: number; readonly max: number },
  ): Promise<boolean> {
    let facts = await this.#compareStretch(recent, upTo);
    for (let turn = 0; turn < stretches; turn += 1) {
      if (facts === null) return false;
      if (turn > 0 && facts >= max) return true;
      const until = recent.from - this.#next * stretchDays * dayMs;
      const more = await this.#compareStretch({ from: until - stretchDays * dayMs, until }, upTo);
      if (more !== null) this.#next = (this.#next + 1) % stretches;
      facts = more === null ? null : facts + more;
    }
    this.#yearFacts = facts;
    return facts !== null;
  }

  /** How many facts of the store's were hashed; null: headquarters did not answer. */
  async #compareStretch(stretch: Stretch, upTo: number): Promise<number | null> {
    const { client, facts } = this.#options;
    const isWithin = ({ day }: { readonly day: string }): boolean =>
      fromDay(day) >= stretch.from && fromDay(day) < stretch.until;
    const since = toDay(stretch.from);
    const until = Number.isFinite(stretch.until) ? toDay(stretch.until) : null;
    const found: string[] = [];
    let hashed = 0;
    for (const life of await facts.lives()) {
      const end = Math.min(upTo, life.to ?? upTo);
      const days = await facts.days({ life, sinceDay: since, ...(until ? { untilDay: until } : {}), upTo: end });
      hashed += days.reduce((sum, day) => sum + day.facts, 0);
      const answer = await client.days({ epoch: life.epoch, upTo: end, days, since, ...(until ? { until } : {}) });
      if (answer.kind !== 'answered') return null;
      // Headquarters of an earlier build look at everything since the first of these days.
      found.push(...answer.content.differing.filter(isWithin).map(({ day }) => day));
    }
    for (const day of this.#differing) if (isWithin({ day })) this.#differing.delete(day);
    for (const day of found) this.#differing.add(day);
    return hashed;
  }
}
