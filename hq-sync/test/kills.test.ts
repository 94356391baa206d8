/**
 * Either side is killed: headquarters at every step of taking in a chunk, the store at random moments, then both, over
 * and over, on a real PostgreSQL. Afterwards the facts are there, each once, and both sides' hashes agree.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { differingDays, hqDays } from '../audit/hq-days.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { addStore, lineOf, standings } from '../intake/store-lines.ts';
import { chunkSteps } from '../intake/take-chunk.ts';
import { type Postgres, startPostgres } from '../process/postgres.ts';
import { PaperJournal } from './paper-journal.ts';

const facts = 6_000;
/** Random kills; KAIROS_KILLS asks for more (`200` for the goal). */
const kills = Number(process.env.KAIROS_KILLS ?? 24);

let postgres: Postgres;
let database: Database;
let url: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase('kills');
  database = await openPostgres(url);
  await migrate(database);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.close();
  await postgres.stop();
});

function start(file: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Heard to the end, or a pipe that nobody empties would hold it up.
  child.stdout?.resume();
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** Its port; where it had one, the same again. */
async function startHq(port: number, dieAt: string, nth: number): Promise<{ child: ChildProcess; port: number }> {
  const child = start('mortal-hq.ts', [url, String(port), dieAt, String(nth)]);
  const opened = await new Promise<number>((resolve, reject) => {
    child.stdout?.once('data', (bytes: Buffer) => resolve(Number(bytes.toString())));
    child.once('exit', (code) => reject(new Error(`headquarters ended with ${code} before they were open`)));
  });
  return { child, port: opened };
}

async function expectWhole(store: string): Promise<void> {
  const journal = new PaperJournal();
  journal.write(facts);
  const [row] = await database.query<{ number: number }>('SELECT number FROM stores WHERE store = $1', [store]);
  const line = await lineOf(database, { name: store, number: row?.number ?? 0 }, journal.epoch);
  expect(line?.upTo).toBe(journal.lastSeq());
  const sinceDay = '2026-01-01';
  const upTo = journal.lastSeq();
  const own = await journal.days({ life: { epoch: journal.epoch, from: 1, to: null }, sinceDay, upTo });
  expect(differingDays(own, await hqDays(database, line!, { sinceDay, upTo }))).toEqual([]);
  const standing = (await standings(database)).find((one) => one.store === store);
  expect(standing).toMatchObject({ facts, quarantined: 0, pending: 0 });
}

it('headquarters that die at any step of a chunk lose nothing of it and take nothing of it twice', async () => {
  for (const [index, step] of chunkSteps.entries()) {
    const token = await addStore(database, `step-${step}`, 0);
    const mortal = await startHq(0, step, 2 + (index % 3));
    const store = start('mortal-store.ts', [`http://127.0.0.1:${mortal.port}`, token, String(facts), '1000']);
    await ended(mortal.child);
    const heir = await startHq(mortal.port, 'never', 1);
    await ended(store);
    expect(store.exitCode).toBe(0);
    heir.child.kill('SIGKILL');
    await ended(heir.child);
    await expectWhole(`step-${step}`);
  }
});

it('nor do both of them, killed at random moments', async () => {
  const chance = seededRandom(20_261_122);
  const token = await addStore(database, 'random', 0);
  let hq = await startHq(0, 'never', 1);
  // At eight milliseconds a chunk of four it takes twelve seconds on any machine.
  const begin = (): ChildProcess =>
    start('mortal-store.ts', [`http://127.0.0.1:${hq.port}`, token, String(facts), '4', '8']);
  let store = begin();
  let under = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    await pause(100 + chance() * 400);
    if (store.exitCode === null) under += 1;
    if (chance() < 0.5) {
      hq.child.kill('SIGKILL');
      await ended(hq.child);
      hq = await startHq(hq.port, 'never', 1);
    } else {
      store.kill('SIGKILL');
      await ended(store);
      store = begin();
    }
  }
  await ended(store);
  expect(store.exitCode).toBe(0);
  // A kill after the end kills nothing: most of them met facts under way.
  expect(under).toBeGreaterThan(kills / 2);
  await expectWhole('random');
});

it('and a single fact too many would be found out', async () => {
  const token = await addStore(database, 'careless', 0);
  const hq = await startHq(0, 'never', 1);
  const store = start('mortal-store.ts', [`http://127.0.0.1:${hq.port}`, token, String(facts), '1000']);
  await ended(store);
  await expectWhole('careless');
  const careless = `store = (SELECT number FROM stores WHERE store = 'careless')`;
  await database.query(`INSERT INTO facts (store, epoch, seq, type, at, late)
    SELECT store, epoch, 1000000, type, at, late FROM facts WHERE ${careless} AND seq = 700`);
  await database.query(`UPDATE lines SET facts = facts + 1 WHERE ${careless}`);
  await expect(expectWhole('careless')).rejects.toThrow();
  hq.child.kill('SIGKILL');
});
