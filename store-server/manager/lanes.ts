/** How many wait at each till, as the newest `queue.changed` says; a till that never said is not listed. */
import type { Fact } from '@kairos/protocol/facts.ts';
import type { ManagerLane } from '@kairos/protocol/manager-events.ts';
import type { Journal } from '../journal/journal.ts';

/** What was said of a lane longer ago says nothing about now. */
const laneStandsMs = 12 * 3_600_000;
const lanesReadMax = 1_000;

export class Lanes {
  readonly #waiting = new Map<string, number>();

  get all(): ManagerLane[] {
    return [...this.#waiting].map(([till, waiting]) => ({ till, waiting }));
  }

  /** What was said before this start. */
  async load(journal: Pick<Journal, 'facts'>, now: number): Promise<void> {
    const types = ['queue.changed'];
    const said = await journal.facts({ types, sinceMs: now - laneStandsMs, limit: lanesReadMax, newestFirst: true });
    for (const fact of said) {
      if (fact.type === 'queue.changed' && !this.#waiting.has(fact.body.till)) this.note(fact);
    }
  }

  note(fact: Fact): boolean {
    if (fact.type !== 'queue.changed') return false;
    this.#waiting.set(fact.body.till, fact.body.waiting);
    return true;
  }
}
