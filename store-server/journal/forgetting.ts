/** Deletes facts: those whose time is over, and those of a visit that is forgotten. Inside the caller's transaction. */
import type Database from 'better-sqlite3';
import { rememberHighest } from './highest-numbers.ts';
import type { EncodedChange } from './rows.ts';

/** What was highest is remembered first: a number that was given once is never given again. */
export function forgetFacts(db: Database.Database, seqs: readonly number[]): void {
  rememberHighest(db, 0);
  const fact = db.prepare('DELETE FROM facts WHERE seq = ?');
  const note = db.prepare('DELETE FROM notes WHERE seq = ?');
  for (const seq of seqs) {
    fact.run(seq);
    note.run(seq);
  }
}

/** The visit's facts, and what names one of its messages or tasks without saying whose they are. */
export function forgetVisit(db: Database.Database, visit: EncodedChange['forgotten'][number]): void {
  rememberHighest(db, visit.lastSeq);
  const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');
  const isSpared = visit.spare.length === 0 ? '' : `AND seq NOT IN (${marks(visit.spare)})`;
  const isKept = `type IN (${marks(visit.kept)})`;
  for (const subject of visit.subjects) {
    const own = [subject, visit.from, ...visit.spare];
    const refs = db
      .prepare(
        `SELECT DISTINCT ref FROM facts WHERE subject = ? AND seq >= ? ${isSpared} AND ref IS NOT NULL AND NOT ${isKept}`,
      )
      .pluck()
      .all(...own, ...visit.kept) as string[];
    // Headquarters may have them already, and is told.
    db.prepare(
      `INSERT OR IGNORE INTO gone_up (seq, kind) SELECT seq, iif(${isKept}, 'nobodys', 'removed') FROM facts
       WHERE subject = ? AND seq >= ? ${isSpared}`,
    ).run(...visit.kept, ...own);
    db.prepare(`DELETE FROM notes WHERE subject = ? AND seq >= ? ${isSpared}`).run(...own);
    db.prepare(`DELETE FROM facts WHERE subject = ? AND seq >= ? ${isSpared} AND NOT ${isKept}`).run(
      ...own,
      ...visit.kept,
    );
    db.prepare(`UPDATE facts SET subject = NULL WHERE subject = ? AND seq >= ? ${isSpared}`).run(...own);
    forgetReports(db, visit, refs);
  }
}

function forgetReports(
  db: Database.Database,
  { from, kept }: EncodedChange['forgotten'][number],
  refs: readonly string[],
): void {
  const known = new Set(refs);
  const candidates = db
    .prepare('SELECT seq, ref, type FROM facts WHERE seq >= ? AND subject IS NULL AND ref IS NOT NULL')
    .all(from) as { seq: number; ref: string; type: number }[];
  const fact = db.prepare('DELETE FROM facts WHERE seq = ?');
  const note = db.prepare('DELETE FROM notes WHERE seq = ?');
  const gone = db.prepare("INSERT OR IGNORE INTO gone_up (seq, kind) VALUES (?, 'removed')");
  for (const { seq, ref, type } of candidates) {
    if (!known.has(ref) || kept.includes(type)) continue;
    gone.run(seq);
    fact.run(seq);
    note.run(seq);
  }
}
