/**
 * Runs on their way between headquarters and stores: taken out of a person's state as text, one by one. A store folds
 * such a text with the fact `run.lent` and goes on with the run; nothing else of her state comes with it.
 */
import { readState, writeRun } from './state-codec.ts';
import type { RunState } from './subject-state.ts';

export interface LentText {
  readonly run: string;
  readonly dialogue: string;
  readonly step: string;
  /** For `run.lent`. */
  readonly state: string;
}

/** `saved`: as the engine's `save` gives it. `isWaiting` says which of her runs wait for a visit. */
export function lentRuns(saved: string, isWaiting: (run: RunState) => boolean): LentText[] {
  return readState(saved)
    .runs.filter(isWaiting)
    .map((run) => ({ run: run.id, dialogue: run.dialogue, step: run.step, state: writeRun(run) }));
}
