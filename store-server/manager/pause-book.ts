/**
 * Who has paused what, until when: a fold over `pause.changed`, found again in the journal at each start, so that a
 * pause survives restarts and releases. Past ones are remembered, so that a decision can be told what stopped it.
 */
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';
import type { StorySource } from '../why/decision-story.ts';

/** Pauses that are remembered, past ones among them. */
const pausesMax = 1_000;

export type PauseOf = Pick<FactBody<'pause.changed'>, 'what' | 'name'>;

/** One pause, with when it was in force. */
export interface PauseThen extends PauseOf {
  readonly from: number;
  /** When it is over, by itself or lifted; null: when somebody lifts it. */
  readonly to: number | null;
  /** When it was to be over when it was set. */
  readonly until: number | null;
  /** Whoever set it, as facts name her. */
  readonly by: string;
}

export class PauseBook {
  /** Oldest first. */
  #pauses: PauseThen[] = [];

  async load(journal: StorySource): Promise<void> {
    const facts = await journal.facts({ types: ['pause.changed'], limit: pausesMax, newestFirst: true });
    for (const fact of [...facts].reverse()) this.note(fact);
  }

  get all(): readonly PauseThen[] {
    return this.#pauses;
  }

  note(fact: Fact): void {
    if (fact.type !== 'pause.changed') return;
    const { what, name, paused, until = null, by } = fact.body;
    this.#pauses = this.#pauses.map((pause) =>
      isSamePause(pause, fact.body) && isInForce(pause, fact.at) ? { ...pause, to: fact.at } : pause,
    );
    if (!paused) return;
    const of = name === undefined ? { what } : { what, name };
    this.#pauses.push({ ...of, from: fact.at, to: until, until, by });
    if (this.#pauses.length > pausesMax) this.#pauses.shift();
  }

  /** Those that were in force then. */
  at(moment: number): PauseThen[] {
    return this.#pauses.filter((pause) => isInForce(pause, moment));
  }
}

export function isSamePause(one: PauseOf, other: PauseOf): boolean {
  return one.what === other.what && (one.what === 'everything' || one.name === other.name);
}

export function isInForce({ from, to }: Pick<PauseThen, 'from' | 'to'>, moment: number): boolean {
  return from <= moment && (to === null || moment < to);
}
