import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { addStore, type KnownStore, storeOfToken } from '../intake/store-lines.ts';
import { changesFor, customerFor } from './changes.ts';
import { addStoreCustomers, forgetDown } from './store-customers.ts';
import { lendRuns } from './waiting-runs.ts';

let database: Database;
let stores = 0;
beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
});
afterAll(() => database.close());

async function newStore(): Promise<KnownStore> {
  stores += 1;
  return (await storeOfToken(database, await addStore(database, `store-${stores}`, 0))) as KnownStore;
}
let people = 0;
function newId(): string {
  people += 1;
  return people.toString(16).padStart(32, '0');
}
async function putCustomer(id: string, attributes: object = {}): Promise<void> {
  await database.query(
    `INSERT INTO customers (chain_id, attributes, locale, made_at, changed_at) VALUES ($1, $2, 'de', 1, 1)
     ON CONFLICT (chain_id) DO UPDATE SET attributes = excluded.attributes`,
    [id, JSON.stringify(attributes)],
  );
}
const key = 'sixteen-characters-and-more';
const asked = (cursor: string | null) => ({ versions: [1], cursor, epoch: 'life-one', erased: null });
const ask = (store: KnownStore, cursor: string | null, now = 5) =>
  changesFor({ database, store, asked: asked(cursor), now });
async function askAll(store: KnownStore, from: string | null) {
  let answer = await ask(store, from);
  const pages = [answer];
  while (answer.remaining > 0) {
    answer = await ask(store, answer.cursor);
    pages.push(answer);
  }
  return { pages, cursor: answer.cursor, changes: pages.flatMap(({ changes }) => changes) };
}

it('tells a store of its customers alone: of those it has sent, those it is home to, those it asked for', async () => {
  const [here, there] = [await newStore(), await newStore()];
  const [sent, home, stranger] = [newId(), newId(), newId()];
  await putCustomer(sent, { tier: 'gold' });
  await putCustomer(home, { homeStore: here.name });
  await putCustomer(stranger);
  await addStoreCustomers(database, here.number, [sent]);
  const { pages, changes, cursor } = await askAll(here, null);
  expect(pages[0]).toMatchObject({ begins: true, sweeps: true });
  expect(changes.map(({ chainId }) => chainId).sort()).toEqual([sent, home].sort());
  expect(changes).toContainEqual({
    kind: 'customer',
    chainId: sent,
    attributes: { tier: 'gold' },
    locale: 'de',
    consent: {},
    runs: [],
    also: [],
  });
  expect((await askAll(there, null)).changes).toEqual([]);
  expect((await askAll(here, cursor)).changes).toEqual([]);
});

it('a customer who has changed ten times is told once, as she is now, with the last word on each purpose', async () => {
  const store = await newStore();
  const id = newId();
  await addStoreCustomers(database, store.number, [id]);
  await putCustomer(id);
  const { cursor } = await askAll(store, null);
  for (let visits = 1; visits <= 10; visits += 1) await putCustomer(id, { visits });
  for (const [at, granted] of [
    [1, true],
    [3, false],
    [2, true],
  ])
    await database.query(
      "INSERT INTO consents (chain_id, purpose, at, granted, origin) VALUES ($1, 'email', $2, $3, 'page')",
      [id, at, granted],
    );
  const run = { run: 'r12345678', dialogue: 'stroller', step: 'greet', term: 1, state: '{}' };
  await lendRuns(database, id, [run]);
  const { changes, cursor: next } = await askAll(store, cursor);
  expect(changes).toMatchObject([
    { chainId: id, attributes: { visits: 10 }, consent: { email: { granted: false, at: 3 } }, runs: [run] },
  ]);
  // The same again is no news; taking it back is.
  await lendRuns(database, id, [run]);
  expect((await askAll(store, next)).changes).toEqual([]);
  await lendRuns(database, id, []);
  expect((await askAll(store, next)).changes).toMatchObject([{ chainId: id, runs: [] }]);
});

it('comes in pages, each with the cursor that goes on behind it', async () => {
  const store = await newStore();
  const ids = Array.from({ length: 250 }, newId);
  for (const id of ids) await putCustomer(id);
  await addStoreCustomers(database, store.number, ids);
  const { pages, changes } = await askAll(store, null);
  expect(pages.map(({ remaining, begins, sweeps }) => [remaining, begins, sweeps])).toEqual([
    [150, true, false],
    [50, false, false],
    [0, false, true],
  ]);
  expect(new Set(changes.map(({ chainId }) => chainId))).toEqual(new Set(ids));
});

