/**
 * Whatever is told of somebody, by whomever and in whatever order, before she is erased or after, and once more at the
 * end: from the moment on in which she is, no table holds a word of hers or an id, and none ever does again.
 * `KAIROS_ORDERS=10000` tries so many orders.
 */
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepReply } from '../channels/replies.ts';
import { setConsent } from '../customers/consent-history.ts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import { importCustomers } from '../customers/import-customers.ts';
import { setPreferences } from '../customers/preference-book.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { changesFor } from '../down/changes.ts';
import { addStoreCustomers } from '../down/store-customers.ts';
import { lendRuns } from '../down/waiting-runs.ts';
import { mergeIdentities } from '../folding/identities.ts';
import { recordJudged } from '../outside/take-facts.ts';
import { addCommand } from './channel-stand.ts';
import { ToldStore } from './told-store.ts';

const chainKey = 'the key of this chain';
const number = '2900000000018';
const her = chainIdOf(chainKey, number);
const alsoHer = chainIdOf(chainKey, '2900000000025');
const word = 'Qsomethingsheonlysaid';
const ordersDefault = 15;
let database: Database;
let tables: string[];

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
  const all = await database.query<{ name: string }>(
    "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'",
  );
  tables = all.map(({ name }) => name);
});
afterAll(() => database?.close());

/** What knows of her, ids or words: names of tables. */
async function traces(): Promise<string[]> {
  const looks = tables.map(
    (name) =>
      `SELECT '${name}' AS name WHERE EXISTS (SELECT FROM ${name} AS row WHERE row::text ~ '${her}|${alsoHer}|${word}')`,
  );
  return (await database.query<{ name: string }>(looks.join(' UNION ALL '))).map(({ name }) => name);
}

type Step = (stores: readonly [ToldStore, ToldStore], now: number) => Promise<unknown>;

async function visit(store: ToldStore, subject: number, at: number, chainId: string): Promise<void> {
  const [run, message] = [`run-${store.rows.length}`, `message-${store.rows.length}`];
  store.know(subject, chainId);
  store.decide('run.entered', at, subject, { run, dialogue: 'bread', held: false, release: 1, entry: { name: word } });
  store.hear('message.answered', at, subject, { message, answer: 'tell', screen: 'cart-1', form: { wish: word } });
  store.breakOne(store.hear('zone.entered', at, subject, { cart: 'cart-1', zone: 'suits', confidence: 1 }), word);
  await store.sync();
}

async function* listed(): AsyncGenerator<string> {
  yield `number,firstName,email,consentEmail\n${number},${word},${word}@example.com,yes\n`;
}

const told: Readonly<Record<string, Step>> = {
  list: (_, now) =>
    importCustomers(database, {
      ...{
        chainKey,
        loyalty: { prefixes: ['29'], gsrn: true },
        ownNumbers: false,
        attributeTypes: {},
        allOrNothing: false,
      },
      ...{ now, open: listed, onFault: ({ message }) => expect.fail(message) },
    }),
  outside: (_, now) =>
    database.transaction((sql) => {
      const fact = { id: `order-${now}`, type: 'custom.usage', at: now, body: { note: word }, chainId: her } as const;
      return recordJudged(sql, { source: 'shop', judged: [{ kind: 'good', fact }], context: { chainKey, now } });
    }),
  harbour: ([store], now) => visit(store, 7, now, her),
  riverside: ([, store], now) => visit(store, 3, now, alsoHer),
  consent: (_, now) => setConsent(database, { chainId: her, purpose: 'email', granted: true, origin: 'page', now }),
  preferences: (_, now) => setPreferences(database, alsoHer, { frequency: 'weekly', pausedUntil: null }, now),
  reply: (_, now) =>
    keepReply(database, {
      chainId: her,
      id: `${now}`,
      command: 'c',
      at: now,
      sender: word,
      subject: word,
      words: word,
    }),
  command: (_, now) =>
    addCommand(database, {
      chainId: her,
      kind: 'email',
      madeAt: now,
      until: now + 1,
      id: `c-${now}`,
      words: { body: word },
    }),
  lent: () => lendRuns(database, her, [{ run: 'r', dialogue: 'bread', step: 'ask', term: 1, state: word }]),
  asked: () => addStoreCustomers(database, 1, [her, alsoHer]),
  merged: (_, now) => mergeIdentities(database, { chainId: her, other: alsoHer, now }),
  fetched: (_, now) =>
    changesFor({
      ...{ database, store: { name: 'harbour', number: 1 }, now },
      asked: { versions: [1], cursor: null, epoch: 'life-1', erased: null },
    }),
};
const erasures: Readonly<Record<string, Step>> = {
  page: (_, now) => database.transaction((sql) => eraseCustomer(sql, { chainId: her, chainKey, origin: 'page', now })),
  store: async ([store], now) => {
    // Known there: headquarters are told who it was, by her id.
    store.know(7, her);
    store.erase(7, now);
    store.know(7, her);
    await store.sync();
  },
};

async function live(order: readonly string[]): Promise<void> {
  await database.query(`TRUNCATE ${tables.join(', ')}`);
  const open = (name: string): Promise<ToldStore> => new ToldStore(database, systemPorts, chainKey).open(name);
  const stores = [await open('harbour'), await open('riverside')] as const;
  let now = 1_764_000_000_000;
  let isErased = false;
  for (const name of [...order, 'fetched', ...Object.keys(told)]) {
    now += 1_000;
    const erase = erasures[name];
    if (erase) {
      await erase(stores, now);
      // Two ids are one person's only where somebody has said so by then.
      await database.transaction((sql) => eraseCustomer(sql, { chainId: alsoHer, chainKey, origin: 'page', now }));
    } else await (told[name] as Step)(stores, now);
    isErased ||= erase !== undefined;
    if (isErased) expect([name, await traces()]).toEqual([name, []]);
  }
}

test('without an erasure all of it is there: what is looked for can be found', async () => {
  await database.query(`TRUNCATE ${tables.join(', ')}`);
  await expect(live(Object.keys(told))).resolves.toBeUndefined();
  expect((await traces()).length).toBeGreaterThan(12);
});

test('in whatever order, nothing is left of whoever was erased, and she does not come back', async () => {
  const steps = [...Object.keys(told), ...Object.keys(erasures)];
  const orders = fc
    .tuple(fc.shuffledSubarray(steps, { minLength: 4 }), fc.constantFrom(...Object.keys(erasures)))
    .map(([some, erase]) => (some.some((name) => name in erasures) ? some : [...some, erase]));
  const numRuns = Number(process.env.KAIROS_ORDERS ?? ordersDefault);
  await fc.assert(fc.asyncProperty(orders, live), { numRuns });
}, 3_600_000);
