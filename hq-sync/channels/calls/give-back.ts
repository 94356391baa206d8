/** The calls of somebody who makes none any more, back on the list of her team. */
import type { Sql } from '../../database/database.ts';
import type { Command } from '../command.ts';
import { holdCommands } from '../command-book.ts';
import { dayIn } from '../quiet-hours.ts';
import { callLeaseMs, holderOf } from './call-list.ts';

/**
 * In the caller's transaction; returns how many. One that is hers now was counted on the day on which she took it, and is
 * not any more. One that she takes in this very moment comes back when its lease ends.
 */
export async function giveBackAll(sql: Sql, { person, team, timeZone, now }: GivesBack): Promise<number> {
  const holder = holderOf(person);
  const hers = await sql.query<Pick<Command, 'chainId' | 'command'> & { readonly until: number }>(
    `SELECT chain_id AS "chainId", command, claimed_until AS until FROM commands
     WHERE kind = 'call' AND state = 'claimed' AND claimed_by = $1 ORDER BY chain_id, command`,
    [holder],
  );
  const where = "c.state = 'claimed' AND c.claimed_by = $3";
  const held = await holdCommands(sql, hers, { where, values: [holder], others: 'wait', now });
  const untilOf = new Map(hers.map(({ command, until }) => [command, until]));
  for (const { chainId, command } of held) {
    await sql.query(
      `UPDATE commands SET state = 'open', claimed_by = NULL, claimed_until = NULL WHERE chain_id = $1 AND command = $2`,
      [chainId, command],
    );
    const until = untilOf.get(command) ?? 0;
    if (until > now)
      await sql.query('UPDATE call_days SET taken = greatest(0, taken - 1) WHERE team = $1 AND day = $2', [
        team,
        dayIn(until - callLeaseMs, timeZone),
      ]);
  }
  return held.length;
}

export interface GivesBack {
  /** As she signs in. */
  readonly person: string;
  readonly team: string;
  /** In which days of calls are counted. */
  readonly timeZone: string;
  readonly now: number;
}
