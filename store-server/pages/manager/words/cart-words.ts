/** How the page speaks of carts: by the number on the handle. */
import type { cartDoings } from '@kairos/protocol/manager-events.ts';
import type { Say, WordKey } from './languages.ts';

type Doing = (typeof cartDoings)[number];

/** The contract's order; a test holds it, since its value lives beside zod. */
export const cartDoing: Readonly<Record<Doing, number>> = { free: 0, shopping: 1, 'spoken-to': 2, calling: 3 };

/** "cart-07" → "7": what stands on the cart's handle. Ids without a number stay as they are. */
export function cartNumber(cart: string): string {
  return /(\d+)$/.exec(cart)?.[1]?.replace(/^0+(?=\d)/, '') ?? cart;
}

export function cartName(cart: string, say: Say): string {
  return say('cart.name', { cart: cartNumber(cart) });
}

/** In the order of their numbers. */
export const doingWords = [
  'doing.free',
  'doing.shopping',
  'doing.spoken-to',
  'doing.calling',
] as const satisfies readonly WordKey[];
