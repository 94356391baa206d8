/** What the journal keeps beside its tables, by name: one text each, in `meta`. */
import type Database from 'better-sqlite3';

/** How far the store has come in what headquarters say. */
export const hqMeta = 'hq';

export function prepareMeta(db: Database.Database): Database.Statement {
  return db.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
}
