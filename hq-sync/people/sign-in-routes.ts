/** Signing in and out at headquarters: one form, which works without a script. */

import type { Ports } from '@kairos/protocol/ports.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { html } from '../channels/web/html.ts';
import type { Look } from '../channels/web/look-files.ts';
import { formOf, sendPage } from '../channels/web/page-frame.ts';
import type { Database } from '../database/database.ts';
import { signIn, signOut } from './people-book.ts';
import { isFromHere, sessionToken, setSession } from './people-door.ts';
import { peopleLanguage, peopleWords } from './words/languages.ts';

const minuteMs = 60_000;
/** Where she lands who has not said where she wants to go. */
const home = '/calls';

export interface SignInOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock'>;
  readonly look: Look;
}

export function serveSignIn(app: FastifyInstance, { database, ports, look }: SignInOptions): void {
  app.get<{ Querystring: { next?: string } }>('/sign-in', (request, reply) =>
    sendForm(request, reply, look, { next: request.query.next ?? home }),
  );
  app.post('/sign-in', async (request, reply) => {
    if (!isFromHere(request)) return reply.code(403).send();
    const sent = formOf(request.body);
    const [person, password, next] = ['person', 'password', 'next'].map((name) => sent.get(name) ?? '') as [
      string,
      string,
      string,
    ];
    const now = ports.clock.now();
    const answer = await signIn(database, { person, password }, now);
    if (answer.kind === 'in')
      return setSession(request, reply, answer.token).redirect(isOwnPath(next) ? next : home, 303);
    const words = peopleWords(languageOf(request));
    const note =
      answer.kind === 'locked'
        ? words.locked(Math.ceil((answer.until - now) / minuteMs))
        : answer.kind === 'busy'
          ? words.busy
          : words.wrong;
    return sendForm(request, reply, look, { next, note, person, status: answer.kind === 'wrong' ? 401 : 429 });
  });
  app.post('/sign-out', async (request, reply) => {
    if (!isFromHere(request)) return reply.code(403).send();
    await signOut(database, sessionToken(request));
    return setSession(request, reply, '').redirect('/sign-in', 303);
  });
}

function sendForm(
  request: FastifyRequest,
  reply: FastifyReply,
  look: Look,
  { next, note = '', person = '', status = 200 }: { next: string; note?: string; person?: string; status?: number },
): FastifyReply {
  const locale = languageOf(request);
  const words = peopleWords(locale);
  const main = html`<h1>${words.signIn}</h1>
${note !== '' && html`<p class="notice-line" role="alert">${note}</p>`}
<form method="post" action="/sign-in" class="answers">
<input type="hidden" name="next" value="${next}">
<label class="field">${words.name}<input name="person" value="${person}" autocomplete="username" autocapitalize="none" required dir="auto"></label>
<label class="field">${words.password}<input name="password" type="password" autocomplete="current-password" required dir="ltr"></label>
<button class="button button-ink">${words.signIn}</button>
</form>`;
  return sendPage(reply, look, { status, title: words.signIn, locale, main });
}

function languageOf({ headers }: FastifyRequest): string {
  return peopleLanguage((headers['accept-language'] ?? '').slice(0, 2).toLowerCase());
}

/** A path of ours and nothing that a browser would take for another host. */
function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])[\w\-./?=&%]*$/.test(path);
}
