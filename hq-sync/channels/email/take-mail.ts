/** What follows from what came back, in the caller's transaction: a bounce is never-shown, a reply is for a person. */
import type { Sql } from '../../database/database.ts';
import { storable } from '../../facts/storable-text.ts';
import { reportAnswer, reportNever } from '../channel-facts.ts';
import { type Command, findCommand } from '../command.ts';
import { keepReply } from '../replies.ts';
import type { IncomingMail } from './incoming-mail.ts';

/** An answer of this name is given by writing back. */
export const repliedAnswer = 'replied';

export type Taken = 'bounced' | 'answered' | 'kept' | 'unclear' | 'nothing' | 'unknown';

/** `id`: of the mail, the same whenever it is read. */
export async function takeMail(sql: Sql, came: IncomingMail, { id, now }: { id: string; now: number }): Promise<Taken> {
  if (came.kind === 'automatic') return 'nothing';
  if (came.kind === 'unknown') return 'unknown';
  const command = await findByTag(sql, came.tag);
  if (!command) return 'unknown';
  if (came.kind === 'failed') {
    const { status, reason } = came;
    return takeBounce(sql, command, { status, detail: `${status} ${reason}`, now });
  }
  const { chainId } = command;
  const isUnclear = came.kind === 'unclear';
  await keepReply(sql, { ...came, chainId, id, command: command.command, at: now, isUnclear });
  if (isUnclear) return 'unclear';
  if (!command.words.answers.some((answer) => answer.id === repliedAnswer)) return 'kept';
  return (await reportAnswer(sql, command, { answer: repliedAnswer, now })) ? 'answered' : 'kept';
}

/**
 * A mail or a letter that came back; however often it is said. `status`: what the server said of it ("5.1.1", "452"), by
 * which it is lasting or not: the row keeps that for whoever looks after addresses.
 */
export async function takeBounce(
  sql: Sql,
  command: Command,
  {
    detail,
    now,
    status = '',
    reason = 'bounced',
  }: { detail: string; now: number; status?: string; reason?: 'bounced' | 'returned' },
): Promise<Taken> {
  if (!(await reportNever(sql, command, { reason, detail: detail.trim(), now }))) return 'nothing';
  const lasting = /^[45]/.test(status) ? { isLasting: status.startsWith('5') } : {};
  await sql.query(
    `UPDATE commands SET state = 'failed', outcome = coalesce(outcome, '{}') || $3::jsonb
     WHERE chain_id = $1 AND command = $2`,
    [command.chainId, command.command, JSON.stringify({ reason, said: storable(detail), at: now, ...lasting })],
  );
  // What is still on its way to her never arrives.
  await sql.query('UPDATE carriage SET arrives_at = NULL WHERE chain_id = $1 AND command = $2', [
    command.chainId,
    command.command,
  ]);
  return 'bounced';
}

export async function findByTag(sql: Sql, tag: string): Promise<Command | null> {
  const [row] = await sql.query<{ chain_id: string; command: string }>(
    'SELECT chain_id, command FROM tags WHERE tag = $1',
    [tag.toLowerCase()],
  );
  return row ? findCommand(sql, row.chain_id, row.command) : null;
}
