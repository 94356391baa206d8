/**
 * Records that are kept for a time, and no longer: by which names facts from outside came, who looked somebody up, what
 * was put aside. In small statements, so that nobody waits.
 */
import type { Sql } from '../database/database.ts';

const dayMs = 86_400_000;
/** A source that has not heard an answer asks within days; a fact of a living customer is known by its own row besides. */
export const outsideSeenKeptMs = 90 * dayMs;
/** As long as a store keeps what its people did: a year can be compared with the one before. */
export const lookUpsKeptMs = 400 * dayMs;
/** Somebody has looked by then. The number of the fact, and that it was put aside, stay. */
export const samplesKeptMs = 90 * dayMs;
/** Rows of one statement … */
const rowsMax = 5_000;
/** … and of one day; more wait for the next. */
const statementsMax = 400;

/** Returns how many rows went, or were emptied. */
export async function pruneRecords(sql: Sql, now: number): Promise<number> {
  const some = (table: string, where: string): string =>
    `ctid IN (SELECT ctid FROM ${table} WHERE ${where} LIMIT ${rowsMax})`;
  const statements: readonly (readonly [text: string, before: number])[] = [
    [`DELETE FROM outside_seen WHERE ${some('outside_seen', 'at < $1')}`, now - outsideSeenKeptMs],
    [`DELETE FROM look_ups WHERE ${some('look_ups', 'at < $1')}`, now - lookUpsKeptMs],
    [`UPDATE quarantine SET sample = '' WHERE ${some('quarantine', "at < $1 AND sample <> ''")}`, now - samplesKeptMs],
  ];
  let all = 0;
  for (const [text, before] of statements)
    for (let turn = 0; turn < statementsMax; turn += 1) {
      const rows = await sql.query(`${text} RETURNING 1 AS one`, [before]);
      all += rows.length;
      if (rows.length < rowsMax) break;
    }
  return all;
}
