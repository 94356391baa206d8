/**
 * Who has a customer's caps of one (docs/decisions/033): one store, to which headquarters have lent them, or
 * headquarters themselves. The store that she visited last gets them. Where she is somewhere else, or headquarters have
 * something to say, they are called back: the store's fact that it has given them back stands behind all that it said.
 * A store that is not heard any more has them until its term is over; then it is taken to have spoken on its last day.
 */
import { readState } from '@kairos/dialogue/engine/state-codec.ts';
import type { Sql } from '../database/database.ts';
import type { PersonFact } from './person-fact.ts';

const dayMs = 86_400_000;
/** So long after it last asked a store may speak under caps of one: out of touch for longer, it says nothing more. */
export const capTermMs = 7 * dayMs;
/** … and so much later headquarters have them again: clocks of stores are not ours. */
const clockMarginMs = 3_600_000;

/** 0 of a store: headquarters. */
export interface CapHolder {
  readonly store: number;
  readonly term: number;
  /** When another than the holder spoke to her last, or may have; 0: never. */
  readonly said: number;
  readonly lentAt: number;
  readonly isRecalled: boolean;
  /** Where she has been since; 0: nowhere. */
  readonly next: number;
  /** Visits up to then have been looked at: who is folded anew lends nothing anew. */
  readonly visitedAt: number;
}

export interface CapStanding extends CapHolder {
  /** When the term of the store is over; infinity: none has them. */
  readonly ends: number;
  /** The store that she is assigned to; 0: none. */
  readonly home: number;
}

/** Of a page of people, and which stores know of caps of one. */
export interface CapStandings {
  readonly of: (chainId: string) => CapStanding;
  readonly takers: ReadonlySet<number>;
}

interface HolderRow extends CapHolder {
  readonly chain_id: string;
  readonly contact: number;
  readonly home: number | null;
}

const never = Number.POSITIVE_INFINITY;
const theirs: CapHolder = { store: 0, term: 0, said: 0, lentAt: 0, isRecalled: false, next: 0, visitedAt: 0 };

/** In the transaction of the folding. */
export async function readCapStandings(sql: Sql, chainIds: readonly string[], now: number): Promise<CapStandings> {
  const rows = await sql.query<HolderRow>(
    `SELECT who.id AS chain_id, coalesce(holders.store, 0) AS store, coalesce(term, 0) AS term, coalesce(said, 0) AS said,
       coalesce(lent_at, 0) AS "lentAt", coalesce(is_recalled, false) AS "isRecalled",
       coalesce(next_store, 0) AS next, coalesce(visited_at, 0) AS "visitedAt", coalesce(contact_at, 0) AS contact,
       (SELECT number FROM stores JOIN customers ON stores.store = attributes ->> 'homeStore'
        WHERE customers.chain_id = who.id) AS home
     FROM unnest($1::text[]) AS who (id) LEFT JOIN cap_holders AS holders ON holders.chain_id = who.id
     LEFT JOIN feeds ON feeds.store = holders.store AND holders.store > 0`,
    [chainIds],
  );
  const endOf = (row: HolderRow, contact = row.contact): number =>
    row.store === 0 ? never : Math.max(contact, row.lentAt) + capTermMs + clockMarginMs;
  const contacts = await lockFeeds(
    sql,
    rows.filter((row) => endOf(row) <= now).map(({ store }) => store),
  );
  const standings = new Map(
    rows.map(({ chain_id, contact: _, home, ...holder }, place) => {
      const ends = endOf(rows[place] as HolderRow, contacts.get(holder.store));
      return [chain_id, { ...holder, ends, home: home ?? 0 }];
    }),
  );
  const takers = await sql.query<{ store: number }>('SELECT store FROM feeds WHERE takes_caps');
  return {
    of: (chainId) => standings.get(chainId) ?? { ...theirs, ends: never, home: 0 },
    takers: new Set(takers.map(({ store }) => store)),
  };
}

