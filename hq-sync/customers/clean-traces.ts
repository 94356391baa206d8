/**
 * What was deleted stands in a database's files and in its log until something is written over it. This writes the tables
 * of people anew and begins the log anew, so that an erasure is one on disk as well. It locks each table while it is
 * written: at night, and after the erasures of the day.
 */
import { type Database, SqlRefusedError } from '../database/database.ts';

export interface Cleaned {
  readonly tables: number;
  /** False: the database does not let this user begin its log anew; it grows out of it in time, or its owner does it. */
  readonly isLogClean: boolean;
}

/** Not in a transaction. */
export async function cleanTraces(database: Database): Promise<Cleaned> {
  const tables = await database.query<{ name: string }>(
    `SELECT DISTINCT table_name::text AS name FROM information_schema.columns JOIN information_schema.tables
       USING (table_schema, table_name)
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
       AND (column_name = 'chain_id' OR table_name IN ('notes', 'outside_seen', 'look_ups')) ORDER BY 1`,
  );
  for (const { name } of tables) await database.query(`VACUUM FULL ${name}`);
  return { tables: tables.length, isLogClean: await beginLogAnew(database) };
}

async function beginLogAnew(database: Database): Promise<boolean> {
  try {
    // Old parts of the log are otherwise kept under new names, with what stands in them.
    await database.query('ALTER SYSTEM SET wal_recycle = off');
    await database.query('SELECT pg_reload_conf()');
    if (database.kind === 'pglite') await database.query('SET wal_recycle = off');
    await database.query('SELECT pg_switch_wal()');
    await database.query('CHECKPOINT');
    return true;
  } catch (error) {
    if (error instanceof SqlRefusedError) return false;
    throw error;
  }
}
