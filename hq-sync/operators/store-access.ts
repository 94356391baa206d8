/**
 * Taking a store’s way in away, or the store itself. Nothing of what it has told goes: its facts, and what they came to in
 * figures, stay; it is only that nobody waits for it any more. Credentials are looked at anew with each request, in every
 * process, so both hold from the next request on.
 */
import { randomBytes } from 'node:crypto';
import { type OwingStore, owingStores } from '../customers/erasure-book.ts';
import type { Database, Sql } from '../database/database.ts';

export type StoreRemoval =
  | { readonly kind: 'removed'; readonly facts: number }
  | { readonly kind: 'unknown' }
  /** Nothing was done: facts are to come, or it has not said yet that it has forgotten somebody. */
  | { readonly kind: 'owes'; readonly pending: number; readonly erasures: number; readonly since: number };

/** No secret has this hash. */
export const nobodysHash = (): string => randomBytes(32).toString('hex');

/** False where there is no such store. */
export async function revokeStore(sql: Sql, store: string, now: number): Promise<boolean> {
  const rows = await sql.query(
    'UPDATE stores SET secret_hash = $2, revoked_at = $3 WHERE store = $1 AND removed_at IS NULL RETURNING store',
    [store, nobodysHash(), now],
  );
  return rows.length > 0;
}

/** `anyway`: also where it owes something, which then stays in its journal alone. */
export function removeStore(
  database: Database,
  { store, anyway, now }: { readonly store: string; readonly anyway: boolean; readonly now: number },
): Promise<StoreRemoval> {
  return database.transaction(async (sql): Promise<StoreRemoval> => {
    const [known] = await sql.query<{ number: number }>(
      'SELECT number FROM stores WHERE store = $1 AND removed_at IS NULL FOR UPDATE',
      [store],
    );
    if (!known) return { kind: 'unknown' };
    // Whatever it is sending just now is counted, or comes too late.
    const lines = await sql.query<{ pending: number; facts: number }>(
      'SELECT greatest(last_seq - up_to, 0) AS pending, facts FROM lines WHERE store = $1 FOR UPDATE',
      [known.number],
    );
    const pending = lines.reduce((all, line) => all + line.pending, 0);
    const owed: OwingStore | undefined = (await owingStores(sql)).find((one) => one.store === store);
    if (!anyway && (pending > 0 || owed))
      return { kind: 'owes', pending, erasures: owed?.owed ?? 0, since: owed?.since ?? 0 };
    await sql.query('UPDATE stores SET secret_hash = $2, revoked_at = $3, removed_at = $3 WHERE store = $1', [
      store,
      nobodysHash(),
      now,
    ]);
    // What it was lent comes back as from every store that is not heard any more; nothing is lent to it anew.
    await sql.query('UPDATE feeds SET takes_caps = false WHERE store = $1', [known.number]);
    return { kind: 'removed', facts: lines.reduce((all, line) => all + line.facts, 0) };
  });
}

export interface RemovedStore {
  readonly store: string;
  readonly removedAt: number;
  /** That stay. */
  readonly facts: number;
}

/** By name. */
export function removedStores(sql: Sql): Promise<RemovedStore[]> {
  return sql.query<RemovedStore>(
    `SELECT store, removed_at AS "removedAt",
       (SELECT coalesce(sum(facts), 0)::bigint FROM lines WHERE lines.store = stores.number) AS facts
     FROM stores WHERE removed_at IS NOT NULL ORDER BY store`,
  );
}
