/** Steps of drawing, back and forth. */
import type { PlanDraft } from '@kairos/protocol/floor-plan-checks.ts';

/** Older ones are forgotten. */
const stepsMax = 200;

export interface PlanHistory {
  readonly now: PlanDraft;
  readonly before: readonly PlanDraft[];
  readonly after: readonly PlanDraft[];
}

export type HistoryStep =
  | { readonly kind: 'did'; readonly draft: PlanDraft }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }
  /** Another plan altogether: nothing of the old one can be undone. */
  | { readonly kind: 'begin'; readonly draft: PlanDraft };

export function begun(draft: PlanDraft): PlanHistory {
  return { now: draft, before: [], after: [] };
}

export function stepHistory(history: PlanHistory, step: HistoryStep): PlanHistory {
  const { now, before, after } = history;
  switch (step.kind) {
    case 'did':
      return step.draft === now
        ? history
        : { now: step.draft, before: [...before.slice(1 - stepsMax), now], after: [] };
    case 'undo': {
      const last = before.at(-1);
      return last ? { now: last, before: before.slice(0, -1), after: [now, ...after] } : history;
    }
    case 'redo': {
      const [next, ...rest] = after;
      return next ? { now: next, before: [...before, now], after: rest } : history;
    }
    case 'begin':
      return begun(step.draft);
  }
}
