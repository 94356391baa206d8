/**
 * What a released version's store and headquarters said to each other, as bytes, and what headquarters did in between:
 * written down by `freeze.ts`, spoken again by `../skew.test.ts` (to today's headquarters) and by
 * `store-server/test/hq-skew.test.ts` (to today's store).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from '../../database/database.ts';

const here = new URL('./versions/', import.meta.url).pathname;

/** One question of the store's and its answer. */
export interface Exchange {
  readonly kind: 'exchange';
  readonly path: string;
  readonly type: string;
  /** Of a chunk its bytes in Base64, else the JSON as it was sent. */
  readonly said: string;
  /** With these credentials: the store's own, or nobody's. */
  readonly as: 'store' | 'nobody';
  readonly status: number;
  readonly answered: string;
}

/** Something that headquarters did between two of them (`acts.ts`). */
export interface Deed {
  readonly kind: 'deed';
  readonly name: string;
}

export interface Conversation {
  readonly version: string;
  readonly now: number;
  /** Migrations of headquarters that were carried out then. */
  readonly migrations: readonly number[];
  readonly feed: string;
  /** The public half of the key that signed. */
  readonly releaseKey: string;
  readonly turns: readonly (Exchange | Deed)[];
}

/** Rows of headquarters' tables as JSON has them, in the order of their keys. */
export type Tables = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

export function releasedVersions(): string[] {
  return readdirSync(here, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

export function releasedFolder(version: string): string {
  return join(here, version);
}

export function readReleased<Content>(version: string, file: string): Content {
  return JSON.parse(readFileSync(join(here, version, file), 'utf8')) as Content;
}

export async function tableNames(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    `SELECT table_name::text AS name FROM information_schema.tables
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** The shape of every table: what a migration, once released, makes for ever. */
export async function shapeOf(sql: Sql): Promise<string> {
  const columns = await sql.query<{ text: string }>(
    `SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
       || coalesce(' DEFAULT ' || column_default, '') AS text
     FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position`,
  );
  const indexes = await sql.query<{ text: string }>(
    'SELECT indexdef AS text FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexname',
  );
  const triggers = await sql.query<{ text: string }>(
    'SELECT pg_get_triggerdef(oid) AS text FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname, tgrelid::regclass::text',
  );
  return `${[...columns, ...indexes, ...triggers].map(({ text }) => text).join('\n')}\n`;
}

export async function rowsOf(sql: Sql): Promise<Tables> {
  const tables: Record<string, readonly Readonly<Record<string, unknown>>[]> = {};
  for (const name of await tableNames(sql)) {
    const rows = await sql.query<{ row: Record<string, unknown> }>(
      `SELECT to_jsonb(one) AS row FROM ${name} AS one ORDER BY to_jsonb(one)::text`,
    );
    tables[name] = rows.map(({ row }) => row);
  }
  return tables;
}

/** Into tables that are there and empty, in the shape that they had then. Numbers go on behind those that were given. */
export async function loadRows(sql: Sql, tables: Tables): Promise<void> {
  for (const [name, rows] of Object.entries(tables)) {
    if (name === 'migrations') continue;
    await sql.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
    for (const row of rows)
      await sql.query(
        `INSERT INTO ${name} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(NULL::${name}, $1::jsonb)`,
        [JSON.stringify(row)],
      );
    await sql.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
  }
  for (const [table, column] of [
    ['own_facts', 'number'],
    ['changed_customers', 'change'],
  ])
    await sql.query(
      `SELECT setval(pg_get_serial_sequence('${table}', '${column}'), greatest(1, (SELECT max(${column}) FROM ${table})))`,
    );
}
