/**
 * Runs that wait for a visit, as headquarters lend them to the stores of their customer. Whoever folds a customer says
 * here what waits for a visit of hers now; what is no longer said is taken back from the stores.
 */
import type { LentRun } from '@kairos/protocol/sync-messages.ts';
import type { Sql } from '../database/database.ts';

/**
 * In the caller's transaction: these runs of hers wait for a visit, and no others. `state` as
 * `lentRuns` of `@kairos/dialogue/engine/lent-run.ts` makes it; `term` rises each time a run is lent anew. The same again
 * changes nothing, and wakes nobody.
 */
export async function lendRuns(sql: Sql, chainId: string, runs: readonly LentRun[]): Promise<void> {
  await sql.query('DELETE FROM waiting_runs WHERE chain_id = $1 AND NOT run = ANY($2::text[])', [
    chainId,
    runs.map(({ run }) => run),
  ]);
  for (const { run, dialogue, step, term, state } of runs)
    await sql.query(
      `INSERT INTO waiting_runs (chain_id, run, dialogue, step, term, state) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (chain_id, run) DO UPDATE SET dialogue = excluded.dialogue, step = excluded.step,
         term = excluded.term, state = excluded.state
       WHERE (waiting_runs.step, waiting_runs.term, waiting_runs.state) <> (excluded.step, excluded.term, excluded.state)`,
      [chainId, run, dialogue, step, term, state],
    );
}
