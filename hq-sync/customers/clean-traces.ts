/**
 * What was deleted stands in a database's files and in its log until something is written over it. This writes the tables
 * that people are in anew, the planner's samples of them, and begins the log anew, so that an erasure is one on disk as
 * well. Before that it looks once more for whoever was erased: a transaction that began before her erasure may have
 * ended after it.
 *
 * One at a time on one database, under an advisory lock. Each table is locked while it is written, never waited for
 * long: where others are at work on it, the cleaning ends and is done another time.
 */
import type { Database, Sql } from '../database/database.ts';
import { SqlRefusedError } from '../database/database.ts';
import { beginLogAnew } from './clean-log.ts';
import { tablesOfPeople } from './erase-customer.ts';
import { isHeldByReader, owedTraces, settleTraces } from './traces-owed.ts';

/** Any number that nobody else in the database takes. */
const lockKey = 7_204_119;
/** Whoever wants a table meanwhile waits behind this one: for so long. */
const lockWaitMs = 2_000;
/** Tables without a person's id in which something of hers may stand. */
const otherTables = ['notes', 'quarantine', 'outside_seen', 'look_ups', 'spreads'];

export type Cleaned =
  | {
      readonly kind: 'done';
      readonly tables: number;
      /** False: the database does not let this user; `reason` says what its owner has to do. */
      readonly isLogClean: boolean;
      readonly reason: string | null;
    }
  /** Another process is at it. */
  | { readonly kind: 'elsewhere' }
  /** Somebody holds a table, or reads what was before. */
  | { readonly kind: 'busy'; readonly reason: string };

/** Not in a transaction. What is owed is settled where it is done. Rejects where the database does. */
export function cleanTraces(database: Database, now: number): Promise<Cleaned> {
  return database.session(async (sql) => {
    const [lock] = await sql.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [lockKey]);
    if (!lock?.mine) return { kind: 'elsewhere' };
    const { owed } = await owedTraces(sql);
    await findAgain(database);
    if (database.kind === 'postgres' && (await isHeldByReader(sql, owed)))
      return { kind: 'busy', reason: 'a transaction that began before the erasure is still open' };
    await sql.query(`SET lock_timeout = ${lockWaitMs}`);
    const tables = [...new Set([...(await tablesOfPeople(sql)), ...otherTables])].sort();
    try {
      for (const table of tables) await sql.query(`VACUUM (FULL, ANALYZE) ${table}`);
    } catch (error) {
      if (error instanceof SqlRefusedError && error.code === lockNotAvailable)
        return { kind: 'busy', reason: 'a table is in use' };
      throw error;
    }
    const samples = await writeSamplesAnew(sql, tables);
    const log = await beginLogAnew(sql, database.kind);
    const isLogClean = samples === null && log === null;
    const done = { tables: tables.length, isLogClean, reason: samples ?? log };
    await settleTraces(sql, owed);
    await sql.query(
      `INSERT INTO cleanings (at, tables, is_log_clean, reason) VALUES ($1, $2, $3, $4) ON CONFLICT (one) DO UPDATE
       SET at = excluded.at, tables = excluded.tables, is_log_clean = excluded.is_log_clean, reason = excluded.reason`,
      [now, done.tables, done.isLogClean, done.reason],
    );
    return { kind: 'done', ...done };
  });
}

const lockNotAvailable = '55P03';

/** Who came back in a transaction that was under way while she was erased. */
async function findAgain(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    const [any] = await sql.query<{ any: boolean }>('SELECT EXISTS (SELECT FROM erased_ids) AS any');
    if (!any?.any) return;
    const isHers = "sha256(convert_to(chain_id, 'UTF8')) IN (SELECT mark FROM erased_ids)";
    await sql.query(
      `INSERT INTO erased_subjects (store, epoch, subject) SELECT store, epoch, subject FROM subjects WHERE ${isHers}
       ON CONFLICT DO NOTHING`,
    );
    await sql.query(
      `DELETE FROM notes USING erased_subjects gone WHERE gone.store = notes.store AND gone.epoch = notes.epoch
         AND gone.subject = notes.subject`,
    );
    for (const table of await tablesOfPeople(sql)) await sql.query(`DELETE FROM ${table} WHERE ${isHers}`);
    // Whoever was told last.
    await sql.query("UPDATE spreads SET after_id = '' WHERE is_done AND after_id <> ''");
  });
}

/**
 * What the planner has counted of a table holds values of it, and stays as it is where the table has become empty; to name
 * a column's type anew lets go of it. Null: done; else what its owner has to do.
 */
async function writeSamplesAnew(sql: Sql, tables: readonly string[]): Promise<string | null> {
  try {
    const counted = await sql.query<{ name: string; column: string; type: string }>(
      `SELECT stats.tablename AS name, stats.attname AS column, format_type(atttypid, atttypmod) AS type FROM pg_stats stats
         JOIN pg_attribute ON attrelid = stats.tablename::regclass AND pg_attribute.attname = stats.attname
       WHERE schemaname = current_schema() AND tablename = ANY($1::text[]) ORDER BY 1, 2`,
      [tables],
    );
    for (const name of new Set(counted.map((one) => one.name))) {
      const rows = await sql.query(`SELECT 1 FROM ${name} LIMIT 1`);
      if (rows.length > 0) continue;
      for (const { column, type } of counted.filter((one) => one.name === name))
        await sql.query(`ALTER TABLE ${name} ALTER COLUMN ${column} TYPE ${type}`);
    }
    await sql.query('VACUUM FULL pg_catalog.pg_statistic');
    return null;
  } catch (error) {
    if (!(error instanceof SqlRefusedError)) throw error;
    return `as the owner of the database: VACUUM FULL pg_statistic (${error.message})`;
  }
}
