/**
 * The pages on which a representative works through calls: the next one with what to know, what to say and a form for
 * each answer; and what people have written back. They work without a script.
 */
import { notReached } from '@kairos/dialogue/engine/fold-message.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../database/database.ts';
import { operatorLook } from '../../pages/operator-words/languages.ts';
import type { HqPerson } from '../../people/people-book.ts';
import { admit } from '../../people/people-door.ts';
import { serveSignIn } from '../../people/sign-in-routes.ts';
import { type PeopleWords, peopleLanguage, peopleWords } from '../../people/words/languages.ts';
import { drawFields, readForm } from '../answer-form.ts';
import type { Command, CommandAnswer } from '../command.ts';
import { openReplies, type Reply, settleReply } from '../replies.ts';
import { type Html, html } from '../web/html.ts';
import type { Look } from '../web/look-files.ts';
import { formOf, sendPage } from '../web/page-frame.ts';
import { directionOf, languageOf, writtenAs } from '../words/languages.ts';
import type { CallList } from './call-list.ts';
import { sign, signatureAnswers, waitingSignatures } from './signatures.ts';

export interface CallRoutesOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock'>;
  readonly look: Look;
  /** Null where nobody calls: what was written back is dealt with all the same. */
  readonly calls: CallList | null;
  /** Of the team's wall. */
  readonly timeZone: string;
}

type Handler = (asked: { who: HqPerson; now: number; form: URLSearchParams }) => Promise<FastifyReply>;

/** In a scope that takes forms. */
export function servePeoplePages(app: FastifyInstance, options: CallRoutesOptions): void {
  serveSignIn(app, options);
  serveCalls(app, options);
  serveSignatures(app, options);
  serveReplies(app, options);
}

function door(
  { database, ports }: CallRoutesOptions,
  handlerOf: (request: FastifyRequest, reply: FastifyReply) => Handler,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const now = ports.clock.now();
    const who = await admit(request, reply, { sql: database, now, roles: ['representative', 'operator'] });
    if (who === null) return reply;
    return handlerOf(request, reply)({ who, now, form: formOf(request.body) });
  };
}

function serveCalls(app: FastifyInstance, options: CallRoutesOptions): void {
  const { calls, look, timeZone } = options;
  const show = async (
    reply: FastifyReply,
    { who, now, note = '' }: { who: HqPerson; now: number; note?: string },
  ): Promise<FastifyReply> => {
    const words = peopleWords(who.locale);
    const page = (title: string, main: Html, isWide = false): FastifyReply =>
      sendPage(reply, look, {
        title,
        locale: peopleLanguage(who.locale),
        isWide,
        main: html`${headOf(who, words, note, title)}${main}`,
      });
    if (calls === null || !calls.hasTeam(who.team)) return page(words.calls, html`<p>${words.noTeam}</p>`);
    const hers = await calls.ofHers(who.person, now);
    if (hers) {
      const until = new Intl.DateTimeFormat(writtenAs(languageOf(who.locale)), { timeZone, timeStyle: 'short' }).format(
        hers.until,
      );
      const named = new Intl.DisplayNames([peopleLanguage(who.locale)], { type: 'language' });
      const spoken = named.of(languageCodeOf(hers.call.to.locale)) ?? hers.call.to.locale;
      const call = drawCall(hers.call, words, { until, spoken });
      return page(hers.call.to.fullName || hers.call.to.phone, call, true);
    }
    const { waiting, taken } = await calls.today(who.team, now);
    return page(words.calls, drawList(words, { waiting, taken, perDay: calls.perDayOf(who.team) }));
  };
  app.get(
    '/calls',
    door(
      options,
      (_, reply) =>
        ({ who, now }) =>
          show(reply, { who, now }),
    ),
  );
  app.post(
    '/calls/next',
    door(options, (_, reply) => async ({ who, now }) => {
      if (calls === null || !calls.hasTeam(who.team)) return reply.redirect('/calls', 303);
      const next = await calls.takeNext({ person: who.person, team: who.team, now });
      const words = peopleWords(who.locale);
      if (next.kind === 'call') return reply.redirect('/calls', 303);
      return show(reply, { who, now, note: next.kind === 'none' ? words.none : words.dayIsFull });
    }),
  );
  app.post(
    '/calls/log',
    door(options, (_, reply) => async ({ who, now, form }) => {
      const hers = await calls?.ofHers(who.person, now);
      const words = peopleWords(who.locale);
      const command = form.get('command') ?? '';
      if (!calls || !hers || hers.call.command !== command) return show(reply, { who, now, note: words.notYours });
      const answer = answersOf(hers.call, words).find(({ id }) => id === form.get('answer'));
      const read = answer ? readForm(answer, form) : null;
      if (!answer || read?.kind !== 'filled') return show(reply, { who, now, note: words.missing });
      const logged = await calls.log({ person: who.person, command, answer: answer.id, form: read.form, now });
      return logged === 'logged' ? reply.redirect('/calls', 303) : show(reply, { who, now, note: words.notYours });
    }),
  );
  app.post(
    '/calls/back',
    door(options, (_, reply) => async ({ who, now, form }) => {
      const command = form.get('command') ?? '';
      const given = (await calls?.giveBack({ person: who.person, team: who.team, command, now })) ?? 'not-hers';
      if (given === 'logged') return reply.redirect('/calls', 303);
      return show(reply, { who, now, note: peopleWords(who.locale).notYours });
    }),
  );
}

