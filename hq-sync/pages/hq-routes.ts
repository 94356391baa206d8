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
import { identify } from '../customers/identify.ts';
import { isKnown, readPerson } from '../customers/person-file.ts';
import type { Database, Sql } from '../database/database.ts';
import type { HqPerson } from '../people/people-book.ts';
import { admit } from '../people/people-door.ts';
import { drawPerson } from './draw-person.ts';
import { drawResults } from './draw-results.ts';
import { drawFaults, drawStores, storeRows } from './draw-stores.ts';

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
}

const places = [
  ['/hq', 'Stores'],
  ['/hq/customers', 'Customers'],
  ['/hq/results', 'Results'],
  ['/calls', 'Calls'],
  ['/replies', 'Replies'],
] as const;

/** In a scope that takes forms. */
export function serveHqPages(app: FastifyInstance, look: Look, options: HqPagesOptions): void {
  const { database, timeZone, faults } = options;
  const door =
    (draw: (asked: Asked) => Promise<{ readonly title: string; readonly main: Html }>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const now = options.ports.clock.now();
      const who = await admit(request, reply, { sql: database, now, roles: ['operator'] });
      if (who === null) return reply;
      const { title, main } = await draw({ who, now, form: formOf(request.body) });
      const head = drawHead(who, request.url);
      return sendPage(reply, look, { title, locale: 'en', main: html`${head}<h1>${title}</h1>${main}`, isWide: true });
    };
  app.get(
    '/hq',
    door(async ({ now }) => ({
      title: 'Stores',
      main: html`${drawFaults(faults.standing, timeZone)}${drawStores(await storeRows(database), { now, timeZone })}`,
    })),
  );
  app.get(
    '/hq/customers',
    door(async () => ({ title: 'Customers', main: drawSearch('') })),
  );
  app.post(
    '/hq/customers',
    door(async (asked) => ({ title: 'Customers', main: await search(asked, options) })),
  );
  app.get(
    '/hq/results',
    door(async () => ({ title: 'Results', main: drawResults(await dialogueFigures(database)) })),
  );
}

async function search(
  { who, now, form }: Asked,
  { database, chainKey, loyalty, timeZone }: HqPagesOptions,
): Promise<Html> {
  const identified = identify(form.get('number') ?? '', { chainKey, loyalty, ownNumbers: true });
  if (identified.kind === 'refused')
    return drawSearch(
      identified.reason === 'check-digit'
        ? 'That number has a wrong digit. Check it once more.'
        : 'That is no number of a customer of this chain.',
    );
  const { chainId } = identified;
  const found = await isKnown(database, chainId);
  await writeLookUp(database, { who, now, person: tombstoneOf(chainKey, chainId), found });
  if ((await erasedAmong(database, chainKey, [chainId])).size > 0)
    return drawSearch('She has asked to be forgotten: nothing is known of her.');
  if (!found) return drawSearch('Nothing is known of a customer with this number.');
  const merged = await readPerson(database, chainId, now);
  return html`${drawSearch('')}${drawPerson(merged, { timeZone })}`;
}

/** Whom she looked up is kept as a hash that leads nowhere, and yet answers whether it was this one. */
async function writeLookUp(
  sql: Sql,
  {
    who,
    now,
    person,
    found,
  }: { readonly who: HqPerson; readonly now: number; readonly person: string; readonly found: boolean },
): Promise<void> {
  await sql.query(
    `INSERT INTO look_ups (operator, at, id, person, found)
     VALUES ($1, $2, (SELECT count(*)::text FROM look_ups WHERE operator = $1 AND at = $2), $3, $4)`,
    [who.person, now, person, found],
  );
}

function drawHead(who: HqPerson, url: string): Html {
  return html`<header class="people-head"><p class="page-quiet">${who.name}</p>
<nav aria-label="Headquarters">${places.map(([path, name]) => html`<a href="${path}"${path === url && html` aria-current="page"`}>${name}</a> `)}</nav>
<form method="post" action="/sign-out"><button class="button button-quiet people-small">Sign out</button></form></header>`;
}

function drawSearch(note: string): Html {
  return html`${note !== '' && html`<p class="notice-line" role="alert">${note}</p>`}
<form method="post" action="/hq/customers" class="search" role="search"><label class="field">Her card, or the chain’s own number for her
<input name="number" inputmode="numeric" autocomplete="off" required dir="ltr"></label>
<button class="button button-ink">Look her up</button></form>
<p class="page-quiet">Who looks somebody up is written down.</p>`;
}
