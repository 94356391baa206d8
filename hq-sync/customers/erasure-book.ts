/**
 * Who is to be forgotten by the whole chain, and which stores have done it. An erasure is kept as a tombstone: it knows
 * her again in whatever comes later, and nobody can be found by it.
 *
 * Every store owes a receipt for every erasure, each life of its journal anew: a journal that was put back from a copy
 * may hold her again. What carries erasures to stores asks `owedBy` and brings back what `takeReceipt` writes down.
 */
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import type { Sql } from '../database/database.ts';

/** Told to a store at a time; the next ones when it has shown its receipts. */
export const owedMax = 500;

/** One life of a store's journal, as it names itself. */
export interface StoreLife {
  readonly store: string;
  readonly epoch: string;
}

/** A store that has not said yet that it has forgotten somebody. */
export interface OwingStore {
  readonly store: string;
  readonly owed: number;
  /** Since when, milliseconds since 1970. */
  readonly since: number;
}

/** Tombstones of those whom this store has not said to have forgotten; oldest first, at most `owedMax`. */
export async function owedBy(sql: Sql, { store, epoch }: StoreLife): Promise<string[]> {
  const rows = await sql.query<{ tombstone: string }>(
    `SELECT tombstone FROM erasures WHERE NOT EXISTS (
       SELECT FROM erasure_receipts receipt
       WHERE receipt.tombstone = erasures.tombstone AND receipt.store = $1 AND receipt.epoch = $2)
     ORDER BY asked_at, tombstone LIMIT ${owedMax}`,
    [store, epoch],
  );
  return rows.map(({ tombstone }) => tombstone);
}

/** The store holds nothing of them (any more, or never did). The first receipt stands; one for no erasure is passed over. */
export async function takeReceipt(
  sql: Sql,
  { store, epoch, tombstones, erasedAt, now }: StoreLife & ErasedThere & { readonly now: number },
): Promise<void> {
  await sql.query(
    `INSERT INTO erasure_receipts (tombstone, store, epoch, erased_at, taken_at)
     SELECT tombstone, $2, $3, $4, $5 FROM erasures WHERE tombstone = ANY($1::text[]) ON CONFLICT DO NOTHING`,
    [[...tombstones], store, epoch, erasedAt, now],
  );
}

export interface ErasedThere {
  readonly tombstones: readonly string[];
  /** By the store's clock, milliseconds since 1970. */
  readonly erasedAt: number;
}

/**
 * `owing`: how many receipts each store of the chain owes in the newest life of its journal. Counted, not looked for one by
 * one: with thousands of stores and erasures there are millions, of which nearly all are there. One that was never heard
 * owes all, one that was removed nothing.
 */
export const owingTable = `lives AS (SELECT DISTINCT ON (store) store, name FROM lines ORDER BY store, epoch DESC),
  receipts AS (SELECT store, epoch, count(*) AS count FROM erasure_receipts GROUP BY store, epoch),
  owing AS (
    SELECT stores.number, stores.store, lives.name AS epoch,
      (SELECT count(*) FROM erasures) - coalesce(receipts.count, 0) AS owed
    FROM stores LEFT JOIN lives ON lives.store = stores.number
      LEFT JOIN receipts ON receipts.store = stores.store AND receipts.epoch = lives.name
    WHERE stores.removed_at IS NULL)`;

/** Stores that owe a receipt, by name. */
export async function owingStores(sql: Sql): Promise<OwingStore[]> {
  return sql.query<OwingStore>(
    `WITH ${owingTable}
     SELECT owing.store, max(owed)::bigint AS owed, min(asked_at)::bigint AS since FROM owing CROSS JOIN erasures
     WHERE owed > 0 AND NOT EXISTS (
       SELECT FROM erasure_receipts receipt
       WHERE receipt.tombstone = erasures.tombstone AND receipt.store = owing.store AND receipt.epoch = owing.epoch)
     GROUP BY owing.store ORDER BY owing.store`,
  );
}

/** Of these chain-wide ids, who was erased: whatever comes of them is nobody's. */
export async function erasedAmong(sql: Sql, chainKey: string, chainIds: readonly string[]): Promise<Set<string>> {
  if (chainIds.length === 0) return new Set();
  const [any] = await sql.query<{ any: boolean }>('SELECT EXISTS (SELECT FROM erasures) AS any');
  if (!any?.any) return new Set();
  const byTombstone = new Map(chainIds.map((id) => [tombstoneOf(chainKey, id), id]));
  const rows = await sql.query<{ tombstone: string }>(
    'SELECT tombstone FROM erasures WHERE tombstone = ANY($1::text[])',
    [[...byTombstone.keys()]],
  );
  return new Set(rows.map(({ tombstone }) => byTombstone.get(tombstone) as string));
}
