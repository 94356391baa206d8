/**
 * What the line has brought, folded: everybody from her first fact on by the dialogues of the library, by one folder on
 * one thread, to states committed in PostgreSQL; then the same once more, as after another release; and once more by a
 * process of headquarters, for what it holds meanwhile.
 */
import { generateKeyPairSync } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Database } from '@kairos/hq-sync/database/database.ts';
import { createFolder } from '@kairos/hq-sync/folding/folder.ts';
import { publish } from '@kairos/hq-sync/releases/release-book.ts';
import { keepHeapLean } from '@kairos/hq-sync/server/lean-heap.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { HqProcess } from '@kairos/simulation/process/hq-process.ts';
import { peakRssMb } from '../measurement/peak-memory.ts';

const library = resolve(import.meta.dirname, '../../dialogue/library');
const house = { currency: 'EUR', timeZone: 'Europe/Berlin' };
const chainKey = 'the key of a chain of benches';
const lookEveryMs = 100;
/** A process that has not folded everybody by then is broken. */
const lookMsMax = 600_000;

export interface FoldOutcome {
  /** Facts folded a second, of the wall clock: PostgreSQL's share is in it. */
  readonly folded: number;
  readonly refolded: number;
  /** The folder's own processor time, microseconds a fact. */
  readonly ownMicros: number;
  readonly facts: number;
  /** The most that a process of headquarters held while it folded the same, MB. */
  readonly processMb: number;
}

/** `url`: the database's, for another process. */
export async function measureFolding(database: Database, url: string): Promise<FoldOutcome> {
  // As headquarters do.
  keepHeapLean();
  // The demo store's own dialogues have a house of their own.
  const paths = globSync('**/*.yaml', { cwd: library }).filter((path) => !path.startsWith('in-store'));
  const files = paths.map((path) => ({
    path,
    text: readFileSync(join(library, path), 'utf8'),
  }));
  const { privateKey } = generateKeyPairSync('ed25519');
  const published = await publish(database, { files, key: privateKey, now: systemPorts.clock.now() });
  if (published.kind === 'faulty') throw new Error(published.problems);
  const folder = createFolder({
    database,
    ports: systemPorts,
    ...{ chainKey, ...house },
  });
  const timed = async (): Promise<{ rate: number; facts: number; micros: number }> => {
    const [from, own] = [performance.now(), process.cpuUsage()];
    const { facts } = await folder.foldDue();
    const { user, system } = process.cpuUsage(own);
    return { rate: facts / ((performance.now() - from) / 1_000), facts, micros: (user + system) / facts };
  };
  const first = await timed();
  await foldAnew(database);
  const again = await timed();
  await foldAnew(database);
  const processMb = await peakOfProcess(database, url);
  return { folded: first.rate, refolded: again.rate, ownMicros: first.micros, facts: first.facts, processMb };
}

async function foldAnew(database: Database): Promise<void> {
  await database.query("UPDATE customer_states SET state = jsonb_set(state, '{release}', '-1')");
  await database.query('INSERT INTO to_fold (chain_id, since) SELECT chain_id, 0 FROM customer_states');
}

async function peakOfProcess(database: Database, url: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-fold-bench-'));
  const file = join(folder, 'chain.key');
  writeFileSync(file, chainKey);
  const hq = new HqProcess(folder, 'folding', { url }, { chainKey: { file }, ...house });
  try {
    await hq.start();
    for (let waited = 0; waited < lookMsMax; waited += lookEveryMs) {
      const left = await database.query('SELECT 1 FROM to_fold LIMIT 1');
      if (left.length === 0) return peakRssMb(hq.pid);
      await new Promise<void>((done) => systemPorts.timers.after(lookEveryMs, done));
    }
    throw new Error(`headquarters have not folded everybody within ${lookMsMax / 1_000} s`);
  } finally {
    await hq.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}
