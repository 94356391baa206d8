/**
 * The book of commands: who of several HQ processes has which of them, and how it ended. A command is claimed by a lease
 * in its own row before anything is done about it, and what came of it is committed together with the fact of it.
 *
 * What was under way when its process died is told from what was not begun: `sending_since` is committed before the
 * first byte goes out. A lease that ends with it set is uncertain; such a command is repeated once, under the same name.
 */
import type { Database, Sql } from '../database/database.ts';
import { markToFold } from '../facts/own-facts.ts';
import { type EndState, reportNever, reportReached } from './channel-facts.ts';
import { type Command, type CommandKind, commandColumns, commandTables, readCommand } from './command.ts';
import { tagOf } from './email/message-tag.ts';
import type { NeverReason } from './sending-rule.ts';

/** Longer than any try may last (`sendingMaxMs`): who holds a lease is alone with it. */
export const leaseMs = 5 * 60_000;
/** A repeat after an uncertain try; never another. */
const repeatsMax = 1;

export interface Claimed {
  readonly command: Command;
  /** Its name outside, the same for every try. */
  readonly tag: string;
  readonly tries: number;
  /** A try was under way when its process died, or lost the line. */
  readonly unsettledSince: number | null;
  readonly repeats: number;
}

export interface Outcome {
  readonly state: EndState;
  /** Kept in the row, for whoever looks. */
  readonly outcome: Readonly<Record<string, string | number | boolean>>;
  /** What the engine is told. */
  readonly reached?: number;
  /** It reaches her only then, and is told to the engine then. */
  readonly arrivesAt?: number;
  readonly never?: { readonly reason: NeverReason; readonly detail?: string };
}

export class CommandBook {
  readonly #database: Database;
  readonly #who: string;
  readonly #tagKey: string;

  /** `who`: this process. `tagKey`: a secret, so that nobody can guess a name and send bounces for it. */
  constructor({ database, who, tagKey }: { database: Database; who: string; tagKey: string }) {
    this.#database = database;
    this.#who = who;
    this.#tagKey = tagKey;
  }

  /** Of these kinds, the most urgent first: open ones whose time has come, and those whose lease has ended. */
  claim(kinds: readonly CommandKind[], { now, max }: { now: number; max: number }): Promise<Claimed[]> {
    return this.#database.transaction(async (sql) => {
      const rows = await sql.query<{ chain_id: string; command: string }>(
        `SELECT ${commandColumns}, g.tries, g.repeats, g.sending_since
         FROM ${commandTables} LEFT JOIN carriage g ON g.chain_id = c.chain_id AND g.command = c.command
         WHERE c.kind = ANY($1) AND (c.state = 'open' OR (c.state = 'claimed' AND c.claimed_until <= $2))
           AND coalesce(g.not_before, 0) <= $2
         ORDER BY c.until, c.chain_id, c.command LIMIT $3 FOR UPDATE OF c SKIP LOCKED`,
        [kinds, now, max],
      );
      const claimed: Claimed[] = [];
      for (const row of rows) claimed.push(await this.#take(sql, row, now));
      return claimed;
    });
  }

  async #take(sql: Sql, row: { chain_id: string; command: string }, now: number): Promise<Claimed> {
    const { tries, repeats, sending_since } = row as unknown as Progress;
    const tag = tagOf(this.#tagKey, row.chain_id, row.command);
    await sql.query(
      `UPDATE commands SET state = 'claimed', claimed_by = $3, claimed_until = $4 WHERE chain_id = $1 AND command = $2`,
      [row.chain_id, row.command, this.#who, now + leaseMs],
    );
    await sql.query(
      'INSERT INTO carriage (chain_id, command, tag) VALUES ($1, $2, $3) ON CONFLICT (chain_id, command) DO NOTHING',
      [row.chain_id, row.command, tag],
    );
    await sql.query('INSERT INTO tags (tag, chain_id, command) VALUES ($3, $1, $2) ON CONFLICT (tag) DO NOTHING', [
      row.chain_id,
      row.command,
      tag,
    ]);
    return { command: readCommand(row), tag, tries: tries ?? 0, repeats: repeats ?? 0, unsettledSince: sending_since };
  }

  /** Before the first byte: false where the lease has ended, or the command was taken back meanwhile. */
  beginSending(
    { command, unsettledSince, repeats }: Claimed,
    { now, isHarmless }: { readonly now: number; readonly isHarmless: boolean },
  ): Promise<boolean> {
    const isRepeat = unsettledSince !== null;
    if (isRepeat && repeats >= repeatsMax && !isHarmless) return Promise.resolve(false);
    return this.#database.transaction(async (sql) => {
      if (!(await this.#holdOn(sql, command, now))) return false;
      await sql.query(
        `UPDATE carriage SET sending_since = $3, tries = tries + 1, repeats = repeats + $4
         WHERE chain_id = $1 AND command = $2`,
        [command.chainId, command.command, now, isRepeat ? 1 : 0],
      );
      return true;
    });
  }

  /** Nothing went out: it is open again from `notBefore` on. */
  putBack({ command }: Claimed, notBefore: number): Promise<void> {
    return this.#database.transaction(async (sql) => {
      await sql.query(
        `UPDATE commands SET state = 'open', claimed_by = NULL, claimed_until = NULL
         WHERE chain_id = $1 AND command = $2 AND state = 'claimed' AND claimed_by = $3`,
        [command.chainId, command.command, this.#who],
      );
      await sql.query(
        'UPDATE carriage SET sending_since = NULL, not_before = $3 WHERE chain_id = $1 AND command = $2',
        [command.chainId, command.command, notBefore],
      );
    });
  }

  /** Something may have gone out and nobody knows: as if this process had died just then. */
  async leaveUnsettled({ command }: Claimed, notBefore: number): Promise<void> {
    await this.#database.query(
      `UPDATE commands SET claimed_until = $3 WHERE chain_id = $1 AND command = $2 AND claimed_by = $4`,
      [command.chainId, command.command, notBefore, this.#who],
    );
  }

  /** What was carried out is recorded, whoever has taken the command back meanwhile. */
  settle({ command, unsettledSince, tries }: Claimed, ended: Outcome, now: number): Promise<void> {
    return this.#database.transaction(async (sql) => {
      if (isTold(ended)) await markToFold(sql, [command.chainId], now);
      // Somebody who was erased meanwhile is told about no more.
      const there = await sql.query('SELECT 1 FROM commands WHERE chain_id = $1 AND command = $2 FOR UPDATE', [
        command.chainId,
        command.command,
      ]);
      if (there.length === 0) return;
      const outcome = { ...ended.outcome, at: now, tries, ...(unsettledSince === null ? {} : { uncertain: true }) };
      await sql.query(
        `UPDATE commands SET state = $3, outcome = $4, claimed_until = NULL WHERE chain_id = $1 AND command = $2
           AND (claimed_by = $5 OR state = 'withdrawn')`,
        [command.chainId, command.command, ended.state, JSON.stringify(outcome), this.#who],
      );
      if (ended.arrivesAt !== undefined)
        await sql.query('UPDATE carriage SET arrives_at = $3 WHERE chain_id = $1 AND command = $2', [
          command.chainId,
          command.command,
          ended.arrivesAt,
        ]);
      if (ended.reached !== undefined) await reportReached(sql, command, { at: ended.reached, now });
      if (ended.never) await reportNever(sql, command, { ...ended.never, now });
    });
  }

  /** The lease begins anew. */
  async #holdOn(sql: Sql, { chainId, command }: Command, now: number): Promise<boolean> {
    const rows = await sql.query(
      `UPDATE commands SET claimed_until = $5 WHERE chain_id = $1 AND command = $2 AND state = 'claimed'
         AND claimed_by = $3 AND claimed_until > $4 RETURNING command`,
      [chainId, command, this.#who, now, now + leaseMs],
    );
    return rows.length > 0;
  }
}

