/** What a store shows on a cart that nobody has; tests add what theirs is about. */
import type { CartView } from '@kairos/protocol/screen-events.ts';

export const idleView: CartView = {
  cart: 'cart-13',
  store: 'Kairos House',
  locale: 'en',
  currency: 'EUR',
  phase: 'idle',
  shopper: null,
  notice: null,
  zone: null,
  basket: { lines: [], total: 0 },
  message: null,
};
