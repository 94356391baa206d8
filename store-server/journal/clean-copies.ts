/**
 * Copies of the journal that were made before another version began to write (`journal-before-….db`): whoever was erased
 * since is erased in them as well, and they are written anew. What is unfinished of a copy goes.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import Database from 'better-sqlite3';

const busyMs = 5_000;

/** Returns how many people went. Throws SqliteError where a copy cannot be written: it is tried again. */
export function cleanCopies(
  file: string,
  { tombstones, chainKey }: { readonly tombstones: ReadonlySet<string>; readonly chainKey: string },
): number {
  if (file === ':memory:' || tombstones.size === 0) return 0;
  const folder = dirname(file);
  const names = readdirSync(folder).filter((name) => name.startsWith('journal-before-'));
  for (const name of names.filter((one) => one.endsWith('.db.new'))) rmSync(join(folder, name), { force: true });
  return names
    .filter((name) => name.endsWith('.db'))
    .reduce((gone, name) => gone + cleanCopy(join(folder, name), { tombstones, chainKey }), 0);
}

function cleanCopy(
  file: string,
  { tombstones, chainKey }: { readonly tombstones: ReadonlySet<string>; readonly chainKey: string },
): number {
  if (!existsSync(file)) return 0;
  const db = new Database(file, { timeout: busyMs });
  try {
    db.pragma('secure_delete = ON');
    const tables = new Set(db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all());
    const named = ['people', 'other_ids'].filter((table) => tables.has(table));
    const subjects = new Set<number>();
    for (const table of named)
      for (const [subject, id] of db
        .prepare(`SELECT subject, chain_id FROM ${table} WHERE chain_id IS NOT NULL`)
        .raw()
        .iterate() as IterableIterator<[number, string]>)
        if (tombstones.has(tombstoneOf(chainKey, id))) subjects.add(subject);
    if (subjects.size === 0) return 0;
    db.transaction(() => {
      for (const table of ['people', 'states', 'notes', 'timers', 'other_ids'])
        if (tables.has(table))
          db.prepare(`DELETE FROM ${table} WHERE subject IN (SELECT value FROM json_each(?))`).run(
            JSON.stringify([...subjects]),
          );
      if (tables.has('rejected')) db.exec("UPDATE rejected SET sample = ''");
    })();
    db.exec('VACUUM');
    return subjects.size;
  } finally {
    db.close();
  }
}
