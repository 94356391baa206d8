/**
 * Opens the journal's file: checks that it is whole, brings its tables up to date, and asserts that a commit means
 * the disk has it. Better-sqlite3 is built to run WAL at synchronous=NORMAL, which loses acknowledged rows at a power
 * cut; FULL is set and asserted at every open (reliability.md, finding 2).
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { stateVersion } from '@kairos/dialogue/engine/state-codec.ts';
import Database from 'better-sqlite3';
import { kairosVersion } from '../version.ts';
import { migrations as allMigrations } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';

/** "KAIR": other programs' databases are not opened as a journal. */
const applicationId = 0x4b414952;
/** Another process may hold the file for a moment after it was killed. */
const busyMs = 5_000;
/**
 * Up to this size the whole file is checked before the first fact is served (about a second); larger ones are checked
 * in the reading thread right after the start, and `health` says `checking` until then.
 */
const checkAtOpenBytesMax = 256 * 1024 * 1024;

/** Of a file that is larger: states of people that are looked at before it opens. */
const statesLookedAtMax = 1_000;

export type JournalFault = 'not-a-journal' | 'damaged' | 'too-new' | 'too-old' | 'not-durable' | 'unreadable';

/** The file cannot be served as it is; the message says what a person can do about it. */
export class JournalFileError extends Error {
  readonly fault: JournalFault;
  constructor(fault: JournalFault, message: string) {
    super(message);
    this.name = 'JournalFileError';
    this.fault = fault;
  }
}

export interface OpenedDatabase {
  readonly db: Database.Database;
  /** Too large to have been checked: the caller sees to it. */
  readonly needsCheck: boolean;
  /** The copy that was made before the tables were changed, or another version began to write; null: neither. */
  readonly snapshot: string | null;
}

export interface OpenDatabaseOptions {
  readonly file: string;
  /** Of the Kairos that opens it: another one than the last time makes a copy first. */
  readonly version?: string;
  readonly migrations?: readonly Migration[];
}

/** The one connection that writes. Throws `JournalFileError`. */
export function openDatabase({
  file,
  version = kairosVersion,
  migrations = allMigrations,
}: OpenDatabaseOptions): OpenedDatabase {
  const isInMemory = file === ':memory:';
  if (!isInMemory) mkdirSync(dirname(file), { recursive: true });
  const bytes = !isInMemory && existsSync(file) ? statSync(file).size : 0;
  const db = connect(file, bytes);
  try {
    const isNew = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
    if (!isNew && db.pragma('application_id', { simple: true }) !== applicationId) {
      throw new JournalFileError(
        'not-a-journal',
        `${file} is a database of another program; name another folder as "data" in the store's configuration`,
      );
    }
    const needsCheck = bytes > checkAtOpenBytesMax;
    if (!isNew && !needsCheck) assertWhole(db, file);
    if (!isNew) assertReadable(db, file, { migrations, statesMax: needsCheck ? statesLookedAtMax : null });
    if (isNew) db.pragma(`application_id = ${applicationId}`);
    makeDurable(db, file, isInMemory);
    return { db, needsCheck, snapshot: migrate(db, file, { migrations, version }) };
  } catch (error) {
    db.close();
    throw asFileError(error, file);
  }
}

/** For reading beside the writer: sees what is committed, changes nothing. */
export function openReadOnly(file: string): Database.Database {
  return new Database(file, { readonly: true, timeout: busyMs });
}

function connect(file: string, bytes: number): Database.Database {
  try {
    const db = new Database(file, { timeout: busyMs });
    if (bytes > 0) db.pragma('schema_version');
    return db;
  } catch (error) {
    throw asFileError(error, file);
  }
}

function makeDurable(db: Database.Database, file: string, isInMemory: boolean): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  // Erased rows are overwritten, not just unlinked.
  db.pragma('secure_delete = ON');
  db.pragma('temp_store = MEMORY');
  // Checkpoints run between groups (`wal.ts`), never inside a commit that somebody waits for.
  db.pragma('wal_autocheckpoint = 0');
  const mode = db.pragma('journal_mode', { simple: true });
  const synchronous = db.pragma('synchronous', { simple: true });
  if ((mode !== 'wal' && !isInMemory) || synchronous !== 2) {
    throw new JournalFileError(
      'not-durable',
      `${file} opened with journal_mode=${String(mode)}, synchronous=${String(synchronous)}; the store needs wal and 2 ` +
        'so that what it acknowledges survives a power cut. A file system without shared memory (some network ' +
        'shares) cannot do this: name a local folder as "data"',
    );
  }
}

