/**
 * How headquarters stand, for whoever is called at night: read from the database alone, so that it can be asked from any
 * machine that reaches it, whether or not a process of headquarters is up. What one process alone knows (a mail server
 * that does not answer it) stands in its own `/health` and on `/hq`.
 */
import { lastCleaning } from '../customers/clean-watch.ts';
import { owingStores } from '../customers/erasure-book.ts';
import { uncounted } from '../customers/figure-counting.ts';
import { owedTraces } from '../customers/traces-owed.ts';
import type { Database, Sql } from '../database/database.ts';
import { waiting } from '../folding/fold-watch.ts';
import { pageOf, readAsked, type Showing } from '../pages/store-list.ts';
import { storeSummaries } from '../pages/store-rows.ts';

/** Stores that are named; the others are on `/hq`. */
const namedMax = 5;

/** What waits to be done off site, of one kind. */
export interface QueueStanding {
  readonly kind: string;
  readonly waiting: number;
  /** Of these, what could be done now: it is not put off to another hour. */
  readonly due: number;
  /** When the oldest of what is due was made; null: nothing is. */
  readonly oldestAt: number | null;
  /** Tried, and not done yet. */
  readonly tried: number;
}

export interface Status {
  readonly at: number;
  readonly version: string;
  readonly database: {
    readonly kind: Database['kind'];
    readonly bytes: number;
    /** The newest migration. */
    readonly tables: number;
  };
  readonly stores: Readonly<Record<Showing, number>>;
  /** Of those that need somebody. */
  readonly named: readonly string[];
  readonly quarantine: { readonly facts: number; readonly newestAt: number | null };
  readonly release: { readonly number: number; readonly storesBehind: number };
  readonly folding: { readonly chunks: number; readonly people: number };
  readonly uncountedFacts: number;
  readonly queues: readonly QueueStanding[];
  readonly replies: { readonly unread: number; readonly oldestAt: number | null };
  readonly erasures: {
    readonly stores: number;
    readonly receipts: number;
    readonly oldestAt: number | null;
    /** Since when something that was erased stands in the database's files; null: nothing does. */
    readonly tracesSince: number | null;
    readonly cleanedAt: number | null;
  };
  /** What PostgreSQL knows of copies of itself; null where it archives nothing. Backups by other means it does not know. */
  readonly archive: {
    readonly lastAt: number | null;
    readonly failedAt: number | null;
    readonly failed: number;
  } | null;
}

/** Rejects where the database does. */
export async function readStatus(
  database: Database,
  { now, version }: { readonly now: number; readonly version: string },
): Promise<Status> {
  const page = pageOf(await storeSummaries(database), readAsked(new URLSearchParams('show=needs')), now);
  const owing = await owingStores(database);
  const { chunks, people } = await waiting(database);
  return {
    at: now,
    version,
    database: { kind: database.kind, ...(await sizeOf(database)) },
    stores: page.counts,
    named: page.stores.slice(0, namedMax).map(({ store }) => store),
    quarantine: await one(
      database,
      'SELECT count(*)::bigint AS facts, max(at) AS "newestAt" FROM quarantine JOIN stores ON number = quarantine.store WHERE removed_at IS NULL',
    ),
    release: await one(
      database,
      `SELECT newest.number, (SELECT count(*)::int FROM stores WHERE removed_at IS NULL AND release < newest.number) AS "storesBehind"
       FROM (SELECT coalesce(max(number), 0) AS number FROM releases) AS newest`,
    ),
    folding: { chunks, people },
    uncountedFacts: await uncounted(database),
    queues: await queuesOf(database, now),
    replies: await one(
      database,
      'SELECT count(*)::int AS unread, min(at) AS "oldestAt" FROM replies WHERE seen_by IS NULL',
    ),
    erasures: {
      stores: owing.length,
      receipts: owing.reduce((all, { owed }) => all + owed, 0),
      oldestAt: owing.reduce<number | null>((least, { since }) => Math.min(least ?? since, since), null),
      tracesSince: (await owedTraces(database)).since,
      cleanedAt: (await lastCleaning(database))?.at ?? null,
    },
    archive: await archiveOf(database),
  };
}

function queuesOf(sql: Sql, now: number): Promise<QueueStanding[]> {
  return sql.query<QueueStanding>(
    `SELECT kind, count(*)::int AS waiting, count(*) FILTER (WHERE is_due)::int AS due,
       min(made_at) FILTER (WHERE is_due) AS "oldestAt", count(*) FILTER (WHERE tries > 0)::int AS tried
     FROM (SELECT kind, made_at, coalesce(tries, 0) AS tries, coalesce(not_before, 0) <= $1 AS is_due
       FROM commands LEFT JOIN carriage USING (chain_id, command) WHERE state IN ('open', 'claimed')) AS under_way
     GROUP BY kind ORDER BY kind`,
    [now],
  );
}

function sizeOf(sql: Sql): Promise<{ bytes: number; tables: number }> {
  return one(
    sql,
    'SELECT pg_database_size(current_database())::bigint AS bytes, (SELECT max(version) FROM migrations) AS tables',
  );
}

async function archiveOf(sql: Sql): Promise<Status['archive']> {
  const [row] = await sql.query<{ isOn: boolean; lastAt: number | null; failedAt: number | null; failed: number }>(
    `SELECT current_setting('archive_mode') <> 'off' AS "isOn", failed_count AS failed,
       floor(extract(epoch FROM last_archived_time) * 1000)::bigint AS "lastAt",
       floor(extract(epoch FROM last_failed_time) * 1000)::bigint AS "failedAt" FROM pg_stat_archiver`,
  );
  if (!row?.isOn) return null;
  const { isOn: _, ...archive } = row;
  return archive;
}

/** Of a statement that always has one row. */
async function one<Row extends object>(sql: Sql, text: string): Promise<Row> {
  const [row] = await sql.query<Row>(text);
  if (row === undefined) throw new Error(`no row for: ${text}`);
  return row;
}
