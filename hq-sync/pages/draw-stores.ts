/** The stores in a table: when each was last heard, what is pending, refused and owed, and what was put aside. */
import type { FaultStanding } from '../channels/channel-faults.ts';
import { type Html, html } from '../channels/web/html.ts';
import { lastCleaning } from '../customers/clean-watch.ts';
import { type OwingStore, owingStores } from '../customers/erasure-book.ts';
import { owedTraces } from '../customers/traces-owed.ts';
import type { Sql } from '../database/database.ts';
import { foldedToOne } from '../folding/folded-to-one.ts';
import { type StoreStanding, standings } from '../intake/store-lines.ts';
import { type WaitingInStore, waitingInStores } from '../releases/release-book.ts';
import type { OperatorLook } from './operator-words/languages.ts';

/** Facts in quarantine that the page names; all are kept. */
const badMax = 50;
/** Dialogues that a store goes without, by name. */
const namesMax = 8;
/** A store that was not heard for so long needs somebody. */
const silentMs = 36 * 3_600_000;
const columns = ['store', 'heard', 'facts', 'toCome', 'down', 'putAside', 'erasures', 'release'] as const;

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
  /** Those that run a release without the dialogues that they are too old for. */
  readonly waiting: readonly WaitingInStore[];
  readonly owing: readonly OwingStore[];
  readonly cursors: readonly Cursor[];
  readonly bad: readonly BadFact[];
  /** Since when something that was erased stands in the database's files; null: nothing does. */
  readonly tracesSince: number | null;
  /** Decisions of stores out of touch, within 30 days, that came to one. */
  readonly foldedToOne: number;
  /** What its owner has to do about its log; null: nothing. */
  readonly logReason: string | null;
}

export async function storeRows(sql: Sql, now: number): Promise<StoreRows> {
  return {
    foldedToOne: await foldedToOne(sql, now),
    tracesSince: (await owedTraces(sql)).since,
    logReason: (await lastCleaning(sql))?.reason ?? null,
    stores: await standings(sql),
    waiting: await waitingInStores(sql),
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
export function drawFaults(faults: readonly FaultStanding[], { words, date, count }: OperatorLook): Html {
  if (faults.length === 0) return html``;
  return html`<section class="faults" aria-labelledby="faults"><h2 id="faults">${words.toMend}</h2><ul class="history">${faults.map(
    ({ kind, said, since, count: times }) =>
      html`<li>${words.advice[kind]}<br><span class="page-quiet"><span class="figures">${words.faultSince(date.format(since), times, count.format(times))}</span> <bdi dir="ltr">${said}</bdi></span></li>`,
  )}</ul></section>`;
}

export function drawStores(
  { stores, waiting, owing, cursors, bad, tracesSince, logReason, foldedToOne: doubled }: StoreRows,
  { now, look: { words, date, count } }: { readonly now: number; readonly look: OperatorLook },
): Html {
  const { column } = words;
  if (stores.length === 0)
    return html`<p>${words.noStore} <code dir="ltr">npm run hq -- store NAME --config FILE</code></p>`;
  const cursorOf = new Map(cursors.map((one) => [one.store, one]));
  const owedOf = new Map(owing.map((one) => [one.store, one.owed]));
  const needs = (one: StoreStanding): boolean =>
    now - one.heardAt > silentMs || one.quarantined > 0 || one.releaseFault !== null;
  const { compare } = new Intl.Collator('en', { numeric: true });
  // Of thousands of stores those come first that need somebody.
  const rows = stores.toSorted(
    (one, other) => Number(needs(other)) - Number(needs(one)) || compare(one.store, other.store),
  );
  const owes = (store: string): number => owedOf.get(store) ?? 0;
  return html`<p class="page-quiet">${tracesSince === null ? words.noTraces : words.tracesSince(date.format(tracesSince))}</p>
${doubled === 0 ? html`` : html`<p class="page-quiet figures">${words.foldedToOne(doubled, count.format(doubled))}</p>`}
<div class="table" tabindex="0" role="region" aria-label="${words.places.stores}"><table>
<thead><tr>${columns.map((name) => html`<th scope="col">${column[name]}</th>`)}</tr></thead>
<tbody>${rows.map((one) => {
    const cursor = cursorOf.get(one.store);
    const isSilent = now - one.heardAt > silentMs;
    return html`<tr><th scope="row"><bdi>${one.store}</bdi></th>
<td class="${isSilent && 'heed'}">${one.heardAt === 0 ? words.never : date.format(one.heardAt)}${isSilent && ` (${words.outOfTouch})`}</td>
<td>${count.format(one.facts)}</td><td>${count.format(one.pending)}</td>
<td>${cursor ? words.downOf(count.format(cursor.said), count.format(cursor.position)) : words.notAsked}</td>
<td class="${one.quarantined > 0 && 'heed'}">${count.format(one.quarantined)}</td>
<td class="${owes(one.store) > 0 && 'heed'}">${count.format(owes(one.store))}</td>
<td class="${one.releaseFault !== null && 'heed'}">${count.format(one.release)}${one.releaseFault !== null && html` (<bdi>${one.releaseFault}</bdi>)`}${waiting.some(({ store }) => store === one.store) && html` *`}</td></tr>`;
  })}</tbody></table></div>
${waiting.map(({ store, language, waiting: dialogues }) => {
  const names = dialogues.slice(0, namesMax).map(({ dialogue }) => dialogue);
  if (dialogues.length > namesMax) names.push('…');
  const needs = Math.max(...dialogues.map((one) => one.needs));
  const shown = { names: names.join(', '), needs: count.format(needs), knows: count.format(language) };
  return html`<p class="notice-line" role="note">* <bdi>${store}</bdi>: ${words.waitsForUpdate(shown)}</p>`;
})}
${logReason !== null && html`<p class="notice-line" role="note">${words.logHolds} <bdi dir="ltr">${logReason}</bdi></p>`}
${
  bad.length > 0 &&
  html`<h2>${column.putAside}</h2><ol class="history">${bad.map(
    ({ store, seq, reason, at }) =>
      html`<li><span class="figures">${date.format(at)}</span> · ${words.badFact(store, count.format(seq))}<br><span class="page-quiet" dir="auto">${reason}</span></li>`,
  )}</ol>`
}`;
}
