/**
 * Rows that were deleted are overwritten at once (`secure_delete`), and yet SQLite may have moved one before, when a
 * page was full, and left what it was in the gap of another page: one planted word in three days of notes was found so.
 * So the tables in which words of people stand are written anew: a table that is dropped is overwritten page by page.
 */
import type Database from 'better-sqlite3';

/** Where somebody is, or what was written of her. Facts hold neither. */
const tablesOfWords = ['people', 'other_ids', 'states', 'notes', 'timers', 'rejected', 'meta'];

/** One transaction; takes about as long as writing them took. */
export function writeAnew(db: Database.Database, tables: readonly string[] = tablesOfWords): void {
  db.transaction(() => {
    for (const table of tables) writeTableAnew(db, table);
  })();
}

function writeTableAnew(db: Database.Database, table: string): void {
  const schema = db
    .prepare('SELECT type, sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL')
    .all(table) as {
    type: string;
    sql: string;
  }[];
  const made = schema.find(({ type }) => type === 'table');
  if (made === undefined) return;
  const fresh = `${table}_anew`;
  db.exec(made.sql.replace(new RegExp(`^CREATE TABLE "?${table}"?`), `CREATE TABLE ${fresh}`));
  db.exec(`INSERT INTO ${fresh} SELECT * FROM ${table}; DROP TABLE ${table}; ALTER TABLE ${fresh} RENAME TO ${table}`);
  for (const { type, sql } of schema) if (type === 'index') db.exec(sql);
}
