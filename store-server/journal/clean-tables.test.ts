import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanCopies } from './clean-copies.ts';
import { writeAnew } from './clean-tables.ts';
import { openDatabase } from './database.ts';
import { migrations } from './migrations/all.ts';
import { checkpoint } from './wal.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-clean-'));
const file = join(folder, 'journal.db');
const planted = 'planted-words';
const chainKey = 'the key of this chain';
const chainIdOf = (subject: number): string => subject.toString(16).padStart(32, '0');
const isHers = (subject: number): boolean => subject % 10 === 0;
let db: Database.Database;

/** The same at every run: whether SQLite leaves something depends on the order and the lengths of rows. */
function drawer(seed: number): (max: number) => number {
  let state = seed;
  return (max) => {
    state = (state * 16_807) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * max);
  };
}

beforeAll(() => {
  ({ db } = openDatabase({ file }));
  db.pragma('synchronous = OFF');
  const note = db.prepare('INSERT INTO notes (seq, subject, note) VALUES (?, ?, ?)');
  const state = db.prepare(
    `INSERT INTO states (subject, kind, state, folded_to) VALUES (?, ?, ?, 0)
     ON CONFLICT DO UPDATE SET state = excluded.state`,
  );
  const person = db.prepare(
    `INSERT INTO people (subject, chain_id, attributes, consent, locale) VALUES (?, ?, ?, '{}', 'en')
     ON CONFLICT DO UPDATE SET attributes = excluded.attributes`,
  );
  const some = drawer(4);
  const put = (seq: number): void => {
    const subject = 1 + some(200);
    const words = isHers(subject) ? planted : 'another';
    note.run(seq, subject, words + 'n'.repeat(some(300)));
    state.run(subject, ['engine', 'visit', 'trace'][seq % 3], words + 's'.repeat(some(1_500)));
    person.run(subject, chainIdOf(subject), JSON.stringify({ name: words + 'p'.repeat(some(200)) }));
  };
  const group = db.transaction((from: number) => {
    for (let seq = from; seq < from + 40; seq += 1) put(seq);
  });
  for (let from = 1; from < 6_000; from += 40) group(from);
  db.prepare('VACUUM INTO ?').run(join(folder, 'journal-before-2.db'));
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const holds = (name: string): boolean => readFileSync(join(folder, name)).includes(planted);
const rows = (): unknown[] =>
  ['people', 'states', 'notes'].map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());
const schema = (): unknown[] =>
  db.prepare("SELECT name, replace(sql, '\"', '') AS sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").all();

it('what SQLite has left of rows that were deleted and overwritten is gone when their tables are written anew', () => {
  db.transaction(() => {
    for (let subject = 10; subject <= 200; subject += 10)
      for (const table of ['people', 'states', 'notes'])
        db.prepare(`DELETE FROM ${table} WHERE subject = ?`).run(subject);
  })();
  expect(checkpoint(db, 'TRUNCATE')).toBe(true);
  // A control, and the reason for all this: the rows are gone, `secure_delete` is on, and the words are there.
  expect(db.pragma('secure_delete', { simple: true })).toBe(1);
  expect(holds('journal.db')).toBe(true);
  const before = [rows(), schema()];
  const reader = new Database(file, { readonly: true });
  const read = reader.prepare('SELECT count(*) FROM people').pluck();
  const living = read.get();
  writeAnew(db);
  expect(checkpoint(db, 'TRUNCATE')).toBe(true);
  expect(readdirSync(folder).filter((name) => name.startsWith('journal.db') && holds(name))).toEqual([]);
  expect([rows(), schema()]).toEqual(before);
  // Whoever had a statement ready goes on with it.
  expect(read.get()).toBe(living);
  reader.close();
  expect(migrations.at(-1)?.version).toBe(db.pragma('user_version', { simple: true }));
});

it('a copy that an upgrade has made loses whoever was erased since, and nobody else', () => {
  const copy = 'journal-before-2.db';
  expect(holds(copy)).toBe(true);
  const erased = [...Array(20)].map((_, index) => tombstoneOf(chainKey, chainIdOf(10 * (index + 1))));
  const tombstones = new Set([...erased, 'of somebody who never was here']);
  expect(cleanCopies(file, { tombstones, chainKey })).toBe(20);
  expect(holds(copy)).toBe(false);
  const kept = new Database(join(folder, copy), { readonly: true });
  expect(kept.prepare('SELECT count(*) FROM people').pluck().get()).toBe(180);
  kept.close();
  expect(cleanCopies(file, { tombstones, chainKey })).toBe(0);
});
