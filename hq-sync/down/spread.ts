/**
 * Carries what has changed into the feeds of the stores that it concerns. Any process may, at any time, one after
 * another: whoever asks on behalf of a store waits for the one who carries, so that no store is told that there is
 * nothing while its changes are on their way. A change is taken off the list by deleting its row, so one that was
 * committed late is simply taken later, and none is passed over for having been written before others that are done.
 *
 * Whoever erases somebody waits for this, and this never for her: rows that another transaction holds are left to it, and
 * a change that cannot be carried for that is put back. So the two may lock what they like in whatever order.
 */
import { randomBytes } from 'node:crypto';
import type { Database, Sql } from '../database/database.ts';
import { homeStoreAttribute } from './store-customers.ts';

/** Changes of one transaction: so long other processes wait for a store's feed. */
const changesMax = 2_000;
/** Held by whoever carries; any number that nobody else in the database takes. */
const lockKey = 7_204_120;

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
  const waiting = await sql.query<Change>('SELECT chain_id, change FROM changed_customers ORDER BY change LIMIT $1', [
    changesMax,
  ]);
  if (waiting.length === 0) return 0;
  // Here it may have to wait for a chunk that brings her: so nothing is held yet that others want.
  const assigned = await assignHomes(sql, waiting);
  const drained = await sql.query<Change>(
    `DELETE FROM changed_customers WHERE (chain_id, change) IN (
       SELECT chain_id, change FROM changed_customers
       WHERE (chain_id, change) IN (SELECT * FROM unnest($1::text[], $2::bigint[])) FOR UPDATE SKIP LOCKED)
     RETURNING chain_id, change`,
    [waiting.map(({ chain_id }) => chain_id), waiting.map(({ change }) => change)],
  );
  onStep('drained');
  const chainIds = [...new Set(drained.map(({ chain_id }) => chain_id))];
  await takeBackHomes(sql, assigned, new Set(chainIds));
  if (drained.length === 0) return 0;
  const concerned = await sql.query<Concerned>(
    'SELECT chain_id, store FROM store_customers WHERE chain_id = ANY($1::text[])',
    [chainIds],
  );
  await moveToEnd(sql, concerned, onStep);
  return drained.length;
}

interface Change {
  readonly chain_id: string;
  readonly change: number;
}

/** Of whom which store is told. */
interface Concerned {
  readonly chain_id: string;
  readonly store: number;
}

/** Whose attribute names a store is its customer from now on. Returns those who were not. */
async function assignHomes(sql: Sql, changes: readonly Change[]): Promise<Concerned[]> {
  return sql.query<Concerned>(
    `INSERT INTO store_customers (chain_id, store)
     SELECT chain_id, number FROM customers JOIN stores ON stores.store = attributes ->> $2
     WHERE chain_id = ANY($1::text[]) ORDER BY chain_id ON CONFLICT DO NOTHING RETURNING chain_id, store`,
    [[...new Set(changes.map(({ chain_id }) => chain_id))], homeStoreAttribute],
  );
}

/** Whose change another transaction holds may be erased in it: what it cannot see must not stay. */
async function takeBackHomes(sql: Sql, assigned: readonly Concerned[], drained: ReadonlySet<string>): Promise<void> {
  const held = assigned.filter(({ chain_id }) => !drained.has(chain_id));
  if (held.length === 0) return;
  await sql.query(
    'DELETE FROM store_customers WHERE (chain_id, store) IN (SELECT * FROM unnest($1::text[], $2::integer[]))',
    [held.map(({ chain_id }) => chain_id), held.map(({ store }) => store)],
  );
}

/** In each store's feed to its end, under the locks of those feeds until the transaction ends. */
async function moveToEnd(sql: Sql, concerned: readonly Concerned[], onStep: (step: SpreadStep) => void): Promise<void> {
  await lockFeeds(sql, [...new Set(concerned.map(({ store }) => store))]);
  onStep('locked');
  const held = await putBackHeld(sql, concerned);
  const moved = concerned.filter(({ chain_id }) => !held.has(chain_id));
  const [stores, chainIds] = [moved.map(({ store }) => store), moved.map(({ chain_id }) => chain_id)];
  await sql.query(
    `INSERT INTO feed (store, chain_id, position)
     SELECT store, pair.chain_id, feeds.position + row_number() OVER (PARTITION BY store ORDER BY pair.chain_id)
     FROM unnest($1::integer[], $2::text[]) AS pair (store, chain_id) JOIN feeds USING (store)
     ON CONFLICT (store, chain_id) DO UPDATE SET position = excluded.position`,
    [stores, chainIds],
  );
  await sql.query(
    `UPDATE feeds SET position = position + moved.count
     FROM (SELECT store, count(*) AS count FROM unnest($1::integer[]) AS store GROUP BY store) AS moved
     WHERE feeds.store = moved.store`,
    [stores],
  );
  onStep('moved');
}

/**
 * Those whose place in a feed another transaction holds (it erases her): their changes are on the list again. The places
 * of all others are held from here on.
 */
async function putBackHeld(sql: Sql, concerned: readonly Concerned[]): Promise<ReadonlySet<string>> {
  const held = await sql.query<{ chain_id: string }>(
    `WITH pair AS (SELECT * FROM unnest($1::integer[], $2::text[]) AS pair (store, chain_id)),
     mine AS MATERIALIZED (
       SELECT feed.store, feed.chain_id FROM feed JOIN pair USING (store, chain_id) FOR UPDATE OF feed SKIP LOCKED)
     SELECT DISTINCT chain_id FROM feed JOIN pair USING (store, chain_id)
     WHERE NOT EXISTS (SELECT FROM mine WHERE mine.store = feed.store AND mine.chain_id = feed.chain_id)`,
    [concerned.map(({ store }) => store), concerned.map(({ chain_id }) => chain_id)],
  );
  if (held.length > 0)
    await sql.query('INSERT INTO changed_customers (chain_id) SELECT unnest($1::text[])', [
      held.map(({ chain_id }) => chain_id),
    ]);
  return new Set(held.map(({ chain_id }) => chain_id));
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
