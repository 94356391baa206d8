/**
 * Brings the tables up to this build, one process at a time: others that start meanwhile wait for the lock and find it
 * done. A database that a later build has written is left alone.
 */
import type { Database, Sql } from './database.ts';
import { migrations } from './migrations/all.ts';

/** Taken while the tables change; any number that nobody else in the database takes. */
const lockKey = 7_204_118;

/** A later build of HQ has changed these tables: this one would not understand them. */
export class LaterTablesError extends Error {}

/** Returns the versions that were added. */
export async function migrate(database: Database): Promise<number[]> {
  return database.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
    await sql.query('CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY)');
    const done = await highestDone(sql);
    const known = migrations.at(-1)?.version ?? 0;
    if (done > known) {
      throw new LaterTablesError(
        `the tables of headquarters are of version ${done}, this build knows ${known}: start the later build, or restore a copy`,
      );
    }
    const added: number[] = [];
    for (const { version, sql: text } of migrations.filter((one) => one.version > done)) {
      for (const statement of statementsOf(text)) await sql.query(statement);
      await sql.query('INSERT INTO migrations (version) VALUES ($1)', [version]);
      added.push(version);
    }
    return added;
  });
}

async function highestDone(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ version: number | null }>('SELECT max(version) AS version FROM migrations');
  return row?.version ?? 0;
}

/** Migrations hold plain statements: no semicolon stands inside one. */
function statementsOf(text: string): string[] {
  return text
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
