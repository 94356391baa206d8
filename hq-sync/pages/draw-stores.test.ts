import { describe, expect, it } from 'vitest';
import { drawStores } from './draw-stores.ts';
import { operatorLook } from './operator-words/languages.ts';
import { addressOf, lateMs, pageOf, readAsked, type StoreSummary, storesOfPage } from './store-list.ts';
import type { StoreRows } from './store-rows.ts';

const now = 1_800_000_000_000;
const nothing = { waiting: [], cursors: [], bad: [], tracesSince: null, foldedToOne: 0, logReason: null };
const silent = now - lateMs - 1;

let made = 0;
function standing(store: string, more: Partial<StoreSummary> = {}): StoreSummary {
  made += 1;
  return {
    ...{
      number: made,
      madeAt: 0,
      heardAt: now,
      syncedAt: now,
      facts: 0,
      pending: 0,
      quarantined: 0,
      owed: 0,
      release: 1,
    },
    ...{ releaseFault: null, revokedAt: null, store },
    ...more,
  };
}

const asking = (query = '') => readAsked(new URLSearchParams(query));
const namesOf = (stores: readonly StoreSummary[], query = ''): string[] =>
  pageOf(stores, asking(query), now).stores.map(({ store }) => store);

function drawn(locale: string, stores: readonly StoreSummary[], rows: Partial<StoreRows> = {}, query = ''): string {
  const asked = asking(query);
  const all: StoreRows = { ...nothing, asked, page: pageOf(stores, asked, now), ...rows };
  return drawStores(all, { now, look: operatorLook(locale, 'UTC') }).text;
}

const some = [
  standing('store-10'),
  standing('store-2', { owed: 1 }),
  standing('store-30', { releaseFault: 'expired' }),
  standing('store-4', { heardAt: silent }),
  standing('store-5', { quarantined: 3 }),
  standing('north-6', { pending: 7, syncedAt: silent }),
  standing('north-7', { pending: 9 }),
  standing('north-8', { heardAt: 0, syncedAt: 0 }),
  standing('north-9', { revokedAt: now }),
];

describe('the stores of a chain', () => {
  it('those that need somebody come first, and the others as people count', () => {
    expect(namesOf(some)).toEqual([
      ...['north-6', 'north-8', 'north-9', 'store-4', 'store-5', 'store-30'],
      ...['north-7', 'store-2', 'store-10'],
    ]);
    const { text } = drawStores(
      { ...nothing, asked: asking(), page: pageOf(some, asking(), now) },
      { now, look: operatorLook('en', 'UTC') },
    );
    expect([...text.matchAll(/<th scope="row"><bdi>([\w-]+)<\/bdi>/g)].map(([, name]) => name)).toEqual(namesOf(some));
  });

  it('each is counted as what it is, whatever is looked for', () => {
    const counts = { all: 9, needs: 6, fine: 3, never: 1, late: 2, refused: 2, aside: 1, owing: 1 };
    expect(pageOf(some, asking(), now).counts).toEqual(counts);
    expect(pageOf(some, asking('show=late&store=north'), now).counts).toEqual(counts);
    expect(drawn('en', some)).toContain('<a href="/hq?show=late"><b class="heed">2</b> late</a>');
    expect(drawn('en', some)).toContain('<a href="/hq?show=fine"><b class="">3</b> fine</a>');
  });

  it('late is who was not heard, or has not told all, for a day and a half; a new one that tells much is not', () => {
    const late = (more: Partial<StoreSummary>): boolean =>
      pageOf([standing('a', more)], asking(), now).counts.late === 1;
    expect(late({ heardAt: silent + 1 })).toBe(false);
    expect(late({ heardAt: silent })).toBe(true);
    expect(late({ pending: 1, syncedAt: silent })).toBe(true);
    expect(late({ pending: 0, syncedAt: silent })).toBe(false);
    expect(late({ pending: 1, syncedAt: 0, madeAt: now - 1 })).toBe(false);
  });

  it('are looked for by a part of their name and by how they stand, and put in order', () => {
    expect(namesOf(some, 'store=%20NORTH')).toEqual(['north-6', 'north-8', 'north-9', 'north-7']);
    expect(namesOf(some, 'show=owing')).toEqual(['store-2']);
    expect(namesOf(some, 'show=late&order=heard')).toEqual(['store-4', 'north-6']);
    expect(namesOf(some, 'order=toCome').slice(0, 2)).toEqual(['north-7', 'north-6']);
    expect(namesOf(some, 'order=aside')[0]).toBe('store-5');
    expect(namesOf(some, 'order=name')[0]).toBe('north-6');
    expect(drawn('en', some, {}, 'store=nowhere')).toContain('There is no such store.');
    expect(drawn('en', some, {}, 'store="><b>')).toContain('value="&#34;&#62;&#60;b&#62;"');
  });

  it('thousands are pages, each with an address; what is no page is one that is', () => {
    const many = Array.from({ length: 3_001 }, (_, index) => standing(`store-${index + 1}`));
    const names = (query: string): string[] => namesOf(many, query);
    expect(names('')).toHaveLength(storesOfPage);
    expect(names('page=2')[0]).toBe('store-51');
    expect(names('page=61')).toEqual(['store-3001']);
    for (const odd of ['99', '-1', '0', 'x', '1.5', '1e99']) expect(names(`page=${odd}`).length).toBeGreaterThan(0);
    const text = drawn('en', many, {}, 'page=2&order=name&store=store');
    expect(text).toContain('51–100 of 3,001');
    expect(text).toContain('<a href="/hq?order=name&#38;store=store" rel="prev">');
    expect(text).toContain('<a href="/hq?order=name&#38;store=store&#38;page=3" rel="next">');
    expect(asking(addressOf(asking('show=late&order=heard&store=a&page=3')).split('?')[1])).toEqual(
      asking('show=late&order=heard&store=a&page=3'),
    );
    expect(asking('show=nothing&order=odd')).toEqual(asking());
  });
});

it('which dialogues wait for an update of which store stands below, and every language has words for it', () => {
  const store = standing('old');
  const dialogues = Array.from({ length: 9 }, (_, index) => ({ dialogue: `later-${index + 1}`, needs: 2 }));
  const waiting = [{ store: 'old', language: 1, waiting: dialogues }];
  expect(drawn('en', [store], { waiting })).toContain(
    '<bdi>old</bdi>: without later-1, later-2, later-3, later-4, later-5, later-6, later-7, later-8, …. Written in version 2 of the language; the store knows 1. Update the store.',
  );
  expect(drawn('en', [store])).not.toContain('later-1');
  for (const locale of ['de', 'es', 'fr', 'ar']) {
    expect(drawn(locale, [store], { waiting })).toContain('later-8');
    expect(drawn(locale, [store], { waiting })).not.toContain('Update the store');
  }
});