/** Throws where a page, an index or a row cannot be right. */
export function assertWhole(db: Database.Database, file: string): void {
  const found = db.pragma('quick_check(5)') as { quick_check: string }[];
  const problems = found.map((row) => row.quick_check).filter((text) => text !== 'ok');
  if (problems.length > 0) throw damaged(file, problems.join('; ').replaceAll('\n', '; '));
}

interface Readable {
  readonly migrations: readonly Migration[];
  /** null: all of them. */
  readonly statesMax: number | null;
}

/** Before anything is changed: throws where tables, or states of people, are written in a way that this Kairos does not know. */
function assertReadable(db: Database.Database, file: string, { migrations, statesMax }: Readable): void {
  const tables = tablesOf(db);
  const newest = newestOf(migrations);
  if (tables > newest) throw tooNew(file, `tables of version ${tables}, this one knows ${newest}`);
  if (tables === 0) return;
  // By their first letters, which is how each begins since the first release: nothing has to be parsed.
  const odd = db
    .prepare(
      `SELECT CASE WHEN json_valid(state) THEN coalesce(json_extract(state, '$.version'), 0) ELSE 0 END
       FROM (SELECT state FROM states WHERE kind = 'engine' AND subject <> 0 AND state LIKE '{%' LIMIT ?)
       WHERE substr(state, 1, ?) NOT IN (?, ?) LIMIT 1`,
    )
    .pluck()
    .get(statesMax ?? -1, ...knownBeginnings);
  if (odd === undefined) return;
  const folder = dirname(file);
  if (Number(odd) > stateVersion)
    throw tooNew(file, `people’s states of version ${odd}, this one knows ${stateVersion}`);
  throw new JournalFileError(
    'too-old',
    `${folder} was written by a Kairos from before the first release (0.1.0), and this one cannot read what it wrote about ` +
      `people. Nothing in it was changed now: set the folder aside (mv ${folder} ${folder}-old) and start again with an ` +
      'empty one, or start the Kairos that wrote it',
  );
}

const beginning = `{"version":${stateVersion}`;
const knownBeginnings = [beginning.length + 1, `${beginning},`, `${beginning}}`] as const;

function tooNew(file: string, detail: string): JournalFileError {
  return new JournalFileError(
    'too-new',
    `${file} was written by a newer Kairos (${detail}); start that version, or put back the copy that was made before ` +
      'the upgrade (journal-before-… beside it)',
  );
}

function newestOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

function tablesOf(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

function damaged(file: string, detail: string): JournalFileError {
  return new JournalFileError(
    'damaged',
    `${file} is damaged (${detail}). The store will not serve it. Move it away together with its -wal and -shm files, ` +
      'put back the newest copy (the files named journal-before-… beside it, or your backup), and start again',
  );
}

function asFileError(error: unknown, file: string): unknown {
  const code = error instanceof Database.SqliteError ? error.code : null;
  if (code === null) return error;
  const message = (error as Error).message;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(file, message);
  return new JournalFileError(
    'unreadable',
    `${file} could not be opened (${code}: ${message}); see that the folder exists, that the store may write to it, ` +
      'that the disk is not full, and that no other store server runs on it',
  );
}

interface Upgrade {
  readonly migrations: readonly Migration[];
  readonly version: string;
}

/**
 * Returns the copy made before the first change to tables that already held something, and before another version of
 * Kairos folds and writes down states in its own way: either is undone by putting the copy back.
 */
function migrate(db: Database.Database, file: string, { migrations, version }: Upgrade): string | null {
  const found = tablesOf(db);
  const newest = newestOf(migrations);
  const due = migrations.filter((migration) => migration.version > found);
  const writer = found === 0 ? version : writerOf(db);
  if (due.length === 0 && writer === version) return null;
  let snapshot: string | null = null;
  if (found > 0 && file !== ':memory:') {
    const change = due.length > 0 ? `${newest}-from-${found}` : `${version}-from-${writer}`;
    snapshot = `${dirname(file)}/journal-before-${change}.db`;
    if (!existsSync(snapshot)) copyTo(db, snapshot);
  }
  for (const migration of due) {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    })();
  }
  noteWriter(db, version);
  return snapshot;
}

/** Whole or not at all: a power cut leaves nothing that looks like a copy. */
function copyTo(db: Database.Database, file: string): void {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  db.prepare('VACUUM INTO ?').run(unfinished);
  renameSync(unfinished, file);
}

/** The version that wrote last; the first ones did not say. */
function writerOf(db: Database.Database): string {
  const found = db.prepare("SELECT value FROM meta WHERE key = 'kairos'").pluck().get();
  return typeof found === 'string' ? found : 'unknown';
}

function noteWriter(db: Database.Database, version: string): void {
  db.prepare(
    "INSERT INTO meta (key, value) VALUES ('kairos', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  ).run(version);
}
