/**
 * The stores of a chain, their credentials, and how far each has come. A store is known by a secret of which HQ keeps
 * the hash alone; each life of its journal (`epoch`) has a line of its own, because its numbers begin anew.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { placeName } from '@kairos/protocol/names.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import { chunkFactsMax, type SyncHello, type SyncWelcome, syncVersions } from '@kairos/protocol/sync-messages.ts';
import type { Sql } from '../database/database.ts';
import { newestNumber } from '../releases/release-book.ts';

/** 256 bits: no store's secret is found by trying. */
const secretBytes = 32;

/** Who speaks on a line, after her credentials were looked at. */
export interface KnownStore {
  readonly name: string;
  readonly number: number;
}

/** One life of a store's journal. */
export interface StoreLine {
  readonly store: number;
  readonly epoch: number;
  readonly upTo: number;
  readonly wordsTo: number;
  readonly sourcesTo: number;
  readonly clockAheadMs: number;
}

export interface StoreStanding {
  readonly store: string;
  readonly upTo: number;
  /** Facts that the store had when it was last heard and that are not here yet. */
  readonly pending: number;
  readonly facts: number;
  readonly bytes: number;
  readonly heardAt: number;
  readonly clockAheadMs: number;
  readonly quarantined: number;
  /** The release of dialogues that it said is in force, and why not the newest. */
  readonly release: number;
  readonly releaseFault: string | null;
  /** When it last asked what has changed for its customers, 0: never; how far it had come then, and who was to come. */
  readonly askedAt: number;
  readonly cursor: number;
  readonly customersToCome: number;
  /** Since when its token opens nothing; null: it does. */
  readonly revokedAt: number | null;
}

/** The token that the store shows from now on ("riverside.k3f9…"); it is told once. One that was removed is there again. Throws where the name is no name. */
export async function addStore(sql: Sql, name: string, nowMs: number): Promise<string> {
  if (!placeName.safeParse(name).success)
    throw new Error(`"${name}" is no name of a store: lower-case letters, digits and hyphens, at most 40`);
  const secret = randomBytes(secretBytes).toString('base64url');
  await sql.query(
    `INSERT INTO stores (store, number, secret_hash, made_at)
     VALUES ($1, (SELECT coalesce(max(number), 0) + 1 FROM stores), $2, $3)
     ON CONFLICT (store) DO UPDATE SET secret_hash = excluded.secret_hash, revoked_at = NULL, removed_at = NULL`,
    [name, hashOf(secret), nowMs],
  );
  return `${name}.${secret}`;
}

/** Null where the token is nobody's. */
export async function storeOfToken(sql: Sql, token: string): Promise<KnownStore | null> {
  const [name = '', secret = ''] = token.split('.', 2);
  const [row] = await sql.query<{ number: number; secret_hash: string }>(
    'SELECT number, secret_hash FROM stores WHERE store = $1 AND revoked_at IS NULL',
    [name],
  );
  // An unknown name takes as long as a wrong secret.
  const isRight = timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(row?.secret_hash ?? hashOf('nobody’s')));
  return row && isRight ? { name, number: row.number } : null;
}

/** In a transaction. Null where no version is known to both. */
export async function welcome(
  sql: Sql,
  store: KnownStore,
  hello: SyncHello,
  clock: Pick<Clock, 'now'>,
): Promise<SyncWelcome | null> {
  const version = Math.max(...syncVersions.filter((one) => hello.versions.includes(one)));
  if (!Number.isFinite(version)) return null;
  const now = clock.now();
  // First, so that of two first words at once the later one waits: else both would give the new line the same number.
  await sql.query('UPDATE stores SET release = $2, release_fault = $3 WHERE store = $1', [
    store.name,
    hello.release,
    hello.releaseFault,
  ]);
  await sql.query(
    `INSERT INTO lines (store, epoch, name, last_seq, clock_ahead_ms, heard_at, told_at)
     VALUES ($1, (SELECT coalesce(max(epoch), 0) + 1 FROM lines WHERE store = $1), $2, $3, $4, $5, $5)
     ON CONFLICT (store, name) DO UPDATE SET last_seq = greatest(lines.last_seq, excluded.last_seq),
       clock_ahead_ms = excluded.clock_ahead_ms, heard_at = excluded.heard_at, told_at = excluded.told_at,
       synced_at = CASE WHEN lines.up_to >= greatest(lines.last_seq, excluded.last_seq) THEN excluded.told_at
         ELSE lines.synced_at END`,
    [store.number, hello.epoch, hello.lastSeq, hello.now - now, now],
  );
  const line = (await lineOf(sql, store, hello.epoch)) as StoreLine;
  const { upTo, wordsTo, sourcesTo } = line;
  return { version, upTo, wordsTo, sourcesTo, chunkFactsMax, now, release: await newestNumber(sql) };
}

/** `forUpdate`: nobody else takes a chunk of this line until the transaction ends. Null before its first hello. */
export async function lineOf(
  sql: Sql,
  store: KnownStore,
  epoch: string,
  { forUpdate = false }: { readonly forUpdate?: boolean } = {},
): Promise<StoreLine | null> {
  const [line] = await sql.query<StoreLine>(
    `SELECT store, epoch, up_to AS "upTo", clock_ahead_ms AS "clockAheadMs", words_to AS "wordsTo", sources_to AS "sourcesTo"
     FROM lines WHERE store = $1 AND name = $2 ${forUpdate ? 'FOR UPDATE' : ''}`,
    [store.number, epoch],
  );
  return line ?? null;
}

/** All stores of the chain, by name, with what is pending and what was refused. */
export async function standings(sql: Sql): Promise<StoreStanding[]> {
  return sql.query<StoreStanding>(
    `SELECT stores.store, coalesce(sum(up_to), 0)::bigint AS "upTo",
       coalesce(sum(greatest(last_seq - up_to, 0)), 0)::bigint AS pending,
       coalesce(sum(facts), 0)::bigint AS facts, coalesce(sum(bytes), 0)::bigint AS bytes,
       coalesce(max(heard_at), 0)::bigint AS "heardAt", coalesce(max(clock_ahead_ms), 0)::bigint AS "clockAheadMs",
       (SELECT count(*) FROM quarantine WHERE quarantine.store = stores.number) AS quarantined,
       stores.release, stores.release_fault AS "releaseFault", stores.revoked_at AS "revokedAt",
       coalesce(max(said_at), 0)::bigint AS "askedAt", coalesce(max(said_position), 0)::bigint AS cursor,
       (SELECT count(*) FROM feed WHERE feed.store = stores.number AND feed.position > coalesce(max(said_position), 0))
         AS "customersToCome"
     FROM stores LEFT JOIN lines ON lines.store = stores.number LEFT JOIN feeds ON feeds.store = stores.number
     WHERE stores.removed_at IS NULL GROUP BY stores.store ORDER BY stores.store`,
  );
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
