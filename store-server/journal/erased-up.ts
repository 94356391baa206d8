/**
 * Who was erased in this store and is yet to be told to headquarters, which may know her from elsewhere: her chain-wide id,
 * kept for that alone and until they have heard it. In `meta`, since it is seldom more than a line.
 */
import type Database from 'better-sqlite3';

export interface ErasedUp {
  readonly subject: number;
  readonly chainId: string;
  /** A fact that is not before the one by which she was erased. */
  readonly seq: number;
}

const key = 'erasedUp';

export function readErasedUp(db: Database.Database): ErasedUp[] {
  const text = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key);
  return typeof text === 'string' ? (JSON.parse(text) as ErasedUp[]) : [];
}

export function writeErasedUp(db: Database.Database, erased: readonly ErasedUp[]): void {
  if (erased.length === 0) db.prepare('DELETE FROM meta WHERE key = ?').run(key);
  else
    db.prepare(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ).run(key, JSON.stringify(erased));
}
