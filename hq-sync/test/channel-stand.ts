/** What the tests of the channels begin with: customers, what they agreed to, and commands for them. */
import { createHash } from 'node:crypto';
import type { Sql } from '../database/database.ts';

export const origin = 'https://hello.example.com';
export const day = 86_400_000;

export const personId = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 32);

export interface Person {
  readonly name: string;
  readonly locale?: string;
  readonly timeZone?: string;
  readonly address?: object;
  readonly consents?: readonly string[];
}

export async function addPerson(
  sql: Sql,
  { name, locale = 'en', timeZone = 'UTC', address, consents = ['email', 'call', 'mail', 'web'] }: Person,
): Promise<string> {
  const id = personId(name);
  const where = address ?? {
    email: `${name.toLowerCase()}@example.net`,
    phone: '+1 555 0100',
    post: [name, '1 Main Street', 'Springfield'],
  };
  await sql.query(
    `INSERT INTO customers (chain_id, attributes, locale, time_zone, address, made_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, 0, 0)`,
    [id, JSON.stringify({ firstName: name }), locale, timeZone, JSON.stringify(where)],
  );
  for (const purpose of consents)
    await sql.query('INSERT INTO consents (chain_id, purpose, at, granted, origin) VALUES ($1, $2, 0, true, $3)', [
      id,
      purpose,
      'import',
    ]);
  return id;
}

export interface CommandGiven {
  readonly chainId: string;
  readonly kind: string;
  readonly madeAt: number;
  readonly until: number;
  readonly id?: string;
  readonly words?: object;
}

export const someWords = {
  subject: 'We miss you',
  headline: 'It has been a while',
  body: 'Your tailor kept your measures.\n\nShall we have something ready?',
  know: 'She has bought three suits.',
  say: 'Good morning, this is the shop.',
  answers: [
    { id: 'yes', label: 'Yes, please', form: [] },
    { id: 'notNow', label: 'Not now', form: [] },
  ],
};

/** Returns the id of its message, and its own. */
export async function addCommand(
  sql: Sql,
  { chainId, kind, madeAt, until, id = `run-${chainId.slice(0, 8)}-${kind}-1`, words = someWords }: CommandGiven,
): Promise<string> {
  await sql.query(
    `INSERT INTO commands (chain_id, command, kind, message, dialogue, step, made_at, until, state, words)
     VALUES ($1, $2, $3, $2, 'winback', 'remind', $4, $5, 'open', $6)`,
    [chainId, id, kind, madeAt, until, JSON.stringify(words)],
  );
  return id;
}

export interface CommandRow {
  readonly state: string;
  readonly outcome: Readonly<Record<string, unknown>> | null;
}

export async function commandRow(sql: Sql, command: string): Promise<CommandRow | undefined> {
  const [row] = await sql.query<CommandRow>('SELECT state, outcome FROM commands WHERE command = $1', [command]);
  return row;
}

/** Facts of a message, in the order of their ids: type, time and the rest of what they say. */
export async function factsOf(sql: Sql, message: string): Promise<{ type: string; at: number; body: object }[]> {
  return sql.query(`SELECT type, at, body FROM own_facts WHERE body->>'message' = $1 ORDER BY at, id`, [message]);
}
