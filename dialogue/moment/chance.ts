/**
 * The chance of an answer, learned: a smoothed rate for each dialogue, step and context, from how often its messages
 * were shown and answered with more than a decline (DESIGN section 5).
 *
 * A context borrows from its step, and a step from the prior, until it has been seen often enough. What is learned
 * today counts from tomorrow on, so that within a day the order of different customers' facts changes no choice.
 */

/** What a message is given before anything is known of it … */
const prior = 0.25;
/** … worth so many showings … */
const priorShown = 8;
/** … and a context that has not been seen is worth so many of its step's. */
const stepShown = 8;
/** Beyond so many showings both counts are halved: what is recent weighs more. */
const shownMax = 2000;
/** Steps and contexts of one store; what comes beyond is not learned, and keeps its prior. */
const keysMax = 20_000;

export interface LearnedState {
  /** Days since 1970 on the store's wall: until it is over, what was seen on it does not count. */
  day: number;
  /** How many steps and contexts there are. */
  size: number;
  tried: Record<string, Tried>;
}

/** Before today, and today. */
type Tried = [shown: number, answered: number, shownToday: number, answeredToday: number];

export function nothingLearned(): LearnedState {
  return { day: 0, size: 0, tried: {} };
}

/** A step's rates, by what she was doing. */
export class Attempts {
  readonly #step: string;
  /** There are five things that she can be doing. */
  readonly #contexts: string[] = [];
  readonly #attempts: Attempt[] = [];
  /** What was asked last, and when it holds: the counts behind it lie far apart, and are not what a day changes. */
  #chance = prior;
  #context: string | null = null;
  #day = 0;
  #learned: LearnedState | null = null;
  #learnedDay = 0;

  constructor(dialogue: string, step: string) {
    this.#step = `${dialogue}/${step}`;
  }

  /** Between 0 and 1; the same all day, and until what was learned on another day counts. */
  chance(context: string, learned: LearnedState, day: number): number {
    const isKnown = this.#context === context && this.#day === day;
    if (isKnown && this.#learned === learned && this.#learnedDay === learned.day) return this.#chance;
    this.#chance = this.in(context).chance(learned, day);
    this.#context = context;
    this.#day = day;
    this.#learned = learned;
    this.#learnedDay = learned.day;
    return this.#chance;
  }

  in(context: string): Attempt {
    for (let at = 0; at < this.#contexts.length; at += 1) {
      if (this.#contexts[at] === context) return this.#attempts[at] as Attempt;
    }
    const fresh = new Attempt(this.#step, context);
    this.#contexts.push(context);
    this.#attempts.push(fresh);
    return fresh;
  }
}

/**
 * What a rate is kept for: the step, and the step in what she was doing. It remembers where its counts stand, which
 * never go away: finding them by name costs more than reckoning.
 */
export class Attempt {
  readonly step: string;
  readonly context: string;
  ofStep: Tried | null = null;
  ofContext: Tried | null = null;
  #learned: LearnedState | null = null;
  #size = 0;

  constructor(step: string, context: string) {
    this.step = step;
    this.context = `${step}/${context}`;
  }

  lookUp(learned: LearnedState): void {
    if (this.#learned === learned && (this.ofContext !== null || this.#size === learned.size)) return;
    this.#learned = learned;
    this.#size = learned.size;
    this.ofStep = learned.tried[this.step] ?? null;
    this.ofContext = learned.tried[this.context] ?? null;
  }

  /** Between 0 and 1; the same all day, and until what was learned on another day counts. */
  chance(learned: LearnedState, day: number): number {
    this.lookUp(learned);
    return chanceFrom(this, day > learned.day);
  }
}

export function noteShown(learned: LearnedState, attempt: Attempt, day: number): void {
  note(learned, attempt, { day, which: 2 });
}

export function noteAnswered(learned: LearnedState, attempt: Attempt, day: number): void {
  note(learned, attempt, { day, which: 3 });
}

/** `isOver`: what was learned last counts already. */
function chanceFrom({ ofStep, ofContext }: Attempt, isOver: boolean): number {
  if (ofStep === null) return prior;
  const rate = (answered(ofStep, isOver) + prior * priorShown) / (shown(ofStep, isOver) + priorShown);
  if (ofContext === null) return Math.min(1, rate);
  return Math.min(1, (answered(ofContext, isOver) + rate * stepShown) / (shown(ofContext, isOver) + stepShown));
}

function note(learned: LearnedState, attempt: Attempt, { day, which }: { day: number; which: 2 | 3 }): void {
  if (day > learned.day) turnDay(learned, day);
  attempt.lookUp(learned);
  const { ofStep, ofContext, step, context } = attempt;
  if (ofStep === null) begin(learned, step, which);
  else ofStep[which] += 1;
  if (ofContext === null) begin(learned, context, which);
  else ofContext[which] += 1;
}

function begin(learned: LearnedState, key: string, which: 2 | 3): void {
  if (learned.size >= keysMax) return;
  learned.tried[key] = which === 2 ? [0, 0, 1, 0] : [0, 0, 0, 1];
  learned.size += 1;
}

function turnDay(learned: LearnedState, day: number): void {
  for (const counts of Object.values(learned.tried)) {
    const isOld = counts[0] + counts[2] > shownMax;
    counts[0] = half(counts[0] + counts[2], isOld);
    counts[1] = half(counts[1] + counts[3], isOld);
    counts[2] = 0;
    counts[3] = 0;
  }
  learned.day = day;
}

function half(count: number, isOld: boolean): number {
  return isOld ? Math.floor(count / 2) : count;
}

function shown(tried: Tried, isOver: boolean): number {
  return isOver ? tried[0] + tried[2] : tried[0];
}

function answered(tried: Tried, isOver: boolean): number {
  return isOver ? tried[1] + tried[3] : tried[1];
}
