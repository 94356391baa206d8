/**
 * `staff.db`: the small database of the store's people, beside the journal and not in it, since it is no fact and goes
 * to nobody. Writes are rare and wait for the disk: a try that was counted is counted after a power cut as well.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Migration } from '../journal/migrations/migration.ts';
import { first } from './migrations/001-first.ts';

/** Every migration, in order. A released one is never changed; another is added. */
const migrations: readonly Migration[] = [first];

/** "KAIS" */
const applicationId = 0x4b414953;
const busyMs = 5_000;

export type StaffDatabase = Database.Database;

/** The file cannot be used as it is; the message says what a person can do about it. */
export class StaffFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StaffFileError';
  }
}

/** Throws `StaffFileError`. */
export function openStaffDatabase(file: string): StaffDatabase {
  mkdirSync(dirname(file), { recursive: true });
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { timeout: busyMs });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = ON');
    // Hashes of PINs are for nobody else on this machine to guess at.
    chmodSync(file, 0o600);
    migrate(db, file);
    return db;
  } catch (error) {
    db?.close();
    if (!(error instanceof Database.SqliteError)) throw error;
    throw new StaffFileError(
      `${file} could not be opened (${error.code}: ${error.message}); see that the store may write to it and that no ` +
        'other store server runs on it. If it is damaged, move it away: everybody then needs a new PIN (store staff code)',
    );
  }
}

function migrate(db: Database.Database, file: string): void {
  const found = db.pragma('user_version', { simple: true }) as number;
  const isNew = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (!isNew && db.pragma('application_id', { simple: true }) !== applicationId) {
    throw new StaffFileError(`${file} is a database of another program; name another folder as "data"`);
  }
  if (found > (migrations.at(-1)?.version ?? 0)) {
    throw new StaffFileError(`${file} was written by a newer Kairos (tables of version ${found}); start that version`);
  }
  if (isNew) db.pragma(`application_id = ${applicationId}`);
  for (const { version, sql } of migrations.filter((migration) => migration.version > found)) {
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    })();
  }
}
