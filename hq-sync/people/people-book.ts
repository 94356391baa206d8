/**
 * The people of headquarters: who they are, what they may do, and whether they are signed in. A password is compared at
 * most so often in a while, and every try is written down before it is compared, so that neither a restart nor another
 * process wins one; a name that nobody has is counted and answered alike.
 *
 * A session is a random token in a cookie; the database keeps its SHA-256 alone. It ends when it was not used for a
 * while, when a working day is over, on signing out, and when the password is set anew.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Database, Sql } from '../database/database.ts';
import { hashPassword, isPassword } from './password-hash.ts';

/** representative: works through the calls of her team. operator: everything that headquarters have. */
export const hqRoles = ['representative', 'operator'] as const;
export type HqRole = (typeof hqRoles)[number];

export interface HqPerson {
  /** What she signs in with. */
  readonly person: string;
  readonly name: string;
  readonly role: HqRole;
  /** Of a representative, as in channels.calls.teams; of others empty. */
  readonly team: string;
  readonly locale: string;
}

export type SignIn =
  | { readonly kind: 'in'; readonly token: string; readonly who: HqPerson }
  | { readonly kind: 'wrong' }
  /** Not before `until`, right or wrong. */
  | { readonly kind: 'locked'; readonly until: number }
  | { readonly kind: 'busy' };

const minuteMs = 60_000;
export const triesMax = 5;
export const triesWindowMs = 15 * minuteMs;
const idleMs = 2 * 60 * minuteMs;
export const sessionLifeMs = 12 * 60 * minuteMs;
const nameMax = 60;
const passwordMax = 200;
const passwordBytes = 12;

/** Adds her, or sets her password anew, which ends her sessions. Returns the password, once. */
export async function addPerson(database: Database, who: HqPerson, now: number): Promise<string> {
  const password = randomBytes(passwordBytes).toString('base64url');
  const hash = await hashPassword(password);
  await database.transaction(async (sql) => {
    await sql.query(
      `INSERT INTO people (person, name, role, team, locale, password, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (person) DO UPDATE SET name = excluded.name, role = excluded.role, team = excluded.team,
         locale = excluded.locale, password = excluded.password, revoked_at = NULL`,
      [keyOf(who.person), who.name, who.role, who.team, who.locale, hash, now],
    );
    await sql.query('DELETE FROM sessions WHERE person = $1', [keyOf(who.person)]);
    await sql.query('DELETE FROM tries WHERE person = $1', [keyOf(who.person)]);
  });
  return password;
}

export async function signIn(
  database: Database,
  { person: given, password }: { readonly person: string; readonly password: string },
  now: number,
): Promise<SignIn> {
  const person = keyOf(given);
  const attempt = await writeTry(database, person, now);
  if (attempt.kind === 'locked') return attempt;
  const [row] = await database.query<HqPerson & { password: string }>(
    'SELECT person, name, role, team, locale, password FROM people WHERE person = $1',
    [person],
  );
  const isRight = await isPassword(password.slice(0, passwordMax), row?.password ?? null);
  if (isRight === false || !row) return isRight === null ? { kind: 'busy' } : { kind: 'wrong' };
  if (isRight === null) return { kind: 'busy' };
  const { password: _, ...who } = row;
  const token = randomBytes(32).toString('base64url');
  const isIn = await database.transaction(async (sql) => {
    // Who is taking her password away just now is waited for, and the other way round: no session of it is left.
    const still = await sql.query('SELECT person FROM people WHERE person = $1 AND password = $2 FOR SHARE', [
      person,
      row.password,
    ]);
    if (still.length === 0) return false;
    await sql.query('DELETE FROM tries WHERE person = $1', [person]);
    await sql.query('DELETE FROM sessions WHERE opened <= $1', [now - sessionLifeMs]);
    await sql.query('INSERT INTO sessions (token, person, opened, used) VALUES ($1, $2, $3, $3)', [
      digestOf(token),
      person,
      now,
    ]);
    return true;
  });
  return isIn ? { kind: 'in', token, who } : { kind: 'wrong' };
}

/** Counts as use. Null: nobody is signed in by it (any more). */
export async function whoIs(sql: Sql, token: string, now: number): Promise<HqPerson | null> {
  const [row] = await sql.query<HqPerson>(
    `UPDATE sessions s SET used = $2 FROM people p
     WHERE s.token = $1 AND p.person = s.person AND s.used > $3 AND s.opened > $4
     RETURNING p.person, p.name, p.role, p.team, p.locale`,
    [digestOf(token), now, now - idleMs, now - sessionLifeMs],
  );
  return row ?? null;
}

export async function signOut(sql: Sql, token: string): Promise<void> {
  await sql.query('DELETE FROM sessions WHERE token = $1', [digestOf(token)]);
}

async function writeTry(
  database: Database,
  person: string,
  now: number,
): Promise<{ kind: 'written' } | { kind: 'locked'; until: number }> {
  return database.transaction(async (sql) => {
    // Two tries at once are two.
    await sql.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`try ${person}`]);
    await sql.query('DELETE FROM tries WHERE at <= $1', [now - triesWindowMs]);
    const tries = await sql.query<{ at: number }>('SELECT at FROM tries WHERE person = $1 ORDER BY at', [person]);
    if (tries.length >= triesMax) return { kind: 'locked', until: (tries[0]?.at ?? now) + triesWindowMs };
    await sql.query('INSERT INTO tries (person, id, at) VALUES ($1, $2, $3)', [
      person,
      randomBytes(9).toString('base64url'),
      now,
    ]);
    return { kind: 'written' };
  });
}

export interface ListedPerson extends HqPerson {
  readonly madeAt: number;
  readonly revokedAt: number | null;
  /** That are open now. */
  readonly sessions: number;
  /** Calls that are hers now. */
  readonly calls: number;
}

/** By what they sign in with. */
export function listPeople(sql: Sql, now: number): Promise<ListedPerson[]> {
  return sql.query<ListedPerson>(
    `SELECT person, name, role, team, locale, made_at AS "madeAt", revoked_at AS "revokedAt",
       (SELECT count(*)::int FROM sessions WHERE sessions.person = people.person AND used > $2 AND opened > $3) AS sessions,
       (SELECT count(*)::int FROM commands WHERE kind = 'call' AND state = 'claimed' AND claimed_until > $1
          AND claimed_by = 'call:' || people.person) AS calls
     FROM people ORDER BY person`,
    [now, now - idleMs, now - sessionLifeMs],
  );
}

/** How she was when she was made, or last changed; null where there is nobody of that name. */
export async function findPerson(sql: Sql, person: string): Promise<HqPerson | null> {
  const [row] = await sql.query<HqPerson>('SELECT person, name, role, team, locale FROM people WHERE person = $1', [
    keyOf(person),
  ]);
  return row ?? null;
}

export function keyOf(person: string): string {
  return person.trim().toLowerCase().slice(0, nameMax);
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
