/** What the file has when the writer opens it: where the store goes on from, and under which name of its life. */
import type Database from 'better-sqlite3';
import { highest } from './highest-numbers.ts';
import type { JournalStart } from './journal.ts';
import { hqMeta, prepareMeta } from './journal-meta.ts';
import { readMark, setBack } from './mark.ts';

/** A source that was silent for so long and whose facts have gone is forgotten at the next start. */
const sourceKeptMs = 400 * 86_400_000;

export interface WriterOptions {
  readonly file: string;
  /** The name of this life of the file, should it be a new one. */
  readonly newEpoch: string;
  readonly nowMs: number;
}

export interface WriterStart {
  readonly start: JournalStart;
  readonly words: [id: number, text: string][];
  readonly sourceIds: [id: number, device: string, epoch: string][];
  readonly needsCheck: boolean;
  readonly snapshot: string | null;
  /** The file stands behind where this store had come; what a person should know of it. */
  readonly setBack: string | null;
}

export function readStart(
  db: Database.Database,
  { file, newEpoch, nowMs }: WriterOptions,
): Omit<WriterStart, 'needsCheck' | 'snapshot'> {
  db.prepare("INSERT INTO meta (key, value) VALUES ('storeEpoch', ?) ON CONFLICT DO NOTHING").run(newEpoch);
  db.prepare(
    'DELETE FROM sources WHERE heard_at < ? AND NOT EXISTS (SELECT 1 FROM facts WHERE facts.source = sources.id)',
  ).run(nowMs - sourceKeptMs);
  const high = highest(db);
  const meta = (key: string): string | undefined =>
    db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key) as string | undefined;
  const behind = setBack(readMark(file), { storeEpoch: meta('storeEpoch') as string, lastSeq: high.seq });
  if (behind !== null) {
    prepareMeta(db).run('storeEpoch', newEpoch);
    // One that began there and has lost all of its facts.
    db.prepare('DELETE FROM epochs WHERE first_seq > ?').run(high.seq);
  }
  db.prepare('INSERT INTO epochs (name, first_seq) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
    meta('storeEpoch'),
    behind === null ? 1 : high.seq + 1,
  );
  const sources = db.prepare('SELECT id, device, epoch, up_to AS upTo FROM sources').all() as {
    id: number;
    device: string;
    epoch: string;
    upTo: number;
  }[];
  const start: JournalStart = {
    storeEpoch: meta('storeEpoch') as string,
    lastSeq: high.seq,
    nextSubject: high.subject + 1,
    sources: sources.map(({ device, epoch, upTo }) => ({ device, epoch, upTo })),
    timers: db.prepare('SELECT subject, due FROM timers ORDER BY due, subject').all() as JournalStart['timers'],
    states: db
      .prepare(
        "SELECT subject, kind, state, folded_to AS foldedTo FROM states WHERE kind IN ('visit', 'trace', 'staff') ORDER BY subject",
      )
      .all() as JournalStart['states'],
    foldFrom: Number(meta('snapshotAt') ?? 0) + 1,
    fromHq: meta(hqMeta) === undefined ? null : (JSON.parse(meta(hqMeta) as string) as JournalStart['fromHq']),
  };
  return {
    start,
    setBack: behind,
    words: db.prepare('SELECT id, text FROM words ORDER BY id').raw().all() as [number, string][],
    sourceIds: sources.map(({ id, device, epoch }) => [id, device, epoch]),
  };
}
