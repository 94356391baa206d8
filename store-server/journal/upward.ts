/**
 * The journal as headquarters gets it: columns of texts, made by SQLite itself, of the facts that go up. Reads what the
 * reader reads, and changes nothing.
 */

import type { ChunkContent } from '@kairos/hq-sync/link/chunk.ts';
import { DayDigests, type UpwardRow } from '@kairos/hq-sync/link/day-digest.ts';
import type { ChunkQuery, JournalLife } from '@kairos/hq-sync/link/upward.ts';
import { factKinds } from '@kairos/protocol/facts.ts';
import type { DayDigest } from '@kairos/protocol/sync-messages.ts';
import { chunkColumns } from '@kairos/protocol/sync-messages.ts';
import { fromDay } from '@kairos/protocol/time.ts';
import type Database from 'better-sqlite3';

/** Words that go with one chunk; with more of them missing, a chunk of words alone goes before. */
const wordsMax = 20_000;

const neverUp = Object.entries(factKinds)
  .filter(([, { toHq }]) => !toHq)
  .map(([type]) => type);

/** As COPY reads a text: the only characters that it would take for its own. */
const escaped = (column: string): string =>
  `replace(replace(replace(replace(${column}, '\\', '\\\\'), char(9), '\\t'), char(10), '\\n'), char(13), '\\r')`;
const columnText = (column: string): string => {
  const value = column === 'ref' || column === 'rest' ? escaped(column) : column;
  return `group_concat(ifnull(${value}, '\\N'), char(10)) || char(10) AS ${column}`;
};

type ColumnsRow = { facts: number; last: number | null } & Record<(typeof chunkColumns)[number], string | null>;

export function readLives(db: Database.Database): JournalLife[] {
  const rows = db.prepare('SELECT name, first_seq FROM epochs ORDER BY first_seq').all() as {
    name: string;
    first_seq: number;
  }[];
  return rows.map(({ name, first_seq }, index) => {
    const next = rows[index + 1];
    return { epoch: name, from: first_seq, to: next ? next.first_seq - 1 : null };
  });
}

/** Null where nothing is left to say. */
export function readChunk(db: Database.Database, query: ChunkQuery): ChunkContent | null {
  const { life, factsMax } = query;
  const lastSeq = (db.prepare('SELECT max(seq) FROM facts').pluck().get() as number | null) ?? 0;
  const from = Math.max(query.after + 1, life.from);
  const end = Math.min(life.to ?? lastSeq, lastSeq);
  const names = readNames(db, query);
  const content = { epoch: life.epoch, after: query.after, ...names, givenUp: [] };
  const isOnlyWords = names.words.length === wordsMax;
  const columns = isOnlyWords || from > end ? null : readColumns(db, from, end, factsMax);
  const gone = readGone(db, query.after);
  if (columns === null) {
    const isNothing = from > end && names.words.length === 0 && gone.removed.length + gone.nobodys.length === 0;
    if (isNothing) return null;
    return {
      ...content,
      ...gone,
      to: query.after,
      facts: 0,
      columns: chunkColumns.map(() => ''),
      people: [],
      notes: [],
      erased: [],
    };
  }
  // A full chunk ends with its last fact; else what stays in the store behind it is settled as well.
  const to = columns.facts === factsMax ? (columns.last as number) : end;
  return {
    ...content,
    ...gone,
    to,
    facts: columns.facts,
    columns: chunkColumns.map((name) => columns[name] ?? ''),
    ...readPeople(db, from, to),
  };
}

export function readDays(
  db: Database.Database,
  { life, sinceDay, upTo }: { readonly life: JournalLife; readonly sinceDay: string; readonly upTo: number },
): DayDigest[] {
  const digests = new DayDigests();
  const rows = db
    .prepare(
      `SELECT ${chunkColumns.join(', ')} FROM facts
       WHERE seq BETWEEN ? AND ? AND at >= ? AND type NOT IN (${stayingTypes(db)})`,
    )
    .raw()
    .iterate(life.from, Math.min(life.to ?? upTo, upTo), fromDay(sinceDay));
  for (const row of rows) digests.add(row as unknown as UpwardRow);
  return digests.all();
}

function readColumns(db: Database.Database, from: number, end: number, factsMax: number): ColumnsRow {
  return db
    .prepare(
      `SELECT count(*) AS facts, max(seq) AS last, ${chunkColumns.map(columnText).join(', ')} FROM (
         SELECT ${chunkColumns.join(', ')} FROM facts
         WHERE seq BETWEEN ? AND ? AND type NOT IN (${stayingTypes(db)}) ORDER BY seq LIMIT ?)`,
    )
    .get(from, end, factsMax) as ColumnsRow;
}

function stayingTypes(db: Database.Database): string {
  const ids = db
    .prepare('SELECT id FROM words WHERE text IN (SELECT value FROM json_each(?))')
    .pluck()
    .all(JSON.stringify(neverUp)) as number[];
  return ids.join(', ');
}

function readNames(db: Database.Database, { wordsTo, sourcesTo }: ChunkQuery): Pick<ChunkContent, 'words' | 'sources'> {
  return {
    words: db
      .prepare('SELECT id, text FROM words WHERE id > ? ORDER BY id LIMIT ?')
      .raw()
      .all(wordsTo, wordsMax) as ChunkContent['words'],
    sources: db
      .prepare('SELECT id, device, epoch FROM sources WHERE id > ? ORDER BY id')
      .raw()
      .all(sourcesTo) as ChunkContent['sources'],
  };
}

/** Whose facts they are, where she has not said that she is not to be remembered; and what people wrote. */
function readPeople(
  db: Database.Database,
  from: number,
  to: number,
): Pick<ChunkContent, 'people' | 'notes' | 'erased'> {
  const staying = stayingTypes(db);
  const typeErased = db.prepare("SELECT id FROM words WHERE text = 'customer.erased'").pluck().get() as
    | number
    | undefined;
  return {
    people: db
      .prepare(
        `SELECT subject, chain_id FROM people WHERE chain_id IS NOT NULL AND ifnull(consent ->> 'remember', 1) = 1
         AND subject IN (SELECT subject FROM facts WHERE seq BETWEEN ? AND ? AND type NOT IN (${staying}))`,
      )
      .raw()
      .all(from, to) as ChunkContent['people'],
    notes: db
      .prepare(
        `SELECT notes.seq, notes.subject, note FROM notes JOIN facts ON facts.seq = notes.seq
         WHERE notes.seq BETWEEN ? AND ? AND type NOT IN (${staying})`,
      )
      .raw()
      .all(from, to) as ChunkContent['notes'],
    erased: db
      .prepare('SELECT subject FROM facts WHERE seq BETWEEN ? AND ? AND type = ? AND subject IS NOT NULL')
      .pluck()
      .all(from, to, typeErased ?? -1) as number[],
  };
}

/** What HQ has and the store has forgotten; what it has not got yet will never be sent. */
function readGone(db: Database.Database, after: number): Pick<ChunkContent, 'removed' | 'nobodys'> {
  const gone = (kind: string): number[] =>
    db
      .prepare('SELECT seq FROM gone_up WHERE kind = ? AND seq <= ? ORDER BY seq LIMIT 10000')
      .pluck()
      .all(kind, after) as number[];
  return { removed: gone('removed'), nobodys: gone('nobodys') };
}
