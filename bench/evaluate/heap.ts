/**
 * What an engine holds in memory with a thousand customers active out of a million whose state lies on disk: a table
 * of saved states, from which whoever comes in is loaded and to which she goes back. Prints megabytes. Arguments:
 * customers on disk, customers who come and go. Needs --expose-gc.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createKairos, releaseOf } from './kairos.ts';
import { makeProfiles, makeRules, makeStays, type Stay, zoneNames } from './rules.ts';
import { type Disk, Traffic } from './traffic.ts';

export interface Heap {
  /** The engine, its release of a thousand dialogues and the active customers. */
  readonly engineMb: number;
  readonly activeCustomers: number;
  readonly customersOnDisk: number;
  /** Bytes of JSON of a customer on disk, on average. */
  readonly stateBytes: number;
}

const factsPerBatch = 2000;
/** Customers whose states, once lived through, stand for everybody's on disk. */
const livedThrough = 3000;

const [onDisk = 1_000_000, visitors = 5000] = process.argv.slice(2).map(Number);
const zones = zoneNames(40);
const profiles = makeProfiles(1000);
const stays = makeStays(20_011, zones);
const folder = mkdtempSync(join(tmpdir(), 'kairos-bench-'));
try {
  const disk = fillDisk(join(folder, 'states.db'), statesLivedThrough());
  const before = heapMb();
  const engine = createKairos(releaseOf(makeRules(1000, zones)), profiles).engine;
  let gone = 0;
  const visits: Disk = {
    ...disk,
    write(subject, state) {
      disk.write(subject, state);
      gone++;
    },
  };
  const traffic = new Traffic(engine, { customers: 1000, profiles, stayOf, disk: visits });
  while (gone < visitors) traffic.handle(traffic.batch(factsPerBatch));
  const result: Heap = {
    engineMb: heapMb() - before,
    activeCustomers: engine.activeSubjects,
    customersOnDisk: disk.count(),
    stateBytes: disk.meanBytes(),
  };
  process.stdout.write(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true });
}

function stayOf(place: number, n: number): Stay {
  return stays[(place * 7919 + n * 31) % stays.length] as Stay;
}

function heapMb(): number {
  if (globalThis.gc === undefined) throw new Error('The heap is measured after collection: run with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** As saved when their visits had ended. */
function statesLivedThrough(): string[] {
  const states: string[] = [];
  const disk: Disk = {
    subjectOf: (n) => n,
    read: () => null,
    write: (_subject, state) => void (state !== null && states.push(state)),
  };
  const { engine } = createKairos(releaseOf(makeRules(1000, zones)), profiles);
  const traffic = new Traffic(engine, { customers: 1000, profiles, stayOf, disk });
  while (states.length < livedThrough) traffic.handle(traffic.batch(factsPerBatch));
  return states;
}

function fillDisk(file: string, states: readonly string[]): Disk & { count(): number; meanBytes(): number } {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE states (subject INTEGER PRIMARY KEY, state TEXT)',
  );
  const put = database.prepare('INSERT OR REPLACE INTO states VALUES (?, ?)');
  database.exec('BEGIN');
  for (let subject = 1; subject <= onDisk; subject++) put.run(subject, states[subject % states.length] as string);
  database.exec('COMMIT');
  const get = database.prepare('SELECT state FROM states WHERE subject = ?');
  const all = database.prepare('SELECT count(*) AS count, avg(length(state)) AS bytes FROM states');
  return {
    // Far apart, so that nobody comes in twice.
    subjectOf: (n) => 1 + ((n * 7919) % onDisk),
    read: (subject) => (get.get(subject)?.state as string | undefined) ?? null,
    write: (subject, state) => void put.run(subject, state),
    count: () => Number(all.get()?.count),
    meanBytes: () => Math.round(Number(all.get()?.bytes)),
  };
}
