/**
 * Handles: what the retailer's server writes into a page for the visitor whom it knows, instead of her number. A handle is
 * "SOURCE.UNTIL.DIGEST.SEAL": until when it holds (seconds since 1970), the digest of her number as devices make it
 * (HMAC-SHA-256 with the chain's key for digests), and a seal over the three (HMAC-SHA-256 with SHA-256 of the source's
 * secret), all in lower-case hex. No page has either key, so no page makes one; `docs/examples/site-handle.mjs` does.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { chainIdOfDigest } from '@kairos/protocol/chain-id.ts';
import type { Sql } from '../database/database.ts';
import { findSource, type OutsideSource } from './source-book.ts';

export type OpenedHandle =
  | { readonly kind: 'good'; readonly chainId: string; readonly source: OutsideSource }
  | { readonly kind: 'broken' | 'expired' };

const shape = /^([a-z0-9][a-z0-9-]{0,39})\.(\d{1,12})\.([0-9a-f]{64})\.([0-9a-f]{64})$/;

export async function openHandle(
  sql: Sql,
  handle: string,
  { chainKey, now }: { readonly chainKey: string; readonly now: number },
): Promise<OpenedHandle> {
  const [, name = '', until = '', digest = '', seal = ''] = shape.exec(handle) ?? [];
  const source = name === '' ? null : await findSource(sql, name);
  if (source === null) return { kind: 'broken' };
  const right = createHmac('sha256', source.handleKey).update(`${name}.${until}.${digest}`).digest();
  if (!timingSafeEqual(right, Buffer.from(seal, 'hex'))) return { kind: 'broken' };
  if (now >= Number(until) * 1_000) return { kind: 'expired' };
  return { kind: 'good', chainId: chainIdOfDigest(chainKey, digest), source };
}
