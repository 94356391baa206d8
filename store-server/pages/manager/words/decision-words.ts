/** How the page speaks of decisions: short, and in a manager's terms. */
import type { ManagerDecision } from '@kairos/protocol/manager-events.ts';
import { cartName } from './cart-words.ts';
import type { Say } from './languages.ts';

export type Ending = 'pending' | 'answered' | 'silent' | 'dropped';

/** What became of a message: how it is drawn, and in words. */
export function outcomeOf(
  { outcome, answer, channel }: ManagerDecision,
  say: Say,
): { readonly ending: Ending; readonly words: string } {
  if (outcome === 'decided') {
    const isScreen = channel === 'cart' || channel === 'screen';
    return { ending: 'pending', words: say(isScreen ? 'outcome.on-its-way' : 'outcome.waiting') };
  }
  const words = outcome === 'answered' && answer ? say('outcome.answer', { answer }) : say(`outcome.${outcome}`);
  return { ending: endings[outcome], words };
}

const endings: Readonly<Record<Exclude<ManagerDecision['outcome'], 'decided'>, Ending>> = {
  shown: 'pending',
  answered: 'answered',
  ignored: 'silent',
  'walked-away': 'silent',
  'acted-elsewhere': 'answered',
  'never-shown': 'dropped',
  withdrawn: 'dropped',
};

/** Where it speaks: the cart by its number, anything else by its name. */
export function placeWords({ channel, target }: Pick<ManagerDecision, 'channel' | 'target'>, say: Say): string {
  if (target === null) return say(`channel.${channel}`);
  return channel === 'cart' ? cartName(target, say) : target;
}
