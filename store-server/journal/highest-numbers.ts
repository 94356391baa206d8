/** The highest numbers that were given to facts and people: kept, so that none is given again when its rows have gone. */
import type Database from 'better-sqlite3';
import { prepareMeta } from './journal-meta.ts';

export function highest(db: Database.Database): { seq: number; subject: number } {
  const number = (sql: string): number => Number(db.prepare(sql).pluck().get() ?? 0);
  const meta = (key: string): number => number(`SELECT value FROM meta WHERE key = '${key}'`);
  return {
    seq: Math.max(meta('lastSeq'), number('SELECT max(seq) FROM facts')),
    subject: Math.max(
      meta('lastSubject'),
      number('SELECT max(subject) FROM facts WHERE subject IS NOT NULL'),
      number('SELECT max(subject) FROM people'),
      number('SELECT max(subject) FROM timers'),
    ),
  };
}

/** Before rows are deleted. `lastSeq`: a number that was given and has no row. */
export function rememberHighest(db: Database.Database, lastSeq: number): void {
  const meta = prepareMeta(db);
  const high = highest(db);
  meta.run('lastSeq', String(Math.max(high.seq, lastSeq)));
  meta.run('lastSubject', String(high.subject));
}
