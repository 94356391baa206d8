/**
 * Somebody who is to come in no more: her sessions end, and her calls go back to the list, in the transaction that takes
 * her password away. A session that is being opened with it just then waits for that, and is none.
 */
import { giveBackAll } from '../channels/calls/give-back.ts';
import type { Database, Sql } from '../database/database.ts';
import { keyOf } from './people-book.ts';

export interface Left {
  readonly sessions: number;
  readonly calls: number;
  /** That there still are. */
  readonly operators: number;
}

interface Setting {
  /** In which days of calls are counted. */
  readonly timeZone: string;
  readonly now: number;
}

/** She stays listed, and gets a new password as she got this one. Null where there is nobody of that name. */
export function revokePerson(database: Database, person: string, setting: Setting): Promise<Left | null> {
  const { now } = setting;
  return leave(database, { person, ...setting }, (sql, key) =>
    sql.query<Hers>(`UPDATE people SET password = '', revoked_at = $2 WHERE person = $1 RETURNING team`, [key, now]),
  );
}

/** Null where there is nobody of that name. */
export function removePerson(database: Database, person: string, setting: Setting): Promise<Left | null> {
  return leave(database, { person, ...setting }, (sql, key) =>
    sql.query<Hers>('DELETE FROM people WHERE person = $1 RETURNING team', [key]),
  );
}

interface Hers {
  readonly team: string;
}

function leave(
  database: Database,
  { person: given, timeZone, now }: Setting & { readonly person: string },
  take: (sql: Sql, key: string) => Promise<Hers[]>,
): Promise<Left | null> {
  const person = keyOf(given);
  return database.transaction(async (sql) => {
    const [hers] = await take(sql, person);
    if (!hers) return null;
    const sessions = await sql.query('DELETE FROM sessions WHERE person = $1 RETURNING token', [person]);
    await sql.query('DELETE FROM tries WHERE person = $1', [person]);
    const calls = await giveBackAll(sql, { person, team: hers.team, timeZone, now });
    const [left] = await sql.query<{ operators: number }>(
      `SELECT count(*)::int AS operators FROM people WHERE role = 'operator' AND revoked_at IS NULL`,
    );
    return { sessions: sessions.length, calls, operators: left?.operators ?? 0 };
  });
}
