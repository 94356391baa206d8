/**
 * The side table of figures: runs, messages, visits, tasks, plays and presences by time, folded from the journal so that
 * a page's question reads the rows of its range and never the whole journal. Everything in it follows from the journal:
 * it may be deleted at any time, and is deleted where it was made by another version or from another journal.
 */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Another number: the file is made anew. */
const tablesVersion = 2;

const schema = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE visits (
    visit TEXT PRIMARY KEY, seq INTEGER NOT NULL, subject INTEGER, guest INTEGER NOT NULL,
    opened_at INTEGER NOT NULL, closed_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX visits_by_time ON visits (opened_at);
  CREATE INDEX visits_open ON visits (subject) WHERE closed_at IS NULL;
  CREATE TABLE shoppers (visit TEXT NOT NULL, subject INTEGER NOT NULL, PRIMARY KEY (visit, subject)) STRICT, WITHOUT ROWID;
  CREATE TABLE guests (subject INTEGER PRIMARY KEY) STRICT;
  CREATE TABLE runs (
    run TEXT PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, subject INTEGER, guest INTEGER NOT NULL,
    dialogue TEXT NOT NULL, release INTEGER NOT NULL, held INTEGER NOT NULL, arm TEXT,
    ended_at INTEGER, reached_at INTEGER, value INTEGER, answered_at INTEGER, reply_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX runs_by_time ON runs (at);
  CREATE INDEX runs_by_goal ON runs (reached_at) WHERE reached_at IS NOT NULL;
  CREATE INDEX runs_by_subject ON runs (subject, seq);
  CREATE TABLE moves (run TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, step TEXT NOT NULL,
    PRIMARY KEY (run, seq)) STRICT, WITHOUT ROWID;
  CREATE TABLE messages (
    message TEXT PRIMARY KEY, run TEXT NOT NULL, dialogue TEXT NOT NULL, step TEXT NOT NULL, arm TEXT,
    channel TEXT, target TEXT, subject INTEGER, visit TEXT,
    at INTEGER, is_reply INTEGER NOT NULL DEFAULT 0, is_given_back INTEGER NOT NULL DEFAULT 0,
    shown_at INTEGER, answered_at INTEGER, answer TEXT, positive INTEGER,
    silent_at INTEGER, silence TEXT, withdrawn_at INTEGER, withdrawn TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX messages_by_time ON messages (at);
  CREATE INDEX messages_by_shown ON messages (shown_at) WHERE shown_at IS NOT NULL;
  CREATE INDEX messages_by_answer ON messages (answered_at) WHERE answered_at IS NOT NULL;
  CREATE INDEX messages_by_silence ON messages (silent_at) WHERE silent_at IS NOT NULL;
  CREATE INDEX messages_by_subject ON messages (subject);
  CREATE INDEX messages_by_visit ON messages (visit) WHERE visit IS NOT NULL;
  CREATE INDEX messages_by_run ON messages (run);
  CREATE TABLE rewards (
    reward TEXT PRIMARY KEY, run TEXT NOT NULL, issued_at INTEGER NOT NULL, redeemed_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rewards_by_run ON rewards (run);
  CREATE INDEX rewards_by_time ON rewards (issued_at);
  CREATE INDEX rewards_by_redemption ON rewards (redeemed_at) WHERE redeemed_at IS NOT NULL;
  CREATE TABLE tasks (
    task TEXT PRIMARY KEY, message TEXT NOT NULL, role TEXT, offered_at INTEGER NOT NULL, offers INTEGER NOT NULL,
    claimed_at INTEGER, done_at INTEGER, released_at INTEGER, released TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tasks_by_message ON tasks (message);
  CREATE INDEX tasks_by_time ON tasks (offered_at);
  CREATE TABLE spendings (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, subject INTEGER NOT NULL, total INTEGER NOT NULL) STRICT;
  CREATE INDEX spendings_by_subject ON spendings (subject, seq);
  CREATE TABLE plays (
    seq INTEGER PRIMARY KEY, screen TEXT NOT NULL, message TEXT NOT NULL,
    started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, opportunities INTEGER, dwell_ms INTEGER
  ) STRICT;
  CREATE INDEX plays_by_message ON plays (message);
  CREATE INDEX plays_by_time ON plays (started_at);
  CREATE TABLE carts (cart TEXT PRIMARY KEY, zone TEXT, visit TEXT) STRICT, WITHOUT ROWID;
  CREATE TABLE presences (
    cart TEXT NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER, zone TEXT NOT NULL, visit TEXT NOT NULL
  ) STRICT;
  CREATE INDEX presences_by_zone ON presences (zone, from_at);
  CREATE INDEX presences_open ON presences (cart) WHERE to_at IS NULL;
  CREATE INDEX presences_by_visit ON presences (visit);
`;

/** `journal`: whose facts these are; another one's file is made anew. */
export function openFiguresTables(file: string, journal: string): Database.Database {
  const found = connect(file);
  if (isCurrent(found, journal)) return found;
  found.close();
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
  const fresh = connect(file);
  fresh.exec(schema);
  fresh.prepare('INSERT INTO meta VALUES (?, ?)').run('journal', journal);
  fresh.pragma(`user_version = ${tablesVersion}`);
  return fresh;
}

function connect(file: string): Database.Database {
  let db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
  } catch {
    // Not a database any more: nothing in it is needed.
    db.close();
    rmSync(file, { force: true });
    db = new Database(file);
    db.pragma('journal_mode = WAL');
  }
  // What a power cut takes is folded again.
  db.pragma('synchronous = OFF');
  // A forgotten visit is overwritten here as well.
  db.pragma('secure_delete = ON');
  return db;
}

function isCurrent(db: Database.Database, journal: string): boolean {
  if (db.pragma('user_version', { simple: true }) !== tablesVersion) return false;
  return metaOf(db, 'journal') === journal;
}

export function metaOf(db: Database.Database, key: string): string | null {
  return (db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key) as string | undefined) ?? null;
}

export function putMeta(db: Database.Database, key: string, value: string): void {
  db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(key, value);
}
