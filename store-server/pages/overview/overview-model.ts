/**
 * What the page knows, as a value that each event of the store replaces: the whole on connecting, then its parts.
 * A part sent twice changes nothing the second time.
 */
import type {
  OverviewCart,
  OverviewCounts,
  OverviewDecision,
  OverviewState,
} from '@kairos/protocol/overview-events.ts';

export interface OverviewModel {
  /** `waiting`: never heard from the store since the page was opened. */
  readonly line: 'waiting' | 'open' | 'lost';
  readonly state: OverviewState | null;
  /** Store time less this page's clock; 0 until the store has been heard. */
  readonly clockOffsetMs: number;
}

export type OverviewChange =
  | { readonly kind: 'state'; readonly state: OverviewState; readonly nowMs: number }
  | { readonly kind: 'cart'; readonly cart: OverviewCart }
  | { readonly kind: 'decision'; readonly decision: OverviewDecision }
  | { readonly kind: 'counts'; readonly counts: OverviewCounts }
  | { readonly kind: 'lost' };

/** Older ones leave the list. Held to the contract by a test, since its value lives beside zod. */
const decisionsMax = 60;

export const nothingHeard: OverviewModel = { line: 'waiting', state: null, clockOffsetMs: 0 };

export function changed(model: OverviewModel, change: OverviewChange): OverviewModel {
  if (change.kind === 'state') {
    return { line: 'open', state: change.state, clockOffsetMs: change.state.storeTime - change.nowMs };
  }
  if (change.kind === 'lost') return { ...model, line: model.line === 'waiting' ? 'waiting' : 'lost' };
  // A part without the whole before it: the whole is on its way.
  if (model.state === null) return model;
  return { ...model, state: withPart(model.state, change) };
}

function withPart(state: OverviewState, change: Exclude<OverviewChange, { kind: 'state' | 'lost' }>): OverviewState {
  switch (change.kind) {
    case 'counts':
      return { ...state, counts: change.counts };
    case 'cart': {
      const isKnown = state.carts.some((cart) => cart.id === change.cart.id);
      const carts = state.carts.map((cart) => (cart.id === change.cart.id ? change.cart : cart));
      return { ...state, carts: isKnown ? carts : [...carts, change.cart] };
    }
    case 'decision': {
      const { decision } = change;
      const isKnown = state.decisions.some((other) => other.message === decision.message);
      const decisions = isKnown
        ? state.decisions.map((other) => (other.message === decision.message ? decision : other))
        : [decision, ...state.decisions].slice(0, decisionsMax);
      return { ...state, decisions };
    }
  }
}
