import { expect, it } from 'vitest';
import type { StoreStanding } from '../intake/store-lines.ts';
import { drawStores, type StoreRows } from './draw-stores.ts';
import { operatorLook } from './operator-words/languages.ts';

const now = 1_800_000_000_000;
const nothing = { waiting: [], owing: [], cursors: [], bad: [], tracesSince: null, foldedToOne: 0, logReason: null };
const plain = {
  ...{ upTo: 0, pending: 0, facts: 0, bytes: 0, clockAheadMs: 0, quarantined: 0, release: 1, revokedAt: null },
  releaseFault: null,
};
const silent = now - 40 * 3_600_000;

it('of many stores those that need somebody come first, and the others as people count', () => {
  const standing = (store: string, more: Partial<StoreStanding> = {}): StoreStanding => ({
    ...{ ...plain, askedAt: now, cursor: 0, customersToCome: 0, heardAt: now, store },
    ...more,
  });
  const stores = [
    standing('store-10'),
    standing('store-2'),
    standing('store-30', { releaseFault: 'expired' }),
    standing('store-4', { heardAt: silent }),
    standing('store-5', { quarantined: 3 }),
  ];
  const rows: StoreRows = { ...nothing, stores };
  const { text } = drawStores(rows, { now, look: operatorLook('en', 'UTC') });
  expect([...text.matchAll(/<bdi>(store-\d+)<\/bdi>/g)].map(([, name]) => name)).toEqual([
    'store-4',
    'store-5',
    'store-30',
    'store-2',
    'store-10',
  ]);
});

it('which dialogues wait for an update of which store stands below, and every language has words for it', () => {
  const store: StoreStanding = { ...plain, askedAt: now, cursor: 0, customersToCome: 0, heardAt: now, store: 'old' };
  const dialogues = Array.from({ length: 9 }, (_, index) => ({ dialogue: `later-${index + 1}`, needs: 2 }));
  const waiting = [{ store: 'old', language: 1, waiting: dialogues }];
  const drawn = (locale: string, rows: Partial<StoreRows>): string =>
    drawStores({ ...nothing, stores: [store], ...rows }, { now, look: operatorLook(locale, 'UTC') }).text;
  expect(drawn('en', { waiting })).toContain(
    '<bdi>old</bdi>: without later-1, later-2, later-3, later-4, later-5, later-6, later-7, later-8, …. Written in version 2 of the language; the store knows 1. Update the store.',
  );
  expect(drawn('en', {})).not.toContain('later-1');
  for (const locale of ['de', 'es', 'fr', 'ar']) {
    expect(drawn(locale, { waiting })).toContain('later-8');
    expect(drawn(locale, { waiting })).not.toContain('Update the store');
  }
});
