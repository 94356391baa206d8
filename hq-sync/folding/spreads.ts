/**
 * What concerns everybody, told page by page: a fact about nobody (goods, the calendar, the retailer's own), and a new
 * release; and what concerns the customers of one store (`store-news.ts`). Each step marks one page of people to be folded and moves on, in one transaction.
 */
import type { Database, Sql } from '../database/database.ts';
import { markToFold, nobody } from '../facts/own-facts.ts';
import { storeOfNews } from './store-news.ts';

const peoplePerPage = 500;

/** Marks one page; false where there is nothing to tell. */
export async function spreadPage(
  database: Database,
  { release, now }: { readonly release: number; readonly now: number },
): Promise<boolean> {
  return database.transaction(async (sql) => {
    await begin(sql, release);
    const [spread] = await sql.query<{ spread: string; after: string }>(
      `SELECT spread, after_id AS after FROM spreads WHERE NOT is_done ORDER BY spread LIMIT 1 FOR UPDATE SKIP LOCKED`,
    );
    if (!spread) return false;
    const people = await nextPage(sql, spread);
    await markToFold(
      sql,
      people.map(({ id }) => id),
      now,
    );
    const isDone = people.length < peoplePerPage;
    await sql.query('UPDATE spreads SET after_id = $2, is_done = $3 WHERE spread = $1', [
      spread.spread,
      people.at(-1)?.id ?? spread.after,
      isDone,
    ]);
    return true;
  });
}

/** A store's news are for its customers, all else for everybody. */
async function nextPage(
  sql: Sql,
  { spread, after }: { readonly spread: string; readonly after: string },
): Promise<{ id: string }[]> {
  const store = storeOfNews(spread.replace(/\/fact-\d+$/, ''));
  if (store === null)
    return sql.query('SELECT chain_id AS id FROM customer_states WHERE chain_id > $1 ORDER BY chain_id LIMIT $2', [
      after,
      peoplePerPage,
    ]);
  return sql.query(
    `SELECT chain_id AS id FROM store_customers WHERE store = $3 AND chain_id > $1 ORDER BY chain_id LIMIT $2`,
    [after, peoplePerPage, store],
  );
}

/** A release begins by itself; facts about nobody when one has come. */
async function begin(sql: Sql, release: number): Promise<void> {
  await sql.query("INSERT INTO spreads (spread, after_id) VALUES ($1, '') ON CONFLICT DO NOTHING", [
    `release-${release}`,
  ]);
  const marked = await sql.query(
    'DELETE FROM to_fold WHERE chain_id IN (SELECT chain_id FROM to_fold WHERE chain_id = $1 FOR UPDATE SKIP LOCKED) RETURNING 1',
    [nobody],
  );
  if (marked.length === 0) return;
  const [newest] = await sql.query<{ number: number }>(
    'SELECT max(number) AS number FROM own_facts WHERE chain_id = $1',
    [nobody],
  );
  await sql.query("INSERT INTO spreads (spread, after_id) VALUES ($1, '') ON CONFLICT DO NOTHING", [
    `fact-${newest?.number ?? 0}`,
  ]);
}
