import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { first } from './001-first.ts';

let db: Database.Database;
beforeEach(() => {
  db = new Database(':memory:');
  db.exec(first.sql);
});
afterEach(() => db.close());

it('cannot hold two facts of one source id, but any number of decisions', () => {
  const insert = db.prepare('INSERT INTO facts (seq, type, at, source, source_seq, late) VALUES (?, 1, 1, ?, ?, 0)');
  insert.run(1, 7, 1);
  insert.run(2, 7, 2);
  insert.run(3, null, null);
  insert.run(4, null, null);
  expect(() => insert.run(5, 7, 1)).toThrow(/UNIQUE/);
});

it('cannot hold two people of one chain-wide id, but any number of guests', () => {
  const insert = db.prepare(
    "INSERT INTO people (subject, chain_id, attributes, consent, locale) VALUES (?, ?, '{}', '{}', 'en')",
  );
  insert.run(1, 'aa');
  insert.run(2, null);
  insert.run(3, null);
  expect(() => insert.run(4, 'aa')).toThrow(/UNIQUE/);
});

it('keeps names and free text out of the facts: every column of theirs is a number, an id or packed fields', () => {
  const columns = db.prepare('SELECT name, type FROM pragma_table_info(?)').all('facts') as {
    name: string;
    type: string;
  }[];
  expect(columns.filter(({ type }) => type === 'TEXT').map(({ name }) => name)).toEqual(['ref', 'rest']);
});

it('finds the facts of one subject, and the notes of one, without reading all of them', () => {
  for (const table of ['facts', 'notes']) {
    const [step] = db.prepare(`EXPLAIN QUERY PLAN SELECT * FROM ${table} WHERE subject = 1`).all() as {
      detail: string;
    }[];
    expect(step?.detail).toMatch(/SEARCH .* USING INDEX/);
  }
});
