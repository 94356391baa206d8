/**
 * The ids of one person, where several turned out to be hers (`folding/identities.ts`): what is known of any of them is
 * hers, and what she has said under any of them counts for all.
 */
import type { Sql } from '../database/database.ts';

/** Whichever of them is asked for; of whoever has one id, that. */
export async function idsOfWhole(sql: Sql, chainId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `WITH whole AS (SELECT $1::text AS id UNION SELECT into_id FROM identities WHERE chain_id = $1)
     SELECT id FROM whole UNION SELECT identities.chain_id FROM identities JOIN whole ON whole.id = into_id`,
    [chainId],
  );
  return rows.map(({ id }) => id);
}

/** The id under which she is folded and spoken to. */
export async function spokenToAs(sql: Sql, chainId: string): Promise<string> {
  const [row] = await sql.query<{ id: string }>('SELECT into_id AS id FROM identities WHERE chain_id = $1', [chainId]);
  return row?.id ?? chainId;
}
