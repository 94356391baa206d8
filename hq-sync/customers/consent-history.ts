/** What she has agreed to, per purpose and channel, as a history: nothing is overwritten, the latest word holds. */
import type { ConsentPurpose } from '@kairos/protocol/facts.ts';
import type { Sql } from '../database/database.ts';
import { recordOwn } from '../facts/own-facts.ts';

export interface SaidConsent {
  readonly chainId: string;
  readonly purpose: ConsentPurpose;
  readonly granted: boolean;
  /** page, import, outside, unsubscribe */
  readonly origin: string;
  readonly now: number;
}

/** Her history has one more line, and she is folded anew. Of two words in one millisecond the later stands. */
export async function setConsent(sql: Sql, { chainId, purpose, granted, origin, now }: SaidConsent): Promise<void> {
  const id = `consent:${purpose}:${granted ? 'yes' : 'no'}:${now}`;
  await recordOwn(sql, { id, chainId, type: 'consent.changed', at: now, body: { purpose, granted } }, now);
  await sql.query(
    `INSERT INTO consents (chain_id, purpose, at, granted, origin) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (chain_id, purpose, at) DO UPDATE SET granted = excluded.granted, origin = excluded.origin`,
    [chainId, purpose, now, granted, origin],
  );
}

export interface ConsentWord {
  readonly purpose: string;
  readonly at: number;
  readonly granted: boolean;
  readonly origin: string;
}

/** Every word that she has said under any of these ids of hers, the latest first. */
export async function consentHistory(sql: Sql, ids: readonly string[]): Promise<ConsentWord[]> {
  return sql.query<ConsentWord>(
    'SELECT purpose, at, granted, origin FROM consents WHERE chain_id = ANY($1::text[]) ORDER BY at DESC, purpose',
    [ids],
  );
}
