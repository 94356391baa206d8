import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalFileError, openDatabase, openReadOnly } from './database.ts';
import { first } from './migrations/001-first.ts';
import { migrations } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-journal-'));
  file = join(folder, 'data', 'journal.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fill(rows: number, tables = migrations): void {
  const { db } = openDatabase({ file, migrations: tables });
  const insert = db.prepare(
    'INSERT INTO rejected (at, came_by, device, reason, detail, sample) VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (let row = 0; row < rows; row += 1) insert.run(row, 'mqtt', 'cart-07', 'not-json', '', 'x'.repeat(300));
  db.close();
}

function faultOf(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (error instanceof JournalFileError) return `${error.fault}: ${error.message}`;
    throw error;
  }
  return 'opened';
}

describe('opening the journal’s file', () => {
  it('sets WAL and synchronous=FULL at every open, and overwrites what is erased', () => {
    for (let time = 0; time < 2; time += 1) {
      const { db } = openDatabase({ file });
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      expect(db.pragma('secure_delete', { simple: true })).toBe(1);
      db.close();
    }
  });

  it('would run at synchronous=NORMAL if nobody set it: the guard is needed', () => {
    openDatabase({ file }).db.close();
    const db = new Database(file);
    db.prepare('SELECT count(*) FROM meta').get();
    expect(db.pragma('synchronous', { simple: true })).toBe(1);
    db.close();
  });

  it('gives a second connection that can change nothing', () => {
    const { db } = openDatabase({ file });
    const reader = openReadOnly(file);
    expect(() => reader.exec('DELETE FROM meta')).toThrow(/readonly/);
    reader.close();
    db.close();
  });

  it('does not take another program’s database for a journal, and leaves it alone', () => {
    openDatabase({ file }).db.close();
    const other = join(folder, 'photos.db');
    const db = new Database(other);
    db.exec('CREATE TABLE photos (name TEXT)');
    db.close();
    const before = readFileSync(other);
    expect(faultOf(() => openDatabase({ file: other }))).toMatch(/^not-a-journal: .*name another folder/);
    expect(readFileSync(other)).toEqual(before);
  });

  it('does not serve a file that is no database, or is cut short, or has torn pages, and says what to do', () => {
    fill(400);
    const whole = readFileSync(file);
    const torn = Buffer.from(whole);
    // Every third page, as a disk would lose them.
    for (let page = 2; page * 4096 < torn.length; page += 3) torn.fill(0xaa, page * 4096, page * 4096 + 512);
    const noise = Buffer.from('This is a letter to the manager, and a long one. '.repeat(300));
    for (const [name, bytes] of Object.entries({ noise, short: whole.subarray(0, whole.length - 9_000), torn })) {
      const damaged = join(folder, `${name}.db`);
      writeFileSync(damaged, bytes);
      expect(
        faultOf(() => openDatabase({ file: damaged })),
        name,
      ).toMatch(/^damaged: .*put back the newest copy/);
    }
  });

  it('does not open what a newer Kairos has written', () => {
    const newer = { version: 1_000, sql: 'CREATE TABLE later (a INTEGER)' };
    openDatabase({ file, migrations: [...migrations, newer] }).db.close();
    expect(faultOf(() => openDatabase({ file }))).toMatch(/^too-new: .*version 1000/);
  });

  it('does not open states of people that it cannot read, changes nothing, and says what to do', () => {
    const stateOf = (text: string, subject = 7): void => {
      const { db } = openDatabase({ file, migrations: [first] });
      db.prepare("REPLACE INTO states (subject, kind, state, folded_to) VALUES (?, 'engine', ?, 1)").run(subject, text);
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
    };
    // The store's own has no version, and what is read today opens.
    stateOf('{"at":0,"screens":{}}', 0);
    for (const read of ['{"version":1}', '{"version":1,"at":5}']) {
      stateOf(read);
      expect(faultOf(() => openDatabase({ file, migrations: [first] }).db.close())).toBe('opened');
    }
    for (const [text, said] of [
      ['{"at":1795335327923,"visit":null}', /^too-old: .*before the first release.*set the folder aside \(mv /],
      ['{"version":2,"at":5}', /^too-new: .*states of version 2, this one knows 1\); start that version/],
      ['{"version":12}', /^too-new: .*version 12/],
      ['{ what is no JSON', /^too-old: /],
    ] as const) {
      const db = new Database(file);
      db.prepare('UPDATE states SET state = ? WHERE subject = 7').run(text);
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
      const before = readFileSync(file);
      expect(faultOf(() => openDatabase({ file }))).toMatch(said);
      expect(readFileSync(file)).toEqual(before);
      expect(existsSync(join(folder, 'data', `journal-before-${migrations.at(-1)?.version}-from-1.db`))).toBe(false);
    }
  });

  it('says what to look at where the folder cannot be written', () => {
    writeFileSync(join(folder, 'data'), 'a file where the folder should be');
    expect(faultOf(() => openDatabase({ file: join(folder, 'missing', 'x.db') }))).toBe('opened');
    const db = openDatabase({ file: join(folder, 'locked.db') }).db;
    expect(faultOf(() => openDatabase({ file: folder }))).toMatch(/^unreadable: .*no other store server/);
    db.close();
  });
});

describe('bringing tables up to date', () => {
  const second: Migration = { version: 2, sql: 'ALTER TABLE rejected ADD COLUMN seen INTEGER NOT NULL DEFAULT 0' };

  it('copies the file first, and keeps the old rows', () => {
    fill(3, [first]);
    const { db, snapshot } = openDatabase({ file, migrations: [first, second] });
    expect(db.prepare('SELECT at, seen FROM rejected ORDER BY id').all()).toEqual([
      { at: 0, seen: 0 },
      { at: 1, seen: 0 },
      { at: 2, seen: 0 },
    ]);
    expect(db.pragma('user_version', { simple: true })).toBe(2);
    db.close();
    expect(snapshot).toBe(join(folder, 'data', 'journal-before-2-from-1.db'));
    const copy = openDatabase({ file: snapshot as string, migrations: [first] });
    expect(copy.db.prepare('SELECT count(*) FROM rejected').pluck().get()).toBe(3);
    copy.db.close();
  });

  it('leaves the tables as they were where a step fails, and works with the step mended', () => {
    fill(1, [first]);
    const broken: Migration = { version: 2, sql: `${second.sql}; INSERT INTO nowhere VALUES (1)` };
    expect(() => openDatabase({ file, migrations: [first, broken] })).toThrow(/nowhere/);
    const { db } = openDatabase({ file, migrations: [first] });
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    db.close();
    const mended = openDatabase({ file, migrations: [first, second] });
    expect(mended.db.pragma('user_version', { simple: true })).toBe(2);
    mended.db.close();
  });

  it('makes no copy of a file that is new or current', () => {
    expect(openDatabase({ file }).snapshot).toBeNull();
    expect(existsSync(join(folder, 'data', 'journal-before-1-from-0.db'))).toBe(false);
  });
});
