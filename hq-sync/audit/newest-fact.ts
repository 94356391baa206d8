/**
 * The newest fact of a life of a store's journal that headquarters have up to a number: its number and its time. By it a
 * store knows whether both mean the same facts by the same numbers (`store-server/headquarters/shared-past.ts`).
 */
import type { NumberedTime } from '@kairos/protocol/sync-messages.ts';
import type { Sql } from '../database/database.ts';

/** Null where there is none. By the key of `facts`. */
export async function newestFact(
  sql: Sql,
  { store, epoch, upTo }: { readonly store: number; readonly epoch: string; readonly upTo: number },
): Promise<NumberedTime | null> {
  const [row] = await sql.query<{ seq: number; at: number }>(
    `SELECT seq, at FROM facts WHERE store = $1 AND epoch = (SELECT epoch FROM lines WHERE store = $1 AND name = $2)
       AND seq <= $3 ORDER BY seq DESC LIMIT 1`,
    [store, epoch, upTo],
  );
  return row ? [row.seq, row.at] : null;
}
