/**
 * Erasure on its way down: every store of the chain is told, because any of them may know her from a list of its own;
 * each says that it has forgotten her by asking for what comes after. Once all have, her id is gone here as well, and
 * what is left is a tombstone: a hash that knows her again and leads nowhere.
 */
import { createHash } from 'node:crypto';
import type { Sql } from '../database/database.ts';
import { lockFeeds } from './spread.ts';
import { noteChanged } from './store-customers.ts';

/** A chain-wide id is a keyed hash itself: of its hash nobody finds it by trying. */
export function tombstoneOfId(chainId: string): string {
  return createHash('sha256').update(`erased ${chainId}`).digest('hex');
}

/**
 * In the caller's transaction: every store is told to forget her, and nothing that comes later brings her back. False
 * where that was ordered before. What headquarters' own tables hold of her is the caller's to delete.
 */
export async function orderErasure(sql: Sql, chainId: string, now: number): Promise<boolean> {
  const ordered = await sql.query(
    'INSERT INTO erased_ids (tombstone, ordered_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING tombstone',
    [tombstoneOfId(chainId), now],
  );
  if (ordered.length === 0) return false;
  await sql.query('INSERT INTO erasure_orders (chain_id, ordered_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    chainId,
    now,
  ]);
  await sql.query('DELETE FROM waiting_runs WHERE chain_id = $1', [chainId]);
  await sql.query('DELETE FROM other_ids WHERE chain_id = $1 OR other = $1', [chainId]);
  await noteChanged(sql, [chainId]);
  return true;
}

/** Those of them who have been erased. */
export async function erasedAmong(sql: Sql, chainIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (chainIds.length === 0) return new Set();
  const byTombstone = new Map(chainIds.map((chainId) => [tombstoneOfId(chainId), chainId]));
  const found = await sql.query<{ tombstone: string }>(
    'SELECT tombstone FROM erased_ids WHERE tombstone = ANY($1::text[])',
    [[...byTombstone.keys()]],
  );
  return new Set(found.map(({ tombstone }) => byTombstone.get(tombstone) as string));
}

export interface ErasureStanding {
  readonly orderedAt: number;
  /** Stores that have not said yet that they have forgotten her, by name. */
  readonly owing: readonly string[];
  /** When the last one had; null while one owes it. */
  readonly doneAt: number | null;
}

/** Null where nobody has asked for it. */
export async function erasureStanding(sql: Sql, chainId: string): Promise<ErasureStanding | null> {
  const [row] = await sql.query<{ orderedAt: number; doneAt: number | null }>(
    'SELECT ordered_at AS "orderedAt", done_at AS "doneAt" FROM erased_ids WHERE tombstone = $1',
    [tombstoneOfId(chainId)],
  );
  if (!row) return null;
  const owing = await sql.query<{ store: string }>(
    `SELECT store FROM stores CROSS JOIN erasure_orders WHERE chain_id = $1 AND NOT EXISTS (
       SELECT 1 FROM erasure_answers WHERE erasure_answers.chain_id = $1 AND erasure_answers.store = stores.number)
     ORDER BY store`,
    [chainId],
  );
  return { ...row, owing: owing.map(({ store }) => store) };
}

/** A store has everything up to `position`, erasures among it. In the caller's transaction. */
export async function takeReceipts(
  sql: Sql,
  { store, position, now }: { readonly store: number; readonly position: number; readonly now: number },
): Promise<void> {
  await sql.query(
    `INSERT INTO erasure_answers (chain_id, store, at)
     SELECT chain_id, store, $3 FROM feed JOIN erasure_orders USING (chain_id) WHERE store = $1 AND position <= $2
     ON CONFLICT DO NOTHING`,
    [store, position, now],
  );
  // Each time: of two stores that say it at once neither sees the other's word.
  await settle(sql, now);
}

/** Whom every store has forgotten: nothing but the tombstone stays. A store that was set back gets a snapshot. */
async function settle(sql: Sql, now: number): Promise<void> {
  const done = await sql.query<{ chain_id: string }>(
    `SELECT chain_id FROM erasure_orders WHERE NOT EXISTS (
       SELECT 1 FROM stores WHERE NOT EXISTS (
         SELECT 1 FROM erasure_answers AS receipt
         WHERE receipt.chain_id = erasure_orders.chain_id AND receipt.store = stores.number))`,
  );
  if (done.length === 0) return;
  const chainIds = done.map(({ chain_id }) => chain_id);
  const stores = await sql.query<{ store: number }>(
    'SELECT DISTINCT store FROM feed WHERE chain_id = ANY($1::text[])',
    [chainIds],
  );
  await lockFeeds(
    sql,
    stores.map(({ store }) => store),
  );
  await sql.query(
    `UPDATE feeds SET kept_from = greatest(kept_from, gone.position)
     FROM (SELECT store, max(position) AS position FROM feed WHERE chain_id = ANY($1::text[]) GROUP BY store) AS gone
     WHERE feeds.store = gone.store`,
    [chainIds],
  );
  for (const table of ['feed', 'store_customers', 'erasure_orders', 'erasure_answers'])
    await sql.query(`DELETE FROM ${table} WHERE chain_id = ANY($1::text[])`, [chainIds]);
  await sql.query('UPDATE erased_ids SET done_at = $2 WHERE tombstone = ANY($1::text[])', [
    chainIds.map(tombstoneOfId),
    now,
  ]);
}
