/**
 * A store's facts on their way to headquarters: from its SQLite journal over HTTP to committed rows in PostgreSQL (which
 * waits for its disk), by a real store's process and a real one of headquarters; beside it, in the same rounds,
 * PostgreSQL's own COPY of the same rows from memory, the most that the table takes at all, and the usual way, INSERT of
 * unnested arrays with ON CONFLICT. The rows land in the same table under the same key and index in each arm.
 *
 * `copy_ratio` is a store's on any night but its first: headquarters know its customers and its dictionary (and are told
 * of both again). `first_copy_ratio` is the first: 20,000 customers to become acquainted with on the way, of whom COPY
 * knows nothing.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, Sql } from '@kairos/hq-sync/database/database.ts';
import { openPostgres } from '@kairos/hq-sync/database/postgres.ts';
import { copyRows } from '@kairos/hq-sync/intake/copy-rows.ts';
import { addStore } from '@kairos/hq-sync/intake/store-lines.ts';
import type { UploadEnding } from '@kairos/hq-sync/link/upload.ts';
import { startPostgres } from '@kairos/hq-sync/process/postgres.ts';
import { chunkColumns, chunkFactsMax } from '@kairos/protocol/sync-messages.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { HqProcess } from '@kairos/simulation/process/hq-process.ts';
import { openJournal } from '@kairos/store-server/journal/open-journal.ts';
import type { BenchOptions, BenchResult, Figure } from './measurement/figures.ts';
import { interleave } from './measurement/interleaving.ts';
import { median, pairwiseRatio } from './measurement/samples.ts';
import { aNight, measureNight, nightFigures } from './night.ts';
import { type FoldOutcome, measureFolding } from './sync/folding.ts';
import type { SendingStoreSaid } from './sync/sending-store.ts';
import { writeStoreYear } from './sync/store-year.ts';

const factColumns = ['store', 'epoch', ...chunkColumns];
const columnTypes = [
  ...['integer', 'integer', 'bigint', 'integer', 'bigint', 'bigint', 'integer', 'bigint', 'bigint', 'smallint'],
  ...['integer', 'integer', 'text', 'double precision', 'text'],
];
/** Rows of one INSERT: the fastest that was measured for it. */
const unnestRows = 10_000;

export interface SyncRun {
  readonly facts: number;
  readonly rounds: number;
  readonly say: BenchOptions['say'];
}

export interface SyncOutcome {
  /** Facts a second, by round. */
  readonly line: readonly number[];
  /** The same by a store that was never heard of. */
  readonly first: readonly number[];
  readonly copy: readonly number[];
  readonly copyAgain: readonly number[];
  readonly unnest: readonly number[];
  readonly bytesPerFact: number;
  readonly missing: number;
  readonly folding: FoldOutcome;
}

export async function run({ long, say }: BenchOptions): Promise<BenchResult> {
  const outcome = await measureSync({ facts: 1_000_000, rounds: long ? 9 : 5, say });
  const night = await measureNight(aNight({ long, say }));
  return { figures: [...figuresOf(outcome), ...nightFigures(night)] };
}

export async function measureSync({ facts, rounds, say }: SyncRun): Promise<SyncOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-sync-bench-'));
  const postgres = await startPostgres({ isDurable: true });
  const closers: (() => unknown)[] = [() => postgres.stop(), () => rmSync(folder, { recursive: true, force: true })];
  try {
    const year = await writeStoreYear({ file: join(folder, 'journal.db'), facts, customers: 20_000, seed: 1 });
    say(`a journal with ${year.facts} facts that go up, of ${year.lastSeq}`);
    const url = await postgres.createDatabase('hq');
    const hq = new HqProcess(folder, 'hq', { url });
    await hq.start();
    closers.unshift(() => hq.kill('SIGTERM'));
    const database = await openPostgres(url);
    closers.unshift(() => database.close());
    const rows = await rowsOf(year.file);
    const arms = new Arms(database, rows, year.facts);
    const store = new SendingStore(year.file, hq.url, await addStore(database, 'riverside', 0));
    closers.unshift(() => store.stop());
    await store.ready;
    const endings: UploadEnding[] = [];
    const send = async (): Promise<void> => {
      endings.push(await store.send());
    };
    await arms.forgetNames();
    await arms.timed(send);
    const samples = await interleave(
      [
        { name: 'line', run: () => arms.timed(send) },
        {
          name: 'first',
          run: async () => {
            await arms.forgetNames();
            return arms.timed(send);
          },
        },
        { name: 'copy', run: () => arms.timed(() => arms.copy()) },
        { name: 'unnest', run: () => arms.timed(arms.unnest()) },
        { name: 'copy again', run: () => arms.timed(() => arms.copy()) },
      ],
      { rounds, afterRound: (round) => say(`round ${round} of ${rounds}`) },
    );
    await arms.forgetNames();
    await arms.timed(send);
    say('what came is folded');
    const folding = await measureFolding(database, url);
    const of = (name: string): number[] => samples.get(name) as number[];
    return {
      line: of('line'),
      first: of('first'),
      copy: of('copy'),
      copyAgain: of('copy again'),
      unnest: of('unnest'),
      bytesPerFact: median(endings.map(({ bytes, facts: sent }) => bytes / Math.max(sent, 1))),
      missing: arms.missing,
      folding,
    };
  } finally {
    for (const close of closers) await close();
  }
}

class Arms {
  /** Facts that an arm left out, over all rounds. */
  missing = 0;
  readonly #database: Database;
  /** In one piece before the clock starts. */
  readonly #rows: Buffer;
  readonly #facts: number;

