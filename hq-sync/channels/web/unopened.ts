/** Pages that she has not opened in their time: never shown. */
import type { Database } from '../../database/database.ts';
import type { Command } from '../command.ts';
import { endCommand, holdCommands } from '../command-book.ts';

/** Ended at a time; the rest with the next turn. */
const endedMax = 500;

export function endUnopened(database: Database, now: number): Promise<void> {
  return database.transaction(async (sql) => {
    const over = await sql.query<Pick<Command, 'chainId' | 'command'>>(
      `SELECT chain_id AS "chainId", command FROM commands WHERE kind = 'web' AND state = 'open' AND until <= $1
       ORDER BY until LIMIT ${endedMax}`,
      [now],
    );
    const reason = 'expired';
    const held = await holdCommands(sql, over, { where: "c.state = 'open'", values: [], others: 'skip', now });
    for (const command of held)
      await endCommand(sql, command, { state: 'failed', outcome: { reason }, never: { reason } }, now);
  });
}
