/**
 * Who waits for whom, on a real PostgreSQL: transactions that want the same rows are held at the statement at which they
 * used to wait for each other, so that the server ended one of them. None of them does now, whichever goes on first.
 */
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallList } from '../channels/calls/call-list.ts';
import { type Claimed, CommandBook } from '../channels/command-book.ts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import type { Database, Sql } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { spread } from '../down/spread.ts';
import { addStoreCustomers, forgetDown } from '../down/store-customers.ts';
import { markToFold } from '../facts/own-facts.ts';
import { addStore, type KnownStore, storeOfToken } from '../intake/store-lines.ts';
import { type Postgres, startPostgres } from '../process/postgres.ts';
import { addCommand, addPerson, day } from './channel-stand.ts';

const chainKey = 'the key of this chain';
const now = 20_000 * day;
let postgres: Postgres;
let database: Database;
let store: KnownStore;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await openPostgres(await postgres.createDatabase('hq'));
  await migrate(database);
  store = (await storeOfToken(database, await addStore(database, 'harbour', 0))) as KnownStore;
});
afterAll(async () => {
  await database?.close();
  await postgres?.stop();
});

/** The same database, but the first transaction that comes to such a statement stops before it. */
function heldAt(statement: RegExp): { held: Database; isThere: Promise<void>; goOn: () => void } {
  const there = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const stopping = (sql: Sql): Sql => ({
    copyIn: (...of) => sql.copyIn(...of),
    query: async <Row extends object>(text: string, values?: readonly unknown[]) => {
      if (statement.test(text)) {
        there.resolve();
        await gate.promise;
      }
      return sql.query<Row>(text, values);
    },
  });
  const held: Database = { ...database, transaction: (run) => database.transaction((sql) => run(stopping(sql))) };
  return { held, isThere: there.promise, goOn: gate.resolve };
}

