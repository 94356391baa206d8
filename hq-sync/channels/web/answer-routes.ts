/**
 * The pages behind personal links: one greets her and takes her answer, one stops the mails. Looking at a page answers
 * nothing and stops nothing, since scanners of mail open every link; it takes a press, which posts a form. Without a
 * script everything works but the report of the first paint.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { openLink } from '../../customers/personal-link.ts';
import type { Database, Sql } from '../../database/database.ts';
import { markToFold, recordOwn } from '../../facts/own-facts.ts';
import { drawFields, readForm } from '../answer-form.ts';
import { answerTo, reportAnswer, reportPainted } from '../channel-facts.ts';
import { type Command, findCommand } from '../command.ts';
import { type Language, languageOf, wordsIn } from '../words/languages.ts';
import { type Html, html } from './html.ts';
import { commandAnswered, commandStopped, type WebPlace } from './links.ts';
import type { Look } from './look-files.ts';
import { formOf, sendPage } from './page-frame.ts';

export interface AnswerRoutesOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock'>;
  readonly web: WebPlace;
}

type Asked = FastifyRequest<{ Params: { token: string }; Querystring: { answer?: string } }>;

/** A link that leads somewhere. */
interface Door {
  readonly command: Command;
  readonly language: Language;
}
type Found = { readonly kind: 'door'; readonly door: Door } | { readonly kind: 'over' | 'unknown' };

/** In a scope that takes forms. */
export function serveAnswers(app: FastifyInstance, look: Look, options: AnswerRoutesOptions): void {
  serveAnswerPage(app, look, options);
  serveStopPage(app, look, options);
}

function serveAnswerPage(app: FastifyInstance, look: Look, { database, ports, web }: AnswerRoutesOptions): void {
  const find = (request: Asked): Promise<Found> => findDoor(request, { database, ports, web });
  app.get('/w/:token', async (request: Asked, reply) => {
    const found = await find(request);
    if (found.kind !== 'door') return sendNowhere(reply, look, { request, why: found.kind });
    const { door } = found;
    const answered = await answerTo(database, door.command);
    if (answered !== null) return sendAnswered(reply, look, door, answered);
    if (isOver(door.command)) return sendNowhere(reply, look, { request, why: 'over', language: door.language });
    return sendQuestion(reply, look, door, { chosen: request.query.answer });
  });
  app.post('/w/:token', async (request: Asked, reply) => {
    const found = await find(request);
    if (found.kind !== 'door') return sendNowhere(reply, look, { request, why: found.kind });
    const { door } = found;
    const { command, language } = door;
    const sent = formOf(request.body);
    const answer = command.words.answers.find(({ id }) => id === sent.get('answer'));
    const words = wordsIn(language);
    if (!answer) return sendQuestion(reply, look, door, { status: 400, note: words.choose });
    const read = readForm(answer, sent);
    if (read.kind === 'missing')
      return sendQuestion(reply, look, door, { status: 400, note: words.missing, chosen: answer.id });
    const now = ports.clock.now();
    const isFirst = await database.transaction(async (sql) => {
      if (isOver(command) || !(await isThere(sql, command, now))) return null;
      const first = await reportAnswer(sql, command, { answer: answer.id, form: read.form, now });
      if (first) await noteOutcome(sql, command, { answered: answer.id });
      return first;
    });
    if (isFirst === null) return sendNowhere(reply, look, { request, why: 'over', language });
    if (!isFirst) return sendAnswered(reply, look, door, (await answerTo(database, command)) ?? answer.id);
    const main = html`<h1>${words.thanks}</h1><p>${words.thanksMore}</p>`;
    return sendPage(reply, look, { title: words.thanks, locale: language, main });
  });
  app.post('/w/:token/seen', async (request: Asked, reply) => {
    const found = await find(request);
    const now = ports.clock.now();
    if (found.kind === 'door' && !isOver(found.door.command)) {
      const { command } = found.door;
      await database.transaction(async (sql) => {
        if ((await isThere(sql, command, now)) && (await reportPainted(sql, command, { at: now, now })))
          await noteOutcome(sql, command, { painted: now });
      });
    }
    return reply.code(204).header('cache-control', 'no-store').send();
  });
}

function serveStopPage(app: FastifyInstance, look: Look, { database, ports, web }: AnswerRoutesOptions): void {
  // The command itself may be gone: who wants no more mails gets none.
  const find = async (
    request: Asked,
  ): Promise<{ chainId: string; command: string; language: Language } | 'over' | 'unknown'> => {
    const opened = openLink(request.params.token, web.linkKey, ports.clock.now());
    if (opened.kind !== 'good') return opened.kind === 'expired' ? 'over' : 'unknown';
    const command = commandStopped(opened.purpose);
    if (command === null) return 'unknown';
    const [row] = await database.query<{ locale: string }>('SELECT locale FROM customers WHERE chain_id = $1', [
      opened.chainId,
    ]);
    return { chainId: opened.chainId, command, language: languageOf(row?.locale || 'en') };
  };
  app.get('/stop/:token', async (request: Asked, reply) => {
    const found = await find(request);
    if (typeof found === 'string') return sendNowhere(reply, look, { request, why: found });
    const words = wordsIn(found.language);
    const main = html`<h1>${words.stopTitle}</h1><p>${words.stopMore}</p>
<div class="answers"><form method="post"><button class="button button-ink">${words.stopNow}</button></form></div>`;
    return sendPage(reply, look, { title: words.stopTitle, locale: found.language, main });
  });
  // The one click of RFC 8058 comes here as well, from her mail program and without any cookie.
  app.post('/stop/:token', async (request: Asked, reply) => {
    const found = await find(request);
    if (typeof found === 'string') return sendNowhere(reply, look, { request, why: found });
    await stopMails(database, found, ports.clock.now());
    const words = wordsIn(found.language);
    const main = html`<h1>${words.stopped}</h1><p>${words.stoppedMore}</p>`;
    return sendPage(reply, look, { title: words.stopped, locale: found.language, main });
  });
}

