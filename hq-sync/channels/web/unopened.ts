/** Pages that she has not opened in their time: never shown. */
import type { Database } from '../../database/database.ts';
import { commandColumns, commandTables, readCommand } from '../command.ts';
import { endCommand } from '../command-book.ts';

/** Ended at a time; the rest with the next turn. */
const endedMax = 500;

export function endUnopened(database: Database, now: number): Promise<void> {
  return database.transaction(async (sql) => {
    const rows = await sql.query(
      `SELECT ${commandColumns} FROM ${commandTables} WHERE c.kind = 'web' AND c.state = 'open' AND c.until <= $1
       ORDER BY c.until LIMIT ${endedMax} FOR UPDATE OF c SKIP LOCKED`,
      [now],
    );
    const reason = 'expired';
    for (const row of rows)
      await endCommand(sql, readCommand(row), { state: 'failed', outcome: { reason }, never: { reason } }, now);
  });
}
