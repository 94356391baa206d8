/**
 * The file behind the durable queue: tables, statements, and nothing that decides. A commit means that the disk has
 * it: WAL with synchronous=FULL, asserted, because better-sqlite3 is built to run at NORMAL, which loses what it said
 * it had at a power cut (reliability.md, finding 2). One process owns the file.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import Database, { type Statement } from 'better-sqlite3';

/** Pages that SQLite keeps in memory, in KiB. */
const cacheKiB = 2_048;
/** The write-ahead log is cut back to this after a checkpoint. */
const logBytesMax = 8 * 1024 * 1024;

export interface QueuedRow {
  readonly id: number;
  readonly epoch: number;
  /** Null until the fact is about to be sent. */
  readonly sequence: number | null;
  /** Monotonic milliseconds of its epoch. */
  readonly at: number;
  readonly type: string;
  readonly body: string;
  readonly bytes: number;
}

export interface EpochRow {
  readonly number: number;
  readonly name: string;
  /** Monotonic clock at its begin and when it was last seen running. */
  readonly started: number;
  readonly alive: number;
  /** How long later epochs are known to have run, this one excluded. */
  readonly later: number;
  /** Sequences given so far. */
  readonly assigned: number;
}

export type OpenedQueueFile =
  | { readonly kind: 'open'; readonly db: Database.Database; readonly setAside: string | null }
  | { readonly kind: 'in-use'; readonly message: string };

/**
 * Opens the file, or makes it. A file that cannot be read as a queue is set aside under another name, because an agent
 * that does not start loses more than what the file held.
 */
