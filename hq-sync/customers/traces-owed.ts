/**
 * That something was deleted which stands in the database's files still: said in the transaction that deletes it, settled
 * by whoever has written the files anew. Rows are only added and taken away, so nobody waits for anybody.
 */
import type { Sql } from '../database/database.ts';

/** Settled at a time; more wait for the next cleaning. */
const owedMax = 10_000;

export interface OwedTraces {
  /** What is settled once everything is written anew. */
  readonly owed: readonly number[];
  /** The first of them, milliseconds since 1970; null: nothing is owed. */
  readonly since: number | null;
  /** The same of those that a person asked for. */
  readonly urgentSince: number | null;
}

/** In the caller's transaction. `isUrgent`: somebody asked to be forgotten; else a visit that ended, as every day. */
export async function oweTraces(
  sql: Sql,
  { isUrgent, now }: { readonly isUrgent: boolean; readonly now: number },
): Promise<void> {
  await sql.query('INSERT INTO traces_owed (at, is_urgent) VALUES ($1, $2)', [now, isUrgent]);
}

export async function owedTraces(sql: Sql): Promise<OwedTraces> {
  const rows = await sql.query<{ owed: number; at: number; is_urgent: boolean }>(
    `SELECT owed, at, is_urgent FROM traces_owed ORDER BY owed LIMIT ${owedMax}`,
  );
  const first = (some: readonly { readonly at: number }[]): number | null =>
    some.reduce<number | null>((least, { at }) => (least === null ? at : Math.min(least, at)), null);
  return {
    owed: rows.map(({ owed }) => owed),
    since: first(rows),
    urgentSince: first(rows.filter((row) => row.is_urgent)),
  };
}

/**
 * Whether somebody reads the database as it was before what is owed was deleted: to her the old rows are still there, and
 * nothing can be written anew without them.
 */
export async function isHeldByReader(sql: Sql, owed: readonly number[]): Promise<boolean> {
  const [row] = await sql.query<{ held: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND backend_xmin IS NOT NULL AND age(backend_xmin) >=
         (SELECT min(age(xid::xid)) FROM traces_owed WHERE owed = ANY($1::bigint[]))) AS held`,
    [owed],
  );
  return row?.held ?? false;
}

export async function settleTraces(sql: Sql, owed: readonly number[]): Promise<void> {
  await sql.query('DELETE FROM traces_owed WHERE owed = ANY($1::bigint[])', [owed]);
}
