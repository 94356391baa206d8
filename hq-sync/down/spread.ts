/**
 * Carries what has changed into the feeds of the stores that it concerns. Any process may, at any time, one after
 * another: whoever asks on behalf of a store waits for the one who carries, so that no store is told that there is
 * nothing while its changes are on their way. A change is taken off the list by deleting its row, so one that was
 * committed late is simply taken later, and none is passed over for having been written before others that are done.
 */
import { randomBytes } from 'node:crypto';
import type { Database, Sql } from '../database/database.ts';
import { homeStoreAttribute } from './store-customers.ts';

/** Changes of one transaction: so long other processes wait for a store's feed. */
const changesMax = 2_000;
/** Held by whoever carries; any number that nobody else in the database takes. */
const lockKey = 7_204_119;

/** What spreading consists of, in this order; between any two of them the process may end. */
export const spreadSteps = ['drained', 'locked', 'moved', 'spread'] as const;
export type SpreadStep = (typeof spreadSteps)[number];

/** Until nothing is left that was there when it began. Returns how many changes were carried. */
export async function spread(
  database: Database,
  onStep: (step: SpreadStep) => void = () => undefined,
): Promise<number> {
  for (let all = 0; ; ) {
    // What others are carrying is seen here until they have committed.
    const waiting = await database.query('SELECT FROM changed_customers LIMIT 1');
    if (waiting.length === 0) return all;
    const carried = await database.transaction((sql) => spreadSome(sql, onStep));
    if (carried > 0) onStep('spread');
    all += carried;
    if (carried < changesMax) return all;
  }
}

/**
 * The same for all who ask within one process: one at a time, and those who come meanwhile have the next one together,
 * since it begins after they came. So waiting for others takes one connection, however many ask.
 */
export function spreadTogether(database: Database, onStep?: (step: SpreadStep) => void): () => Promise<unknown> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<unknown> | null = null;
  return () => {
    if (next !== null) return next;
    const begin = (): Promise<unknown> => {
      next = null;
      running = spread(database, onStep);
      return running;
    };
    next = running.then(begin, begin);
    return next;
  };
}

async function spreadSome(sql: Sql, onStep: (step: SpreadStep) => void): Promise<number> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
  const drained = await sql.query<{ chain_id: string }>(
    `DELETE FROM changed_customers WHERE (chain_id, change) IN (
       SELECT chain_id, change FROM changed_customers ORDER BY change LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING chain_id`,
    [changesMax],
  );
  if (drained.length === 0) return 0;
  onStep('drained');
  const chainIds = [...new Set(drained.map(({ chain_id }) => chain_id))];
  await sql.query(
    `INSERT INTO store_customers (chain_id, store)
     SELECT chain_id, number FROM customers JOIN stores ON stores.store = attributes ->> $2
     WHERE chain_id = ANY($1::text[]) ORDER BY chain_id ON CONFLICT DO NOTHING`,
    [chainIds, homeStoreAttribute],
  );
  const concerned = await sql.query<{ chain_id: string; store: number }>(
    'SELECT chain_id, store FROM store_customers WHERE chain_id = ANY($1::text[])',
    [chainIds],
  );
  await moveToEnd(sql, concerned, onStep);
  return drained.length;
}

/** In each store's feed to its end, under the locks of those feeds until the transaction ends. */
async function moveToEnd(
  sql: Sql,
  concerned: readonly { readonly chain_id: string; readonly store: number }[],
  onStep: (step: SpreadStep) => void,
): Promise<void> {
  await lockFeeds(sql, [...new Set(concerned.map(({ store }) => store))]);
  onStep('locked');
  const pairs = [concerned.map(({ store }) => store), concerned.map(({ chain_id }) => chain_id)];
  await sql.query(
    `INSERT INTO feed (store, chain_id, position)
     SELECT store, pair.chain_id, feeds.position + row_number() OVER (PARTITION BY store ORDER BY pair.chain_id)
     FROM unnest($1::integer[], $2::text[]) AS pair (store, chain_id) JOIN feeds USING (store)
     ON CONFLICT (store, chain_id) DO UPDATE SET position = excluded.position`,
    pairs,
  );
  await sql.query(
    `UPDATE feeds SET position = position + moved.count
     FROM (SELECT store, count(*) AS count FROM unnest($1::integer[]) AS store GROUP BY store) AS moved
     WHERE feeds.store = moved.store`,
    [pairs[0]],
  );
  onStep('moved');
}

/** In one order, so that two who lock several do not wait for each other. A store's first is made. */
export async function lockFeeds(sql: Sql, stores: readonly number[]): Promise<void> {
  const sorted = [...stores].sort((one, other) => one - other);
  await sql.query(
    `INSERT INTO feeds (store, name) SELECT store, $2::text || store FROM unnest($1::integer[]) AS store ORDER BY store
     ON CONFLICT DO NOTHING`,
    [sorted, randomBytes(6).toString('hex')],
  );
  await sql.query('SELECT 1 FROM feeds WHERE store = ANY($1::integer[]) ORDER BY store FOR UPDATE', [sorted]);
}
