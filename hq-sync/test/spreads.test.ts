/**
 * Facts about nobody, told page by page: headquarters' own to everybody, a store's to its customers, each once, whoever
 * is killed in the middle and whatever comes meanwhile.
 */
import { runId } from '@kairos/dialogue/engine/ids.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { opensWithinMs } from '../folding/fold-person.ts';
import { createFolder } from '../folding/folder.ts';
import { FoldHouse, hourMs } from './fold-house.ts';
import type { ToldStore } from './told-store.ts';

/** More than two pages. */
const customersMax = 1_100;

const news = `dialogue: news
type: I
key: entry.code
objective: { on: sale, within: 30d, value: 10 }
holdout: 0%
enter: [{ on: goods.changed, where: 'fact.department == "suits" && fact.price < fact.was' }]
steps:
  tell:
    say:
      email: { subject: { en: "Suits for less" }, body: { en: "From today." } }
      validFor: 3d
      answers: { well: { label: { en: "I come" }, then: end } }
      silence: { never-shown: end, ignored: { after: 9d, then: end }, acted-elsewhere: end }
`;

let database: Database;
let house: FoldHouse;
let here: ToldStore;
let there: ToldStore;
let codes = 9_000;

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
  house = new FoldHouse(database);
  await house.publish({ news });
  [here, there] = [await house.store('riverside'), await house.store('hillside')];
  const ids = Array.from({ length: customersMax }, (_, place) => `b${place.toString(16).padStart(31, '0')}`);
  await database.query(
    'INSERT INTO customers (chain_id, made_at, changed_at) SELECT id, 1, 1 FROM unnest($1::text[]) AS id',
    [ids],
  );
  await database.query(
    `INSERT INTO consents (chain_id, purpose, at, granted, origin)
     SELECT id, 'email', 0, true, 'page' FROM unnest($1::text[]) AS id`,
    [ids],
  );
  // All are the first store's, every tenth the other's as well.
  await database.query('INSERT INTO store_customers (chain_id, store) SELECT id, 1 FROM unnest($1::text[]) AS id', [
    ids,
  ]);
  await database.query('INSERT INTO store_customers (chain_id, store) SELECT id, 2 FROM unnest($1::text[]) AS id', [
    ids.filter((_, place) => place % 10 === 0),
  ]);
  await database.query('INSERT INTO to_fold (chain_id, since) SELECT id, 0 FROM unnest($1::text[]) AS id', [ids]);
  await house.folder.foldDue();
});
afterAll(() => database?.close());

/** What was said before is forgotten, and of other goods. */
beforeEach(async () => {
  await house.pass(hourMs, hourMs);
  await database.query('DELETE FROM commands');
});

function marksDown(store: ToldStore, at = house.ports.clock.now()): number {
  codes += 1;
  return store.hear('goods.changed', at, null, { code: String(codes), department: 'suits', price: 100, was: 200 });
}

/** How many were told once; fails where somebody was twice. */
async function told(): Promise<number> {
  const rows = await database.query<{ count: number }>('SELECT count(*) AS count FROM commands GROUP BY chain_id');
  expect(rows.filter(({ count }) => count !== 1)).toEqual([]);
  return rows.length;
}

test('a markdown that headquarters hear of is told to everybody once', async () => {
  await house.tell(null, 'goods.changed', { code: '1000', department: 'suits', price: 100, was: 200 });
  expect(await told()).toBe(customersMax);
});

test('a markdown of a store is told to its own customers, once, however often it is looked at', async () => {
  marksDown(there);
  await there.sync();
  await house.folder.foldDue();
  expect(await told()).toBe(customersMax / 10);
  await house.pass(hourMs);
  expect(await told()).toBe(customersMax / 10);
});

test('whom the store has let in by it is let in once, and what is older than a week is told to nobody', async () => {
  const chainId = `b${'0'.repeat(31)}`;
  here.know(77, chainId);
  const at = house.ports.clock.now() - hourMs;
  marksDown(here, at - opensWithinMs);
  const heard = marksDown(here, at);
  const run = runId({ dialogue: 'news', owner: chainId, key: String(codes), cause: here.causeOf(heard) });
  here.decide('run.entered', at, 77, {
    run,
    dialogue: 'news',
    release: 1,
    held: false,
    key: String(codes),
    entry: {},
    cause: heard,
  });
  here.decide('run.moved', at, 77, { run, step: 'tell', until: at + 72 * hourMs, hop: 0, cause: heard });
  await here.sync();
  await house.folder.foldDue();
  expect(await told()).toBe(customersMax);
  expect(
    await database.query(
      `SELECT 1 FROM own_facts WHERE chain_id = $1 AND type = 'run.entered' AND body ->> 'run' = $2`,
      [chainId, run],
    ),
  ).toEqual([]);
  expect(await house.state(chainId)).toMatchObject({ doubled: 0 });
});

test('whoever tells of it and is killed in the middle, several at once, and a new release among it: each is told once', async () => {
  marksDown(here);
  await here.sync();
  let pages = 0;
  const mortal: Database = {
    ...database,
    query: (...asked) => database.query(...asked),
    close: () => database.close(),
    transaction: (use) =>
      database.transaction(async (sql) => {
        const result = await use(sql);
        pages += 1;
        // Before the commit, again and again at another place.
        if (pages % 5 === 4) throw new Error('the end');
        return result;
      }),
  };
  const others = [1, 2, 3].map(() =>
    createFolder({
      ...{ database: mortal, ports: house.ports, chainKey: 'sixteen-characters-and-more' },
      ...{ currency: 'EUR', timeZone: 'UTC' },
    }),
  );
  for (let round = 0; round < 6; round += 1) {
    await Promise.allSettled(others.map((one) => one.foldDue()));
    if (round === 1) await house.publish({ news: news.replace('Suits for less', 'Suits, reduced') });
  }
  expect(pages).toBeGreaterThan(20);
  await house.folder.foldDue();
  expect(await told()).toBe(customersMax);
});
