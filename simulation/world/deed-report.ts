/** What the store's devices make of a deed: the fact that a cart or a till reports. The same for every way of playing. */
import type { DeviceFact } from '@kairos/protocol/device-facts.ts';
import type { Act } from './deeds.ts';

export interface DeedReport {
  readonly by: 'cart' | 'till';
  /** The cart's or the till's name. */
  readonly device: string;
  readonly type: DeviceFact['type'];
  readonly body: object;
}

/** Null: no device notices. Where she is, radio tells. */
export function reportOf({ cart, deed }: Act, paper: { receipt: string; currency: string }): DeedReport | null {
  const fromCart = (type: DeviceFact['type'], body: object): DeedReport => {
    return { by: 'cart', device: cart, type, body: { cart, ...body } };
  };
  switch (deed.kind) {
    case 'presents':
      return fromCart('identity.presented', { means: deed.means, number: deed.number });
    case 'stays-guest':
      return fromCart('identity.presented', { means: 'guest' });
    case 'takes':
      return fromCart('basket.added', { code: deed.code, quantity: deed.quantity });
    case 'puts-back':
      return fromCart('basket.removed', { code: deed.code, quantity: deed.quantity });
    case 'docks':
      // A paid visit is over already; one without a purchase ends when the cart stands in its dock.
      return deed.paid ? null : fromCart('identity.dropped', { reason: 'docked' });
    case 'shows-card': {
      const { till, number } = deed;
      return { by: 'till', device: till, type: 'identity.presented', body: { till, means: 'card', number } };
    }
    case 'pays': {
      const { till, lines, total } = deed;
      return { by: 'till', device: till, type: 'sale', body: { till, cart, ...paper, lines, total } };
    }
    default:
      return null;
  }
}
