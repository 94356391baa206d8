/** What `/hq` shows of stores, read: a short row of every store, and what else there is to say of those on the page. */
import { lastCleaning } from '../customers/clean-watch.ts';
import { owingTable } from '../customers/erasure-book.ts';
import { owedTraces } from '../customers/traces-owed.ts';
import type { Sql } from '../database/database.ts';
import { foldedToOne } from '../folding/folded-to-one.ts';
import { type WaitingInStore, waitingInStores } from '../releases/release-book.ts';
import { pageOf, type StorePage, type StoreSummary, type StoresAsked } from './store-list.ts';

/** Facts in quarantine that the page names; all are kept. */
const badMax = 50;

interface Cursor {
  readonly store: string;
  readonly position: number;
  readonly said: number;
}

interface BadFact {
  readonly store: string;
  readonly seq: number;
  readonly reason: string;
  readonly at: number;
}

export interface StoreRows {
  readonly asked: StoresAsked;
  readonly page: StorePage;
  // Of the stores on the page.
  /** Those that run a release without the dialogues that they are too old for. */
  readonly waiting: readonly WaitingInStore[];
  readonly cursors: readonly Cursor[];
  readonly bad: readonly BadFact[];
  // Of the whole house.
  /** Since when something that was erased stands in the database's files; null: nothing does. */
  readonly tracesSince: number | null;
  /** Decisions of stores out of touch, within 30 days, that came to one. */
  readonly foldedToOne: number;
  /** What its owner has to do about its log; null: nothing. */
  readonly logReason: string | null;
}

export async function storeRows(sql: Sql, asked: StoresAsked, now: number): Promise<StoreRows> {
  const page = pageOf(await storeSummaries(sql), asked, now);
  const numbers = page.stores.map(({ number }) => number);
  const names = new Set(page.stores.map(({ store }) => store));
  return {
    asked,
    page,
    foldedToOne: await foldedToOne(sql, now),
    tracesSince: (await owedTraces(sql)).since,
    logReason: (await lastCleaning(sql))?.reason ?? null,
    waiting: (await waitingInStores(sql)).filter(({ store }) => names.has(store)),
    cursors: await sql.query<Cursor>(
      `SELECT stores.store, position, said_position AS said FROM feeds JOIN stores ON stores.number = feeds.store
       WHERE feeds.store = ANY($1::integer[])`,
      [numbers],
    ),
    bad: await sql.query<BadFact>(
      `SELECT stores.store, seq, reason, at FROM quarantine JOIN stores ON stores.number = quarantine.store
       WHERE quarantine.store = ANY($1::integer[]) ORDER BY at DESC, seq LIMIT ${badMax}`,
      [numbers],
    ),
  };
}

/** Of all stores of the chain, in no order. */
export function storeSummaries(sql: Sql): Promise<StoreSummary[]> {
  return sql.query<StoreSummary>(
    `WITH ${owingTable},
     told AS (SELECT store, max(heard_at) AS heard, max(synced_at) AS synced, sum(facts)::bigint AS facts,
         sum(greatest(last_seq - up_to, 0))::bigint AS pending FROM lines GROUP BY store),
     bad AS (SELECT store, count(*) AS count FROM quarantine GROUP BY store)
     SELECT stores.number, stores.store, made_at AS "madeAt", coalesce(heard, 0) AS "heardAt",
       coalesce(synced, 0) AS "syncedAt", coalesce(facts, 0) AS facts, coalesce(pending, 0) AS pending,
       coalesce(bad.count, 0) AS quarantined, owed, release, release_fault AS "releaseFault", revoked_at AS "revokedAt"
     FROM owing JOIN stores USING (number) LEFT JOIN told ON told.store = number LEFT JOIN bad ON bad.store = number`,
  );
}
