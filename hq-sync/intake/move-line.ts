/** The last thing that a chunk's transaction does: the line stands further on, and whoever folds is told what came. */
import type { ChunkHeader } from '@kairos/protocol/sync-messages.ts';
import type { Sql } from '../database/database.ts';
import type { StoreLine } from './store-lines.ts';

export interface Moved {
  readonly header: ChunkHeader;
  /** That were taken in, and the chunk's bytes. */
  readonly facts: number;
  readonly bytes: number;
  readonly now: number;
}

/** Whose facts these are is folded next: one row in `arrivals`, opened by whoever folds (`folding/arrivals.ts`). */
export async function moveLine(
  sql: Sql,
  { store, epoch, clockAheadMs }: StoreLine,
  { header, facts, bytes, now }: Moved,
): Promise<void> {
  const { after, to, words, sources } = header;
  await sql.query(
    `WITH arrived AS (
       INSERT INTO arrivals (store, epoch, after_seq, to_seq, ahead_ms)
       SELECT $1::integer, $2::integer, $9::bigint, $3::bigint, $10::bigint WHERE $11::integer > 0 ON CONFLICT DO NOTHING)
     UPDATE lines SET up_to = $3, words_to = greatest(words_to, $4), sources_to = greatest(sources_to, $5),
       last_seq = greatest(last_seq, $3), heard_at = $6, facts = facts + $7, bytes = bytes + $8,
       synced_at = CASE WHEN $3 >= last_seq THEN told_at ELSE synced_at END
     WHERE store = $1 AND epoch = $2`,
    [
      ...[store, epoch, to, words.at(-1)?.[0] ?? 0, sources.at(-1)?.[0] ?? 0, now, facts, bytes],
      ...[after, clockAheadMs, header.facts],
    ],
  );
}
