/**
 * The page of preferences behind a personal link: how she may be spoken to, how often, a pause; what we said to her and
 * why; everything that is known of her, to read and to take along; and to be forgotten, in two steps. Without a script.
 * Looking changes nothing; a press does.
 */
import type { ConsentPurpose } from '@kairos/protocol/facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Html, html } from '../channels/web/html.ts';
import type { Look } from '../channels/web/look-files.ts';
import { formOf, sendPage } from '../channels/web/page-frame.ts';
import { type Language, languageOf } from '../channels/words/languages.ts';
import { setConsent } from '../customers/consent-history.ts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import { erasedAmong, owingStores } from '../customers/erasure-book.ts';
import { type PersonFile, readPerson } from '../customers/person-file.ts';
import { linkKeyOf, openLink } from '../customers/personal-link.ts';
import { dayMs, type Frequency, frequencies, setPreferences } from '../customers/preference-book.ts';
import type { Database } from '../database/database.ts';
import { drawEverything } from './draw-everything.ts';
import { drawSaid } from './draw-said.ts';
import type { PreferenceWords } from './words/en.ts';
import { preferenceWords } from './words/languages.ts';

/** What a link to this page is for (`signLink`). */
const purpose = 'preferences';
const channels = ['email', 'call', 'mail', 'web', 'inStore'] as const satisfies readonly ConsentPurpose[];
const pauseDays = { month: 30, quarter: 91, open: 36_500 } as const;
/** Of messages on the page; all of them stand in the export. */
const saidMax = 20;

export interface PreferenceOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock'>;
  readonly chainKey: string;
  /** Of the house, for its dates. */
  readonly timeZone: string;
}

type Asked = FastifyRequest<{ Params: { token: string } }>;

interface Visitor {
  readonly chainId: string;
  readonly language: Language;
  readonly words: PreferenceWords;
  readonly now: number;
}

type Handler = (visitor: Visitor, asked: Asked, reply: FastifyReply) => Promise<FastifyReply>;

/** In a scope that takes forms. */
export function servePreferences(app: FastifyInstance, look: Look, options: PreferenceOptions): void {
  const { database, chainKey, timeZone } = options;
  const door = doorOf(look, options);
  const show = async (visitor: Visitor, token: string, reply: FastifyReply, note = ''): Promise<FastifyReply> => {
    const person = await readPerson(database, visitor.chainId, visitor.now);
    const { language, words } = visitor;
    return sendPage(reply, look, {
      title: words.title,
      locale: language,
      main: drawPage(person, visitor, { note, timeZone, place: `/preferences/${token}` }),
    });
  };
  app.get(
    '/preferences/:token',
    door(async (visitor, asked, reply) => show(visitor, asked.params.token, reply)),
  );
  app.post(
    '/preferences/:token',
    door(async (visitor, asked, reply) => {
      await save(database, visitor, formOf(asked.body));
      return show(visitor, asked.params.token, reply, visitor.words.saved);
    }),
  );
  app.get(
    '/preferences/:token/everything',
    door(async (visitor, asked, reply) => {
      const person = await readPerson(database, visitor.chainId, visitor.now);
      const { language, words } = visitor;
      const main = html`${drawEverything(person, { language, words, timeZone })}
<p><a class="button button-plain" href="/preferences/${asked.params.token}">${words.back}</a></p>`;
      return sendPage(reply, look, { title: words.everything, locale: language, main, isWide: true });
    }),
  );
  app.get(
    '/preferences/:token/everything.json',
    door(async ({ chainId, now }, _, reply) =>
      reply
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="everything.json"')
        .type('application/json; charset=utf-8')
        .send(`${JSON.stringify(await readPerson(database, chainId, now), null, 2)}\n`),
    ),
  );
  app.get(
    '/preferences/:token/erase',
    door(async ({ language, words }, asked, reply) => {
      const main = html`<h1>${words.forgetSure}</h1><p>${words.forgetMore}</p>
<div class="answers"><form method="post"><button class="button button-ink">${words.forgetNow}</button></form>
<a class="button button-plain" href="/preferences/${asked.params.token}">${words.back}</a></div>`;
      return sendPage(reply, look, { title: words.forgetSure, locale: language, main });
    }),
  );
  app.post(
    '/preferences/:token/erase',
    door(async (visitor, _, reply) => {
      const { chainId, now } = visitor;
      await database.transaction((sql) => eraseCustomer(sql, { chainId, chainKey, origin: 'page', now }));
      return sendForgotten(reply, look, visitor, options);
    }),
  );
}

