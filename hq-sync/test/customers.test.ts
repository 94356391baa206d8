import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { erasedAmong, owedBy, owingStores, takeReceipt } from '../customers/erasure-book.ts';
import { dayMs, mayContact, setPreferences } from '../customers/preference-book.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { recordOwn } from '../facts/own-facts.ts';
import { addStore } from '../intake/store-lines.ts';

const chainKey = 'the key of this chain';
const [her, another] = ['a'.repeat(32), 'b'.repeat(32)] as const;
const tombstone = tombstoneOf(chainKey, her);
let database: Database;

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
});
afterAll(() => database.close());
beforeEach(() =>
  database.query('TRUNCATE erasures, erasure_receipts, stores, lines, consents, preferences, own_facts'),
);

const erase = (): Promise<unknown> =>
  database.query("INSERT INTO erasures (tombstone, asked_at, origin) VALUES ($1, 5, 'page')", [tombstone]);
const live = (store: number, epoch: number, name: string): Promise<unknown> =>
  database.query('INSERT INTO lines (store, epoch, name) VALUES ($1, $2, $3)', [store, epoch, name]);

test('every store owes a receipt until it has shown one, and again when its journal was put back', async () => {
  await addStore(database, 'harbour', 0);
  await addStore(database, 'riverside', 0);
  await live(1, 1, 'life-1');
  await erase();
  const harbour = { store: 'harbour', epoch: 'life-1' };
  expect(await owedBy(database, harbour)).toEqual([tombstone]);
  expect(await owingStores(database)).toEqual([
    { store: 'harbour', owed: 1, since: 5 },
    { store: 'riverside', owed: 1, since: 5 },
  ]);
  const receipt = { ...harbour, tombstones: [tombstone, 'of nobody'], erasedAt: 7, now: 8 };
  await takeReceipt(database, receipt);
  await takeReceipt(database, { ...receipt, erasedAt: 9 });
  expect(await database.query('SELECT tombstone, erased_at FROM erasure_receipts')).toEqual([
    { tombstone, erased_at: 7 },
  ]);
  expect(await owedBy(database, harbour)).toEqual([]);
  expect((await owingStores(database)).map(({ store }) => store)).toEqual(['riverside']);
  await live(1, 2, 'life-2');
  expect((await owingStores(database)).map(({ store }) => store)).toEqual(['harbour', 'riverside']);
});

test('who was erased is known again by the chain’s key alone', async () => {
  expect(await erasedAmong(database, chainKey, [her])).toEqual(new Set());
  await erase();
  expect(await erasedAmong(database, chainKey, [her, another])).toEqual(new Set([her]));
  expect(await erasedAmong(database, 'the key of another chain', [her])).toEqual(new Set());
});

test('she is spoken to by a channel that she granted, not while she pauses, and not more often than she wants', async () => {
  const ask = (now: number) => mayContact(database, { chainId: her, channel: 'email', now });
  const consent = (at: number, granted: boolean): Promise<unknown> =>
    database.query("INSERT INTO consents VALUES ($1, 'email', $2, $3, 'page')", [her, at, granted]);
  expect(await ask(1)).toEqual({ kind: 'no', why: 'consent', from: null });
  await consent(1, true);
  expect(await ask(2)).toEqual({ kind: 'yes' });
  await setPreferences(database, her, { frequency: 'weekly', pausedUntil: 100 }, 2);
  expect(await ask(50)).toEqual({ kind: 'no', why: 'paused', from: 100 });
  expect(await ask(100)).toEqual({ kind: 'yes' });
  await recordOwn(database, { id: 'e-1', chainId: her, type: 'email.sent', at: 100, body: { message: 'm' } }, 100);
  expect(await ask(101)).toEqual({ kind: 'no', why: 'frequency', from: 100 + 7 * dayMs });
  expect(await ask(100 + 7 * dayMs)).toEqual({ kind: 'yes' });
  await consent(200, false);
  expect(await ask(100 + 8 * dayMs)).toEqual({ kind: 'no', why: 'consent', from: null });
});