interface Progress {
  readonly tries: number | null;
  readonly repeats: number | null;
  readonly sending_since: number | null;
}

export interface HoldCommands {
  readonly where: string;
  readonly values: readonly unknown[];
  readonly others: 'wait' | 'skip';
  readonly now: number;
}

/**
 * Of these commands, as they are now, those that still stand so (`where`, of the row c; its first own value is $3), held
 * until the transaction ends. Whom they are for is held first: so does whoever folds her or erases her, and none of them
 * waits for another who waits for her. `others`: what somebody else holds is waited for, or left to them.
 */
export async function holdCommands(
  sql: Sql,
  commands: readonly Pick<Command, 'chainId' | 'command'>[],
  { where, values, others, now }: HoldCommands,
): Promise<Command[]> {
  if (commands.length === 0) return [];
  const chainIds = commands.map(({ chainId }) => chainId);
  await markToFold(sql, chainIds, now);
  const rows = await sql.query(
    `SELECT ${commandColumns} FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (chain_id, command, place)
       JOIN ${commandTables} ON c.chain_id = asked.chain_id AND c.command = asked.command
     WHERE ${where} ORDER BY asked.place FOR UPDATE OF c${others === 'skip' ? ' SKIP LOCKED' : ''}`,
    [chainIds, commands.map(({ command }) => command), ...values],
  );
  return rows.map(readCommand);
}

/** Whether the engine hears of it. */
function isTold({ reached, never }: Outcome): boolean {
  return reached !== undefined || never !== undefined;
}

/** Ends a command that no process holds, in the caller's transaction, and tells the engine. */
export async function endCommand(sql: Sql, command: Command, ended: Outcome, now: number): Promise<void> {
  await sql.query(
    'UPDATE commands SET state = $3, outcome = $4, claimed_until = NULL WHERE chain_id = $1 AND command = $2',
    [command.chainId, command.command, ended.state, JSON.stringify({ ...ended.outcome, at: now })],
  );
  if (ended.reached !== undefined) await reportReached(sql, command, { at: ended.reached, now });
  if (ended.never) await reportNever(sql, command, { ...ended.never, now });
}
