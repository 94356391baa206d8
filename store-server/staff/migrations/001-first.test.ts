import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { first } from './001-first.ts';

it('keeps one PIN, one code and one line for each device of a key, and an audit log that is only added to', () => {
  const db = new Database(':memory:');
  db.exec(first.sql);
  const pin = db.prepare("INSERT INTO pins (key, hash, at) VALUES ('badge:1', 'h', 1)");
  pin.run();
  expect(() => pin.run()).toThrow(/UNIQUE/);
  db.exec("INSERT INTO audit (at, associate, deed, subject, address) VALUES (5, 'ana', 'a', 's', '')");
  expect(() => db.exec('DELETE FROM audit')).toThrow(/only added to/);
  db.exec('UPDATE audit_kept SET since = 6');
  db.exec('DELETE FROM audit WHERE at < 6');
  expect(db.prepare('SELECT count(*) FROM audit').pluck().get()).toBe(0);
  db.close();
});