function serveSignatures(app: FastifyInstance, options: CallRoutesOptions): void {
  const { database, look, calls } = options;
  const rolesOf = (who: HqPerson): readonly string[] | null =>
    who.role === 'operator' ? null : (calls?.rolesFor(who.team) ?? []);
  const show = async (reply: FastifyReply, who: HqPerson, now: number, note = ''): Promise<FastifyReply> => {
    const words = peopleWords(who.locale);
    const list = await waitingSignatures(database, rolesOf(who), now);
    const main = html`${headOf(who, words, note, words.letters)}
${list.length === 0 && html`<p>${words.noLetters}</p>`}${list.map((one) => drawLetter(one, words))}`;
    return sendPage(reply, look, { title: words.letters, locale: peopleLanguage(who.locale), main });
  };
  app.get(
    '/letters',
    door(
      options,
      (_, reply) =>
        ({ who, now }) =>
          show(reply, who, now),
    ),
  );
  app.post(
    '/letters',
    door(options, (_, reply) => async ({ who, now, form }) => {
      const answer = signatureAnswers.find((one) => one === form.get('answer'));
      const command = form.get('command') ?? '';
      const roles = rolesOf(who);
      const isSigned =
        answer !== undefined && (await sign(database, { command, answer, person: who.person, roles, now }));
      return isSigned ? reply.redirect('/letters', 303) : show(reply, who, now, peopleWords(who.locale).signedBefore);
    }),
  );
}

function serveReplies(app: FastifyInstance, options: CallRoutesOptions): void {
  const { database, look } = options;
  app.get(
    '/replies',
    door(options, (_, reply) => async ({ who }) => {
      const words = peopleWords(who.locale);
      const list = await openReplies(database);
      const main = html`${headOf(who, words, '', words.replies)}
${list.length === 0 && html`<p>${words.noReplies}</p>`}${list.map((one) => drawReply(one, words))}`;
      return sendPage(reply, look, { title: words.replies, locale: peopleLanguage(who.locale), main });
    }),
  );
  app.post(
    '/replies',
    door(options, (_, reply) => async ({ who, form }) => {
      await settleReply(database, { chainId: form.get('person') ?? '', id: form.get('reply') ?? '', by: who.person });
      return reply.redirect('/replies', 303);
    }),
  );
}

function headOf(who: HqPerson, words: PeopleWords, note: string, title: string): Html {
  // Operators come from pages of their own, and go back there.
  const own =
    who.role === 'operator' && html`<a href="/hq">${operatorLook(who.locale, 'UTC').words.places.stores}</a> `;
  return html`<header class="people-head"><p class="page-quiet">${who.name}</p>
<nav>${own}<a href="/calls">${words.calls}</a> <a href="/letters">${words.letters}</a> <a href="/replies">${words.replies}</a></nav>
<form method="post" action="/sign-out"><button class="button button-quiet people-small">${words.signOut}</button></form></header>
${note !== '' && html`<p class="notice-line" role="alert">${note}</p>`}<h1>${title}</h1>`;
}

function drawList(words: PeopleWords, day: { waiting: number; taken: number; perDay: number }): Html {
  return html`<p>${words.waiting(day.waiting)}</p><p class="page-quiet figures">${words.doneToday(day.taken, day.perDay)}</p>
<div class="answers"><form method="post" action="/calls/next"><button class="button button-ink button-large">${words.next}</button></form></div>`;
}

