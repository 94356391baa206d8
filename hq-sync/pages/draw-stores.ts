/**
 * The stores: how many stand how, a search by name, and a page of them in a table, those first that need somebody: when
 * each was last heard, what is pending, refused and owed, and what was put aside. All of it is links and one form, so that
 * it works without a script, and every page has an address.
 */
import type { FaultStanding } from '../channels/channel-faults.ts';
import { type Html, html } from '../channels/web/html.ts';
import type { OperatorLook } from './operator-words/languages.ts';
import { addressOf, kindsOf, lateMs, type Showing, type StoreSummary, showings, storeOrders } from './store-list.ts';
import type { StoreRows } from './store-rows.ts';

/** Dialogues that a store goes without, by name. */
const namesMax = 8;
const columns = ['store', 'heard', 'facts', 'toCome', 'down', 'putAside', 'erasures', 'release'] as const;
/** So many are seen at a glance. */
const fewMax = 10;
/** Stores of these are a person's to look at, where there are any. */
const needy: ReadonlySet<Showing> = new Set(['needs', 'never', 'late', 'refused', 'aside']);

interface Drawn {
  readonly now: number;
  readonly look: OperatorLook;
}

/** What keeps the channels from working, and what to do. */
export function drawFaults(faults: readonly FaultStanding[], { words, date, count }: OperatorLook): Html {
  if (faults.length === 0) return html``;
  return html`<section class="faults" aria-labelledby="faults"><h2 id="faults">${words.toMend}</h2><ul class="history">${faults.map(
    ({ kind, said, since, count: times }) =>
      html`<li>${words.advice[kind]}<br><span class="page-quiet"><span class="figures">${words.faultSince(date.format(since), times, count.format(times))}</span> <bdi dir="ltr">${said}</bdi></span></li>`,
  )}</ul></section>`;
}

export function drawStores(rows: StoreRows, drawn: Drawn): Html {
  const { page, tracesSince, foldedToOne: doubled, logReason } = rows;
  const { words, date, count } = drawn.look;
  if (page.counts.all === 0)
    return html`<p>${words.noStore} <code dir="ltr">npm run hq -- store NAME --config FILE</code></p>`;
  return html`${drawCounts(rows, drawn.look)}${drawSearch(rows, drawn.look)}
${page.found === 0 ? html`<p>${words.noSuchStore}</p>` : html`${drawTable(rows, drawn)}${drawPages(rows, drawn.look)}`}
${drawWaiting(rows, drawn.look)}
${logReason !== null && html`<p class="notice-line" role="note">${words.logHolds} <bdi dir="ltr">${logReason}</bdi></p>`}
<p class="page-quiet">${tracesSince === null ? words.noTraces : words.tracesSince(date.format(tracesSince))}</p>
${doubled > 0 && html`<p class="page-quiet figures">${words.foldedToOne(doubled, count.format(doubled))}</p>`}
${drawBad(rows, drawn.look)}`;
}

function drawCounts({ asked, page: { counts } }: StoreRows, { words, count }: OperatorLook): Html {
  return html`<nav class="counts" aria-label="${words.standing}"><ul>${showings.map((show) => {
    const isHere = asked.show === show;
    const href = addressOf({ ...asked, show, page: 1 });
    const isHeed = needy.has(show) && counts[show] > 0;
    return html`<li><a href="${href}"${isHere && html` aria-current="page"`}><b class="${isHeed && 'heed'}">${count.format(counts[show])}</b> ${words.showing[show]}</a></li>`;
  })}</ul></nav>`;
}

function drawSearch({ asked: { show, order, like }, page }: StoreRows, { words }: OperatorLook): Html {
  if (page.counts.all <= fewMax && like === '') return html``;
  return html`<form method="get" action="/hq" class="store-search" role="search">
${show !== 'all' && html`<input type="hidden" name="show" value="${show}">`}
<label class="field">${words.storeName}<input name="store" value="${like}" autocomplete="off" autocapitalize="none" maxlength="60" dir="ltr"></label>
<label class="field">${words.order}<select name="order">${storeOrders.map((one) => html`<option value="${one}"${one === order && html` selected`}>${words.orders[one]}</option>`)}</select></label>
<button class="button button-ink">${words.show}</button></form>`;
}

