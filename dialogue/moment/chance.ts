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
  /** Days since 1970 on the store's wall. */
  day: number;
  known: Record<string, Tried>;
  today: Record<string, Tried>;
}

type Tried = [shown: number, answered: number];

export interface Attempt {
  readonly dialogue: string;
  readonly step: string;
  readonly context: string;
}

export function noteShown(learned: LearnedState, attempt: Attempt, day: number): void {
  note(learned, attempt, day, 0);
}

export function noteAnswered(learned: LearnedState, attempt: Attempt, day: number): void {
  note(learned, attempt, day, 1);
}

/** Between 0 and 1. */
export function chanceOf(learned: LearnedState, { dialogue, step, context }: Attempt, day: number): number {
  const ofStep = tried(learned, `${dialogue}/${step}`, day);
  const ofContext = tried(learned, `${dialogue}/${step}/${context}`, day);
  const rate = (ofStep[1] + prior * priorShown) / (ofStep[0] + priorShown);
  return Math.min(1, (ofContext[1] + rate * stepShown) / (ofContext[0] + stepShown));
}

function note(learned: LearnedState, { dialogue, step, context }: Attempt, day: number, which: 0 | 1): void {
  turnDay(learned, day);
  for (const key of [`${dialogue}/${step}`, `${dialogue}/${step}/${context}`]) {
    const counts = learned.today[key];
    if (counts) counts[which] += 1;
    else if (Object.keys(learned.today).length < keysMax) learned.today[key] = which === 0 ? [1, 0] : [0, 1];
  }
}

function turnDay(learned: LearnedState, day: number): void {
  if (day <= learned.day) return;
  for (const [key, counts] of Object.entries(learned.today)) {
    const sum = add(learned.known[key], counts);
    if (learned.known[key] || Object.keys(learned.known).length < keysMax) learned.known[key] = sum;
  }
  learned.today = {};
  learned.day = day;
}

function tried(learned: LearnedState, key: string, day: number): Tried {
  return day > learned.day ? add(learned.known[key], learned.today[key]) : (learned.known[key] ?? [0, 0]);
}

function add(one: Tried | undefined, other: Tried | undefined): Tried {
  const shown = (one?.[0] ?? 0) + (other?.[0] ?? 0);
  const answered = (one?.[1] ?? 0) + (other?.[1] ?? 0);
  return shown > shownMax ? [Math.floor(shown / 2), Math.floor(answered / 2)] : [shown, answered];
}
