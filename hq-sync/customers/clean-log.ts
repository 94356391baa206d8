/**
 * PostgreSQL's write-ahead log, begun anew: what was written to it before is in none of its files. Files that were kept
 * for use under a new name hold what stood in them, until they are reached: so the log goes on through all of them.
 */
import { type Database, type Sql, SqlRefusedError } from '../database/database.ts';

/** Rounds of it; each ends with a checkpoint. */
const roundsMax = 5;
/** Files kept for later that are gone through in a round, 16 MB each. */
const filesMax = 128;

/** Null: done; else what the owner of the server has to do. */
export async function beginLogAnew(sql: Sql, kind: Database['kind']): Promise<string | null> {
  try {
    await sql.query('ALTER SYSTEM SET wal_recycle = off');
    await sql.query('SELECT pg_reload_conf()');
    // Inside this process nobody hears the signal of a reload.
    if (kind === 'pglite') await sql.query('SET wal_recycle = off');
    for (let round = 0; round < roundsMax; round += 1) {
      const kept = await filesKept(sql);
      for (let file = 0; file <= Math.min(kept, filesMax); file += 1) {
        // A switch does nothing in a file that nothing has been written to.
        await sql.query("SELECT pg_logical_emit_message(false, 'kairos', '')");
        await sql.query('SELECT pg_switch_wal()');
      }
      await sql.query('CHECKPOINT');
      if ((await filesKept(sql)) === 0 && (await filesBehind(sql)) === 0) return null;
    }
    return 'the log has files that are kept for others: a replica, an archive or a slot is behind';
  } catch (error) {
    if (!(error instanceof SqlRefusedError)) throw error;
    return `as the owner of the server, with wal_recycle off: SELECT pg_switch_wal(); CHECKPOINT (${error.message})`;
  }
}

const current = 'pg_walfile_name(pg_current_wal_insert_lsn())';

/** Files beyond the one that is written to. */
function filesKept(sql: Sql): Promise<number> {
  return countFiles(sql, `name > ${current}`);
}

function filesBehind(sql: Sql): Promise<number> {
  return countFiles(sql, `name < ${current}`);
}

async function countFiles(sql: Sql, which: string): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*) AS count FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$' AND ${which}`,
  );
  return row?.count ?? 0;
}