  constructor(database: Database, rows: readonly Buffer[], facts: number) {
    this.#database = database;
    this.#rows = Buffer.concat(rows);
    this.#facts = facts;
  }

  /** As if the store had never been heard of. */
  async forgetNames(): Promise<void> {
    await this.#database.query('TRUNCATE words, sources, subjects, store_customers, changed_customers');
  }

  /** Facts a second, from an empty table on. */
  async timed(run: () => Promise<void>): Promise<number> {
    await this.#database.query('TRUNCATE facts, lines, notes, quarantine, arrivals');
    await this.#database.query('CHECKPOINT');
    const from = performance.now();
    await run();
    const seconds = (performance.now() - from) / 1_000;
    const [count] = await this.#database.query<{ facts: number }>('SELECT count(*) AS facts FROM facts');
    this.missing += this.#facts - (count?.facts ?? 0);
    return this.#facts / seconds;
  }

  copy(): Promise<void> {
    return this.#database.transaction(async (sql) => {
      await sql.copyIn('facts', factColumns, this.#rows);
    });
  }

  /** Its arrays are made before the clock starts, and gone afterwards: three million texts are no part of a store. */
  unnest(): () => Promise<void> {
    const places = columnTypes.map((type, index) => `$${index + 1}::${type}[]`).join(', ');
    const text = `INSERT INTO facts (${factColumns.join(', ')}) SELECT * FROM unnest(${places}) ON CONFLICT DO NOTHING`;
    const groups = groupsOf(this.#rows, unnestRows);
    return async () => {
      for (const columns of groups)
        await this.#database.transaction((sql: Sql) => sql.query(text, columns).then(() => undefined));
    };
  }
}

/** `sync/sending-store.ts`. */
class SendingStore {
  readonly ready: Promise<SendingStoreSaid>;
  readonly #child: ChildProcess;

  constructor(file: string, url: string, token: string) {
    this.#child = fork(new URL('./sync/sending-store.ts', import.meta.url), [file, url, token]);
    this.ready = this.#said();
  }

  async send(): Promise<UploadEnding> {
    const answer = this.#said();
    this.#child.send('send');
    const said = await answer;
    if (said.kind !== 'sent') throw new Error('the store that sends has begun anew');
    return said.ending;
  }

  /** Rejects where it has ended instead. */
  #said(): Promise<SendingStoreSaid> {
    return new Promise((resolve, reject) => {
      const end = (code: number | null): void => reject(new Error(`the store that sends has ended with ${code}`));
      this.#child.once('exit', end);
      this.#child.once('message', (said) => {
        this.#child.off('exit', end);
        resolve(said as SendingStoreSaid);
      });
    });
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }
}

/** The rows as the line brings them, once, in memory. */
async function rowsOf(file: string): Promise<Buffer[]> {
  const journal = await openJournal({ file, groupMs: 10, ports: systemPorts });
  const rows: Buffer[] = [];
  for (const life of await journal.upward.lives()) {
    let after = 0;
    for (;;) {
      const query = {
        life,
        after,
        factsMax: chunkFactsMax,
        wordsTo: Number.MAX_SAFE_INTEGER,
        sourcesTo: Number.MAX_SAFE_INTEGER,
      };
      const chunk = await journal.upward.chunk(query);
      if (chunk === null || chunk.facts === 0) break;
      const columns = chunk.columns.map((column) => Buffer.from(column));
      rows.push(copyRows({ lead: '1\t1\t', columns, count: chunk.facts, take: Buffer.allocUnsafeSlow }));
      after = chunk.to;
    }
  }
  await journal.close();
  return rows;
}

/** By group of rows, column by column. */
function groupsOf(rows: Buffer, size: number): (string | null)[][][] {
  const lines = rows.toString().trimEnd().split('\n');
  const values = lines.map((line) =>
    line.split('\t').map((value) => (value === '\\N' ? null : value.replaceAll('\\\\', '\\'))),
  );
  return Array.from({ length: Math.ceil(values.length / size) }, (_, group) => {
    const part = values.slice(group * size, (group + 1) * size);
    return factColumns.map((_column, index) => part.map((row) => row[index] ?? null));
  });
}

function figuresOf({ line, first, copy, copyAgain, unnest, bytesPerFact, missing, folding }: SyncOutcome): Figure[] {
  const ratio = (name: string, of: readonly number[], to: readonly number[], goal: string | null): Figure => ({
    name,
    unit: 'x',
    goal,
    ...pairwiseRatio([...of], [...to]),
  });
  const plain = (name: string, value: number, unit: string, goal: string | null = null): Figure => ({
    name,
    value,
    unit,
    goal,
    spread: null,
  });
  return [
    ratio('copy_ratio', line, copy, '>= 0.85'),
    ratio('first_copy_ratio', first, copy, null),
    ratio('unnest_ratio', line, unnest, '>= 3'),
    ratio('aa_copy_ratio', copyAgain, copy, null),
    plain('bytes_per_fact', bytesPerFact, 'B', '<= 30'),
    plain('line_per_second', median([...line]), 'facts/s'),
    plain('copy_per_second', median([...copy]), 'facts/s'),
    plain('unnest_per_second', median([...unnest]), 'facts/s'),
    plain('folded_per_second', folding.folded, 'facts/s', '>= 20000'),
    plain('refolded_per_second', folding.refolded, 'facts/s'),
    plain('fold_cpu', folding.ownMicros, 'us/fact'),
    plain('fold_rss_mb', folding.processMb, 'MB', '<= 256'),
    plain('missing', missing, 'facts', '= 0'),
  ];
}
