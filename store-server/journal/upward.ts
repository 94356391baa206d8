/**
 * The journal as headquarters gets it: columns of texts, made by SQLite itself, of the facts that go up. Reads what the
 * reader reads, and changes nothing. One pass over the facts of a chunk (0.4 microseconds a fact) makes the columns; what
 * else is asked of them is asked of the columns.
 */

import { type ChunkContent, type PackedChunk, packedChunk } from '@kairos/hq-sync/link/chunk.ts';
import { DayDigests, type UpwardRow } from '@kairos/hq-sync/link/day-digest.ts';
import { giveBack } from '@kairos/hq-sync/link/own-memory.ts';
import type { ChunkQuery, DaysQuery, JournalLife } from '@kairos/hq-sync/link/upward.ts';
import { factKinds } from '@kairos/protocol/facts.ts';
import type { DayDigest } from '@kairos/protocol/sync-messages.ts';
import { chunkColumns } from '@kairos/protocol/sync-messages.ts';
import { fromDay } from '@kairos/protocol/time.ts';
import type Database from 'better-sqlite3';
import { readErasedUp } from './erased-up.ts';
import { newSending, type Sending, type Sendings } from './sending.ts';
import { commasToLineFeeds, distinctNumbers, hasOnlyNulls } from './upward-columns.ts';

/** Words that go with one chunk; with more of them missing, a chunk of words alone goes before. */
const wordsMax = 20_000;

/** A chunk whose end is guessed should have so much of what it may have. */
const nearlyFull = 0.95;
/** Where fewer facts go up, its end is not guessed: what is read for nothing would be too much. */
const densityMin = 0.25;

const neverUp = Object.entries(factKinds)
  .filter(([, { toHq }]) => !toHq)
  .map(([type]) => type);

// A function's result as separator would be computed for each value, at a third of all that this costs.
const lineFeed = "'\n'";
/** As COPY reads a text: the only characters that it would take for its own. */
const escaped = (column: string): string =>
  `replace(replace(replace(replace(${column}, '\\', '\\\\'), char(9), '\\t'), ${lineFeed}, '\\n'), char(13), '\\r')`;
const textBytes = (name: string, value = name): string =>
  `CAST(group_concat(ifnull(${value}, '\\N'), ${lineFeed}) || ${lineFeed} AS BLOB) AS ${name}`;
/** What people or devices wrote. Numbers hold nothing that COPY would take for its own. */
const textColumns = ['ref', 'rest'] as const;
const isText = (name: string): boolean => (textColumns as readonly string[]).includes(name);
const neverNull: ReadonlySet<string> = new Set(['seq', 'type', 'at', 'late']);
/** Commas stand between numbers until `commasToLineFeeds`. */
const numberBytes = (name: string): string =>
  `CAST(group_concat(${neverNull.has(name) ? name : `ifnull(${name}, '\\N')`}) || ',' AS BLOB) AS ${name}`;

type ColumnsRow = Record<(typeof chunkColumns)[number], Uint8Array> & {
  readonly facts: number;
  readonly erased: number;
} & Record<`${(typeof textColumns)[number]}Count`, number>;

/** Types of facts by their number in this journal's dictionary. */
interface KnownTypes {
  /** With commas between, for SQL. */
  readonly staying: string;
  /** -1: nobody ever was. */
  readonly erased: number;
}

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

/** As bytes for the line, made on the thread that reads. */
export function readPacked(
  db: Database.Database,
  query: ChunkQuery,
  { version, sendings }: { readonly version: number; readonly sendings: Sendings },
): PackedChunk | null {
  const content = readChunk(db, query, sendings.under(query.sending));
  if (content === null) return null;
  const packed = packedChunk(content, version);
  for (const column of content.columns) if (typeof column !== 'string') giveBack(column);
  return packed;
}