it('a cursor of another feed, or beyond this one, or none at all, begins anew', async () => {
  const store = await newStore();
  const { cursor } = await askAll(store, null);
  for (const odd of [null, 'somewhere.1', 'no cursor']) expect(await ask(store, odd)).toMatchObject({ begins: true });
  expect(await ask(store, cursor)).toMatchObject({ begins: false, sweeps: false });
  expect(await ask(store, cursor.replace(/\d+$/, '999'))).toMatchObject({ begins: true });
  // From here on it is another feed: whatever a cursor of the first one stands for is not here.
  expect(await ask(store, cursor)).toMatchObject({ begins: true });
});

it('a database that was put back from a copy begins anew, also with a store whose cursor the feed has come past since', async () => {
  const changed = async (store: KnownStore, count: number): Promise<void> => {
    const ids = Array.from({ length: count }, newId);
    for (const id of ids) await putCustomer(id, { tier: 'gold' });
    await addStoreCustomers(database, store.number, ids);
  };
  const putBack = async (isGiven: boolean): Promise<boolean> => {
    const store = await newStore();
    await changed(store, 3);
    const copied = await askAll(store, null);
    const [feed] = await database.query<{ position: number; given: number }>(
      'SELECT position, given FROM feeds WHERE store = $1',
      [store.number],
    );
    await changed(store, 2);
    const { cursor } = await askAll(store, copied.cursor);
    await database.query('DELETE FROM feed WHERE store = $1 AND position > $2', [store.number, feed?.position]);
    await database.query('UPDATE feeds SET position = $2, given = $3 WHERE store = $1', [
      store.number,
      feed?.position,
      isGiven ? feed?.given : null,
    ]);
    await changed(store, 7);
    const { pages, changes } = await askAll(store, cursor);
    return pages[0]?.begins === true && changes.length === 10;
  };
  expect(await putBack(true)).toBe(true);
  // Where nobody has written down what was given, those in between are passed over.
  expect(await putBack(false)).toBe(false);
});

it('who was erased is told to every store as a tombstone, until it has given its receipt, and is in no feed any more', async () => {
  await database.query('DELETE FROM stores');
  const [one, two] = [await newStore(), await newStore()];
  const id = newId();
  await putCustomer(id);
  await addStoreCustomers(database, one.number, [id]);
  const { cursor } = await askAll(one, null);
  const tombstone = tombstoneOf(key, id);
  await database.transaction(async (sql) => {
    await sql.query("INSERT INTO erasures (tombstone, asked_at, origin) VALUES ($1, 10, 'page')", [tombstone]);
    await sql.query('DELETE FROM customers WHERE chain_id = $1', [id]);
    await forgetDown(sql, id);
  });
  const told = await ask(one, cursor);
  expect(told).toMatchObject({ changes: [], erased: [tombstone] });
  expect((await ask(two, null)).erased).toEqual([tombstone]);
  const erased = { tombstones: [tombstone], erasedAt: 11 };
  expect(
    (await changesFor({ database, store: one, asked: { ...asked(told.cursor), erased }, now: 12 })).erased,
  ).toEqual([]);
  expect(await database.query('SELECT store FROM erasure_receipts')).toEqual([{ store: one.name }]);
  for (const table of ['feed', 'store_customers', 'changed_customers'])
    expect(await database.query(`SELECT 1 FROM ${table} WHERE chain_id = $1`, [id])).toEqual([]);
  expect(await customerFor(database, id)).toBeNull();
});

it('a store that was away for a quarter of a year gets everything anew', async () => {
  const store = await newStore();
  const { cursor } = await askAll(store, null);
  const day = 86_400_000;
  expect(await ask(store, cursor, 90 * day)).toMatchObject({ begins: false });
  expect(await ask(store, cursor, 181 * day)).toMatchObject({ begins: true, sweeps: true });
});

it('a store that was away for a quarter of a year gets everything anew, also where the first word of that was lost', async () => {
  const store = await newStore();
  const id = newId();
  await putCustomer(id, { tier: 'gold' });
  await addStoreCustomers(database, store.number, [id]);
  const { cursor } = await askAll(store, null);
  expect(await ask(store, cursor, 10)).toMatchObject({ begins: false, changes: [] });
  const later = 91 * 86_400_000;
  const lost = await ask(store, cursor, later);
  expect(lost.begins).toBe(true);
  expect(lost.changes.length).toBeGreaterThan(0);
  const again = await ask(store, cursor, later + 1);
  expect(again).toEqual(lost);
  // It has come: from here on there is nothing new.
  const next = await ask(store, again.cursor, later + 2);
  expect(next.begins).toBe(false);
  expect((await ask(store, next.cursor, later + 3)).begins).toBe(false);
});
