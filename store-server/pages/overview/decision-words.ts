/** How the page speaks of carts and decisions: short, and in a manager's terms. */
import type { OverviewDecision } from '@kairos/protocol/overview-events.ts';

/** "cart-07" → "7": what stands on the cart's handle. Ids without a number stay as they are. */
export function cartNumber(cart: string): string {
  return /(\d+)$/.exec(cart)?.[1]?.replace(/^0+(?=\d)/, '') ?? cart;
}

export type Ending = 'pending' | 'answered' | 'silent' | 'dropped';

/** What became of a message: how it is drawn, and in words. */
export function outcomeOf(decision: OverviewDecision): { readonly ending: Ending; readonly words: string } {
  switch (decision.outcome) {
    case 'decided':
      return { ending: 'pending', words: 'On its way to the screen' };
    case 'shown':
      return { ending: 'pending', words: 'She can see it now' };
    case 'answered':
      return { ending: 'answered', words: decision.answer ? `“${decision.answer}”` : 'She answered' };
    case 'ignored':
      return { ending: 'silent', words: 'She let it pass' };
    case 'walked-away':
      return { ending: 'silent', words: 'She walked on' };
    case 'acted-elsewhere':
      return { ending: 'answered', words: 'She did it without answering' };
    case 'never-shown':
      return { ending: 'dropped', words: 'Never came to her screen' };
    case 'withdrawn':
      return { ending: 'dropped', words: 'Taken back' };
  }
}
