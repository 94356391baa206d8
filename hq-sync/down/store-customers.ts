/**
 * Whose customers are which store's: those whose facts it has sent, those whose attribute `homeStore` names it, those it
 * has asked for. Once a store's, a customer stays so.
 *
 * Whoever changes `customers`, `consents`, `waiting_runs` or `other_ids` needs to say nothing: the tables do by themselves.
 */
import type { Sql } from '../database/database.ts';

/** The attribute that assigns a customer to a store, by the store's name. */
export const homeStoreAttribute = 'homeStore';

/**
 * In the caller's transaction: the store hears of them from now on, and of her whose other number one of them is. Who is
 * its customer already is passed over.
 */
export async function addStoreCustomers(sql: Sql, store: number, chainIds: readonly string[]): Promise<void> {
  if (chainIds.length === 0) return;
  await sql.query(
    `WITH added AS (
       INSERT INTO store_customers (chain_id, store) SELECT id, $2::integer FROM (
         SELECT unnest($1::text[]) UNION SELECT into_id FROM identities WHERE chain_id = ANY($1::text[])) AS hers (id)
       ORDER BY id
       ON CONFLICT DO NOTHING RETURNING chain_id)
     INSERT INTO changed_customers (chain_id) SELECT chain_id FROM added`,
    [chainIds, store],
  );
}

/**
 * In the caller's transaction: nothing here knows her any more. What stores know of her goes by its own way
 * (`erasure-book.ts`). Her changes go before her places in the feeds: who is carrying one is waited for, and what she has
 * written of her goes as well.
 */
export async function forgetDown(sql: Sql, chainId: string): Promise<void> {
  await sql.query('DELETE FROM other_ids WHERE other = $1', [chainId]);
  for (const table of ['waiting_runs', 'cap_holders', 'other_ids', 'changed_customers', 'store_customers', 'feed'])
    await sql.query(`DELETE FROM ${table} WHERE chain_id = $1`, [chainId]);
}
