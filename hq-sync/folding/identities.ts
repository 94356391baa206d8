/**
 * Two identities that turned out to be one person, and one that turned out to be two after all. Facts stay where they
 * are: those of both are folded as one person's from the first on, or apart again. Nothing that was carried out is
 * undone, and what was heard once is not heard again.
 */
import type { Database, Sql } from '../database/database.ts';
import { markToFold } from '../facts/own-facts.ts';
import { emptyCustomer, noRelease, readCustomerState, writeCustomerState } from './customer-state.ts';

export type Merging =
  | { readonly kind: 'done' }
  /** They are one already, or one of them is part of another. */
  | { readonly kind: 'refused'; readonly reason: 'same' | 'merged-elsewhere' };

/** From now on all that is told of `other` is `chainId`'s. */
export async function mergeIdentities(
  database: Database,
  { chainId, other, now }: { readonly chainId: string; readonly other: string; readonly now: number },
): Promise<Merging> {
  if (chainId === other) return { kind: 'refused', reason: 'same' };
  return database.transaction(async (sql) => {
    await markToFold(sql, [chainId, other], now);
    const taken = await sql.query('SELECT 1 FROM identities WHERE chain_id = ANY($1::text[]) OR into_id = $2', [
      [chainId, other],
      other,
    ]);
    if (taken.length > 0) return { kind: 'refused', reason: 'merged-elsewhere' };
    await sql.query('INSERT INTO identities (chain_id, into_id, at) VALUES ($1, $2, $3)', [other, chainId, now]);
    await sql.query('INSERT INTO other_ids (chain_id, other) VALUES ($1, $2) ON CONFLICT DO NOTHING', [chainId, other]);
    await sql.query('UPDATE customer_states SET due = NULL WHERE chain_id = $1', [other]);
    await sql.query(
      `UPDATE customer_states SET state = jsonb_set(state, '{release}', '${noRelease}') WHERE chain_id = $1`,
      [chainId],
    );
    await sql.query("UPDATE commands SET state = 'withdrawn' WHERE chain_id = $1 AND state = 'open'", [other]);
    // Runs that wait for a visit wait for hers; her stores are told of her who knew the other alone.
    await sql.query('DELETE FROM waiting_runs WHERE chain_id = $1', [other]);
    await sql.query(
      `INSERT INTO store_customers (chain_id, store) SELECT $1, store FROM store_customers WHERE chain_id = $2
       ORDER BY store ON CONFLICT DO NOTHING`,
      [chainId, other],
    );
    return { kind: 'done' };
  });
}

/** The undoing; false where it is part of nobody. */
export async function partIdentities(database: Database, other: string, now: number): Promise<boolean> {
  return database.transaction(async (sql) => {
    await markToFold(sql, [other], now);
    const [parted] = await sql.query<{ into: string }>(
      'DELETE FROM identities WHERE chain_id = $1 RETURNING into_id AS into',
      [other],
    );
    if (!parted) return false;
    await sql.query('DELETE FROM other_ids WHERE chain_id = $1 AND other = $2', [parted.into, other]);
    await markToFold(sql, [parted.into, other], now);
    const rows = await sql.query<{ id: string; state: unknown }>(
      'SELECT chain_id AS id, state FROM customer_states WHERE chain_id = ANY($1::text[])',
      [[parted.into, other]],
    );
    const stateOf = (chainId: string) => readCustomerState(rows.find(({ id }) => id === chainId)?.state);
    const joint = stateOf(parted.into) ?? emptyCustomer;
    const own = stateOf(other) ?? emptyCustomer;
    // What was told of her meanwhile was heard as the other's.
    for (const [id, state] of [
      [parted.into, joint],
      [other, { ...own, lines: { ...own.lines, ...joint.lines }, own: { ...own.own, ...joint.own } }],
    ] as const)
      await sql.query(
        `INSERT INTO customer_states (chain_id, state, folded_at) VALUES ($1, $2, $3)
         ON CONFLICT (chain_id) DO UPDATE SET state = excluded.state`,
        [id, writeCustomerState({ ...state, release: noRelease }), now],
      );
    return true;
  });
}

/**
 * Those of the page that are part of somebody else make way for her: she is on the list in their stead. Where another
 * process holds her, they stay on it, for later. Returns those that are folded.
 */
export async function followIdentities(
  sql: Sql,
  page: readonly { readonly id: string; readonly into: string | null }[],
  now: number,
): Promise<string[]> {
  for (const { id, into } of page) {
    if (into === null) continue;
    await sql.query('INSERT INTO to_fold (chain_id, since) VALUES ($1, $2) ON CONFLICT DO NOTHING', [into, now]);
    const held = await sql.query('SELECT 1 FROM to_fold WHERE chain_id = $1 FOR UPDATE SKIP LOCKED', [into]);
    if (held.length > 0) await sql.query('DELETE FROM to_fold WHERE chain_id = $1', [id]);
  }
  return page.flatMap(({ id, into }) => (into === null ? id : []));
}
