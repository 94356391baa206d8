/**
 * Erasures that a store knows of and headquarters do not: their database was put back from a copy of before. Whom they
 * mean is found by trying everybody who is known here, since a tombstone leads nowhere; she is forgotten once more, and
 * whoever is not known here stays unknown.
 */
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import type { Database, Sql } from '../database/database.ts';
import { eraseCustomer, tablesOfPeople } from './erase-customer.ts';

/** People tried without a pause: a few milliseconds each time. */
const triedAtOnce = 5_000;

/** Returns how many erasures were new here. */
export async function takeToldErasures(
  database: Database,
  { tombstones, chainKey, now }: { readonly tombstones: readonly string[]; readonly chainKey: string; now: number },
): Promise<number> {
  const rows = await database.query<{ tombstone: string }>(
    `SELECT tombstone FROM unnest($1::text[]) AS told (tombstone)
     WHERE NOT EXISTS (SELECT FROM erasures WHERE erasures.tombstone = told.tombstone)`,
    [[...tombstones]],
  );
  if (rows.length === 0) return 0;
  const unknown = rows.map(({ tombstone }) => tombstone);
  for (const chainId of await meantBy(database, { tombstones: new Set(unknown), chainKey }))
    await database.transaction((sql) => eraseCustomer(sql, { chainId, chainKey, origin: 'store', now }));
  await database.query(
    `INSERT INTO erasures (tombstone, asked_at, origin) SELECT tombstone, $2, 'store' FROM unnest($1::text[]) AS told (tombstone)
     ON CONFLICT DO NOTHING`,
    [unknown, now],
  );
  return unknown.length;
}

async function meantBy(
  sql: Sql,
  { tombstones, chainKey }: { readonly tombstones: ReadonlySet<string>; readonly chainKey: string },
): Promise<ReadonlySet<string>> {
  const meant = new Set<string>();
  for (const table of await tablesOfPeople(sql)) {
    for (let after = ''; ; ) {
      const rows = await sql.query<{ id: string }>(
        `SELECT DISTINCT chain_id AS id FROM ${table} WHERE chain_id > $1 ORDER BY chain_id LIMIT ${triedAtOnce}`,
        [after],
      );
      for (const { id } of rows) if (tombstones.has(tombstoneOf(chainKey, id))) meant.add(id);
      if (rows.length < triedAtOnce) break;
      after = rows.at(-1)?.id ?? '';
    }
  }
  return meant;
}
