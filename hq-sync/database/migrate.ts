/**
 * Brings the tables up to this build, one process at a time: others that start meanwhile wait for the lock and find it
 * done. A database that a later build has written is left alone.
 */
import type { Database, Sql } from './database.ts';
import { migrations } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';

/** Taken while the tables change; any number that nobody else in the database takes. */
const lockKey = 7_204_118;

/** A later build of HQ has changed these tables: this one would not understand them. */
export class LaterTablesError extends Error {}

/** Returns the versions that were added. */
export async function migrate(database: Database, all: readonly Migration[] = migrations): Promise<number[]> {
  return database.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
    await sql.query('CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY)');
    const done = await versionsDone(sql);
    const known = new Set(all.map(({ version }) => version));
    const later = [...done].filter((version) => !known.has(version));
    if (later.length > 0)
      throw new LaterTablesError(
        `the tables of headquarters were changed by ${later.join(', ')}, which this build does not know: start the later build, or restore a copy`,
      );
    const added: number[] = [];
    for (const { version, sql: text } of all.filter((one) => !done.has(one.version))) {
      for (const statement of statementsOf(text)) await sql.query(statement);
      await sql.query('INSERT INTO migrations (version) VALUES ($1)', [version]);
      added.push(version);
    }
    return added;
  });
}

/** For whoever only looks: throws where the tables are not those of this build, and leaves them as they are. */
export async function assertCurrent(database: Database, all: readonly Migration[] = migrations): Promise<void> {
  const [there] = await database.query<{ there: boolean }>(`SELECT to_regclass('migrations') IS NOT NULL AS there`);
  const done = there?.there ? Math.max(0, ...(await versionsDone(database))) : 0;
  const newest = Math.max(0, ...all.map(({ version }) => version));
  if (done !== newest)
    throw new LaterTablesError(
      done === 0
        ? 'there are no tables of headquarters in this database yet: start headquarters first'
        : `the tables of headquarters are of version ${done}, those of this build of ${newest}: ask with the build that runs`,
    );
}

async function versionsDone(sql: Sql): Promise<Set<number>> {
  const rows = await sql.query<{ version: number }>('SELECT version FROM migrations');
  return new Set(rows.map(({ version }) => version));
}

/** A semicolon at the end of a line ends a statement; others are its own. */
function statementsOf(text: string): string[] {
  return text
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
