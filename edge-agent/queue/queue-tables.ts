/** The tables of the durable queue and their statements, prepared once; nothing here decides. */
import type Database from 'better-sqlite3';
import type { Statement } from 'better-sqlite3';

/** Of the tables below; a file of an older one is brought up to it when it is opened. */
const schemaVersion = 2;

const tables = `
  CREATE TABLE epochs (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, started REAL NOT NULL, alive REAL NOT NULL,
    later REAL NOT NULL, assigned INTEGER NOT NULL, anchorStore REAL, anchorAt REAL
  ) STRICT;
  CREATE TABLE facts (
    id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, sequence INTEGER, at REAL NOT NULL, rank INTEGER NOT NULL,
    type TEXT NOT NULL, body TEXT NOT NULL, bytes INTEGER NOT NULL, sum INTEGER
  ) STRICT;
  CREATE INDEX facts_waiting ON facts (rank, id) WHERE sequence IS NULL;
  CREATE INDEX facts_numbered ON facts (epoch, sequence) WHERE sequence IS NOT NULL;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  CREATE TABLE extent (depth INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
  INSERT INTO extent VALUES (0, 0);
`;

/** Version 1 counted the rows at each opening, had no sums and knew nothing of the store's time. */
const fromFirst = `
  ALTER TABLE epochs ADD COLUMN anchorStore REAL;
  ALTER TABLE epochs ADD COLUMN anchorAt REAL;
  ALTER TABLE facts ADD COLUMN sum INTEGER;
  CREATE TABLE extent (depth INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
  INSERT INTO extent SELECT count(*), coalesce(sum(bytes), 0) FROM facts;
`;

/** Makes the tables, or brings those of an older agent up to date; throws where the file is no queue. */
export function createTables(db: Database.Database): void {
  const version = db.pragma('user_version', { simple: true });
  if (version === schemaVersion) return;
  const isOld = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'facts'").get() !== undefined;
  db.transaction(() => {
    db.exec(isOld ? fromFirst : tables);
    db.pragma(`user_version = ${schemaVersion}`);
  }).immediate();
}

export interface QueuedRow {
  readonly id: number;
  readonly epoch: number;
  /** Null until the fact is about to be sent. */
  readonly sequence: number | null;
  /** Monotonic milliseconds of its epoch. */
  readonly at: number;
  readonly type: string;
  readonly body: string;
  /** Of the row as it was written (`row-sum.ts`); null of an older agent. */
  readonly sum: number | null;
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
  /** The store's time as last heard, and this epoch's monotonic clock at that moment. */
  readonly anchorStore: number | null;
  readonly anchorAt: number | null;
}

/** A row that may be given up. */
export interface UnsentRow {
  readonly id: number;
  readonly epoch: number;
  readonly at: number;
  readonly bytes: number;
  readonly rank: number;
}

export interface Extent {
  readonly depth: number;
  readonly bytes: number;
}

export interface Numbered {
  readonly facts: number;
  readonly lastId: number;
}

type NewRow = [
  id: number,
  epoch: number,
  sequence: number | null,
  at: number,
  rank: number,
  type: string,
  body: string,
  bytes: number,
  sum: number,
];

export interface QueueStatements {
  readonly epochs: Statement<[], EpochRow>;
  readonly addEpoch: Statement<[name: string, started: number, alive: number]>;
  readonly addLater: Statement<[ms: number, beforeEpoch: number]>;
  readonly setAlive: Statement<[alive: number, anchorStore: number | null, anchorAt: number | null, epoch: number]>;
  readonly setAssigned: Statement<[assigned: number, epoch: number]>;
  readonly dropEpochsBelow: Statement<[number: number]>;
  readonly extent: Statement<[], Extent>;
  readonly setExtent: Statement<[depth: number, bytes: number]>;
  readonly lastId: Statement<[], { readonly id: number | null }>;
  readonly numbered: Statement<[], Numbered>;
  readonly add: Statement<NewRow>;
  readonly unnumbered: Statement<[afterId: number, limit: number], UnsentRow>;
  readonly setSequence: Statement<[sequence: number, id: number]>;
  readonly numberedAfter: Statement<[afterId: number, upToId: number, limit: number], QueuedRow>;
  readonly oldest: Statement<[], { readonly at: number; readonly epoch: number }>;
  readonly lowest: Statement<[epoch: number], { readonly sequence: number | null }>;
  readonly extentUpTo: Statement<[epoch: number, upTo: number], Extent>;
  readonly deleteUpTo: Statement<[epoch: number, upTo: number]>;
  readonly leastWanted: Statement<[limit: number], UnsentRow>;
  readonly delete: Statement<[id: number]>;
  readonly count: Statement<[name: string, by: number]>;
  readonly counters: Statement<[], { readonly name: string; readonly value: number }>;
}

export function prepareQueue(db: Database.Database): QueueStatements {
  const unsent = 'SELECT id, epoch, at, bytes, rank FROM facts WHERE sequence IS NULL';
  return {
    epochs: db.prepare('SELECT * FROM epochs ORDER BY number'),
    addEpoch: db.prepare('INSERT INTO epochs (name, started, alive, later, assigned) VALUES (?, ?, ?, 0, 0)'),
    addLater: db.prepare('UPDATE epochs SET later = later + ? WHERE number < ?'),
    setAlive: db.prepare('UPDATE epochs SET alive = ?, anchorStore = ?, anchorAt = ? WHERE number = ?'),
    setAssigned: db.prepare('UPDATE epochs SET assigned = ? WHERE number = ?'),
    dropEpochsBelow: db.prepare('DELETE FROM epochs WHERE number < ?'),
    extent: db.prepare('SELECT depth, bytes FROM extent'),
    setExtent: db.prepare('UPDATE extent SET depth = ?, bytes = ?'),
    lastId: db.prepare('SELECT max(id) id FROM facts'),
    numbered: db.prepare(
      'SELECT count(*) facts, coalesce(max(id), 0) lastId FROM facts INDEXED BY facts_numbered WHERE sequence IS NOT NULL',
    ),
    add: db.prepare(
      'INSERT INTO facts (id, epoch, sequence, at, rank, type, body, bytes, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    // Numbered rows come first, so that neither of these two looks at more than it gives.
    unnumbered: db.prepare(`${unsent} AND id > ? ORDER BY id LIMIT ?`),
    setSequence: db.prepare('UPDATE facts SET sequence = ? WHERE id = ?'),
    numberedAfter: db.prepare(
      `SELECT id, epoch, sequence, at, type, body, sum FROM facts
       WHERE id > ? AND id <= ? AND sequence IS NOT NULL ORDER BY id LIMIT ?`,
    ),
    oldest: db.prepare('SELECT at, epoch FROM facts ORDER BY id LIMIT 1'),
    lowest: db.prepare('SELECT min(sequence) sequence FROM facts WHERE epoch = ? AND sequence IS NOT NULL'),
    extentUpTo: db.prepare(
      'SELECT count(*) depth, coalesce(sum(bytes), 0) bytes FROM facts WHERE epoch = ? AND sequence IS NOT NULL AND sequence <= ?',
    ),
    deleteUpTo: db.prepare('DELETE FROM facts WHERE epoch = ? AND sequence IS NOT NULL AND sequence <= ?'),
    leastWanted: db.prepare(`${unsent} ORDER BY rank, id LIMIT ?`),
    delete: db.prepare('DELETE FROM facts WHERE id = ?'),
    count: db.prepare(
      'INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value',
    ),
    counters: db.prepare('SELECT name, value FROM counters'),
  };
}
