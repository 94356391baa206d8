import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { first } from './001-first.ts';
import { erased } from './002-erased.ts';

it('leaves old rows as they are, and takes each tombstone once', () => {
  const db = new Database(':memory:');
  db.exec(first.sql);
  db.prepare(
    "INSERT INTO people (subject, chain_id, attributes, consent, locale) VALUES (1, 'aa', '{}', '{}', 'en')",
  ).run();
  db.exec(erased.sql);
  expect(db.prepare('SELECT chain_id FROM people').pluck().all()).toEqual(['aa']);
  const insert = db.prepare('INSERT INTO erased (tombstone) VALUES (?)');
  insert.run('t1');
  expect(() => insert.run('t1')).toThrow(/UNIQUE/);
  db.close();
});
