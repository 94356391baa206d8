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
export function lendRuns(sql: Sql, chainId: string, runs: readonly LentRun[]): Promise<void> {
  return lendRunsOfMany(sql, [{ chainId, runs }]);
}

/** The same for several customers at once. */
export async function lendRunsOfMany(
  sql: Sql,
  customers: readonly { readonly chainId: string; readonly runs: readonly LentRun[] }[],
): Promise<void> {
  if (customers.length === 0) return;
  const lent = customers.flatMap(({ chainId, runs }) => runs.map((one) => ({ ...one, chainId })));
  const column = <Value>(of: (one: (typeof lent)[number]) => Value): Value[] => lent.map(of);
  const keys = [column(({ chainId }) => chainId), column(({ run }) => run)];
  await sql.query(
    `DELETE FROM waiting_runs WHERE chain_id = ANY($1::text[])
       AND (chain_id, run) NOT IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    [customers.map(({ chainId }) => chainId), ...keys],
  );
  await sql.query(
    `INSERT INTO waiting_runs (chain_id, run, dialogue, step, term, state)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[])
     ON CONFLICT (chain_id, run) DO UPDATE SET dialogue = excluded.dialogue, step = excluded.step,
       term = excluded.term, state = excluded.state
     WHERE (waiting_runs.step, waiting_runs.term, waiting_runs.state) <> (excluded.step, excluded.term, excluded.state)`,
    [
      ...keys,
      column(({ dialogue }) => dialogue),
      column(({ step }) => step),
      column(({ term }) => term),
      column(({ state }) => state),
    ],
  );
}
