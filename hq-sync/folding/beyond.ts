/**
 * What a newer store said and this build does not know: its facts stay as they came, and in whose they are is written
 * down. The first folding of a build that knows it folds those people from their first fact on.
 */
import { isUnderstood } from '@kairos/protocol/fact-rows/fact-row.ts';
import type { Database, Sql } from '../database/database.ts';
import { markToFold } from '../facts/own-facts.ts';
import { forgetStates } from './arrivals.ts';

/** People of one transaction. */
const peopleAtOnce = 1_000;

/** In the transaction that folds them. */
export async function noteBeyond(
  sql: Sql,
  beyond: readonly { readonly chainId: string; readonly what: string }[],
): Promise<void> {
  if (beyond.length === 0) return;
  await sql.query(
    `INSERT INTO not_understood (chain_id, what) SELECT * FROM unnest($1::text[], $2::text[]) ORDER BY 1, 2
     ON CONFLICT DO NOTHING`,
    [beyond.map(({ chainId }) => chainId), beyond.map(({ what }) => what)],
  );
}

/** Whoever has something in her facts that this build understands, and an earlier one did not, is folded anew. */
export async function foldUnderstood(database: Database, now: number): Promise<void> {
  const known = await database.query<{ what: string }>('SELECT DISTINCT what FROM not_understood');
  const understood = known.map(({ what }) => what).filter(isUnderstood);
  if (understood.length === 0) return;
  for (;;) {
    const people = await database.transaction((sql) => foldSome(sql, understood, now));
    if (people < peopleAtOnce) return;
  }
}

async function foldSome(sql: Sql, understood: readonly string[], now: number): Promise<number> {
  const rows = await sql.query<{ id: string }>(
    'SELECT DISTINCT chain_id AS id FROM not_understood WHERE what = ANY($1::text[]) ORDER BY 1 LIMIT $2',
    [understood, peopleAtOnce],
  );
  const ids = rows.map(({ id }) => id);
  await markToFold(sql, ids, now);
  await forgetStates(sql, ids);
  await sql.query('DELETE FROM not_understood WHERE chain_id = ANY($1::text[]) AND what = ANY($2::text[])', [
    ids,
    understood,
  ]);
  return ids.length;
}
