/**
 * How often two places out of touch have decided the same thing, or one from an old term: it folds to one, and is counted
 * by the day on which headquarters heard of it, for operators.
 */
import type { Sql } from '../database/database.ts';

const dayMs = 86_400_000;
const daysShown = 30;

/** In the caller's transaction. */
export async function countFoldedToOne(sql: Sql, decisions: number, now: number): Promise<void> {
  if (decisions <= 0) return;
  await sql.query(
    `INSERT INTO folded_to_one (day, decisions) VALUES ($1, $2)
     ON CONFLICT (day) DO UPDATE SET decisions = folded_to_one.decisions + excluded.decisions`,
    [Math.floor(now / dayMs), decisions],
  );
}

/** Of the last 30 days. */
export async function foldedToOne(sql: Sql, now: number): Promise<number> {
  const [row] = await sql.query<{ decisions: number }>(
    'SELECT coalesce(sum(decisions), 0)::bigint AS decisions FROM folded_to_one WHERE day > $1',
    [Math.floor(now / dayMs) - daysShown],
  );
  return row?.decisions ?? 0;
}
