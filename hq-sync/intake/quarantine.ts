/**
 * Facts that the database would not have, kept for a person to look at: with the reason and what came, as text. What
 * came may speak of somebody, and goes with her.
 */
import type { Sql } from '../database/database.ts';
import type { StoreLine } from './store-lines.ts';

/** A fact that was put aside. */
export interface BadFact {
  readonly seq: number;
  readonly reason: string;
  readonly sample: string;
}

/** Stands where the database's own words did: they may quote what she said. */
const erasedReason = 'of somebody who was erased';
/** Whom a sample is about: store, epoch, seq, type, at, subject. */
const subjectOf = "split_part(sample, E'\\t', 6)";

/** Of somebody who was erased before only the number is kept. In the caller's transaction. */
export async function putAside(
  sql: Sql,
  { store, epoch }: Pick<StoreLine, 'store' | 'epoch'>,
  { bad, now }: { readonly bad: readonly BadFact[]; readonly now: number },
): Promise<void> {
  await sql.query(
    `INSERT INTO quarantine (store, epoch, seq, reason, sample, at)
     SELECT $1, $2, seq, CASE WHEN gone THEN $7 ELSE reason END, CASE WHEN gone THEN '' ELSE sample END, $6 FROM (
       SELECT *, EXISTS (SELECT FROM erased_subjects WHERE store = $1 AND epoch = $2 AND subject::text = ${subjectOf}) AS gone
       FROM unnest($3::bigint[], $4::text[], $5::text[]) AS came (seq, reason, sample)) AS bad
     ON CONFLICT DO NOTHING`,
    [
      ...[store, epoch, bad.map((one) => one.seq), bad.map((one) => one.reason), bad.map((one) => one.sample), now],
      erasedReason,
    ],
  );
}

/**
 * In the caller's transaction, while it is known which numbers in stores' journals are hers: what is kept of her bad facts,
 * and of those of which nobody can say whose they are, where she is known.
 */
export async function blankQuarantine(sql: Sql, chainId: string): Promise<void> {
  await sql.query(
    `UPDATE quarantine SET sample = '', reason = $2 FROM subjects
     WHERE subjects.chain_id = $1 AND subjects.store = quarantine.store AND subjects.epoch = quarantine.epoch
       AND sample <> '' AND (${subjectOf} = subjects.subject::text OR ${subjectOf} !~ '^[0-9]+$')`,
    [chainId, erasedReason],
  );
}
