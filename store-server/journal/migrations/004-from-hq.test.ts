import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { fromHq } from './004-from-hq.ts';
import { migrations } from './all.ts';

it('knows of old rows when she last spoke of each purpose, and that headquarters have said nothing of her', () => {
  const db = new Database(':memory:');
  for (const { version, sql } of migrations) if (version < fromHq.version) db.exec(sql);
  db.exec(`
    INSERT INTO words (id, text) VALUES (1, 'consent.changed'), (2, 'remember'), (3, 'email'), (4, 'visit.opened');
    INSERT INTO people (subject, chain_id, attributes, consent, locale) VALUES
      (7, 'aa', '{}', '{"remember":true,"email":false}', 'de'), (8, 'bb', '{}', '{}', 'en');
    INSERT INTO facts (seq, type, at, subject, late, thing) VALUES
      (1, 1, 100, 7, 0, 2), (2, 1, 300, 7, 0, 3), (3, 1, 200, 7, 1, 3), (4, 4, 900, 7, 0, 2);
  `);
  db.exec(fromHq.sql);
  expect(db.prepare('SELECT subject, consent_at, hq FROM people ORDER BY subject').all()).toEqual([
    { subject: 7, consent_at: '{"email":300,"remember":100}', hq: null },
    { subject: 8, consent_at: '{}', hq: null },
  ]);
  const insert = db.prepare("INSERT INTO other_ids (chain_id, subject) VALUES ('cc', 7)");
  insert.run();
  expect(() => insert.run()).toThrow(/UNIQUE/);
  db.close();
});
