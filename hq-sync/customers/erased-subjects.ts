/**
 * Numbers in stores' journals of people who were erased: what comes under them later is nobody's, and what was written
 * under them is not kept.
 */
import type { ChunkHeader } from '@kairos/protocol/sync-messages.ts';
import type { Sql } from '../database/database.ts';
import { erasedAmong } from './erasure-book.ts';

/** One life of a store's journal, as headquarters number it. */
interface Journal {
  readonly store: number;
  readonly epoch: number;
}

/** In the caller's transaction. */
export async function markErased(sql: Sql, { store, epoch }: Journal, subjects: readonly number[]): Promise<void> {
  if (subjects.length === 0) return;
  await sql.query(
    `INSERT INTO erased_subjects (store, epoch, subject) SELECT $1, $2, * FROM unnest($3::bigint[]) ON CONFLICT DO NOTHING`,
    [store, epoch, subjects],
  );
}

/**
 * Of a chunk, who is not erased and what they wrote: the others' facts are nobody's, however late they come. In the
 * caller's transaction. `chainKey`: null where nobody can have been erased here.
 */
export async function livingOnly(
  sql: Sql,
  { store, epoch, chainKey }: Journal & { readonly chainKey: string | null },
  { people, notes }: Pick<ChunkHeader, 'people' | 'notes'>,
): Promise<Pick<ChunkHeader, 'people' | 'notes'>> {
  if (chainKey === null) return { people, notes };
  const ids = people.map(([, chainId]) => chainId);
  const erased = await erasedAmong(sql, chainKey, ids);
  const gone = people.filter(([, chainId]) => erased.has(chainId)).map(([subject]) => subject);
  await markErased(sql, { store, epoch }, gone);
  const writers = [...new Set(notes.flatMap(([, subject]) => subject ?? []))];
  const silenced = await erasedSubjects(sql, { store, epoch }, writers);
  return {
    people: people.filter(([, chainId]) => !erased.has(chainId)),
    notes: notes.filter(([, subject]) => subject === null || !silenced.has(subject)),
  };
}

async function erasedSubjects(
  sql: Sql,
  { store, epoch }: Journal,
  subjects: readonly number[],
): Promise<ReadonlySet<number>> {
  if (subjects.length === 0) return new Set();
  const rows = await sql.query<{ subject: number }>(
    'SELECT subject FROM erased_subjects WHERE store = $1 AND epoch = $2 AND subject = ANY($3::bigint[])',
    [store, epoch, subjects],
  );
  return new Set(rows.map(({ subject }) => subject));
}
