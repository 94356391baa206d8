/**
 * Somebody is erased at headquarters on a real PostgreSQL: of words that were planted wherever words of hers can stand,
 * none is left in any byte that the server keeps, its log and its samples among them; nothing that comes later brings
 * her back, whatever was under way; and what was published stays as it was.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { findPlanted, plantedWord } from '@kairos/protocol/test/planted-text.ts';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepReply } from '../channels/replies.ts';
import { cleanTraces } from '../customers/clean-traces.ts';
import { dialogueFigures } from '../customers/dialogue-figures.ts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import { importCustomers } from '../customers/import-customers.ts';
import { linkKeyOf, signLink } from '../customers/personal-link.ts';
import type { Database } from '../database/database.ts';
import { openPostgres } from '../database/postgres.ts';
import { recordOwn } from '../facts/own-facts.ts';
import { mergeIdentities } from '../folding/identities.ts';
import { addSource } from '../outside/source-book.ts';
import { type Postgres, startPostgres } from '../process/postgres.ts';
import { type RunningHq, startHq } from '../server/hq.ts';
import { loadHqConfig } from '../server/hq-config.ts';
import { addCommand, someWords } from './channel-stand.ts';
import { ToldStore } from './told-store.ts';

const chainKey = 'the key of this chain';
const number = '2900000000018';
const her = chainIdOf(chainKey, number);
/** Another card of hers. */
const alsoHer = chainIdOf(chainKey, '2900000000032');
const another = '2900000000025';
const word = plantedWord();
/** What comes once she is erased. */
const lateWord = plantedWord();
const phone = `+99 7${String(randomInt(1e9)).padStart(9, '3')}`;
const folder = mkdtempSync(join(tmpdir(), 'kairos-erasure-'));
let postgres: Postgres;
let hq: RunningHq;
let database: Database;
let url: string;
let databaseUrl: string;
let token: string;
let stores: readonly [ToldStore, ToldStore];

