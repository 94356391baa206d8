/**
 * A store that was away for 90 days comes back on a poor line: a million facts up over 1 Mbit/s, cut every 60 s, to a real
 * headquarters process with PostgreSQL behind it; then everything that headquarters know of its customers down, as a
 * snapshot, because it was away for too long. What is sent a second time either way, and how much memory each side takes
 * at most (the process of the line on each: the store's journal with its threads, its engine and the sync; headquarters
 * whole). In real time, because how much a cut costs hangs on how long a chunk takes.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Database } from '@kairos/hq-sync/database/database.ts';
import { openPostgres } from '@kairos/hq-sync/database/postgres.ts';
import { changesFor } from '@kairos/hq-sync/down/changes.ts';
import { addStoreCustomers } from '@kairos/hq-sync/down/store-customers.ts';
import { addStore, type KnownStore, standings, storeOfToken } from '@kairos/hq-sync/intake/store-lines.ts';
import { startPostgres } from '@kairos/hq-sync/process/postgres.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { HqProcess } from '@kairos/simulation/process/hq-process.ts';
import { openInlineJournal } from '@kairos/store-server/journal/open-journal.ts';
import type { AwayStore } from './away/away-store.ts';
import { PoorLine, type PoorLineOptions } from './away/poor-line.ts';
import type { BenchOptions, BenchResult, Figure } from './measurement/figures.ts';
import { peakRssMb } from './measurement/peak-memory.ts';
import { writeStoreYear } from './sync/store-year.ts';

const facts = 1_000_000;
const bitsPerSecond = 1_000_000;
const cutEveryMs = 60_000;
const customers = 20_000;
/** As `docs/headquarters.md` says it of a small box: little room for new objects, one arena for memory outside the heap. */
const storeFlags = ['--max-semi-space-size=2', '--optimize-for-size'];

export interface AwayRun extends Omit<PoorLineOptions, 'port'> {
  readonly facts: number;
  readonly customers: number;
  readonly say: BenchOptions['say'];
}

export interface AwayOutcome {
  readonly facts: number;
  readonly seconds: number;
  readonly cuts: number;
  /** Of chunks, whole ones even where a cut stopped them half way. */
  readonly sentBytes: number;
  /** Of chunks that headquarters took in. */
  readonly takenBytes: number;
  /** Of pages of customers: asked for, and heard. */
  readonly askedBytes: number;
  readonly heardBytes: number;
  readonly carriedBytes: number;
  readonly missing: number;
  /** Customers whom the store does not hold as headquarters do. */
  readonly missingCustomers: number;
  readonly storeRssMb: number;
  readonly hqRssMb: number;
}

export async function run({ say }: BenchOptions): Promise<BenchResult> {
  const outcome = await measureAway({ facts, customers, bitsPerSecond, cutEvery: { ms: cutEveryMs }, say });
  return { figures: figuresOf(outcome) };
}

export async function measureAway({ facts: count, customers: people, say, ...line }: AwayRun): Promise<AwayOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-away-bench-'));
  const postgres = await startPostgres({ isDurable: true });
  const closers: (() => unknown)[] = [() => postgres.stop(), () => rmSync(folder, { recursive: true, force: true })];
  try {
    const year = await writeStoreYear({ file: join(folder, 'journal.db'), facts: count, customers: people, seed: 1 });
    say(`a journal with ${year.facts} facts that go up`);
    const url = await postgres.createDatabase('hq');
    const hq = new HqProcess(folder, 'hq', { url });
    await hq.start();
    closers.unshift(() => hq.kill('SIGTERM'));
    const database = await openPostgres(url);
    closers.unshift(() => database.close());
    const token = await addStore(database, 'riverside', 0);
    const known = await beAway(database, { token, file: year.file, people });
    say(`${known} customers have changed meanwhile`);
    const relay = new PoorLine({ port: hq.port, ...line });
    const port = await relay.open();
    closers.unshift(() => relay.close());
    const stopTelling = tellProgress(async () => {
      const [one] = await standings(database);
      say(`${one?.facts ?? 0} facts there, ${relay.cuts} cuts`);
    });
    closers.unshift(stopTelling);
    const store = join(import.meta.dirname, 'away/away-store.ts');
    // As a box that has started before: it opens a journal once, and leaves its code without types for the next start.
    const env = { ...process.env, MALLOC_ARENA_MAX: '1', NODE_COMPILE_CACHE: join(folder, 'compiled') };
    await promisify(execFile)(process.execPath, [...storeFlags, store, '', '', join(folder, 'first.db')], { env });
    const from = performance.now();
    const args = [...storeFlags, store, `http://127.0.0.1:${port}`, token, year.file, String(people)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const seconds = (performance.now() - from) / 1_000;
    const own = JSON.parse(stdout) as AwayStore;
    const [there] = await standings(database);
    // What it recorded since, because it was told, is not in question.
    const [kept] = await database.query<{ facts: number }>('SELECT count(*) AS facts FROM facts WHERE seq <= $1', [
      year.lastSeq,
    ]);
    const hqRssMb = peakRssMb(hq.pid);
    return {
      facts: year.facts,
      seconds,
      cuts: relay.cuts,
      sentBytes: own.sentBytes,
      takenBytes: there?.bytes ?? 0,
      askedBytes: own.askedBytes,
      heardBytes: own.heardBytes,
      carriedBytes: relay.carriedUp + relay.carriedDown,
      missing: year.facts - (kept?.facts ?? 0),
      missingCustomers: known - own.customers,
      storeRssMb: own.rssMb,
      hqRssMb,
    };
  } finally {
    for (const close of closers) await close();
  }
}

