/**
 * Facts that came to headquarters itself: from outside, from the off-site channels, from its own pages. Each acts once,
 * by an id that its source has given it; whom it is about is folded next, in the same transaction.
 */
import type { CustomFactType, FactType } from '@kairos/protocol/facts.ts';
import type { Sql } from '../database/database.ts';
import { storable } from './storable-text.ts';

/** Characters of an id. */
export const ownIdMax = 120;
/** Ids of what headquarters decide themselves begin so; nobody else's may. */
export const decidedPrefix = 'kairos/';
/** Who a fact about nobody is about, in tables whose key begins with a person. */
export const nobody = '';

export interface OwnFact {
  /** The same fact comes under the same id, however often; at most `ownIdMax` characters. */
  readonly id: string;
  /** Null: about nobody (goods, the calendar). */
  readonly chainId: string | null;
  readonly type: FactType | CustomFactType;
  /** When it happened, milliseconds since 1970. */
  readonly at: number;
  readonly body: unknown;
}

/** In the caller's transaction; false where this id is known already. She is folded next. */
export async function recordOwn(sql: Sql, fact: OwnFact, now: number): Promise<boolean> {
  const { id, type, at, body } = fact;
  if (id.startsWith(decidedPrefix)) throw new RangeError(`ids that begin with ${decidedPrefix} are headquarters’ own`);
  if (id === '' || id.length > ownIdMax) throw new RangeError(`a fact's id has 1 to ${ownIdMax} characters: "${id}"`);
  const chainId = fact.chainId ?? nobody;
  // Held first: so the numbers of her facts are given in the order in which they are there to be seen.
  await markToFold(sql, [chainId], now);
  const added = await sql.query(
    `INSERT INTO own_facts (chain_id, id, type, at, body, taken_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING RETURNING id`,
    [chainId, id, type, await notBeforeDecided(sql, fact, at), storableJson(body), now],
  );
  return added.length > 0;
}

/** Many at once, each about somebody and none about a message; in the caller's transaction. */
export async function recordOwnAll(
  sql: Sql,
  facts: readonly (OwnFact & { readonly chainId: string })[],
  now: number,
): Promise<void> {
  const odd = facts.find(({ id }) => id === '' || id.length > ownIdMax || id.startsWith(decidedPrefix));
  if (odd) throw new RangeError(`no fact of another's has such an id: "${odd.id}"`);
  await markToFold(
    sql,
    facts.map(({ chainId }) => chainId),
    now,
  );
  const rows = facts.map(({ chainId, ...fact }) => ({ chain_id: chainId, ...fact }));
  await sql.query(
    `INSERT INTO own_facts (chain_id, id, type, at, body, taken_at)
     SELECT chain_id, id, type, at, body, $2 FROM jsonb_to_recordset($1::jsonb)
       AS row (chain_id text, id text, type text, at bigint, body jsonb)
     ON CONFLICT DO NOTHING`,
    [storableJson(rows), now],
  );
}

/** What people write and servers say is cut by its length, and may hold anything: no word of it stops the rest. */
function storableJson(body: unknown): string {
  return JSON.stringify(body, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value));
}

/** Nothing happens to a message before it was decided, whatever the clocks of those who tell of it say. */
async function notBeforeDecided(sql: Sql, { chainId, body }: OwnFact, at: number): Promise<number> {
  const { message } = body as { readonly message?: unknown };
  if (typeof message !== 'string' || chainId === null) return at;
  const [decided] = await sql.query<{ at: number }>(
    `SELECT at FROM own_facts WHERE chain_id = $1 AND type = 'message.decided' AND body ->> 'message' = $2`,
    [chainId, message],
  );
  return Math.max(at, decided?.at ?? 0);
}

/**
 * They are folded next, after this transaction. Their rows are held until it ends, so that a folder cannot take one off
 * the list without having seen what this transaction writes; in one order, so that two who mark do not wait for each other.
 */
export async function markToFold(sql: Sql, chainIds: Iterable<string>, now: number): Promise<void> {
  const ids = [...new Set(chainIds)];
  if (ids.length === 0) return;
  await sql.query(
    `INSERT INTO to_fold (chain_id, since)
     SELECT DISTINCT coalesce(into_id, id), $2::bigint
     FROM unnest($1::text[]) AS id LEFT JOIN identities ON identities.chain_id = id ORDER BY 1
     ON CONFLICT (chain_id) DO UPDATE SET since = to_fold.since WHERE false`,
    [ids, now],
  );
}
