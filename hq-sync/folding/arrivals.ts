/**
 * Chunks that came in, opened: who is in them, and which facts are hers. In a transaction of its own, by whichever
 * process gets there first.
 */

import type { Database, Sql } from '../database/database.ts';
import { markToFold } from '../facts/own-facts.ts';
import { noRelease } from './customer-state.ts';
import { takeNews } from './store-news.ts';

/** Opened before anybody is folded: who is in several is folded once. */
const openedAtOnceMax = 64;
const readTables = ['facts', 'appearances', 'subjects', 'notes', 'words'];

/** Opens what waits, so many at most; false where none does, or others have them. */
export async function openArrivals(database: Database, now: number): Promise<boolean> {
  let opened = 0;
  while (opened < openedAtOnceMax && (await openArrival(database, now))) opened += 1;
  if (opened > 0) await countTables(database);
  return opened > 0;
}

/** A planner that knows nothing of tables that were filled a minute ago goes through them in the wrong order. */
async function countTables(database: Database): Promise<void> {
  const unknown = await database.query<{ name: string }>(
    "SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relname = ANY($1::text[]) AND reltuples < 1",
    [readTables],
  );
  for (const { name } of unknown) await database.query(`ANALYZE ${name}`);
}

async function openArrival(database: Database, now: number): Promise<boolean> {
  return database.transaction(async (sql) => {
    const [arrival] = await sql.query<{ store: number; epoch: number; after: number; to: number; ahead: number }>(
      `SELECT store, epoch, after_seq AS after, to_seq AS to, ahead_ms AS ahead FROM arrivals
       ORDER BY store, epoch, after_seq LIMIT 1 FOR UPDATE SKIP LOCKED`,
    );
    if (!arrival) return false;
    const { store, epoch, after, to, ahead } = arrival;
    await byKey(sql);
    // A subquery goes by the whole key, whatever the planner believes of a table that was filled a moment ago.
    const people = await sql.query<{ id: string | null }>(
      `WITH added AS (
         INSERT INTO appearances (store, epoch, subject, after_seq, to_seq, ahead_ms, heard_at, seqs)
         SELECT $1, $2, subject, $3::bigint, $4::bigint, $5::bigint, $6::bigint, array_agg(seq ORDER BY seq) FROM facts
         WHERE store = $1 AND epoch = $2 AND seq > $3::bigint AND seq <= $4::bigint AND subject IS NOT NULL
         GROUP BY subject ON CONFLICT DO NOTHING RETURNING subject)
       SELECT DISTINCT (SELECT chain_id FROM subjects WHERE store = $1 AND epoch = $2
         AND subjects.subject = added.subject) AS id FROM added`,
      [store, epoch, after, to, ahead, now],
    );
    await markToFold(
      sql,
      people.flatMap(({ id }) => id ?? []),
      now,
    );
    await takeNews(sql, { store, epoch, after, to, ahead }, now);
    await sql.query('DELETE FROM arrivals WHERE store = $1 AND epoch = $2 AND after_seq = $3', [store, epoch, after]);
    return true;
  });
}

/**
 * Everything here is looked up by its key, and no table is read whole for a page of people. Small ones are, and count as
 * so dear then that PostgreSQL would compile the statement first, or begin other processes for it: it must not.
 */
export async function byKey(sql: Sql): Promise<void> {
  await sql.query('SELECT set_config(name, value, true) FROM unnest($1::text[], $2::text[]) AS setting (name, value)', [
    ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit', 'max_parallel_workers_per_gather'],
    ['off', 'off', 'off', 'off', '0'],
  ]);
}

/** Before facts go, or are nobody's any more: whose they were is folded from her first fact on. */
export async function foldAnew(
  sql: Sql,
  gone: {
    readonly store: number;
    readonly epoch: number;
    readonly seqs: readonly number[];
    readonly subjects: readonly number[];
  },
): Promise<void> {
  const { store, epoch, seqs, subjects } = gone;
  const people = await sql.query<{ id: string }>(
    `SELECT DISTINCT chain_id AS id FROM subjects WHERE store = $1 AND epoch = $2 AND (subject = ANY($4::bigint[])
       OR subject IN (SELECT subject FROM facts WHERE store = $1 AND epoch = $2 AND seq = ANY($3::bigint[])))`,
    [store, epoch, seqs, subjects],
  );
  const ids = people.map(({ id }) => id);
  await markToFold(sql, ids, 0);
  await forgetStates(sql, ids);
}

/** From their first fact on; what was heard of them stays heard. Their rows in `to_fold` are held by the caller. */
export async function forgetStates(sql: Sql, chainIds: readonly string[]): Promise<void> {
  await sql.query(
    `UPDATE customer_states SET state = jsonb_set(state, '{release}', '${noRelease}') WHERE chain_id = ANY($1::text[])
       OR chain_id IN (SELECT into_id FROM identities WHERE identities.chain_id = ANY($1::text[]))`,
    [chainIds],
  );
}
