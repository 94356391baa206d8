/**
 * What the script on the retailer's site says of a visitor, and what is to be said to her: the words of her open web
 * command, once. First paint and answer become the facts that the page behind her personal link makes of them, under the
 * same ids, so that either place may have it and it counts once. That she closed it is noted; silence itself is
 * headquarters' to declare, by the clock that began with the paint.
 */
import { type SiteMessage, type SiteReport, siteReport } from '@kairos/protocol/outside-operations.ts';
import { reportAnswer, reportPainted } from '../channels/channel-facts.ts';
import { type Command, commandColumns, commandTables, readCommand } from '../channels/command.ts';
import { directionOf, languageOf } from '../channels/words/languages.ts';
import { mayContact } from '../customers/preference-book.ts';
import { spokenToAs } from '../customers/whole-person.ts';
import type { Sql } from '../database/database.ts';
import { unstorableAt, unstorableText } from '../facts/storable-text.ts';
import { idOf, type Judged, type JudgedFact, unreadable } from './take-facts.ts';

/** A message that the site has asked for is shown within so long, or asked for again. */
const shownWithinMs = 30 * 60_000;
const till = 'site';

export interface SiteVisitor {
  readonly chainId: string;
  readonly now: number;
}

/** Null: nothing is to be said to her here now. */
export async function messageFor(sql: Sql, { chainId: shown, now }: SiteVisitor): Promise<SiteMessage | null> {
  const chainId = await spokenToAs(sql, shown);
  const may = await mayContact(sql, { chainId, channel: 'web', now });
  // She came by herself: how often she is written to is another matter.
  if (may.kind === 'no' && may.why !== 'frequency') return null;
  const [row] = await sql.query(
    `SELECT ${commandColumns} FROM ${commandTables}
     WHERE c.chain_id = $1 AND c.kind = 'web' AND c.state = 'open' AND c.until > $2 ORDER BY c.made_at, c.command LIMIT 1`,
    [chainId, now],
  );
  if (!row) return null;
  const { message, words, to, until } = readCommand(row);
  const language = languageOf(words.locale || to.locale);
  return {
    message,
    ...{
      locale: language,
      direction: directionOf(language),
      headline: words.headline || words.subject,
      body: words.body,
    },
    answers: words.answers.map(({ id, label }) => ({ id, label })),
    close: closing[language],
    forMs: Math.min(until - now, shownWithinMs),
  };
}

const closing: Readonly<Record<ReturnType<typeof languageOf>, string>> = {
  en: 'Close',
  es: 'Cerrar',
  de: 'Schließen',
  fr: 'Fermer',
  ar: 'إغلاق',
};

/** What a report says, as a fact to be recorded; what is about a message is done at once, in the caller's transaction. */
export async function takeReport(sql: Sql, said: unknown, { chainId, now }: SiteVisitor): Promise<Judged> {
  const read = siteReport.safeParse(said);
  if (!read.success) return unreadable(idOf(said), read.error);
  const report = read.data;
  const { id } = report;
  const unstorable = unstorableAt(report);
  if (unstorable !== null) {
    const refused = { outcome: 'refused', reason: 'unreadable', path: unstorable.join('.') } as const;
    return { kind: 'refused', outcome: { id, ...refused, message: unstorableText } };
  }
  const at = now - report.agoMs;
  const good = (type: JudgedFact['type'], body: unknown): Judged => ({
    kind: 'good',
    fact: { id, type, at, body, chainId },
  });
  switch (report.kind) {
    case 'visit':
      return good('site.visited', {
        page: report.page,
        ...(report.category === undefined ? {} : { category: report.category }),
      });
    case 'purchase': {
      const { receipt, currency, lines, total } = report;
      return good('sale', { till, receipt, currency, lines, total });
    }
    case 'dropped': {
      const message = `a ${report.what} that the script could not send`;
      return { kind: 'refused', outcome: { id, outcome: 'refused', reason: report.why, path: '', message } };
    }
    default:
      return { kind: 'refused', outcome: { id, ...(await ofMessage(sql, report, { chainId, now })) } };
  }
}

type MessageReport = Extract<SiteReport, { message: string }>;

async function ofMessage(
  sql: Sql,
  report: MessageReport,
  { chainId, now }: SiteVisitor,
): Promise<{ readonly outcome: 'taken' | 'nobody' }> {
  const command = await commandOf(sql, await spokenToAs(sql, chainId), report.message);
  if (command === null) return { outcome: 'nobody' };
  const at = now - report.agoMs;
  // A message is not seen before it was made, whatever her machine says.
  const seenAt = Math.max(at, command.madeAt);
  if (report.kind === 'shown') await reportPainted(sql, command, { at: seenAt, now });
  else if (report.kind === 'answered') {
    await reportPainted(sql, command, { at: seenAt, now });
    await reportAnswer(sql, command, { answer: report.answer, form: report.form ?? {}, now });
  }
  await note(sql, command, { [report.kind]: report.kind === 'answered' ? report.answer : at });
  return { outcome: 'taken' };
}

async function commandOf(sql: Sql, chainId: string, message: string): Promise<Command | null> {
  const [row] = await sql.query(
    `SELECT ${commandColumns} FROM ${commandTables} WHERE c.chain_id = $1 AND c.kind = 'web' AND c.message = $2`,
    [chainId, message],
  );
  return row ? readCommand(row) : null;
}

/** What was seen is not offered again. */
async function note(
  sql: Sql,
  { chainId, command }: Command,
  outcome: Readonly<Record<string, unknown>>,
): Promise<void> {
  await sql.query(
    `UPDATE commands SET outcome = coalesce(outcome, '{}') || $3::jsonb,
       state = CASE WHEN state = 'open' THEN 'done' ELSE state END
     WHERE chain_id = $1 AND command = $2`,
    [chainId, command, JSON.stringify(outcome)],
  );
}
