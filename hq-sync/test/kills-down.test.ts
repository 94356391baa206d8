/**
 * The way down under kills: headquarters at every step of telling, the store at every step of taking and of forgetting,
 * then both at random moments, on a real PostgreSQL, while customers go on changing. Afterwards the store holds what
 * headquarters do, each loan was taken once, and who was erased is nowhere in its folder. And three who write at once and
 * commit in any order: whoever reads meanwhile misses nothing.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { changesFor, downSteps } from '../down/changes.ts';
import { addStoreCustomers, forgetDown } from '../down/store-customers.ts';
import { lendRuns } from '../down/waiting-runs.ts';
import { addStore, type KnownStore, storeOfToken } from '../intake/store-lines.ts';
import { type Postgres, startPostgres } from '../process/postgres.ts';
import { ended, MortalProcesses } from './mortal-processes.ts';

/** As the store's own stand has it. */
const chainKey = 'a-chain-key-for-tests-only';
const taker = '../../store-server/test/mortal-taker.ts';
/** As the store names them (`change-taker.ts`). */
const takeSteps = ['heard', 'put', 'committed', 'buried', 'found', 'erased', 'overwritten'];
const customers = 230;
/** Random kills, a sixth of KAIROS_KILLS, which asks for more (`1200` for the goal of 200). */
const kills = Number(process.env.KAIROS_KILLS ?? 24) / 6;
/** Each has a process started anew, and a busy machine takes its time. */
const killsMs = Math.max(120_000, kills * 20_000);