/** What a runtime can name: a locale that it cannot read is nobody's language. */
function languageCodeOf(locale: string): string {
  const [code = ''] = locale.split(/[-_]/);
  return /^[A-Za-z]{2,3}$/.test(code) ? code : 'en';
}

/**
 * Everything around is in the representative's language; what she reads out, and what she is answered, in the customer's.
 * `spoken`: that one's name, in hers.
 */
function drawCall(
  call: Command,
  words: PeopleWords,
  { until, spoken }: { readonly until: string; readonly spoken: string },
): Html {
  const { to } = call;
  const said = call.words.say || call.words.headline;
  const known = [call.words.know, said === call.words.headline ? '' : call.words.headline, call.words.body];
  const direction = directionOf(to.locale);
  return html`<div class="call"><section class="call-script" aria-label="${words.toSay}">
<p><a class="button button-plain call-number" dir="ltr" href="tel:${to.phone.replace(/[^+\d]/g, '')}">${to.phone}</a></p>
<p>${words.spokenIn(spoken)}</p>
<p class="page-quiet figures">${words.priority(call.words.priority)} · ${words.yoursUntil(until)}</p>
<div><h2>${words.toSay}</h2><blockquote lang="${to.locale}" dir="${direction}">${said}</blockquote></div>
<div><h2>${words.toKnow}</h2>${known.filter((text) => text !== '').map((text) => html`<p lang="${to.locale}" dir="${direction}">${text}</p>`)}</div></section>
<section class="answers" aria-labelledby="answers"><h2 id="answers">${words.sheSays}</h2>
${answersOf(call, words).map((answer) => drawAnswer(call, answer, words))}
<form method="post" action="/calls/back"><input type="hidden" name="command" value="${call.command}"><button class="button button-quiet">${words.giveBack}</button></form></section></div>`;
}

function drawAnswer({ command, to, words: { answers } }: Command, answer: CommandAnswer, words: PeopleWords): Html {
  // That nobody was reached is ours to say.
  const isOurs = !answers.includes(answer);
  const label = isOurs
    ? answer.label
    : html`<span lang="${to.locale}" dir="${directionOf(to.locale)}">${answer.label}</span>`;
  return html`<form method="post" action="/calls/log" class="${answer.form.length > 0 && 'answer-filled'}">
<input type="hidden" name="command" value="${command}"><input type="hidden" name="answer" value="${answer.id}">
${drawFields(answer, words.choose, to.locale)}<button class="button button-plain">${label}</button></form>`;
}

/** On the telephone it is always an answer that nobody was there. */
function answersOf({ words: { answers } }: Command, words: PeopleWords): readonly CommandAnswer[] {
  if (answers.some(({ id }) => id === notReached)) return answers;
  return [...answers, { id: notReached, label: words.notReached, form: [] }];
}

/** As it would go out. */
function drawLetter({ command, words: letter, to }: Command, words: PeopleWords): Html {
  const direction = directionOf(to.locale);
  // An address mostly begins with her name.
  const isNew = (line: string, at: number): boolean => line !== '' && (at === 0 || line !== to.fullName);
  const buttons = [
    html`<button class="button button-ink" name="answer" value="approved">${words.sign}</button>`,
    html`<button class="button button-plain" name="answer" value="refused">${words.doNotSign}</button>`,
  ];
  return html`<article class="reply"><p class="page-quiet" dir="auto">${[to.fullName, ...to.post].filter(isNew).join(' · ')}</p><h2 lang="${to.locale}" dir="${direction}">${letter.headline}</h2>
<p class="reply-words" lang="${to.locale}" dir="${direction}">${letter.body}</p>
<form method="post" action="/letters" class="reply-buttons"><input type="hidden" name="command" value="${command}">${buttons}</form></article>`;
}

function drawReply({ chainId, id, sender, subject, words: text, isUnclear = false }: Reply, words: PeopleWords): Html {
  return html`<article class="reply"><h2 dir="auto">${subject || sender}</h2><p class="page-quiet" dir="ltr">${sender}</p>
${isUnclear && html`<p class="notice-line">${words.unclearMail}</p>`}
<p class="reply-words" dir="auto">${text}</p>
<form method="post" action="/replies"><input type="hidden" name="person" value="${chainId}"><input type="hidden" name="reply" value="${id}">
<button class="button button-plain">${words.seen}</button></form></article>`;
}
