/** What a chunk says beside its facts: names, people, what they wrote, and what is to be forgotten. In its transaction. */
import type { ChunkHeader } from '@kairos/protocol/sync-messages.ts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import { livingOnly, markErased } from '../customers/erased-subjects.ts';
import { oweTraces } from '../customers/traces-owed.ts';
import type { Sql } from '../database/database.ts';
import { addStoreCustomers } from '../down/store-customers.ts';
import { foldAnew } from '../folding/arrivals.ts';
import { printable } from './bad-facts.ts';
import type { MoreOfFacts } from './more-columns.ts';
import type { StoreLine } from './store-lines.ts';

/** The dictionary, the devices, who the customers are, what people wrote. A name that is there stays what it is. */
export async function takeNames(
  sql: Sql,
  { store, epoch, chainKey, more }: StoreLine & { readonly chainKey: string | null; readonly more: MoreOfFacts },
  header: ChunkHeader,
): Promise<void> {
  const { words, sources } = header;
  const { people, notes } = await livingOnly(sql, { store, epoch, chainKey }, header);
  const texts = words.map(([, text]) => printable(text));
  if (words.length > 0)
    await sql.query(
      `INSERT INTO words (store, epoch, id, text) SELECT $1, $2, * FROM unnest($3::integer[], $4::text[])
       ON CONFLICT DO NOTHING`,
      [store, epoch, words.map(([id]) => id), texts],
    );
  if (sources.length > 0)
    await sql.query(
      `INSERT INTO sources (store, epoch, id, device, device_epoch)
       SELECT $1, $2, * FROM unnest($3::integer[], $4::text[], $5::text[]) ON CONFLICT DO NOTHING`,
      [store, epoch, sources.map(([id]) => id), sources.map(([, device]) => device), sources.map((one) => one[2])],
    );
  await takePeople(sql, { store, epoch }, people);
  if (notes.length > 0)
    await sql.query(
      `INSERT INTO notes (store, epoch, seq, subject, note, more)
       SELECT $1, $2, seq, subject, note, more::jsonb FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[])
         AS said (seq, subject, note, more) ON CONFLICT DO NOTHING`,
      [
        store,
        epoch,
        notes.map(([seq]) => seq),
        notes.map(([, subject]) => subject),
        notes.map((one) => printable(one[2])),
        notes.map(([seq]) => (more.has(seq) ? JSON.stringify(more.get(seq)) : null)),
      ],
    );
}

/**
 * Most of those in a chunk are known: they are looked up one by one by key (a join would read all that are known here),
 * and nothing is tried to be written. Of the others, who was erased is left out, once for both tables. Nobody else adds
 * to this journal's numbers, since the line is locked.
 */
async function takePeople(
  sql: Sql,
  { store, epoch }: Pick<StoreLine, 'store' | 'epoch'>,
  people: ChunkHeader['people'],
): Promise<void> {
  if (people.length === 0) return;
  const unknown = await sql.query<{ id: string }>(
    `WITH asked AS MATERIALIZED (SELECT set_config('kairos.erased_are_left_out', 'yes', true) AS yes),
     unknown AS MATERIALIZED (
       SELECT subject, chain_id, known_as IS NOT NULL AS is_known FROM (
         SELECT subject, chain_id, (SELECT known.chain_id FROM subjects known
           WHERE known.store = $1 AND known.epoch = $2 AND known.subject = said.subject) AS known_as
         FROM asked, unnest($3::bigint[], $4::text[]) AS said (subject, chain_id) WHERE yes = 'yes' OFFSET 0) AS said
       WHERE chain_id IS DISTINCT FROM known_as
         AND NOT EXISTS (SELECT FROM erased_ids WHERE mark = sha256(convert_to(said.chain_id, 'UTF8')))),
     added AS (
       INSERT INTO subjects (store, epoch, subject, chain_id)
       SELECT DISTINCT ON (subject) $1::integer, $2::integer, subject, chain_id FROM unknown
       WHERE NOT is_known ORDER BY subject)
     SELECT chain_id AS id FROM unknown`,
    [store, epoch, people.map(([subject]) => subject), people.map(([, chainId]) => chainId)],
  );
  await addStoreCustomers(
    sql,
    store,
    unknown.map(({ id }) => id),
  );
  await sql.query("SELECT set_config('kairos.erased_are_left_out', '', true)");
}

/** What was forgotten in the store is forgotten here; who was erased there is nobody here. */
export async function forget(
  sql: Sql,
  { store, epoch, chainKey }: StoreLine & { readonly chainKey: string | null },
  header: ChunkHeader,
  now: number,
): Promise<void> {
  const { removed, nobodys, erased } = header;
  if (removed.length + nobodys.length + erased.length > 0) {
    await foldAnew(sql, { store, epoch, seqs: [...removed, ...nobodys], subjects: erased });
    await oweTraces(sql, { isUrgent: false, now });
  }
  const bySeq = 'WHERE store = $1 AND epoch = $2 AND seq = ANY($3::bigint[])';
  if (removed.length > 0) await sql.query(`DELETE FROM facts ${bySeq}`, [store, epoch, removed]);
  // Beside what stays stands nothing that may be about her.
  if (removed.length + nobodys.length > 0)
    await sql.query(`DELETE FROM notes ${bySeq}`, [store, epoch, [...removed, ...nobodys]]);
  if (nobodys.length > 0) await sql.query(`UPDATE facts SET subject = NULL ${bySeq}`, [store, epoch, nobodys]);
  if (erased.length === 0) return;
  const hers = [store, epoch, erased];
  const where = 'WHERE store = $1 AND epoch = $2 AND subject = ANY($3::bigint[])';
  const known = await sql.query<{ chain_id: string }>(`SELECT chain_id FROM subjects ${where}`, hers);
  // Who was erased in one store is forgotten in all of them.
  for (const { chain_id: chainId } of chainKey === null ? [] : known)
    await eraseCustomer(sql, { chainId, chainKey: chainKey as string, origin: 'store', now });
  await markErased(sql, { store, epoch }, erased);
  for (const table of ['notes', 'subjects']) await sql.query(`DELETE FROM ${table} ${where}`, hers);
}