let postgres: Postgres;
let database: Database;
let url: string;
const folder = mkdtempSync(join(tmpdir(), 'kairos-kills-down-'));
const processes = new MortalProcesses();

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase('down');
  database = await openPostgres(url);
  await migrate(database);
});
afterAll(async () => {
  processes.killAll();
  await database?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The chain's customers of one test, who go on changing. */
class Chain {
  readonly erased: string[] = [];
  readonly #name: string;
  #version = 0;
  #ids: string[];

  constructor(name: string) {
    this.#name = name;
    this.#ids = Array.from({ length: customers }, (_, index) => idOf(`${name} ${index}`));
  }

  async enter(store: KnownStore): Promise<void> {
    await this.change(1);
    await addStoreCustomers(database, store.number, this.#ids);
  }

  /** `share` of them are other than before; one is erased. */
  async change(share: number, { erase = false } = {}): Promise<void> {
    this.#version += 1;
    const at = this.#version;
    const some = this.#ids.slice(0, Math.ceil(this.#ids.length * share));
    await database.transaction(async (sql) => {
      await sql.query(
        `INSERT INTO customers (chain_id, attributes, locale, made_at, changed_at)
         SELECT id, jsonb_build_object('version', $2::integer, 'firstName', 'Name-' || id), 'de', 1, 1 FROM unnest($1::text[]) AS id
         ON CONFLICT (chain_id) DO UPDATE SET attributes = excluded.attributes`,
        [some, at],
      );
      await sql.query(
        `INSERT INTO consents (chain_id, purpose, at, granted, origin)
         SELECT id, 'email', $2::bigint, $3::boolean, 'page' FROM unnest($1::text[]) AS id ON CONFLICT DO NOTHING`,
        [some, at, at % 2 === 0],
      );
      const run = { run: `r-${some[0]?.slice(0, 12)}`, dialogue: 'stroller', step: 'later', term: at, state: '{}' };
      await lendRuns(sql, some[0] as string, [run]);
    });
    if (erase) await this.#erase(this.#ids.pop() as string);
  }

  async #erase(id: string): Promise<void> {
    this.erased.push(id);
    await database.transaction(async (sql) => {
      await sql.query("INSERT INTO erasures (tombstone, asked_at, origin) VALUES ($1, 1, 'page')", [
        tombstoneOf(chainKey, id),
      ]);
      for (const table of ['customers', 'consents']) await sql.query(`DELETE FROM ${table} WHERE chain_id = $1`, [id]);
      await forgetDown(sql, id);
    });
  }

  /** As headquarters have them. */
  async held(): Promise<unknown[]> {
    return await database.query(
      `SELECT chain_id AS "chainId", attributes,
         (SELECT jsonb_build_object('email', granted) FROM consents WHERE consents.chain_id = customers.chain_id ORDER BY at DESC LIMIT 1) AS consent,
         coalesce((SELECT jsonb_object_agg(run, term) FROM waiting_runs WHERE waiting_runs.chain_id = customers.chain_id), '{}') AS lent
       FROM customers WHERE chain_id = ANY($1::text[]) ORDER BY chain_id`,
      [this.#ids],
    );
  }

  newStore(): Promise<{ store: KnownStore; token: string; data: string }> {
    return newStore(this.#name);
  }
}

function idOf(text: string): string {
  return tombstoneOf('ids of tests', text);
}

async function newStore(name: string): Promise<{ store: KnownStore; token: string; data: string }> {
  const token = await addStore(database, name, 0);
  return { store: (await storeOfToken(database, token)) as KnownStore, token, data: mkdtempSync(join(folder, name)) };
}

const startStore = (port: number, token: string, data: string, dieAt = 'never', nth = 1): ChildProcess =>
  processes.start(taker, [`http://127.0.0.1:${port}`, token, data, dieAt, String(nth)]);

/** It asks until nothing is left, and tells what it holds. */
async function finish(store: ChildProcess): Promise<{ people: unknown[]; lent: string[] }> {
  let said = '';
  store.stdout?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  store.stdin?.end();
  await ended(store);
  return JSON.parse(said) as { people: unknown[]; lent: string[] };
}

async function expectWhole(chain: Chain, store: ChildProcess, data: string): Promise<void> {
  const { people, lent } = await finish(store);
  expect(people).toEqual(await chain.held());
  // A loan that was taken twice is a fact twice.
  expect(lent).toEqual([...new Set(lent)]);
  expect(lent.length).toBeGreaterThan(0);
  for (const file of readdirSync(data)) {
    const bytes = readFileSync(join(data, file));
    for (const id of chain.erased) expect(bytes.includes(`Name-${id}`), `${file} still has ${id}`).toBe(false);
  }
}

it('headquarters that die at any step of telling skip nothing and say nothing twice that counts', async () => {
  const chain = new Chain('telling');
  const { store, token, data } = await chain.newStore();
  await chain.enter(store);
  let hq = await processes.startHq(url, { dieAt: downSteps[0] });
  const process = startStore(hq.port, token, data);
  for (const [index, step] of [...downSteps.slice(1), 'never'].entries()) {
    await ended(hq.child);
    await chain.change(0.6, { erase: index % 3 === 1 });
    hq = await processes.startHq(url, { port: hq.port, dieAt: step, nth: step === 'receipts' ? 2 : 1 });
  }
  await expectWhole(chain, process, data);
  hq.child.kill('SIGKILL');
});

it('nor does a store that dies at any step of taking and of forgetting', async () => {
  const chain = new Chain('taking');
  const { store, token, data } = await chain.newStore();
  await chain.enter(store);
  const hq = await processes.startHq(url);
  for (const [index, step] of takeSteps.entries()) {
    if (index > 0) await chain.change(0.6, { erase: true });
    await ended(startStore(hq.port, token, data, step, index < 3 ? 2 : 1));
  }
  await expectWhole(chain, startStore(hq.port, token, data), data);
  hq.child.kill('SIGKILL');
});

it(
  'nor do both of them, killed at random moments, while customers change',
  async () => {
    const chance = seededRandom(20_261_122);
    const chain = new Chain('random');
    const { store, token, data } = await chain.newStore();
    await chain.enter(store);
    let hq = await processes.startHq(url);
    let process = startStore(hq.port, token, data);
    for (let kill = 0; kill < kills; kill += 1) {
      await chain.change(chance(), { erase: kill % 3 === 0 });
      await pause(chance() * 400);
      if (chance() < 0.5) {
        hq.child.kill('SIGKILL');
        await ended(hq.child);
        hq = await processes.startHq(url, { port: hq.port });
      } else {
        process.kill('SIGKILL');
        await ended(process);
        process = startStore(hq.port, token, data);
      }
    }
    await expectWhole(chain, process, data);
    hq.child.kill('SIGKILL');
  },
  killsMs,
);

it('three who write at once and commit in any order: a store that asks meanwhile misses none, where a watermark would', async () => {
  const chance = seededRandom(7);
  const { store } = await newStore('three-writers');
  const ids = Array.from({ length: 39 }, (_, index) => idOf(`written ${index}`));
  await addStoreCustomers(database, store.number, ids);
  const writers = await Promise.all([1, 2, 3].map(() => openPostgres(url)));
  /** Per writer: what it has written and not committed yet. */
  const open: (null | { commit: () => void; done: Promise<void> })[] = [null, null, null];
  let version = 0;
  const begin = async (index: number): Promise<void> => {
    version += 1;
    const mine = version;
    // Each writes customers of its own: none waits for another.
    const id = ids[(mine % 13) * 3 + index] as string;
    let commit = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let written = (): void => undefined;
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const done = (writers[index] as Database).transaction(async (sql) => {
      await sql.query(
        `INSERT INTO customers (chain_id, attributes, made_at, changed_at) VALUES ($1, jsonb_build_object('n', $2::integer), 1, $2)
         ON CONFLICT (chain_id) DO UPDATE SET attributes = excluded.attributes, changed_at = excluded.changed_at`,
        [id, mine],
      );
      written();
      await held;
    });
    await isWritten;
    open[index] = { commit, done };
  };
  const end = async (index: number): Promise<void> => {
    open[index]?.commit();
    await open[index]?.done;
    open[index] = null;
  };
  const seen = new Map<string, unknown>();
  /** Who goes by the highest number seen so far. */
  const naive = new Map<string, unknown>();
  let highest = 0;
  let cursor: string | null = null;
  const read = async (): Promise<void> => {
    const asked = { versions: [1], cursor, epoch: 'life-one', erased: null };
    const answer = await changesFor({ database, store, asked, now: 1 });
    for (const { chainId, attributes } of answer.changes) seen.set(chainId as string, attributes);
    ({ cursor } = answer);
    const rows = await database.query<{ id: string; n: number; attributes: object }>(
      'SELECT chain_id AS id, changed_at AS n, attributes FROM customers WHERE chain_id = ANY($1::text[]) AND changed_at > $2',
      [ids, highest],
    );
    for (const { id, attributes } of rows) naive.set(id, attributes);
    highest = Math.max(highest, ...rows.map(({ n }) => n));
  };
  for (let turn = 0; turn < 120; turn += 1) {
    const index = Math.floor(chance() * 3);
    if (chance() < 0.3) await read();
    else if (open[index] === null) await begin(index);
    else await end(index);
  }
  for (const index of [0, 1, 2]) await end(index);
  await read();
  const there = await database.query<{ id: string; attributes: object }>(
    'SELECT chain_id AS id, attributes FROM customers WHERE chain_id = ANY($1::text[])',
    [ids],
  );
  const whole = new Map(there.map(({ id, attributes }) => [id, attributes]));
  expect(seen).toEqual(whole);
  expect(naive).not.toEqual(whole);
  await Promise.all(writers.map((writer) => writer.close()));
});

it('a store that asks while another process is carrying its changes is told of them', async () => {
  const { store } = await newStore('asks-meanwhile');
  const id = idOf('carried meanwhile');
  await addStoreCustomers(database, store.number, [id]);
  const asked = { versions: [1], cursor: null, epoch: 'life-one', erased: null };
  const { cursor } = await changesFor({ database, store, asked, now: 1 });
  const [carrier, other] = await Promise.all([openPostgres(url), openPostgres(url)]);
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let isHeld = (): void => undefined;
  const holds = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  // Whoever carries has to wait for this store's feed.
  const holder = database.transaction(async (sql) => {
    await sql.query('SELECT FROM feeds WHERE store = $1 FOR UPDATE', [store.number]);
    isHeld();
    await held;
  });
  await holds;
  await database.query('INSERT INTO customers (chain_id, attributes, made_at, changed_at) VALUES ($1, $2, 1, 1)', [
    id,
    { firstName: 'Ada' },
  ]);
  let isCarrying = (): void => undefined;
  const carries = new Promise<void>((resolve) => {
    isCarrying = resolve;
  });
  const first = changesFor({
    ...{ database: carrier, store, asked: { ...asked, cursor }, now: 1 },
    onStep: (step) => (step === 'drained' ? isCarrying() : undefined),
  });
  await carries;
  let isAnswered = false;
  const second = changesFor({ database: other, store, asked: { ...asked, cursor }, now: 1 }).finally(() => {
    isAnswered = true;
  });
  const waits = async (): Promise<boolean> =>
    (await database.query('SELECT FROM pg_locks WHERE NOT granted')).length > 1;
  while (!isAnswered && !(await waits())) await pause(5);
  letGo();
  await holder;
  for (const answer of [await first, await second])
    expect(answer.changes).toMatchObject([{ chainId: id, attributes: { firstName: 'Ada' } }]);
  await carrier.close();
  await other.close();
});