export function openQueueFile(file: string, newName: string): OpenedQueueFile {
  mkdirSync(dirname(file), { recursive: true });
  try {
    return { kind: 'open', db: open(file), setAside: null };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
      return {
        kind: 'in-use',
        message: `${file} is in use by another agent: stop that one, or give this one a "state" folder of its own`,
      };
    }
    if (!existsSync(file) || !/^SQLITE_(NOTADB|CORRUPT|ERROR)/.test(code)) throw error;
    const setAside = `${file}.unreadable-${newName}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, setAside + suffix);
    }
    return { kind: 'open', db: open(file), setAside };
  }
}

function open(file: string): Database.Database {
  const db = new Database(file, { timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma(`cache_size = -${cacheKiB}`);
    db.pragma(`journal_size_limit = ${logBytesMax}`);
    const isDurable = db.pragma('synchronous', { simple: true }) === 2;
    if (!isDurable || db.pragma('journal_mode', { simple: true }) !== 'wal') {
      throw new Error(`${file}: SQLite would not run with WAL and synchronous=FULL; a commit would mean nothing`);
    }
    db.exec(`
      CREATE TABLE IF NOT EXISTS epochs (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, started REAL NOT NULL, alive REAL NOT NULL,
        later REAL NOT NULL, assigned INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE IF NOT EXISTS facts (
        id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, sequence INTEGER, at REAL NOT NULL, rank INTEGER NOT NULL,
        type TEXT NOT NULL, body TEXT NOT NULL, bytes INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS facts_waiting ON facts (rank, id) WHERE sequence IS NULL;
      CREATE INDEX IF NOT EXISTS facts_numbered ON facts (epoch, sequence) WHERE sequence IS NOT NULL;
      CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    `);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A row that may be given up. */
export interface UnsentRow {
  readonly id: number;
  readonly bytes: number;
  readonly rank: number;
}
interface Extent {
  readonly depth: number;
  readonly bytes: number;
}

/** The statements of a queue, prepared once. */
export interface QueueStatements {
  readonly epochs: Statement<[], EpochRow>;
  readonly addEpoch: Statement<[name: string, started: number, alive: number]>;
  readonly addLater: Statement<[ms: number, beforeEpoch: number]>;
  readonly setAlive: Statement<[alive: number, epoch: number]>;
  readonly setAssigned: Statement<[assigned: number, epoch: number]>;
  readonly dropEmptyEpochs: Statement<[current: number]>;
  readonly totals: Statement<[], Extent & { readonly lastId: number; readonly numbered: number }>;
  readonly add: Statement<
    [id: number, epoch: number, at: number, rank: number, type: string, body: string, bytes: number]
  >;
  readonly unnumbered: Statement<[afterId: number, limit: number], { readonly id: number; readonly epoch: number }>;
  readonly setSequence: Statement<[sequence: number, id: number]>;
  readonly numberedAfter: Statement<[id: number, limit: number], QueuedRow>;
  readonly oldest: Statement<[], { readonly at: number; readonly epoch: number }>;
  readonly lowest: Statement<[epoch: number], { readonly sequence: number | null }>;
  readonly extentUpTo: Statement<[epoch: number, upTo: number], Extent>;
  readonly deleteUpTo: Statement<[epoch: number, upTo: number]>;
  readonly leastWanted: Statement<[limit: number], UnsentRow>;
  readonly tooOld: Statement<[epoch: number, before: number], UnsentRow>;
  readonly delete: Statement<[id: number]>;
  readonly count: Statement<[name: string, by: number]>;
  readonly counters: Statement<[], { readonly name: string; readonly value: number }>;
}

export function prepareQueue(db: Database.Database): QueueStatements {
  return {
    epochs: db.prepare('SELECT * FROM epochs ORDER BY number'),
    addEpoch: db.prepare('INSERT INTO epochs (name, started, alive, later, assigned) VALUES (?, ?, ?, 0, 0)'),
    addLater: db.prepare('UPDATE epochs SET later = later + ? WHERE number < ?'),
    setAlive: db.prepare('UPDATE epochs SET alive = ? WHERE number = ?'),
    setAssigned: db.prepare('UPDATE epochs SET assigned = ? WHERE number = ?'),
    dropEmptyEpochs: db.prepare(
      'DELETE FROM epochs WHERE number <> ? AND number NOT IN (SELECT DISTINCT epoch FROM facts)',
    ),
    totals: db.prepare(
      `SELECT count(*) depth, coalesce(sum(bytes), 0) bytes, coalesce(max(id), 0) lastId, count(sequence) numbered
       FROM facts`,
    ),
    add: db.prepare('INSERT INTO facts (id, epoch, at, rank, type, body, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)'),
    unnumbered: db.prepare('SELECT id, epoch FROM facts WHERE sequence IS NULL AND id > ? ORDER BY id LIMIT ?'),
    setSequence: db.prepare('UPDATE facts SET sequence = ? WHERE id = ?'),
    numberedAfter: db.prepare('SELECT * FROM facts WHERE id > ? AND sequence IS NOT NULL ORDER BY id LIMIT ?'),
    oldest: db.prepare('SELECT at, epoch FROM facts ORDER BY id LIMIT 1'),
    lowest: db.prepare('SELECT min(sequence) sequence FROM facts WHERE epoch = ? AND sequence IS NOT NULL'),
    extentUpTo: db.prepare(
      'SELECT count(*) depth, coalesce(sum(bytes), 0) bytes FROM facts WHERE epoch = ? AND sequence IS NOT NULL AND sequence <= ?',
    ),
    deleteUpTo: db.prepare('DELETE FROM facts WHERE epoch = ? AND sequence IS NOT NULL AND sequence <= ?'),
    leastWanted: db.prepare('SELECT id, bytes, rank FROM facts WHERE sequence IS NULL ORDER BY rank, id LIMIT ?'),
    tooOld: db.prepare('SELECT id, bytes, rank FROM facts WHERE sequence IS NULL AND epoch = ? AND at < ?'),
    delete: db.prepare('DELETE FROM facts WHERE id = ?'),
    count: db.prepare(
      'INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value',
    ),
    counters: db.prepare('SELECT name, value FROM counters'),
  };
}