/** Who has been forgotten is told so, whatever she opens. */
function doorOf(
  look: Look,
  options: PreferenceOptions,
): (handler: Handler) => (asked: Asked, reply: FastifyReply) => Promise<FastifyReply> {
  const { database, ports, chainKey } = options;
  const linkKey = linkKeyOf(chainKey);
  return (handler) => async (asked, reply) => {
    const now = ports.clock.now();
    const opened = openLink(asked.params.token, linkKey, now);
    const theirs = languageOf((asked.headers['accept-language'] ?? 'en').slice(0, 2).toLowerCase());
    if (opened.kind !== 'good' || opened.purpose !== purpose) {
      const words = preferenceWords(theirs);
      const [title, more] =
        opened.kind === 'expired' ? [words.over, words.overMore] : [words.unknown, words.unknownMore];
      const main = html`<h1>${title}</h1><p>${more}</p>`;
      return sendPage(reply, look, { status: opened.kind === 'expired' ? 410 : 404, title, locale: theirs, main });
    }
    const { chainId } = opened;
    const [row] = await database.query<{ locale: string }>('SELECT locale FROM customers WHERE chain_id = $1', [
      chainId,
    ]);
    const language = row?.locale ? languageOf(row.locale) : theirs;
    const visitor = { chainId, language, words: preferenceWords(language), now };
    if ((await erasedAmong(database, chainKey, [chainId])).size > 0)
      return sendForgotten(reply, look, visitor, options);
    return handler(visitor, asked, reply);
  };
}

async function sendForgotten(
  reply: FastifyReply,
  look: Look,
  { language, words }: Visitor,
  { database }: PreferenceOptions,
): Promise<FastifyReply> {
  const owing = await owingStores(database);
  const main = html`<h1>${words.forgotten}</h1><p>${words.forgottenMore(owing.length)}</p>`;
  return sendPage(reply, look, { title: words.forgotten, locale: language, main });
}

/** Only what is other than before is written down: her history says what she said. */
async function save(database: Database, { chainId, now }: Visitor, form: URLSearchParams): Promise<void> {
  const wanted = new Set(form.getAll('channel'));
  const often = form.get('often') ?? '';
  const pause = form.get('pause') ?? '';
  await database.transaction(async (sql) => {
    const { consents, preferences } = await readPerson(sql, chainId, now);
    for (const one of channels) {
      const before = consents.find((word) => word.purpose === one)?.granted;
      const granted = wanted.has(one);
      // An empty box that she never filled is no withdrawal.
      if (before === granted || (before === undefined && !granted)) continue;
      await setConsent(sql, { chainId, purpose: one, granted, origin: 'page', now });
    }
    const kept = pause === 'keep' ? preferences.pausedUntil : null;
    const pausedUntil = pause in pauseDays ? now + pauseDays[pause as keyof typeof pauseDays] * dayMs : kept;
    const frequency = often in frequencies ? (often as Frequency) : preferences.frequency;
    await setPreferences(sql, chainId, { frequency, pausedUntil }, now);
  });
}

function drawPage(
  person: PersonFile,
  visitor: Visitor,
  { note, timeZone, place }: { readonly note: string; readonly timeZone: string; readonly place: string },
): Html {
  const { words, language } = visitor;
  const { preferences, messages } = person;
  const has = (one: string): boolean => person.consents.find((word) => word.purpose === one)?.granted === true;
  const until = preferences.pausedUntil;
  const pauses =
    until === null
      ? (['none', 'month', 'quarter', 'open'] as const)
      : (['keep', 'none', 'month', 'quarter', 'open'] as const);
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone });
  return html`<h1>${words.title}</h1>
${note !== '' && html`<p class="notice-line" role="status">${note}</p>`}
<form method="post" action="${place}" class="preferences">
<fieldset><legend>${words.channels}</legend>
${channels.map((one) => html`<label class="choice"><input type="checkbox" name="channel" value="${one}"${has(one) && html` checked`}> ${words.channel[one]}</label>`)}
</fieldset>
<fieldset><legend>${words.frequency}</legend>
${(Object.keys(frequencies) as Frequency[]).map((one) => html`<label class="choice"><input type="radio" name="often" value="${one}"${one === preferences.frequency && html` checked`}> ${words.often[one]}</label>`)}
</fieldset>
<fieldset><legend>${words.pause}</legend>
${until !== null && until < visitor.now + 10 * 365 * dayMs && html`<p class="page-quiet">${words.paused(date.format(until))}</p>`}
${pauses.map((one, index) => html`<label class="choice"><input type="radio" name="pause" value="${one}"${index === 0 && html` checked`}> ${words.pauseFor[one]}</label>`)}
</fieldset>
<button class="button button-ink">${words.save}</button>
</form>
<section class="said" aria-labelledby="said"><h2 id="said">${words.said}</h2>
${drawSaid(messages.slice(0, saidMax), { words, language, timeZone })}</section>
<section aria-labelledby="everything"><h2 id="everything">${words.everything}</h2><p>${words.everythingMore}</p>
<p class="links"><a href="${place}/everything">${words.look}</a> <a href="${place}/everything.json" download>${words.download}</a></p></section>
<section aria-labelledby="forget"><h2 id="forget">${words.forget}</h2><p>${words.forgetMore}</p>
<p class="links"><a href="${place}/erase">${words.forget}</a></p></section>`;
}
