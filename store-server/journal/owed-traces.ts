/**
 * Whether something was erased whose tables are not written anew yet, and how soon it is to be: kept in `meta`, in the
 * transaction that erases, so that no start forgets it.
 */
import type Database from 'better-sqlite3';
import type { EncodedChange } from './rows.ts';

const tracesMeta = 'tracesOwed';

export function tracesOwed(db: Database.Database): 'soon' | 'daily' | null {
  const owed = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(tracesMeta);
  return owed === 'soon' || owed === 'daily' ? owed : null;
}

/** The tables have been written anew. */
export function settleTraces(db: Database.Database): void {
  db.prepare('DELETE FROM meta WHERE key = ?').run(tracesMeta);
}

/** In the transaction that erases. What is owed soon stays so. */
export function oweTraces(db: Database.Database, when: 'soon' | 'daily'): void {
  db.prepare(
    `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
     WHERE value <> 'soon'`,
  ).run(tracesMeta, when);
}

/** In the transaction of the change. */
export function oweTracesOf(db: Database.Database, change: EncodedChange): void {
  if (hasErased(change)) oweTraces(db, isAskedFor(change) ? 'soon' : 'daily');
}

export function hasErased({ people, forgotten }: EncodedChange): boolean {
  return forgotten.length > 0 || people.some((person) => person.kind === 'erase');
}

/** Somebody asked for it; else a guest's visit has ended, as all day. */
function isAskedFor({ people, forgotten }: EncodedChange): boolean {
  return forgotten.length > 0 || people.some((person) => person.kind === 'erase' && person.tombstone !== undefined);
}