/** A store that asks while its term is found to be over waits, and hears of it. */
async function lockFeeds(sql: Sql, stores: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (stores.length === 0) return new Map();
  const rows = await sql.query<{ store: number; contact: number }>(
    'SELECT store, contact_at AS contact FROM feeds WHERE store = ANY($1::integer[]) ORDER BY store FOR UPDATE',
    [[...new Set(stores)]],
  );
  return new Map(rows.map(({ store, contact }) => [store, contact]));
}

/** With what has come of hers: a store may have given them back, or its term be over. */
export function afterReturn(standing: CapStanding, facts: readonly PersonFact[], now: number): CapStanding {
  const isReturned = facts.some(
    ({ fact }) => fact.type === 'cap.recalled' && standing.term > 0 && fact.body.term === standing.term,
  );
  // All that the store has said is known.
  if (isReturned) return { ...standing, store: 0, said: 0, isRecalled: false, ends: never };
  if (standing.ends > now) return standing;
  const free = { store: 0, said: standing.ends, isRecalled: false, ends: never };
  return { ...standing, ...free, visitedAt: Math.max(standing.visitedAt, now) };
}

export interface Claims {
  readonly facts: readonly PersonFact[];
  /** Headquarters would say something now, if they had them. */
  readonly isWanted: boolean;
  readonly takers: ReadonlySet<number>;
  /** Her state, as the engine saves it. */
  readonly engine: string | null;
  readonly now: number;
}

/** Who has them from here on. */
export function nextHolder(standing: CapStanding, { facts, isWanted, takers, engine, now }: Claims): CapHolder {
  const { ends: _, home, ...holder } = standing;
  const visit = lastVisit(facts, holder.visitedAt) ?? { store: holder.term === 0 ? home : 0, at: holder.visitedAt };
  const isNext = takers.has(visit.store);
  const next = isNext ? visit.store : holder.next;
  const visitedAt = isNext ? visit.at : holder.visitedAt;
  if (holder.store === 0) {
    if (next === 0) return holder;
    const said = Math.max(holder.said, engine === null ? 0 : (readState(engine).said.at(-1) ?? 0));
    return { store: next, term: holder.term + 1, said, lentAt: now, isRecalled: false, next: 0, visitedAt };
  }
  const isElsewhere = next !== 0 && next !== holder.store;
  if (holder.isRecalled || isElsewhere || isWanted) return { ...holder, isRecalled: true, next, visitedAt };
  return holder;
}

/** By the facts that are at hand; null: in none of them is she anywhere later than that. */
function lastVisit(
  facts: readonly PersonFact[],
  after: number,
): { readonly store: number; readonly at: number } | null {
  const last = facts.findLast(({ fact, store }) => store !== 0 && fact.type === 'visit.opened');
  return last && last.fact.at > after ? { store: last.store, at: last.fact.at } : null;
}

export function isSameHolder(one: CapHolder, other: CapHolder): boolean {
  return (
    one.store === other.store &&
    one.term === other.term &&
    one.said === other.said &&
    one.isRecalled === other.isRecalled &&
    one.next === other.next &&
    one.visitedAt === other.visitedAt
  );
}

export async function writeCapHolders(
  sql: Sql,
  holders: readonly { readonly chainId: string; readonly holder: CapHolder }[],
): Promise<void> {
  if (holders.length === 0) return;
  const column = <Value>(of: (holder: CapHolder) => Value): Value[] => holders.map(({ holder }) => of(holder));
  await sql.query(
    `INSERT INTO cap_holders (chain_id, store, term, said, lent_at, is_recalled, next_store,
       visited_at)
     SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[],
       $7::integer[], $8::bigint[])
     ON CONFLICT (chain_id) DO UPDATE SET store = excluded.store, term = excluded.term, said = excluded.said,
       lent_at = excluded.lent_at, is_recalled = excluded.is_recalled, next_store = excluded.next_store,
       visited_at = excluded.visited_at`,
    [
      holders.map(({ chainId }) => chainId),
      column(({ store }) => store),
      column(({ term }) => term),
      column(({ said }) => said),
      column(({ lentAt }) => lentAt),
      column(({ isRecalled }) => isRecalled),
      column(({ next }) => next),
      column(({ visitedAt }) => visitedAt),
    ],
  );
}
