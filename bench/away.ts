/**
 * A store that was away for 90 days comes back on a poor line: a million facts over 1 Mbit/s, cut every 60 s, to a real
 * headquarters process with PostgreSQL behind it. What is sent a second time, and how much memory each side takes at
 * most (the process of the line on each: the store's journal with its threads and the upload; headquarters whole). In
 * real time, because how much a cut costs hangs on how long a chunk takes.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openPostgres } from '@kairos/hq-sync/database/postgres.ts';
import { addStore, standings } from '@kairos/hq-sync/intake/store-lines.ts';
import { startPostgres } from '@kairos/hq-sync/process/postgres.ts';
import { HqProcess } from '@kairos/simulation/process/hq-process.ts';
import { PoorLine, type PoorLineOptions } from './away/poor-line.ts';
import type { BenchOptions, BenchResult, Figure } from './measurement/figures.ts';
import { peakRssMb } from './measurement/peak-memory.ts';
import { writeStoreYear } from './sync/store-year.ts';

const facts = 1_000_000;
const bitsPerSecond = 1_000_000;
const cutEveryMs = 60_000;

export interface AwayRun extends Omit<PoorLineOptions, 'port'> {
  readonly facts: number;
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
  readonly carriedBytes: number;
  readonly missing: number;
  readonly storeRssMb: number;
  readonly hqRssMb: number;
}

export async function run({ say }: BenchOptions): Promise<BenchResult> {
  const outcome = await measureAway({ facts, bitsPerSecond, cutEvery: { ms: cutEveryMs }, say });
  return { figures: figuresOf(outcome) };
}

export async function measureAway({ facts: count, say, ...line }: AwayRun): Promise<AwayOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-away-bench-'));
  const postgres = await startPostgres({ isDurable: true });
  const closers: (() => unknown)[] = [() => postgres.stop(), () => rmSync(folder, { recursive: true, force: true })];
  try {
    const year = await writeStoreYear({ file: join(folder, 'journal.db'), facts: count, customers: 20_000, seed: 1 });
    say(`a journal with ${year.facts} facts that go up`);
    const url = await postgres.createDatabase('hq');
    const hq = new HqProcess(folder, 'hq', { url });
    await hq.start();
    closers.unshift(() => hq.kill('SIGTERM'));
    const database = await openPostgres(url);
    closers.unshift(() => database.close());
    const token = await addStore(database, 'riverside', 0);
    const relay = new PoorLine({ port: hq.port, ...line });
    const port = await relay.open();
    closers.unshift(() => relay.close());
    const from = performance.now();
    const stopTelling = tellProgress(async () => {
      const [one] = await standings(database);
      say(`${one?.facts ?? 0} facts there, ${relay.cuts} cuts`);
    });
    closers.unshift(stopTelling);
    const store = join(import.meta.dirname, 'away/away-store.ts');
    const args = [store, `http://127.0.0.1:${port}`, token, year.file];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const seconds = (performance.now() - from) / 1_000;
    const own = JSON.parse(stdout) as { sentBytes: number; rssMb: number };
    const [there] = await standings(database);
    const hqRssMb = peakRssMb(hq.pid);
    return {
      facts: year.facts,
      seconds,
      cuts: relay.cuts,
      sentBytes: own.sentBytes,
      takenBytes: there?.bytes ?? 0,
      carriedBytes: relay.carriedUp + relay.carriedDown,
      missing: year.facts - (there?.facts ?? 0),
      storeRssMb: own.rssMb,
      hqRssMb,
    };
  } finally {
    for (const close of closers) await close();
  }
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
  const { facts: sent, seconds, cuts, sentBytes, takenBytes, carriedBytes, missing, storeRssMb, hqRssMb } = outcome;
  return [
    figure('sent_twice_percent', (sentBytes / takenBytes - 1) * 100, '%', '<= 5'),
    figure('store_rss_mb', storeRssMb, 'MB', '<= 256'),
    figure('hq_rss_mb', hqRssMb, 'MB', '<= 256'),
    figure('missing', missing, 'facts', '= 0'),
    figure('bytes_per_fact', takenBytes / sent, 'B', '<= 30'),
    figure('cuts', cuts, 'cuts'),
    figure('seconds', seconds, 's'),
    figure('line_used', (carriedBytes * 8) / seconds / bitsPerSecond, 'share'),
  ];
}
