/**
 * From a customer's number to her chain-wide id, as every store makes it. What is no card of the chain may be the
 * retailer's own number for her (a web shop's, an old till's), where whoever reads it in says so: it gives another id.
 */
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { type LoyaltyScheme, parseLoyaltyNumber } from '@kairos/protocol/loyalty-number.ts';

export interface Identifying {
  readonly chainKey: string;
  readonly loyalty: LoyaltyScheme;
  /** Numbers that are no cards of the chain are the retailer's own. */
  readonly ownNumbers: boolean;
}

export type Identified =
  | { readonly kind: 'known'; readonly chainId: string }
  | { readonly kind: 'refused'; readonly reason: 'number-shape' | 'check-digit' | 'number-prefix' };

const ownNumber = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

export function identify(number: string, { chainKey, loyalty, ownNumbers }: Identifying): Identified {
  const parsed = parseLoyaltyNumber(number, loyalty, 'card');
  if (parsed.kind !== 'refused') return { kind: 'known', chainId: chainIdOf(chainKey, parsed.digits) };
  const own = number.trim();
  // What looks like a card and is none was mistyped: it is nobody's own number.
  if (ownNumbers && parsed.reason === 'number-shape' && ownNumber.test(own))
    return { kind: 'known', chainId: chainIdOf(chainKey, `own ${own}`) };
  return parsed;
}
