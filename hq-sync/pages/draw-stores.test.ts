import { expect, it } from 'vitest';
import type { StoreStanding } from '../intake/store-lines.ts';
import { drawStores, type StoreRows } from './draw-stores.ts';
import { operatorLook } from './operator-words/languages.ts';

const now = 1_800_000_000_000;
const nothing = { owing: [], cursors: [], bad: [], tracesSince: null, foldedToOne: 0, logReason: null };
const plain = {
  ...{ upTo: 0, pending: 0, facts: 0, bytes: 0, clockAheadMs: 0, quarantined: 0, release: 1 },
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
