/** The stores in a table: when each was last heard, what is pending, refused and owed, and what was put aside. */
import type { FaultStanding } from '../channels/channel-faults.ts';
import { type Html, html } from '../channels/web/html.ts';
import { lastCleaning } from '../customers/clean-watch.ts';
import { type OwingStore, owingStores } from '../customers/erasure-book.ts';
import { owedTraces } from '../customers/traces-owed.ts';
import type { Sql } from '../database/database.ts';
import { type StoreStanding, standings } from '../intake/store-lines.ts';

/** Facts in quarantine that the page names; all are kept. */
const badMax = 50;
/** A store that was not heard for so long needs somebody. */
const silentMs = 36 * 3_600_000;

interface Cursor {
  readonly store: string;
  readonly position: number;
  readonly said: number;
}

interface BadFact {
  readonly store: string;
  readonly seq: number;
  readonly reason: string;
  readonly at: number;
}

export interface StoreRows {
  readonly stores: readonly StoreStanding[];
  readonly owing: readonly OwingStore[];
  readonly cursors: readonly Cursor[];
  readonly bad: readonly BadFact[];
  /** Since when something that was erased stands in the database's files; null: nothing does. */
  readonly tracesSince: number | null;
  /** What its owner has to do about its log; null: nothing. */
  readonly logReason: string | null;
}

export async function storeRows(sql: Sql): Promise<StoreRows> {
  return {
    tracesSince: (await owedTraces(sql)).since,
    logReason: (await lastCleaning(sql))?.reason ?? null,
    stores: await standings(sql),
    owing: await owingStores(sql),
    cursors: await sql.query<Cursor>(
      'SELECT stores.store, position, said_position AS said FROM feeds JOIN stores ON stores.number = feeds.store',
    ),
    bad: await sql.query<BadFact>(
      `SELECT stores.store, seq, reason, at FROM quarantine JOIN stores ON stores.number = quarantine.store
       ORDER BY at DESC, seq LIMIT ${badMax}`,
    ),
  };
}

/** What keeps the channels from working, and what to do. */
export function drawFaults(faults: readonly FaultStanding[], timeZone: string): Html {
  if (faults.length === 0) return html``;
  const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return html`<section class="faults" aria-labelledby="faults"><h2 id="faults">To be mended</h2><ul class="history">${faults.map(
    ({ advice, said, since, count }) =>
      html`<li>${advice}<br><span class="page-quiet">Since <span class="figures">${date.format(since)}</span>, ${count === 1 ? 'once' : `${count} times`}: <span dir="ltr">${said}</span></span></li>`,
  )}</ul></section>`;
}

export function drawStores(
  { stores, owing, cursors, bad, tracesSince, logReason }: StoreRows,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): Html {
  if (stores.length === 0)
    return html`<p>There is no store yet. To add one: <code>npm run hq -- store NAME --config FILE</code></p>`;
  const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const count = new Intl.NumberFormat('en');
  const owes = (store: string): number => owing.find((one) => one.store === store)?.owed ?? 0;
  return html`<p class="page-quiet">${tracesSince === null ? 'Nothing that was erased stands in the files of the database.' : `What was erased since ${date.format(tracesSince)} is still to be written over in the files of the database; it is done by itself.`}</p>
<div class="table" tabindex="0" role="region" aria-label="Stores"><table>
<thead><tr><th scope="col">Store</th><th scope="col">Last heard</th><th scope="col">Facts</th><th scope="col">To come up</th><th scope="col">Down, of all</th><th scope="col">Put aside</th><th scope="col">Erasures owed</th><th scope="col">Release</th></tr></thead>
<tbody>${stores.map((one) => {
    const cursor = cursors.find(({ store }) => store === one.store);
    const isSilent = now - one.heardAt > silentMs;
    return html`<tr><th scope="row">${one.store}</th>
<td class="${isSilent && 'heed'}">${one.heardAt === 0 ? 'never' : date.format(one.heardAt)}${isSilent && ' (out of touch)'}</td>
<td>${count.format(one.facts)}</td><td>${count.format(one.pending)}</td>
<td>${cursor ? `${count.format(cursor.said)} of ${count.format(cursor.position)}` : 'not asked yet'}</td>
<td class="${one.quarantined > 0 && 'heed'}">${count.format(one.quarantined)}</td>
<td class="${owes(one.store) > 0 && 'heed'}">${count.format(owes(one.store))}</td>
<td class="${one.releaseFault !== null && 'heed'}">${one.release}${one.releaseFault !== null && ` (${one.releaseFault})`}</td></tr>`;
  })}</tbody></table></div>
${logReason !== null && html`<p class="notice-line" role="note">The log of the database still holds what was erased. Left to do, ${logReason}.</p>`}
${
  bad.length > 0 &&
  html`<h2>Put aside</h2><ol class="history">${bad.map(
    ({ store, seq, reason, at }) =>
      html`<li><span class="figures">${date.format(at)}</span> · ${store}, fact ${count.format(seq)}<br><span class="page-quiet">${reason}</span></li>`,
  )}</ol>`
}`;
}
