/** What all associates together have done today, and how soon a task was taken. Nobody is counted by herself. */
import type { Fact } from '@kairos/protocol/facts.ts';
import type { OpenTask } from './task-book.ts';

/** Times to claim that the median is taken of. */
const claimsMax = 500;

export class TeamFigures {
  #day = '';
  #done = 0;
  #claims: number[] = [];
  readonly #dayOf: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.#dayOf = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  }

  /** `before`: the task as it stood when the fact came. */
  note(fact: Fact, before: OpenTask | null): void {
    if (fact.type !== 'task.done' && fact.type !== 'task.claimed') return;
    const day = this.#dayOf.format(fact.at);
    if (day !== this.#day) {
      this.#day = day;
      this.#done = 0;
      this.#claims = [];
    }
    if (before === null) return;
    if (fact.type === 'task.done') {
      this.#done += 1;
    } else if (before.associate === null) {
      this.#claims.push(Math.max(0, fact.at - before.offeredAt));
      if (this.#claims.length > claimsMax) this.#claims.shift();
    }
  }

  get today(): { done: number; medianClaimMs: number | null } {
    const sorted = [...this.#claims].sort((one, other) => one - other);
    return { done: this.#done, medianClaimMs: sorted[Math.floor((sorted.length - 1) / 2)] ?? null };
  }
}
