/**
 * The plain pages of headquarters, for operators: the stores and how far each has come, one customer with all that is
 * known of her, and what dialogues have come to. A number that is looked up is hashed at once, stands in no address and no
 * log, and who looked is written down.
 */
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import type { LoyaltyScheme } from '@kairos/protocol/loyalty-number.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ChannelFaults } from '../channels/channel-faults.ts';
import { type Html, html } from '../channels/web/html.ts';
import type { Look } from '../channels/web/look-files.ts';
import { formOf, sendPage } from '../channels/web/page-frame.ts';
import { dialogueFigures } from '../customers/dialogue-figures.ts';
import { erasedAmong } from '../customers/erasure-book.ts';
import { uncounted } from '../customers/figure-counting.ts';
import { identify } from '../customers/identify.ts';
import { writeLookUp } from '../customers/look-ups.ts';
import { isKnown, readPerson } from '../customers/person-file.ts';
import type { Database } from '../database/database.ts';
import type { HqPerson } from '../people/people-book.ts';
import { admit } from '../people/people-door.ts';
import { peopleWords } from '../people/words/languages.ts';
import { drawPerson } from './draw-person.ts';
import { drawResults } from './draw-results.ts';
import { drawFaults, drawStores } from './draw-stores.ts';
import type { OperatorWords } from './operator-words/en.ts';
import { type OperatorLook, operatorLook } from './operator-words/languages.ts';
import { readAsked } from './store-list.ts';
import { storeRows } from './store-rows.ts';

export interface HqPagesOptions {
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock'>;
  readonly chainKey: string;
  readonly loyalty: LoyaltyScheme;
  readonly timeZone: string;
  readonly faults: Pick<ChannelFaults, 'standing'>;
}

interface Asked {
  readonly who: HqPerson;
  readonly now: number;
  readonly form: URLSearchParams;
  /** Of the address. */
  readonly query: URLSearchParams;
  readonly look: OperatorLook;
}

/** In a scope that takes forms. */
export function serveHqPages(app: FastifyInstance, look: Look, options: HqPagesOptions): void {
  const { database, timeZone, faults } = options;
  const door =
    (place: keyof OperatorWords['places'], draw: (asked: Asked) => Promise<Html>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const now = options.ports.clock.now();
      const who = await admit(request, reply, { sql: database, now, roles: ['operator'] });
      if (who === null) return reply;
      const hers = operatorLook(who.locale, timeZone);
      const title = hers.words.places[place];
      const [path = '', said = ''] = request.url.split('?', 2);
      const query = new URLSearchParams(said);
      const drawn = await draw({ who, now, form: formOf(request.body), query, look: hers });
      const main = html`${drawHead(who, path, hers)}<h1>${title}</h1>${drawn}`;
      return sendPage(reply, look, { title, locale: hers.language, main, isWide: true });
    };
  app.get(
    '/hq',
    door('stores', async ({ now, query, look: hers }) => {
      const stores = drawStores(await storeRows(database, readAsked(query), now), { now, look: hers });
      return html`${drawFaults(faults.standing, hers)}${stores}`;
    }),
  );
  app.get(
    '/hq/customers',
    door('customers', async ({ look: { words } }) => drawSearch('', words)),
  );
  app.post(
    '/hq/customers',
    door('customers', (asked) => search(asked, options)),
  );
  app.get(
    '/hq/results',
    door('results', async ({ look: hers }) => {
      const figures = await dialogueFigures(database);
      return drawResults(figures, await uncounted(database), hers);
    }),
  );
}

async function search({ who, now, form, look }: Asked, { database, chainKey, loyalty }: HqPagesOptions): Promise<Html> {
  const { words } = look;
  const identified = identify(form.get('number') ?? '', { chainKey, loyalty, ownNumbers: true });
  if (identified.kind === 'refused')
    return drawSearch(identified.reason === 'check-digit' ? words.wrongDigit : words.noNumber, words);
  const { chainId } = identified;
  const found = await isKnown(database, chainId);
  await writeLookUp(database, { operator: who.person, now, person: tombstoneOf(chainKey, chainId), found });
  if ((await erasedAmong(database, chainKey, [chainId])).size > 0) return drawSearch(words.isForgotten, words);
  if (!found) return drawSearch(words.isUnknown, words);
  const person = await readPerson(database, chainId, now);
  return html`${drawSearch('', words)}${drawPerson(person, look)}`;
}

function drawHead(who: HqPerson, here: string, { words, language }: OperatorLook): Html {
  const { signOut, calls, replies } = peopleWords(language);
  const places = [
    ['/hq', words.places.stores],
    ['/hq/customers', words.places.customers],
    ['/hq/results', words.places.results],
    ['/calls', calls],
    ['/replies', replies],
  ] as const;
  return html`<header class="people-head"><p class="page-quiet" dir="auto">${who.name}</p>
<nav aria-label="${words.headquarters}">${places.map(([path, name]) => html`<a href="${path}"${path === here && html` aria-current="page"`}>${name}</a> `)}</nav>
<form method="post" action="/sign-out"><button class="button button-quiet people-small">${signOut}</button></form></header>`;
}

function drawSearch(note: string, words: OperatorWords): Html {
  return html`${note !== '' && html`<p class="notice-line" role="alert">${note}</p>`}
<form method="post" action="/hq/customers" class="search" role="search"><label class="field">${words.number}
<input name="number" inputmode="numeric" autocomplete="off" required dir="ltr"></label>
<button class="button button-ink">${words.lookUp}</button></form>
<p class="page-quiet">${words.isWrittenDown}</p>`;
}
