/**
 * The chain-wide id of a customer: a keyed hash of her loyalty number, the same in every store of the chain and at its
 * headquarters. The number itself is stored nowhere; without the chain's key nobody can go from one to the other by
 * trying all numbers.
 *
 * It is made in two steps, so that a device can take the first: the number's digest, and of that the id.
 */
import { z } from 'zod';
import { digestOf, keyedHash, numberKeyOf } from './number-digest.ts';

/** 128 bits: no two of a chain's customers will ever share one. */
const hexLength = 32;

export const chainId = z.string().regex(/^[0-9a-f]{32}$/, '32 hex digits');

/** `digits` as `parseLoyaltyNumber` gives them. */
export function chainIdOf(chainKey: string, digits: string): string {
  return chainIdOfDigest(chainKey, digestOf(numberKeyOf(chainKey), digits));
}

/** What is left of somebody who was erased: knows her again, and leads nowhere. */
export function tombstoneOf(chainKey: string, id: string): string {
  return keyedHash(chainKey, `erased ${id}`).slice(0, hexLength);
}

/** Of a digest that a device made. */
export function chainIdOfDigest(chainKey: string, digest: string): string {
  return keyedHash(chainKey, digest).slice(0, hexLength);
}
