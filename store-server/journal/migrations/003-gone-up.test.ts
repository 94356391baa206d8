import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { first } from './001-first.ts';
import { goneUp } from './003-gone-up.ts';

it('calls an old file’s life by its name from the first fact on, and holds nothing for headquarters yet', () => {
  const db = new Database(':memory:');
  db.exec(first.sql);
  db.prepare("INSERT INTO meta (key, value) VALUES ('storeEpoch', 'life-one')").run();
  db.exec(goneUp.sql);
  expect(db.prepare('SELECT * FROM epochs').all()).toEqual([{ name: 'life-one', first_seq: 1 }]);
  expect(db.prepare('SELECT count(*) FROM gone_up').pluck().get()).toBe(0);
  const insert = db.prepare("INSERT INTO gone_up (seq, kind) VALUES (7, 'mislaid')");
  expect(() => insert.run()).toThrow(/CHECK/);
  db.close();
});
