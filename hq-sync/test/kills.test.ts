/**
 * Either side is killed: headquarters at every step of taking in a chunk, the store at random moments, then both, over
 * and over, on a real PostgreSQL. Afterwards the facts are there, each once, and both sides' hashes agree.
 */
import type { ChildProcess } from 'node:child_process';
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
import { ended, MortalProcesses } from './mortal-processes.ts';
import { PaperJournal } from './paper-journal.ts';

const facts = 6_000;
/** Random kills; KAIROS_KILLS asks for more (`200` for the goal). */
const kills = Number(process.env.KAIROS_KILLS ?? 24);
/** Each has a process started anew, and a busy machine takes its time. */
const killsMs = Math.max(120_000, kills * 10_000);

let postgres: Postgres;
let database: Database;
let url: string;
const processes = new MortalProcesses();

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase('kills');
  database = await openPostgres(url);
  await migrate(database);
});
afterAll(async () => {
  processes.killAll();
  await database?.close();
  await postgres?.stop();
});

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
  // Each was named once, in the first chunk with a fact of hers, and that chunk may have been lost.
  const [named] = await database.query<{ people: number }>('SELECT count(*) AS people FROM subjects WHERE store = $1', [
    row?.number,
  ]);
  expect(named?.people).toBe(new Set(journal.rows.map((one) => one[3])).size);
  const standing = (await standings(database)).find((one) => one.store === store);
  expect(standing).toMatchObject({ facts, quarantined: 0, pending: 0 });
}

it('headquarters that die at any step of a chunk lose nothing of it and take nothing of it twice', async () => {
  for (const [index, step] of chunkSteps.entries()) {
    const token = await addStore(database, `step-${step}`, 0);
    const mortal = await processes.startHq(url, { dieAt: step, nth: 2 + (index % 3) });
    const store = processes.start('mortal-store.ts', [`http://127.0.0.1:${mortal.port}`, token, String(facts), '1000']);
    await ended(mortal.child);
    const heir = await processes.startHq(url, { port: mortal.port });
    await ended(store);
    expect(store.exitCode).toBe(0);
    heir.child.kill('SIGKILL');
    await ended(heir.child);
    await expectWhole(`step-${step}`);
  }
});

it(
  'nor do both of them, killed at random moments',
  async () => {
    const chance = seededRandom(20_261_122);
    const token = await addStore(database, 'random', 0);
    let hq = await processes.startHq(url);
    // At eight milliseconds a chunk of four it takes twelve seconds on any machine.
    const begin = (): ChildProcess =>
      processes.start('mortal-store.ts', [`http://127.0.0.1:${hq.port}`, token, String(facts), '4', '8']);
    let store = begin();
    let under = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(100 + chance() * 400);
      if (store.exitCode === null) under += 1;
      if (chance() < 0.5) {
        hq.child.kill('SIGKILL');
        await ended(hq.child);
        hq = await processes.startHq(url, { port: hq.port });
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
  },
  killsMs,
);

it('and a single fact too many would be found out', async () => {
  const token = await addStore(database, 'careless', 0);
  const hq = await processes.startHq(url);
  const store = processes.start('mortal-store.ts', [`http://127.0.0.1:${hq.port}`, token, String(facts), '1000']);
  await ended(store);
  await expectWhole('careless');
  const careless = `store = (SELECT number FROM stores WHERE store = 'careless')`;
  await database.query(`INSERT INTO facts (store, epoch, seq, type, at, late)
    SELECT store, epoch, 1000000, type, at, late FROM facts WHERE ${careless} AND seq = 700`);
  await database.query(`UPDATE lines SET facts = facts + 1 WHERE ${careless}`);
  await expect(expectWhole('careless')).rejects.toThrow();
  hq.child.kill('SIGKILL');
});
