/**
 * The chain-wide id of a customer: a keyed hash of her loyalty number, the same in every store of the chain. The number
 * itself is stored nowhere; without the chain's key nobody can go from one to the other by trying all numbers.
 */
import { createHmac } from 'node:crypto';

/** 128 bits: no two of a chain's customers will ever share one. */
const hexLength = 32;

/** `digits` as `parseLoyaltyNumber` gives them. */
export function chainIdOf(chainKey: string, digits: string): string {
  return createHmac('sha256', chainKey).update(digits).digest('hex').slice(0, hexLength);
}
