/** What speaking is worth: the objective's value × the chance of an answer − the cost of interrupting, in minor units. */
import type { World } from '../engine/world.ts';
import type { Attempts, LearnedState } from './chance.ts';
import type { Mood } from './mood.ts';
import type { Context } from './situation.ts';

/**
 * Of one message that waits. It is the same all day for as long as she does the same, because what is learned today
 * counts from tomorrow on: so it is remembered, and what it is made of is left where it lies.
 */
export class Worth {
  readonly #value: number;
  readonly #attempts: Attempts;
  #score = 0;
  /** For whom it was reckoned: what she did, on which day, and up to which day had been learned then. */
  #context: Context | null = null;
  #day = 0;
  #learned: LearnedState | null = null;
  #learnedDay = 0;

  /** `value`: of the objective, 0 without one. */
  constructor(value: number, attempts: Attempts) {
    this.#value = value;
    this.#attempts = attempts;
  }

  score({ world, context, day }: Mood): number {
    const { learned } = world.store;
    const isKnown = this.#context === context && this.#day === day;
    if (isKnown && this.#learned === learned && this.#learnedDay === learned.day) return this.#score;
    const cost = costOf(world, context);
    const chance = this.#value === 0 ? 0 : this.#attempts.chance(context, learned, day);
    this.#score = this.#value === 0 ? 0 - cost : Math.round(this.#value * chance - cost);
    this.#context = context;
    this.#day = day;
    this.#learned = learned;
    this.#learnedDay = learned.day;
    return this.#score;
  }
}

function costOf(world: World, context: Context): number {
  const { costs } = world.house.attention;
  switch (context) {
    case 'walking':
      return costs.walking;
    case 'dwelling':
      return costs.dwelling;
    case 'at-rest':
      return costs.atRest;
    case 'at-till':
      return costs.atTill;
    case 'away':
      return 0;
  }
}
