/**
 * Which version of the language a dialogue is written in. Stores are updated when it suits: one of an earlier build does
 * not know what was added since, and is given a release without the dialogues that say it. Whoever adds a word to the
 * language raises `languageVersion`, and says here which dialogues need it; a test holds the list of words.
 */
import type { CompiledDialogue } from '../compiled.ts';

/** 1: all that no number was given to. 2: `patience`, and `full` of a call. */
export const languageVersion = 2;

/** The least version by which it can be read. */
export function languageNeeded({ patienceMs, steps }: CompiledDialogue): number {
  const saysFull = Object.values(steps).some(
    (step) => step.verb === 'say' && step.surfaces.some(({ to }) => to?.full !== undefined),
  );
  return patienceMs !== undefined || saysFull ? 2 : 1;
}