/** Somebody of this database waits for a lock, or all that were asked have ended. */
async function oneWaits(ended: Promise<unknown>): Promise<void> {
  let isOver = false;
  void ended.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  await expect
    .poll(async () => {
      const waiting = await database.query(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return isOver || waiting.length > 0;
    })
    .toBe(true);
}

const traceTables = ['changed_customers', 'store_customers', 'feed', 'to_fold', 'commands', 'carriage', 'tags'];

async function tracesOf(chainId: string): Promise<string[]> {
  const found = await Promise.all(
    traceTables.map(async (table) => {
      const rows = await database.query(`SELECT FROM ${table} WHERE chain_id = $1`, [chainId]);
      return rows.length > 0 ? [table] : [];
    }),
  );
  return found.flat();
}

/** A customer of the store's who has been told of, and has changed since. */
async function customer(number: string): Promise<string> {
  const chainId = chainIdOf(chainKey, number);
  await addStoreCustomers(database, store.number, [chainId]);
  await spread(database);
  await database.query('INSERT INTO changed_customers (chain_id) VALUES ($1)', [chainId]);
  return chainId;
}

const erase = (on: Database, chainId: string): Promise<boolean> =>
  on.transaction((sql) => eraseCustomer(sql, { chainId, chainKey, origin: 'page', now }));

test('who forgets a customer waits for whoever is carrying a change of hers, and nothing of it is left', async () => {
  const her = await customer('2900000000018');
  const { held, isThere, goOn } = heldAt(/INSERT INTO feed /);
  const carrying = spread(held);
  await isThere;
  const forgetting = database.transaction((sql) => forgetDown(sql, her));
  await oneWaits(forgetting);
  goOn();
  expect(await Promise.allSettled([carrying, forgetting])).toMatchObject([
    { status: 'fulfilled', value: 1 },
    { status: 'fulfilled' },
  ]);
  expect(await tracesOf(her)).toEqual([]);
});

test('whoever carries changes waits for no erasure: hers is left to it, the others are told of', async () => {
  const her = await customer('2900000000025');
  const { held, isThere, goOn } = heldAt(/DELETE FROM to_fold WHERE chain_id = ANY/);
  const erasing = erase(held, her);
  await isThere;
  // Committed while she is being erased, which has passed that table.
  await database.query('INSERT INTO changed_customers (chain_id) VALUES ($1)', [her]);
  const another = chainIdOf(chainKey, '2900000000032');
  await addStoreCustomers(database, store.number, [another]);
  const carrying = spread(database);
  await oneWaits(carrying);
  goOn();
  expect(await Promise.allSettled([erasing, carrying])).toMatchObject([
    { status: 'fulfilled', value: true },
    { status: 'fulfilled' },
  ]);
  expect(await tracesOf(her)).toEqual([]);
  expect(await tracesOf(another)).toEqual(['store_customers', 'feed']);
});

test('a customer who is erased while her home store hears of her is no customer of it afterwards', async () => {
  const her = chainIdOf(chainKey, '2900000000049');
  await database.query(
    `INSERT INTO customers (chain_id, attributes, made_at, changed_at) VALUES ($1, '{"homeStore": "harbour"}', 1, 1)`,
    [her],
  );
  const { held, isThere, goOn } = heldAt(/DELETE FROM changed_customers WHERE \(chain_id, change\)/);
  const carrying = spread(held);
  await isThere;
  const erasing = erase(database, her);
  await oneWaits(erasing);
  goOn();
  expect(await Promise.allSettled([carrying, erasing])).toMatchObject([
    { status: 'fulfilled' },
    { status: 'fulfilled', value: true },
  ]);
  expect(await tracesOf(her)).toEqual([]);
});

async function mailBegun(name: string): Promise<{ chainId: string; book: CommandBook; claimed: Claimed }> {
  const chainId = await addPerson(database, { name });
  await addCommand(database, { chainId, kind: 'email', madeAt: now, until: now + day });
  const book = new CommandBook({ database, who: 'one', tagKey: 'k'.repeat(32) });
  const [claimed] = await book.claim(['email'], { now, max: 1 });
  if (!claimed) return expect.fail('nothing was claimed');
  await book.beginSending(claimed, { now, isHarmless: false });
  return { chainId, book, claimed };
}

test('a mail that has gone out is noted while she is erased, and while she is folded', async () => {
  const { chainId, claimed } = await mailBegun('Ada');
  const { held, isThere, goOn } = heldAt(/FROM commands WHERE chain_id = \$1 AND command = \$2 FOR UPDATE/);
  const book = new CommandBook({ database: held, who: 'one', tagKey: 'k'.repeat(32) });
  const settling = book.settle(claimed, { state: 'done', outcome: { said: 'ok' }, reached: now }, now);
  await isThere;
  const erasing = erase(database, chainId);
  await oneWaits(erasing);
  goOn();
  expect(await Promise.allSettled([settling, erasing])).toMatchObject([
    { status: 'fulfilled' },
    { status: 'fulfilled', value: true },
  ]);
  expect(await tracesOf(chainId)).toEqual([]);

  const folded = await mailBegun('Grace');
  const gate = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  // As a folder does: her first, then what is to be done about her.
  const folding = database.transaction(async (sql) => {
    await markToFold(sql, [folded.chainId], now);
    isHeld.resolve();
    await gate.promise;
    await sql.query("UPDATE commands SET words = words || '{}' WHERE chain_id = $1", [folded.chainId]);
  });
  await isHeld.promise;
  const noting = folded.book.settle(folded.claimed, { state: 'done', outcome: {}, reached: now }, now);
  await oneWaits(noting);
  gate.resolve();
  expect(await Promise.allSettled([folding, noting])).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
});

test('calls whose time is over are ended while whom they are for are folded', async () => {
  const chainId = await addPerson(database, { name: 'Mary' });
  const call = await addCommand(database, { chainId, kind: 'call', madeAt: now, until: now + 1 });
  const calls = new CallList({
    database,
    config: { teams: { service: { perDay: 5, roles: [] } }, timeZone: 'UTC' },
    rules: { quietHours: { from: 20 * 60, to: 8 * 60 }, timeZone: 'UTC' },
  });
  const gate = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  const folding = database.transaction(async (sql) => {
    await markToFold(sql, [chainId], now);
    isHeld.resolve();
    await gate.promise;
    await sql.query("UPDATE commands SET words = words || '{}' WHERE chain_id = $1", [chainId]);
  });
  await isHeld.promise;
  const ending = calls.endOverdue(now + 2);
  await oneWaits(ending);
  gate.resolve();
  expect(await Promise.allSettled([folding, ending])).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
  expect(await database.query('SELECT state, outcome FROM commands WHERE command = $1', [call])).toMatchObject([
    { state: 'failed', outcome: { reason: 'expired' } },
  ]);
});

test('each list of headquarters has a lock of its own: changes are carried while tables are cleaned', async () => {
  await database.session(async (sql) => {
    await sql.query('SELECT pg_advisory_lock(7204119)');
    const her = await customer('2900000000056');
    await spread(database);
    expect(await database.query('SELECT FROM changed_customers WHERE chain_id = $1', [her])).toEqual([]);
  });
});