/** However often she presses it. Given again since, it is withdrawn again. */
async function stopMails(
  database: Database,
  { chainId, command }: { readonly chainId: string; readonly command: string },
  now: number,
): Promise<void> {
  await database.transaction(async (sql) => {
    const body = { purpose: 'email', granted: false };
    await recordOwn(sql, { id: `stopped:${command}:${now}`, chainId, type: 'consent.changed', at: now, body }, now);
    await sql.query(
      `INSERT INTO consents (chain_id, purpose, at, granted, origin) VALUES ($1, 'email', $2, false, 'unsubscribe')
       ON CONFLICT (chain_id, purpose, at) DO UPDATE SET granted = false, origin = 'unsubscribe'`,
      [chainId, now],
    );
  });
}

async function findDoor(request: Asked, { database, ports, web }: AnswerRoutesOptions): Promise<Found> {
  const opened = openLink(request.params.token, web.linkKey, ports.clock.now());
  if (opened.kind !== 'good') return { kind: opened.kind === 'expired' ? 'over' : 'unknown' };
  const id = commandAnswered(opened.purpose);
  if (id === null) return { kind: 'unknown' };
  // Forgotten since, by age or because she asked for it.
  const command = await findCommand(database, opened.chainId, id);
  return command ? { kind: 'door', door: { command, language: languageOf(command.to.locale) } } : { kind: 'over' };
}

/** A page has its own time; a mail's page is open as long as its link. */
function isOver({ kind, state }: Command): boolean {
  return kind === 'web' && (state === 'failed' || state === 'withdrawn');
}

/** Held until the transaction ends: who is erased meanwhile is not brought back by what she says. */
async function isThere(sql: Sql, { chainId, command }: Command, now: number): Promise<boolean> {
  await markToFold(sql, [chainId], now);
  const rows = await sql.query('SELECT 1 FROM commands WHERE chain_id = $1 AND command = $2 FOR UPDATE', [
    chainId,
    command,
  ]);
  return rows.length > 0;
}

/** A page that she has before her is a command carried out. */
async function noteOutcome(sql: Sql, { chainId, command }: Command, outcome: object): Promise<void> {
  await sql.query(
    `UPDATE commands SET outcome = coalesce(outcome, '{}') || $3::jsonb,
       state = CASE WHEN kind = 'web' AND state = 'open' THEN 'done' ELSE state END
     WHERE chain_id = $1 AND command = $2`,
    [chainId, command, JSON.stringify(outcome)],
  );
}

function sendQuestion(
  reply: FastifyReply,
  look: Look,
  { command, language }: Door,
  { status = 200, note = '', chosen }: { status?: number; note?: string; chosen?: string | undefined },
): FastifyReply {
  const { words, to } = command;
  const frame = wordsIn(language);
  const first = words.answers.find(({ id }) => id === chosen);
  const answers = first ? [first, ...words.answers.filter((answer) => answer !== first)] : words.answers;
  const main = html`${note !== '' && html`<p class="notice-line" role="alert">${note}</p>`}
${to.firstName !== '' && html`<p class="page-quiet">${frame.hello(to.firstName)}</p>`}
<h1>${words.headline}</h1>
<div class="page-words">${paragraphs(words.body)}</div>
${
  answers.length > 0 &&
  html`<section class="answers" aria-labelledby="answers"><h2 id="answers">${frame.yourAnswer}</h2>
${answers.map(
  (
    answer,
  ) => html`<form method="post" class="${answer.form.length > 0 && 'answer-filled'}"><input type="hidden" name="answer" value="${answer.id}">
${drawFields(answer, frame.choose, to.locale)}<button class="button ${answer === first ? 'button-ink' : 'button-voice'}">${answer.label}</button></form>`,
)}</section>`
}`;
  return sendPage(reply, look, { status, title: words.headline, locale: to.locale, main, isWatched: true });
}

function sendAnswered(reply: FastifyReply, look: Look, { command, language }: Door, answer: string): FastifyReply {
  const words = wordsIn(language);
  const label = command.words.answers.find(({ id }) => id === answer)?.label ?? answer;
  const main = html`<h1>${words.already(label)}</h1><p>${words.alreadyMore}</p>`;
  return sendPage(reply, look, { title: words.already(label), locale: language, main });
}

function sendNowhere(
  reply: FastifyReply,
  look: Look,
  { request, why, language }: { request: FastifyRequest; why: 'over' | 'unknown'; language?: Language },
): FastifyReply {
  // Nobody is known here but the browser's own language.
  const locale = language ?? languageOf((request.headers['accept-language'] ?? '').slice(0, 2).toLowerCase());
  const words = wordsIn(locale);
  const [title, more] = why === 'over' ? [words.over, words.overMore] : [words.unknown, words.unknownMore];
  const main = html`<h1>${title}</h1><p>${more}</p>`;
  return sendPage(reply, look, { status: why === 'over' ? 410 : 404, title, locale, main });
}

function paragraphs(text: string): Html[] {
  return text
    .split(/\n+/)
    .filter((line) => line.trim() !== '')
    .map((line) => html`<p>${line}</p>`);
}