function drawTable({ page, cursors, waiting }: StoreRows, { now, look: { words, date, count } }: Drawn): Html {
  const { column } = words;
  const cursorOf = new Map(cursors.map((one) => [one.store, one]));
  const waits = new Set(waiting.map(({ store }) => store));
  const drawRow = (one: StoreSummary): Html => {
    const cursor = cursorOf.get(one.store);
    const is = kindsOf(one, now);
    const isSilent = now - one.heardAt > lateMs;
    const isBehind = is.late && !isSilent;
    const heard = one.heardAt === 0 ? words.never : date.format(one.heardAt);
    return html`<tr><th scope="row"><bdi>${one.store}</bdi>${one.revokedAt !== null && html` <span class="heed">(${words.revoked})</span>`}</th>
<td class="${isSilent && 'heed'}">${heard}${isSilent && ` (${words.outOfTouch})`}</td>
<td>${count.format(one.facts)}</td><td class="${isBehind && 'heed'}">${count.format(one.pending)}</td>
<td>${cursor ? words.downOf(count.format(cursor.said), count.format(cursor.position)) : words.notAsked}</td>
<td class="${is.aside && 'heed'}">${count.format(one.quarantined)}</td>
<td class="${is.owing && 'heed'}">${count.format(one.owed)}</td>
<td class="${one.releaseFault !== null && 'heed'}">${count.format(one.release)}${one.releaseFault !== null && html` (<bdi>${one.releaseFault}</bdi>)`}${waits.has(one.store) && html` *`}</td></tr>`;
  };
  return html`<div class="table" tabindex="0" role="region" aria-label="${words.places.stores}"><table>
<thead><tr>${columns.map((name) => html`<th scope="col">${column[name]}</th>`)}</tr></thead>
<tbody>${page.stores.map(drawRow)}</tbody></table></div>`;
}

function drawPages(
  { asked, page: { stores, found, before, page, pages } }: StoreRows,
  { words, count }: OperatorLook,
): Html {
  const shown = words.shownOf({
    from: count.format(before + 1),
    to: count.format(before + stores.length),
    all: count.format(found),
  });
  if (pages === 1) return html`<p class="page-quiet figures shown-of">${found > fewMax && shown}</p>`;
  const link = (to: number, name: string, rel: string): Html =>
    html`<a href="${addressOf({ ...asked, page: to })}" rel="${rel}">${name}</a>`;
  return html`<nav class="links shown-of" aria-label="${words.pages}"><span class="page-quiet figures">${shown}</span>
${page > 1 && link(page - 1, words.before, 'prev')} ${page < pages && link(page + 1, words.after, 'next')}</nav>`;
}

function drawWaiting({ waiting }: StoreRows, { words, count }: OperatorLook): Html {
  return html`${waiting.map(({ store, language, waiting: dialogues }) => {
    const names = dialogues.slice(0, namesMax).map(({ dialogue }) => dialogue);
    if (dialogues.length > namesMax) names.push('…');
    const needs = Math.max(...dialogues.map((one) => one.needs));
    const shown = { names: names.join(', '), needs: count.format(needs), knows: count.format(language) };
    return html`<p class="notice-line" role="note">* <bdi>${store}</bdi>: ${words.waitsForUpdate(shown)}</p>`;
  })}`;
}

function drawBad({ bad }: StoreRows, { words, date, count }: OperatorLook): Html {
  if (bad.length === 0) return html``;
  return html`<h2>${words.column.putAside}</h2><ol class="history">${bad.map(
    ({ store, seq, reason, at }) =>
      html`<li><span class="figures">${date.format(at)}</span> · ${words.badFact(store, count.format(seq))}<br><span class="page-quiet" dir="auto">${reason}</span></li>`,
  )}</ol>`;
}
