/** What she has agreed to, per purpose and channel, as a history: nothing is overwritten, the latest word holds. */
import type { ConsentPurpose } from '@kairos/protocol/facts.ts';
import type { Sql } from '../database/database.ts';
import { recordOwnAll } from '../facts/own-facts.ts';

export interface SaidConsent {
  readonly chainId: string;
  readonly purpose: ConsentPurpose;
  readonly granted: boolean;
  /** page, import, outside, unsubscribe */
  readonly origin: string;
  readonly now: number;
}

/** Her history has one more line, and she is folded anew. Of two words in one millisecond the later stands. */
export async function setConsent(sql: Sql, said: SaidConsent): Promise<void> {
  await setConsents(sql, [said], said.now);
}

/** Of many people at once; each purpose of each once. */
export async function setConsents(sql: Sql, said: readonly SaidConsent[], now: number): Promise<void> {
  const facts = said.map(({ chainId, purpose, granted, now: at }) => ({
    ...({ id: `consent:${purpose}:${granted ? 'yes' : 'no'}:${at}`, chainId, type: 'consent.changed', at } as const),
    body: { purpose, granted },
  }));
  await recordOwnAll(sql, facts, now);
  await sql.query(
    `INSERT INTO consents (chain_id, purpose, at, granted, origin)
     SELECT "chainId", purpose, now, granted, origin FROM jsonb_to_recordset($1::jsonb)
       AS row ("chainId" text, purpose text, now bigint, granted boolean, origin text) ORDER BY 1, 2
     ON CONFLICT (chain_id, purpose, at) DO UPDATE SET granted = excluded.granted, origin = excluded.origin`,
    [JSON.stringify(said)],
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