/** Null where nothing is left to say. As of one moment, whatever is written meanwhile. */
export function readChunk(db: Database.Database, query: ChunkQuery, sending = newSending()): ChunkContent | null {
  return db.transaction(() => readContent(db, query, sending))();
}

function readContent(db: Database.Database, query: ChunkQuery, sending: Sending): ChunkContent | null {
  const { life, factsMax } = query;
  const lastSeq = (db.prepare('SELECT max(seq) FROM facts').pluck().get() as number | null) ?? 0;
  const from = Math.max(query.after + 1, life.from);
  const end = Math.min(life.to ?? lastSeq, lastSeq);
  const names = readNames(db, query);
  const content = { epoch: life.epoch, after: query.after, ...names, givenUp: [] };
  const types = readTypes(db);
  const isOnlyWords = names.words.length === wordsMax;
  const part = isOnlyWords || end < from ? null : readPart(db, { from, end, factsMax }, { types, sending });
  const gone = readGone(db, query.after);
  if (part === null) {
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
  const { to, columns } = part;
  const erased = columns.erased === 0 ? [] : readErased(db, { from, to }, types);
  return {
    ...content,
    ...gone,
    to,
    facts: columns.facts,
    columns: columns.bytes,
    people: [
      ...readPeople(db, columns.bytes[chunkColumns.indexOf('subject')] as Uint8Array, sending.named),
      ...peopleErased(db, erased),
    ],
    notes: readNotes(db, { from, to }, types),
    erased,
  };
}

export function readDays(db: Database.Database, { life, sinceDay, untilDay, upTo }: DaysQuery): DayDigest[] {
  const digests = new DayDigests();
  const rows = db
    .prepare(
      `SELECT ${chunkColumns.join(', ')} FROM facts
       WHERE seq BETWEEN ? AND ? AND at >= ? AND at < ? AND type NOT IN (${readTypes(db).staying})`,
    )
    .raw()
    .iterate(
      life.from,
      Math.min(life.to ?? upTo, upTo),
      fromDay(sinceDay),
      untilDay === undefined ? Number.MAX_SAFE_INTEGER : fromDay(untilDay),
    );
  for (const row of rows) digests.add(row as unknown as UpwardRow);
  return digests.all();
}

interface Stretch {
  readonly from: number;
  readonly end: number;
  readonly factsMax: number;
}

interface Part {
  readonly to: number;
  readonly columns: Columns;
}

/** Up to where a chunk like the one before would be nearly full; if that is too far, or nothing is there, counted out. */
function readPart(
  db: Database.Database,
  { from, end, factsMax }: Stretch,
  { types, sending }: { readonly types: KnownTypes; readonly sending: Sending },
): Part {
  const read = (to: number): Part => ({ to, columns: readColumns(db, { from, to }, types) });
  const noted = (part: Part): Part => {
    sending.density = part.columns.facts / (part.to - from + 1);
    return part;
  };
  if (sending.density !== null && sending.density >= densityMin) {
    const numbers = Math.max(1, Math.floor((factsMax * nearlyFull) / sending.density));
    const part = read(Math.min(end, from + numbers - 1));
    if (part.columns.facts > 0 && part.columns.facts <= factsMax) return noted(part);
  }
  return noted(read(lastOf(db, { from, end, factsMax }, types)));
}

/** Where the chunk ends: a full one with its last fact; else what stays in the store behind it is settled as well. */
function lastOf(db: Database.Database, { from, end, factsMax }: Stretch, { staying }: KnownTypes): number {
  const last = db
    .prepare(
      `SELECT seq FROM facts WHERE seq BETWEEN ? AND ? AND type NOT IN (${staying}) ORDER BY seq LIMIT 1 OFFSET ?`,
    )
    .pluck()
    .get(from, end, factsMax - 1) as number | undefined;
  return last ?? end;
}

/** Who was erased here goes up once more by her id: headquarters, and every other store, forget her by it. */
function peopleErased(db: Database.Database, erased: readonly number[]): ChunkContent['people'] {
  if (erased.length === 0) return [];
  const these = new Set(erased);
  return readErasedUp(db).flatMap(({ subject, chainId }) => (these.has(subject) ? [[subject, chainId]] : []));
}

interface Range {
  readonly from: number;
  readonly to: number;
}

interface Columns {
  readonly facts: number;
  readonly erased: number;
  readonly bytes: readonly Uint8Array[];
}

function readColumns(db: Database.Database, { from, to }: Range, { staying, erased }: KnownTypes): Columns {
  const where = `FROM facts WHERE seq BETWEEN ? AND ? AND type NOT IN (${staying})`;
  const counts = textColumns.map((name) => `count(${name}) AS ${name}Count`).join(', ');
  // In the order of `seq`, since by that the table is read.
  const row = db
    .prepare(
      `SELECT count(*) AS facts, ifnull(sum(type = ${erased}), 0) AS erased, ${counts},
         ${chunkColumns.map((name) => (isText(name) ? textBytes(name) : numberBytes(name))).join(', ')} ${where}`,
    )
    .get(from, to) as ColumnsRow;
  const { facts } = row;
  if (facts === 0) return { facts, erased: 0, bytes: chunkColumns.map(() => new Uint8Array()) };
  for (const name of chunkColumns) if (!isText(name)) commasToLineFeeds(row[name]);
  for (const name of textColumns) {
    // Seldom: some text has to be escaped, and all are read once more.
    if (hasOnlyNulls(row[name], { values: facts, nulls: facts - row[`${name}Count`] })) continue;
    row[name] = db
      .prepare(`SELECT ${textBytes(name, escaped(name))} ${where}`)
      .pluck()
      .get(from, to) as Uint8Array;
  }
  return { facts, erased: row.erased, bytes: chunkColumns.map((name) => row[name]) };
}

function readTypes(db: Database.Database): KnownTypes {
  const rows = db
    .prepare('SELECT id, text FROM words WHERE text IN (SELECT value FROM json_each(?))')
    .raw()
    .all(JSON.stringify([...neverUp, 'customer.erased'])) as [number, string][];
  const staying = rows.filter(([, text]) => text !== 'customer.erased').map(([id]) => id);
  return { staying: staying.join(', '), erased: rows.find(([, text]) => text === 'customer.erased')?.[0] ?? -1 };
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

/** Whose facts they are, where she has not said that she is not to be remembered; who is `named` already is left out. */
function readPeople(db: Database.Database, subjects: Uint8Array, named: Set<number>): ChunkContent['people'] {
  const people = db
    .prepare(
      `SELECT subject, chain_id FROM people WHERE chain_id IS NOT NULL AND ifnull(consent ->> 'remember', 1) = 1
       AND subject IN (SELECT value FROM json_each(?))`,
    )
    .raw()
    .all(JSON.stringify(distinctNumbers(subjects).filter((subject) => !named.has(subject)))) as [number, string][];
  for (const [subject] of people) named.add(subject);
  return people;
}

/** What people wrote: notes first, since most facts have none (SQLite keeps to the order of a cross join). */
function readNotes(db: Database.Database, { from, to }: Range, { staying }: KnownTypes): ChunkContent['notes'] {
  return db
    .prepare(
      `SELECT notes.seq, notes.subject, note FROM notes CROSS JOIN facts ON facts.seq = notes.seq
       WHERE notes.seq BETWEEN ? AND ? AND type NOT IN (${staying})`,
    )
    .raw()
    .all(from, to) as ChunkContent['notes'];
}

function readErased(db: Database.Database, { from, to }: Range, { erased }: KnownTypes): number[] {
  return db
    .prepare('SELECT subject FROM facts WHERE seq BETWEEN ? AND ? AND type = ? AND subject IS NOT NULL')
    .pluck()
    .all(from, to, erased) as number[];
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
