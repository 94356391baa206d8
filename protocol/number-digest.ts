/**
 * A loyalty number as it leaves a device where the store wants no number to: a keyed hash of it. Devices are given a
 * key that only makes such digests; what a digest becomes in the store takes the chain's own key, which no cart has.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';

/** 64 hex digits. */
export const numberKey = z.string().regex(/^[0-9a-f]{64}$/, 'a key of 64 hex digits');
export const numberDigest = z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits');

const purpose = 'kairos: digests of loyalty numbers, made on devices';

/** What the devices of a chain are given. */
export function numberKeyOf(chainKey: string): string {
  return keyedHash(chainKey, purpose);
}

/** `digits` as `parseLoyaltyNumber` gives them. */
export function digestOf(key: string, digits: string): string {
  return keyedHash(key, digits);
}

/** HMAC-SHA-256, 64 hex digits. */
export function keyedHash(key: string, text: string): string {
  return bytesToHex(hmac(sha256, utf8ToBytes(key), utf8ToBytes(text)));
}
