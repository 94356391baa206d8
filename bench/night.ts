/**
 * A night of a chain: 200 stores, alike, sync with three headquarters processes on one PostgreSQL (which waits for its
 * disk), each at the moment that it derives from its name. The four hours are pressed into so few seconds that all of
 * them are there before the first is done: where there is room for everybody, how long one takes says whom it met, and
 * nothing of who waited for whom. Each speaks to one of the three. A store's time is that from its hello until it has
 * what headquarters had for it; the slowest is held against the median.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Database } from '@kairos/hq-sync/database/database.ts';
import { openPostgres } from '@kairos/hq-sync/database/postgres.ts';
import { addStore } from '@kairos/hq-sync/intake/store-lines.ts';
import { nightFromMinute, nightMinute, nightMinutes, nightSecond } from '@kairos/hq-sync/link/night.ts';
import { startPostgres } from '@kairos/hq-sync/process/postgres.ts';
import { HqProcess } from '@kairos/simulation/process/hq-process.ts';
import type { BenchOptions, BenchResult, Figure } from './measurement/figures.ts';
import { peakRssMb } from './measurement/peak-memory.ts';
import { median } from './measurement/samples.ts';
import { idAt, type NightStore, type NightStores, type StoreNight } from './night/night-stores.ts';
import { writeStoreYear } from './sync/store-year.ts';

const headquarters = 3;
/** Processes that the stores live in. */
const storeProcesses = 2;
export interface NightRun {
  readonly stores: number;
  /** Of one store. */
  readonly facts: number;
  readonly customers: number;
  /** The night lasts so long. */
  readonly nightMs: number;
  /** Until the processes of the stores have started; who is late begins at once. */
  readonly settleMs: number;
  readonly say: BenchOptions['say'];
}

export interface NightOutcome {
  readonly nights: readonly StoreNight[];
  /** From the first hello until the last store was done. */
  readonly seconds: number;
  readonly missing: number;
  readonly hqRssMb: number;
}

export async function run({ long, say }: BenchOptions): Promise<BenchResult> {
  return { figures: nightFigures(await measureNight(aNight({ long, say }))) };
}

/** As the goal asks for it. */
export function aNight({ long, say }: BenchOptions): NightRun {
  return {
    stores: 200,
    facts: long ? 10_000 : 2_500,
    customers: 250,
    nightMs: long ? 16_000 : 4_000,
    settleMs: 3_000,
    say,
  };
}

export async function measureNight({
  stores: count,
  facts,
  customers,
  nightMs,
  settleMs,
  say,
}: NightRun): Promise<NightOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-night-bench-'));
  const postgres = await startPostgres({ isDurable: true });
  const closers: (() => unknown)[] = [() => postgres.stop(), () => rmSync(folder, { recursive: true, force: true })];
  try {
    const year = await writeStoreYear({ file: join(folder, 'journal.db'), facts, customers, seed: 1 });
    const url = await postgres.createDatabase('night');
    const hqs = Array.from({ length: headquarters }, (_, index) => new HqProcess(folder, `hq-${index}`, { url }));
    for (const hq of hqs) closers.unshift(() => hq.kill('SIGTERM'));
    await Promise.all(hqs.map((hq) => hq.start()));
    const database = await openPostgres(url);
    closers.unshift(() => database.close());
    const stores = await openStores(database, { count, nightMs, urls: hqs.map((hq) => hq.url) });
    await haveCustomers(database, stores);
    say(`${count} stores with ${year.facts} facts each, in ${nightMs / 1_000} s`);
    const nights = await liveAll({ journal: year.file, from: Date.now() + settleMs, stores }, closers);
    const [there] = await database.query<{ facts: number }>('SELECT count(*) AS facts FROM facts');
    const begun = stores.map(({ begins }) => begins);
    const ended = nights.map(({ name, ms }) => (stores.find((one) => one.name === name)?.begins ?? 0) + ms);
    return {
      nights,
      seconds: (Math.max(...ended) - Math.min(...begun)) / 1_000,
      missing: year.facts * count - (there?.facts ?? 0),
      hqRssMb: Math.max(...hqs.map(({ pid }) => peakRssMb(pid))),
    };
  } finally {
    for (const close of closers) await close();
  }
}

async function openStores(
  database: Database,
  { count, nightMs, urls }: { readonly count: number; readonly nightMs: number; readonly urls: readonly string[] },
): Promise<NightStore[]> {
  const stores: NightStore[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = `store-${index + 1}`;
    const token = await addStore(database, name, 0);
    const minute = nightMinute(name) - nightFromMinute + nightSecond(name) / 60;
    const begins = (minute / nightMinutes) * nightMs;
    stores.push({ name, token, begins, url: urls[index % urls.length] as string });
  }
  return stores;
}

/** A hundred customers of each store have changed since its last night. */
async function haveCustomers(database: Database, stores: readonly NightStore[]): Promise<void> {
  const ids = stores.flatMap(({ name }) => Array.from({ length: 100 }, (_, index) => idAt(name, `changed ${index}`)));
  const names = stores.flatMap(({ name }) => Array.from({ length: 100 }, () => name));
  await database.query(
    `INSERT INTO customers (chain_id, attributes, locale, made_at, changed_at)
     SELECT id, jsonb_build_object('homeStore', store, 'firstName', 'Ada'), 'en', 0, 0
     FROM unnest($1::text[], $2::text[]) AS one (id, store)`,
    [ids, names],
  );
}

async function liveAll(all: NightStores, closers: (() => unknown)[]): Promise<StoreNight[]> {
  const groups = Array.from({ length: storeProcesses }, (_, group) =>
    all.stores.filter((_store, index) => index % storeProcesses === group),
  );
  const said = await Promise.all(groups.map((stores) => liveOn({ ...all, stores }, closers)));
  return said.flat();
}

async function liveOn(stores: NightStores, closers: (() => unknown)[]): Promise<StoreNight[]> {
  const file = join(import.meta.dirname, 'night/night-stores.ts');
  const child: ChildProcess = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  closers.unshift(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  child.stdin?.end(JSON.stringify(stores));
  const lines = await text(child.stdout as NodeJS.ReadableStream);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`a process of stores ended with ${code}`);
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as StoreNight);
}

export function nightFigures({ nights, seconds, missing, hqRssMb }: NightOutcome): Figure[] {
  const figure = (name: string, value: number, unit: string, goal: string | null = null): Figure => ({
    name: `night_${name}`,
    value,
    unit,
    goal,
    spread: null,
  });
  const times = nights.map(({ ms }) => ms).sort((one, other) => one - other);
  const middle = median(times);
  const slowest = times.at(-1) ?? Number.NaN;
  const facts = nights.reduce((sum, one) => sum + one.facts, 0);
  return [
    figure('slowest_ratio', slowest / middle, 'x', '<= 2'),
    figure('median_ms', middle, 'ms'),
    figure('p95_ms', times[Math.floor(times.length * 0.95)] ?? Number.NaN, 'ms'),
    figure('slowest_ms', slowest, 'ms'),
    figure('facts_per_second', facts / seconds, 'facts/s'),
    figure('seconds', seconds, 's'),
    figure(
      'came_again',
      nights.reduce((sum, one) => sum + one.again, 0),
      'times',
    ),
    figure('missing', missing, 'facts', '= 0'),
    figure('hq_rss_mb', hqRssMb, 'MB', '<= 256'),
  ];
}
