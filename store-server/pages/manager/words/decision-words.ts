/** How the page speaks of decisions: short, and in a manager's terms. */
import type { ManagerDecision } from '@kairos/protocol/manager-events.ts';
import { cartName } from './cart-words.ts';

export type Ending = 'pending' | 'answered' | 'silent' | 'dropped';

/** What became of a message: how it is drawn, and in words. */
export function outcomeOf({ outcome, answer, channel }: ManagerDecision): {
  readonly ending: Ending;
  readonly words: string;
} {
  switch (outcome) {
    case 'decided':
      return {
        ending: 'pending',
        words: channel === 'cart' || channel === 'screen' ? 'On its way to the screen' : 'Waiting',
      };
    case 'shown':
      return { ending: 'pending', words: 'She can see it now' };
    case 'answered':
      return { ending: 'answered', words: answer ? `“${answer}”` : 'She answered' };
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

export const channelWords: Readonly<Record<ManagerDecision['channel'], string>> = {
  cart: 'Carts',
  screen: 'Zone screens',
  handheld: 'Handhelds',
  pos: 'Tills',
  receipt: 'Receipts',
  email: 'E-mail',
  call: 'Calls',
  mail: 'Letters',
  web: 'Web pages',
};

/** Where it speaks: the cart by its number, anything else by its name. */
export function placeWords({ channel, target }: Pick<ManagerDecision, 'channel' | 'target'>): string {
  if (target === null) return channelWords[channel];
  return channel === 'cart' ? cartName(target) : target;
}
