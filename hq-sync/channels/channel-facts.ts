/**
 * What the off-site channels report of a command, as facts that the engine folds: it reached her, it reached nobody, she
 * answered. Each under an id that follows from the command, so that however often it is reported it acts once. All in
 * the transaction of the caller, with what the row says of the command's end.
 */
import type { FactBody, Scalar } from '@kairos/protocol/facts.ts';
import type { Sql } from '../database/database.ts';
import { recordOwn } from '../facts/own-facts.ts';
import type { Command } from './command.ts';
import type { NeverReason } from './sending-rule.ts';

export type EndState = 'done' | 'failed' | 'uncertain' | 'withdrawn';

/** The parts of a command that its facts need. */
export type Reported = Pick<Command, 'chainId' | 'command' | 'kind' | 'message'>;

/** Characters of a reason that a fact keeps. */
const reasonMax = 200;

/** `at`: SMTP acceptance, arrival of a letter, first paint. False where it was known. */
export function reportReached(sql: Sql, of: Reported, { at, now }: { at: number; now: number }): Promise<boolean> {
  const { message } = of;
  const fact =
    of.kind === 'email'
      ? ({ type: 'email.sent', body: { message } satisfies FactBody<'email.sent'> } as const)
      : of.kind === 'mail'
        ? ({ type: 'mail.printed', body: { message } satisfies FactBody<'mail.printed'> } as const)
        : shownOn(of, of.kind);
  return recordOwn(sql, { id: `reached:${of.command}`, chainId: of.chainId, at, ...fact }, now);
}

/** She has its page before her eyes. */
export function reportPainted(sql: Sql, of: Reported, { at, now }: { at: number; now: number }): Promise<boolean> {
  return recordOwn(sql, { id: `painted:${of.command}`, chainId: of.chainId, at, ...shownOn(of, 'web') }, now);
}

/**
 * It reached nobody: a bounce, a letter that came back, no address, no room on the list of calls. The engine has one
 * fact for all of these, named after the first; the reason tells them apart.
 */
export function reportNever(
  sql: Sql,
  of: Reported,
  { reason, detail = '', now }: { reason: NeverReason | 'returned'; detail?: string; now: number },
): Promise<boolean> {
  const said = detail === '' ? reason : `${reason}: ${detail}`;
  const body: FactBody<'email.bounced'> = { message: of.message, reason: said.slice(0, reasonMax) };
  return recordOwn(sql, { id: `never:${of.command}`, chainId: of.chainId, type: 'email.bounced', at: now, body }, now);
}

export type AnswerForm = Readonly<Record<string, Scalar>>;

/** The first answer is the answer; false for every later one. */
export function reportAnswer(
  sql: Sql,
  of: Reported,
  { answer, form = {}, now }: { answer: string; form?: AnswerForm; now: number },
): Promise<boolean> {
  const filled = Object.keys(form).length > 0 ? { form: { ...form } } : {};
  const said = { message: of.message, answer, ...filled };
  const type = of.kind === 'call' ? 'call.logged' : 'message.answered';
  const body = type === 'call.logged' ? said : { ...said, screen: of.kind };
  return recordOwn(sql, { id: `answered:${of.command}`, chainId: of.chainId, type, at: now, body }, now);
}

/** What she answered; null: nothing yet. */
export async function answerTo(sql: Sql, { chainId, command }: Reported): Promise<string | null> {
  const [row] = await sql.query<{ answer: string }>(
    `SELECT body->>'answer' AS answer FROM own_facts WHERE chain_id = $1 AND id = $2`,
    [chainId, `answered:${command}`],
  );
  return row?.answer ?? null;
}

function shownOn({ message }: Reported, screen: string) {
  return { type: 'message.shown', body: { message, screen } satisfies FactBody<'message.shown'> } as const;
}