beforeAll(async () => {
  postgres = await startPostgres({
    more: ['logging_collector=on', 'log_directory=log', 'log_min_duration_statement=-1'],
  });
  databaseUrl = await postgres.createDatabase('hq');
  // As docs/headquarters.md asks of the operator: the server's own log quotes what it could not take.
  const owner = await openPostgres(databaseUrl);
  await owner.query("ALTER ROLE kairos SET log_min_messages = 'fatal'");
  await owner.close();
  const file = join(folder, 'hq.yaml');
  const text = `listen: { port: 0 }\nchainKey: ${chainKey}\nloyalty: { prefixes: ["29"] }\ncleaning: { afterMinutes: 0 }
database: { url: "${databaseUrl}" }\nchannels: { web: { origin: "https://hello.example.com" } }\n`;
  writeFileSync(file, text);
  const loaded = loadHqConfig(file);
  if (loaded.kind === 'faulty') throw new Error(loaded.faults.join('\n'));
  hq = await startHq(loaded.config, systemPorts);
  ({ database } = hq);
  url = `http://127.0.0.1:${hq.port}`;
  token = await addSource(database, { name: 'shop', types: ['custom.*', 'site.visited', 'customer.changed'] }, 1);
  const open = (name: string): Promise<ToldStore> => new ToldStore(database, systemPorts, chainKey).open(name);
  stores = [await open('harbour'), await open('riverside')];
});
afterAll(async () => {
  await hq?.stop();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const now = (): number => systemPorts.clock.now();

async function* textOf(text: string): AsyncGenerator<string> {
  yield text;
}

const takeList = (text: string) =>
  importCustomers(database, {
    ...{ chainKey, loyalty: { prefixes: ['29'], gsrn: true }, ownNumbers: false, attributeTypes: {} },
    ...{ allOrNothing: false, now: now(), open: () => textOf(text) },
    onFault: ({ message }) => expect.fail(message),
  });

const tellFromOutside = async (facts: readonly object[]): Promise<unknown> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v1/facts`, { method: 'POST', headers, body: JSON.stringify({ facts }) });
  return answer.json();
};

/** She visits, is spoken to, answers in her own words; an associate notes something; one fact is broken. */
async function visit(store: ToldStore, subject: number, chainId: string, said: string): Promise<void> {
  const at = 1_764_000_000_000 + store.rows.length * 1_000;
  const [run, message] = [`run-${subject}-${said.slice(0, 6)}`, `message-${subject}-${said.slice(0, 6)}`];
  store.know(subject, chainId);
  store.decide('run.entered', at, subject, {
    run,
    dialogue: 'bread',
    held: false,
    release: 1,
    entry: { name: `${said}-entry` },
  });
  store.decide('message.decided', at, subject, {
    ...{ message, run, dialogue: 'bread', step: 'ask', channel: 'cart', target: 'cart-1', validUntil: at + 60_000 },
    answerWithinMs: 60_000,
    ...{ score: 1, rivals: [] },
  });
  store.hear('message.shown', at, subject, { message, screen: 'cart-1' });
  store.hear('message.answered', at, subject, {
    message,
    answer: 'tell',
    screen: 'cart-1',
    form: { wish: `${said}-answer` },
  });
  store.decide('task.done', at, subject, {
    task: `task-${message}`,
    associate: 'B1',
    answer: 'found',
    form: { note: `${said}-associate` },
  });
  store.decide('objective.reached', at, subject, { run, dialogue: 'bread', held: false, value: 700 });
  const line = {
    id: '1',
    code: '2000000000008',
    name: 'Bread',
    department: 'bakery',
    tags: [],
    quantity: 1_000,
    unitPrice: 250,
    amount: 250,
  };
  store.hear('sale', at, subject, {
    till: 'till-1',
    receipt: `R-${store.rows.length}`,
    currency: 'EUR',
    lines: [line],
    total: 250,
  });
  store.breakOne(
    store.hear('zone.entered', at, subject, { cart: 'cart-1', zone: 'suits', confidence: 1 }),
    `${said}-broken`,
  );
  await store.sync();
}

/** Wherever words of hers can stand at headquarters. Returns the names of all of them. */
async function plant(said: string): Promise<string[]> {
  await takeList(
    `number,firstName,email,phone,post,consentEmail\n${number},${said}-name,${said}-mail@example.com,${phone},${said}-street 1,yes\n`,
  );
  for (const [index, store] of stores.entries()) await visit(store, 7 + index, her, said);
  await tellFromOutside([
    { id: `${said}-order`, number, type: 'custom.usage', at: now(), body: { note: `${said}-usage` } },
    {
      id: `${said}-page`,
      number,
      type: 'site.visited',
      at: now(),
      body: { page: `${said}-visited`, category: 'sandals' },
    },
    { id: 'moved', number, type: 'customer.changed', at: now(), body: { attributes: { city: `${said}-city` } } },
  ]);
  for (const kind of ['email', 'call', 'mail', 'web']) {
    const words = { ...someWords, body: `Dear ${said}-${kind}`, answers: [{ id: 'yes', label: 'Yes', form: [] }] };
    const command = await addCommand(database, { chainId: her, kind, madeAt: now(), until: now() + 1e9, words });
    await database.query("UPDATE commands SET state = 'done', outcome = $2 WHERE command = $1", [
      command,
      JSON.stringify({ said: `${said}-${kind}-outcome` }),
    ]);
    const tag = `tag-${kind}`;
    await database.query('INSERT INTO carriage (chain_id, command, tag) VALUES ($1, $2, $3)', [her, command, tag]);
    await database.query('INSERT INTO tags (tag, chain_id, command) VALUES ($3, $1, $2)', [her, command, tag]);
  }
  await keepReply(database, {
    ...{ chainId: her, id: 'r-1', command: 'c', at: now(), sender: `${said}-sender` },
    ...{ subject: `${said}-subject`, words: `${said}-reply` },
  });
  await recordOwn(
    database,
    {
      id: 'call',
      chainId: her,
      type: 'call.logged',
      at: now(),
      body: { message: 'm', answer: 'yes', form: { complaint: `${said}-complaint` } },
    },
    now(),
  );
  await database.query('INSERT INTO customer_states (chain_id, state, folded_at) VALUES ($1, $2, 1)', [
    her,
    // Long enough to be packed and put beside its row.
    JSON.stringify({ engine: `${said}-state ${'filling '.repeat(2_000)}` }),
  ]);
  await database.query(
    "INSERT INTO waiting_runs (chain_id, run, dialogue, step, term, state) VALUES ($1, 'r', 'bread', 'ask', 1, $2)",
    [her, `${said}-lent`],
  );
  await mergeIdentities(database, { chainId: her, other: alsoHer, now: now() });
  const names = ['name', 'mail', 'street', 'entry', 'answer', 'associate', 'broken', 'usage', 'visited', 'city'];
  const off = ['email', 'call', 'email-outcome', 'web', 'sender', 'subject', 'reply', 'complaint', 'state', 'lent'];
  return [phone, ...[...names, ...off].map((name) => `${said}-${name}`)];
}

async function isCleaned(): Promise<void> {
  await expect
    .poll(async () => ((await (await fetch(`${url}/health`)).json()) as { erasures: object }).erasures)
    .toMatchObject({ owedSince: null, lastAt: expect.any(Number), isLogClean: true, reason: null });
}

/** Headquarters do it by themselves as well: whoever comes second is told so, and asks again. */
async function cleaned(kind: 'done' | 'busy'): Promise<void> {
  await expect.poll(async () => (await cleanTraces(database, now())).kind).toBe(kind);
}

const hits = (looked: string) => findPlanted([postgres.folder], looked);

test('nothing of her is left on the server’s disk once headquarters have cleaned up by themselves; figures stay', async () => {
  const planted = await plant(word);
  await takeList(`number,firstName\n${another},unharmed\n`);
  await visit(stores[0], 9, chainIdOf(chainKey, another), 'unharmed');
  await database.query('ANALYZE');
  await database.query('CHECKPOINT');
  // A control: each of them had reached the disk, and cleaning alone takes nothing away.
  await cleaned('done');
  const rows = await everything();
  expect(planted.filter((name) => !rows.includes(name))).toEqual([]);
  expect(hits(word).length).toBeGreaterThan(0);
  expect(hits(her).length).toBeGreaterThan(0);
  const published = await dialogueFigures(database);
  expect(published).toMatchObject([
    { dialogue: 'bread', figures: { entered: 2, shown: 3, answered: 3, value: 2_100 } },
  ]);
  // She does it herself.
  const link = signLink({ chainId: her, purpose: 'preferences', until: now() + 1e9 }, linkKeyOf(chainKey));
  expect((await fetch(`${url}/preferences/${link}/erase`, { method: 'POST' })).status).toBe(200);
  await isCleaned();
  for (const looked of [word, her, alsoHer, number, phone]) expect(hits(looked)).toEqual([]);
  expect(await dialogueFigures(database)).toEqual(published);
  expect((await everything()).includes('unharmed')).toBe(true);
  expect(((await (await fetch(`${url}/health`)).json()) as { erasures: object }).erasures).toMatchObject({
    owing: [
      { store: 'harbour', owed: 2 },
      { store: 'riverside', owed: 2 },
    ],
  });
});

test('what comes of her later leaves nothing, and brings back nobody', async () => {
  const published = await dialogueFigures(database);
  expect(
    await takeList(`number,firstName,email,consentEmail\n${number},${lateWord}-name,${lateWord}@example.com,yes\n`),
  ).toMatchObject({
    erased: 1,
  });
  expect(
    await tellFromOutside([
      { id: `${lateWord}-order`, number, type: 'custom.usage', at: now(), body: { note: `${lateWord}-usage` } },
      { id: 'moved-again', number, type: 'customer.changed', at: now(), body: { attributes: { city: lateWord } } },
    ]),
  ).toMatchObject({ outcomes: [{ outcome: 'nobody' }, { outcome: 'nobody' }] });
  // Under the number that she had, and under a new one.
  await visit(stores[0], 7, her, lateWord);
  await visit(stores[1], 12, alsoHer, lateWord);
  const purpose = (name: string): string =>
    signLink({ chainId: her, purpose: name, until: now() + 1e9 }, linkKeyOf(chainKey));
  for (const path of [
    `/stop/${purpose('stop:run-1')}`,
    `/w/${purpose('answer:run-1')}`,
    `/preferences/${purpose('preferences')}`,
  ])
    await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'answer=yes',
    });
  await keepReply(database, {
    chainId: her,
    id: 'r-2',
    command: 'c',
    at: now(),
    sender: lateWord,
    subject: '',
    words: lateWord,
  });
  await cleaned('done');
  for (const looked of [lateWord, her, alsoHer, number]) expect(hits(looked)).toEqual([]);
  expect(await dialogueFigures(database)).toEqual(published);
});

test('a transaction that was under way while she was erased does not bring her back for longer than to the next cleaning', async () => {
  const third = chainIdOf(chainKey, '2900000000049');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query("INSERT INTO replies VALUES ($1, 'r', 'c', 1, 's', 's', $2)", [third, `${word}-under-way`]);
  await database.transaction((sql) => eraseCustomer(sql, { chainId: third, chainKey, origin: 'operator', now: now() }));
  // Nothing is written anew over what somebody still reads.
  await cleaned('busy');
  await client.query('COMMIT');
  await client.end();
  await isCleaned();
  expect(hits(word)).toEqual([]);
  expect(hits(third)).toEqual([]);
});

test('one process cleans at a time', async () => {
  await database.session(async (sql) => {
    await sql.query('SELECT pg_advisory_lock(7204119)');
    expect(await cleanTraces(database, now())).toEqual({ kind: 'elsewhere' });
  });
  await cleaned('done');
});

test('a user who may not begin the log anew has clean tables, and is told what the owner has to do', async () => {
  await database.query('CREATE ROLE plain LOGIN');
  await database.query('CREATE DATABASE plain OWNER plain');
  const plainUrl = databaseUrl.replace('kairos@', 'plain@').replace(/\/hq$/, '/plain');
  const started = await startHq({ listen: { host: '127.0.0.1', port: 0 }, database: { url: plainUrl } }, systemPorts);
  const cleaned = await cleanTraces(started.database, now());
  await started.stop();
  expect(cleaned).toMatchObject({ kind: 'done', isLogClean: false, reason: expect.stringContaining('pg_switch_wal') });
});

/** Every row of every table, as text. */
async function everything(): Promise<string> {
  const tables = await database.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  const rows = await Promise.all(tables.map(({ name }) => database.query(`SELECT * FROM ${name}`)));
  return JSON.stringify(rows);
}
