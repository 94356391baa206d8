/**
 * Letters that wait for a signature (`approve:` in a dialogue): somebody of the role that it names reads what would go
 * out and signs it, or does not. One word ends it, whoever says it first.
 */
import type { FactBody } from '@kairos/protocol/facts.ts';
import type { Database, Sql } from '../../database/database.ts';
import { recordOwn } from '../../facts/own-facts.ts';
import { type Command, commandColumns, commandTables, readCommand } from '../command.ts';
import { endCommand, holdCommands } from '../command-book.ts';

/** Shown at once, what must be signed first at the top. */
const shownMax = 20;
/** Ids of tasks end with what they ask for: this is a signature, a claim ends otherwise. */
const asksForSignature = '-a[0-9]+$';

export const signatureAnswers = ['approved', 'refused'] as const;
export type SignatureAnswer = (typeof signatureAnswers)[number];

/** For whoever signs for these roles; null: for all of them. */
export async function waitingSignatures(sql: Sql, roles: readonly string[] | null, now: number): Promise<Command[]> {
  const rows = await sql.query(
    `SELECT ${commandColumns} FROM ${commandTables} WHERE c.kind = 'sign' AND c.state = 'open' AND c.until > $1
       AND c.command ~ $2 AND ($3::text[] IS NULL OR coalesce(c.words->>'role', '') = ANY($3))
     ORDER BY c.until, c.command LIMIT ${shownMax}`,
    [now, asksForSignature, roles],
  );
  return rows.map(readCommand);
}

/** False where somebody else was first, its time is over, or it is not for her. */
export function sign(
  database: Database,
  of: {
    readonly command: string;
    readonly answer: SignatureAnswer;
    readonly person: string;
    readonly roles: readonly string[] | null;
    readonly now: number;
  },
): Promise<boolean> {
  const { command: id, answer, person, roles, now } = of;
  return database.transaction(async (sql) => {
    const asked = await sql.query<Pick<Command, 'chainId' | 'command'>>(
      `SELECT chain_id AS "chainId", command FROM commands WHERE kind = 'sign' AND command = $1 AND state = 'open'`,
      [id],
    );
    const where = `c.state = 'open' AND c.until > $3 AND ($4::text[] IS NULL OR coalesce(c.words->>'role', '') = ANY($4))`;
    const [command] = await holdCommands(sql, asked, { where, values: [now, roles], others: 'wait', now });
    if (!command) return false;
    const { chainId } = command;
    await endCommand(sql, command, { state: 'done', outcome: { answered: answer, by: person } }, now);
    const body: FactBody<'task.done'> = { task: id, associate: placeOf(person), answer };
    return recordOwn(sql, { id: `signed:${id}`, chainId, type: 'task.done', at: now, body }, now);
  });
}

/** As facts name people: small letters, digits and hyphens. */
function placeOf(person: string): string {
  const plain = person
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40);
  return plain === '' ? 'hq' : plain;
}
