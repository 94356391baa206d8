/** How much of what a person may take is taken (DESIGN section 4, bounds). */
import type { SubjectState } from './subject-state.ts';

/** Bytes of JSON, the basket apart: it is the visit's, and goes with it. */
export function stateBytes(state: SubjectState): number {
  return JSON.stringify(state, (key, value) => (key === 'lines' ? undefined : value)).length;
}
