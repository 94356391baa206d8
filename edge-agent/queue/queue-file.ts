/**
 * The file behind the durable queue. A commit means that the disk has it: WAL with synchronous=FULL, asserted, because
 * better-sqlite3 is built to run at NORMAL, which loses what it said it had at a power cut (reliability.md, finding 2).
 * One process owns the file.
 *
 * An agent always starts: a file that is broken is put aside and what can still be read of it is taken over; where the
 * disk takes no file at all, the queue is in memory and says so.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { createTables } from './queue-tables.ts';
import { type Rescued, takeOver } from './rescue.ts';

/** Pages that SQLite keeps in memory, in KiB. */
const cacheKiB = 2_048;
/** The write-ahead log is written back after so many pages of 4 KiB … */
const logPages = 500;
/** … which takes at most as much room again, and a change or two: kept free by a file that is given up for it. */
const reserveBytes = 4 * 1024 * 1024;
/** The write-ahead log is cut back to this after a checkpoint. */
const logBytesMax = 8 * 1024 * 1024;
/** Larger files are not read through at the start: what is broken in them is found when it is met. */
const checkedBytesMax = 32 * 1024 * 1024;
/** Broken files that are kept for whoever wants to look; the oldest go. */
const setAsideMax = 3;

export type OpenedQueueFile =
  | { readonly kind: 'open'; readonly db: Database.Database; readonly setAside: SetAside | null }
  /** The disk would not have it: as good as a queue can be without one. */
  | { readonly kind: 'memory'; readonly db: Database.Database; readonly reason: string }
  | { readonly kind: 'in-use'; readonly message: string };

/** A broken file, under its new name, and what of it goes on. */
export interface SetAside extends Rescued {
  readonly file: string;
}

/** `newName` tells this broken file from others; `isSuspect` where it has just been found broken while in use. */
export function openQueueFile(file: string, newName: string, isSuspect = false): OpenedQueueFile {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return isSuspect ? replace(file, newName) : { kind: 'open', db: openChecked(file), setAside: null };
  } catch (error) {
    const code = codeOf(error);
    if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
      return {
        kind: 'in-use',
        message: `${file} is in use by another agent: stop that one, or give this one a "state" folder of its own`,
      };
    }
    if (!isSuspect && isBroken(error) && existsSync(file)) {
      try {
        return replace(file, newName);
      } catch (second) {
        return withoutFile(second);
      }
    }
    return withoutFile(error);
  }
}

/** True where the room is kept that a full disk will need so that the queue can still be drained. */
export function keepReserve(file: string): boolean {
  const reserve = `${file}.reserve`;
  try {
    if (existsSync(reserve) && statSync(reserve).size === reserveBytes) return true;
    writeFileSync(reserve, Buffer.alloc(reserveBytes), { flush: true });
    return true;
  } catch {
    rmSync(reserve, { force: true });
    return false;
  }
}

/** The disk is full: the room that was kept is given up, and the log is written back into the file. */
export function spendReserve(file: string, db: Database.Database): void {
  rmSync(`${file}.reserve`, { force: true });
  db.pragma('wal_checkpoint(TRUNCATE)');
}

export function isFull(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_FULL';
}

/** The file itself is wrong, not the disk under it. */
export function isBroken(error: unknown): boolean {
  return /^SQLITE_(NOTADB|CORRUPT|ERROR)/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The queue of an agent whose disk says `error`. */
export function withoutFile(error: unknown): Extract<OpenedQueueFile, { kind: 'memory' }> {
  const db = new Database(':memory:');
  createTables(db);
  return { kind: 'memory', db, reason: error instanceof Error ? error.message : String(error) };
}

/** A new file in the place of a broken one, with what could still be read. */
function replace(file: string, newName: string): OpenedQueueFile {
  const setAside = `${file}.unreadable-${newName}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, setAside + suffix);
  }
  const db = open(file);
  const rescued = takeOver(setAside, db, newName);
  forgetOldest(file);
  return { kind: 'open', db, setAside: { file: setAside, ...rescued } };
}

/** Names hold no time; the files themselves do, and a listing by name is as good an order as any for old ones. */
function forgetOldest(file: string): void {
  const folder = dirname(file);
  const prefix = `${basename(file)}.unreadable-`;
  const kept = readdirSync(folder).filter((name) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name));
  for (const name of kept.slice(0, Math.max(0, kept.length - setAsideMax))) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, name + suffix), { force: true });
  }
}

function openChecked(file: string): Database.Database {
  const db = open(file);
  const pages = Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
  if (pages > checkedBytesMax || db.pragma('quick_check(1)', { simple: true }) === 'ok') return db;
  db.close();
  throw Object.assign(new Error(`${file} is broken`), { code: 'SQLITE_CORRUPT' });
}

function open(file: string): Database.Database {
  const db = new Database(file, { timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // What the store has is overwritten here, not just unlinked.
    db.pragma('secure_delete = ON');
    db.pragma(`cache_size = -${cacheKiB}`);
    db.pragma(`wal_autocheckpoint = ${logPages}`);
    db.pragma(`journal_size_limit = ${logBytesMax}`);
    const isDurable = db.pragma('synchronous', { simple: true }) === 2;
    if (!isDurable || db.pragma('journal_mode', { simple: true }) !== 'wal') {
      throw new Error(`${file}: SQLite would not run with WAL and synchronous=FULL; a commit would mean nothing`);
    }
    createTables(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