/** What was before: a cursor from 90 days ago, and every customer other than then. Returns how many there are. */
async function beAway(
  database: Database,
  { token, file, people }: { readonly token: string; readonly file: string; readonly people: number },
): Promise<number> {
  const store = (await storeOfToken(database, token)) as KnownStore;
  const asked = { versions: [1], cursor: null, epoch: 'before', erased: null };
  const { cursor } = await changesFor({ database, store, asked, now: 0 });
  // It had come.
  await changesFor({ database, store, asked: { ...asked, cursor }, now: 0 });
  const journal = openInlineJournal({ file, groupMs: 0, ports: systemPorts });
  journal.put({ facts: [], fromHq: { cursor, generation: 1 }, snapshotAt: journal.health().lastSeq });
  await journal.committed();
  const known = await journal.people(Array.from({ length: people }, (_, index) => index + 1));
  await journal.close();
  const ids = known.flatMap(({ chainId }) => chainId ?? []);
  await database.query(
    `INSERT INTO customers (chain_id, attributes, locale, made_at, changed_at)
     SELECT id, jsonb_build_object('firstName', 'Ada', 'city', 'Springfield', 'tier', 'gold', 'shoeSize', 38), 'en', 0, 0
     FROM unnest($1::text[]) AS id`,
    [ids],
  );
  for (const purpose of ['remember', 'email'])
    await database.query(
      `INSERT INTO consents (chain_id, purpose, at, granted, origin) SELECT id, $2, 0, true, 'page' FROM unnest($1::text[]) AS id`,
      [ids, purpose],
    );
  await addStoreCustomers(database, store.number, ids);
  return ids.length;
}

function tellProgress(tell: () => Promise<void>): () => void {
  const timer = setInterval(() => void tell(), 15_000);
  return () => clearInterval(timer);
}

function figuresOf(outcome: AwayOutcome): Figure[] {
  const figure = (name: string, value: number, unit: string, goal: string | null = null): Figure => ({
    name,
    value,
    unit,
    goal,
    spread: null,
  });
  const { facts: sent, seconds, cuts, sentBytes, takenBytes, askedBytes, heardBytes, carriedBytes } = outcome;
  const { missing, missingCustomers, storeRssMb, hqRssMb } = outcome;
  return [
    figure('sent_twice_percent', (sentBytes / takenBytes - 1) * 100, '%', '<= 5'),
    figure('sent_twice_down_percent', (askedBytes / heardBytes - 1) * 100, '%', '<= 5'),
    figure('store_rss_mb', storeRssMb, 'MB', '<= 256'),
    figure('hq_rss_mb', hqRssMb, 'MB', '<= 256'),
    figure('missing', missing, 'facts', '= 0'),
    figure('missing_customers', missingCustomers, 'customers', '= 0'),
    figure('bytes_per_fact', takenBytes / sent, 'B', '<= 30'),
    figure('cuts', cuts, 'cuts'),
    figure('seconds', seconds, 's'),
    figure('line_used', (carriedBytes * 8) / seconds / bitsPerSecond, 'share'),
  ];
}
