/**
 * When a belief becomes an event: a sequential test. While another zone is at least `enterOdds` times as likely as the
 * current one with its margin, its log odds over that are added up over time; at `enterEvidence` (log odds times
 * seconds) it is entered, and the one before is left in the same breath. A sure change is believed at once, a doubtful
 * one after a second or so, one that wavers never: that is the whole trade between latency and false entries (Wald's
 * sequential test, with the posterior's odds in place of the samples').
 *
 * What holds a cart that walks along a line is the margin: to have left a zone it must be well beyond its line. And to
 * go back where one just came from takes more, so that a cart which stands on a line is not sent to and fro. In between
 * nothing is said: no guess, and no departure because of silence.
 */
import type { ZoneShares } from './position-belief.ts';
import type { TrackerSettings } from './tracker-settings.ts';

/** For so long a zone that was left is "where one just came from". */
const returnMs = 30_000;
/** Surer than this nothing becomes: models are wrong more often than they say. Log odds of 98 %. */
const logOddsMax = 4;
/** Time between two looks counts up to this; a silence is no evidence. */
const betweenMaxMs = 2_000;

export interface Decision {
  readonly left: number | null;
  readonly entered: number | null;
}

const nothing: Decision = { left: null, entered: null };

export class ZoneDecision {
  readonly #settings: TrackerSettings;
  /** Index of the zone the cart is in; -1 before the first and outside all zones. */
  #current = -1;
  /** False before the first zone: then a zone is tested against all the rest. */
  #hasCurrent = false;
  #before: { readonly zone: number; readonly leftAt: number } | null = null;
  /** The zone that is being tested, and its log odds times seconds so far. */
  #candidate = -1;
  #evidence = 0;
  #lookedAt: number | null = null;

  constructor(settings: TrackerSettings) {
    this.#settings = settings;
  }

  get current(): number {
    return this.#current;
  }

  /**
   * `zone` is the likeliest but the current one, -1 outside all zones; `currentShare` is how likely the current one
   * still is; `now` in milliseconds.
   */
  decide({ zone, share, currentShare }: ZoneShares, now: number): Decision {
    const since = this.#lookedAt === null || now <= this.#lookedAt ? 1_000 : now - this.#lookedAt;
    const seconds = Math.min(since, betweenMaxMs) / 1_000;
    this.#lookedAt = now;
    const { enterOdds, enterEvidence, firstFactor, returnFactor } = this.#settings;
    const against = this.#hasCurrent ? currentShare * enterOdds : 1 - share;
    const logOdds = Math.min(logOddsMax, Math.log(share / against));
    if (!(logOdds > 0)) {
      this.#evidence = 0;
      return nothing;
    }
    if (zone !== this.#candidate) this.#evidence = 0;
    this.#candidate = zone;
    this.#evidence += logOdds * seconds;
    const returns = this.#before?.zone === zone && now - this.#before.leftAt < returnMs;
    const factor = returns ? returnFactor : this.#hasCurrent ? 1 : firstFactor;
    return this.#evidence < enterEvidence * factor ? nothing : this.#move(zone, now);
  }

  #move(zone: number, now: number): Decision {
    const left = this.#current === -1 ? null : this.#current;
    this.#before = { zone: this.#current, leftAt: now };
    this.#current = zone;
    this.#hasCurrent = true;
    this.#evidence = 0;
    return { left, entered: zone === -1 ? null : zone };
  }
}
