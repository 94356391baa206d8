/** What the store keeps of its people: hashes, tries, devices, sessions, codes, and what they did. No PIN, no token. */
import type { Migration } from '../../journal/migrations/migration.ts';

export const first: Migration = {
  version: 1,
  sql: `
    CREATE TABLE pins (key TEXT PRIMARY KEY, hash TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE tries (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL, at INTEGER NOT NULL, source TEXT NOT NULL, known INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX tries_of ON tries (key, at);
    CREATE TABLE known_devices (
      key TEXT NOT NULL, device TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (key, device)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sessions (
      token TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, associate TEXT NOT NULL, address TEXT NOT NULL,
      opened INTEGER NOT NULL, used INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE codes (key TEXT PRIMARY KEY, hash TEXT NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, associate TEXT NOT NULL, deed TEXT NOT NULL,
      subject TEXT NOT NULL, address TEXT NOT NULL
    ) STRICT;
    CREATE TABLE audit_kept (one INTEGER PRIMARY KEY CHECK (one = 1), since INTEGER NOT NULL) STRICT;
    INSERT INTO audit_kept VALUES (1, 0);
    CREATE TRIGGER audit_stands BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
    CREATE TRIGGER audit_stays BEFORE DELETE ON audit WHEN OLD.at >= (SELECT since FROM audit_kept)
      BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
  `,
};
