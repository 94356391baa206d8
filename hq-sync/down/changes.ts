/**
 * What a store is told: a page of what has changed for its customers since its cursor, as it is now. A customer who has
 * changed ten times since is told once.
 *
 * A cursor says which feed it is of and how far the store has come in it. A store whose cursor this feed cannot go on
 * from (it has none, headquarters were put back from a copy, it was away for a quarter of a year) gets everything anew,
 * from the first page on; at the end of that it knows that whoever was not named is gone.
 *
 * Who is to be forgotten is told apart from that, as tombstones, until the store has said that it has.
 */
import { randomBytes } from 'node:crypto';
import type { ChangesAnswer, ChangesAsked, CustomerChange } from '@kairos/protocol/sync-messages.ts';
import { owedBy, takeReceipt } from '../customers/erasure-book.ts';
import { takeToldErasures } from '../customers/told-erasures.ts';
import type { Database, Sql } from '../database/database.ts';
import { capTermMs } from '../folding/cap-holder.ts';
import type { KnownStore } from '../intake/store-lines.ts';
import { lockFeeds, type SpreadStep, spread, spreadSteps } from './spread.ts';

/** Customers of one page: what a cut costs, and how long the store's own work waits for it. */
const pageMax = 100;
/** A store that was away for longer gets everything anew: whatever went astray meanwhile is right again. */
const awayMsMax = 90 * 86_400_000;

/** What answering consists of, in this order; between any two of them the process may end. */
export const downSteps = [...spreadSteps, 'receipts', 'read', 'answered'] as const;
export type DownStep = (typeof downSteps)[number];

export interface AskedChanges {
  readonly database: Database;
  readonly store: KnownStore;
  readonly asked: ChangesAsked;
  readonly now: number;
  /** Finds whom a store has forgotten and headquarters have not heard of; null: nobody can be. */
  readonly chainKey?: string | null;
  readonly onStep?: (step: DownStep) => void;
  /** Carries into feeds what has changed; by itself where nobody else of this process asks at the same time. */
  readonly carry?: () => Promise<unknown>;
}

interface Feed {
  readonly name: string;
  readonly position: number;
  readonly saidAt: number;
  readonly begun: string | null;
  /** The furthest position of a cursor that was given out; null: by a build that did not write it down. */
  readonly given: number | null;
}

interface Cursor {
  readonly feed: string;
  readonly position: number;
  /** A snapshot is under way until here; null: none is. */
  readonly until: number | null;
}

export async function changesFor({
  database,
  store,
  asked,
  now,
  chainKey = null,
  onStep = noStep,
  carry = () => spread(database, onStep as (step: SpreadStep) => void),
}: AskedChanges): Promise<ChangesAnswer> {
  // Before anything is carried: who finds this store's term to be over (`cap-holder.ts`) is before this, or sees it.
  const lendsCaps = asked.only === undefined && (await lendsCapsTo(database, store.number, asked, now));
  if (asked.only === undefined) await carry();
  const life = { store: store.name, epoch: asked.epoch };
  if (asked.erased !== null) {
    const { tombstones } = asked.erased;
    if (chainKey !== null) await takeToldErasures(database, { tombstones, chainKey, now });
    await takeReceipt(database, { ...life, ...asked.erased, now });
  }
  onStep('receipts');
  if (asked.only === 'erased')
    return { ...nothingNew, changes: [], cursor: asked.cursor ?? noCursor, erased: await owedBy(database, life) };
  const opened = (await feedOf(database, store.number)) ?? (await openFeed(database, store.number));
  const feed = isFromLater(asked.cursor, opened) ? await renameFeed(database, store.number, opened) : opened;
  const from = goesOnFrom(asked.cursor, feed, now);
  const begins = from === null;
  const { position: after, until } = from ?? { position: 0, until: feed.position };
  const page = await readPage(database, { store: store.number, after, lendsCaps });
  // What was committed in between stands behind the position that was read first.
  const isLast = page.length < pageMax;
  const position = Math.max(page.at(-1)?.position ?? 0, isLast ? feed.position : after);
  const isSwept = until !== null && position >= until;
  const remaining = isLast ? 0 : await remainingAfter(database, store.number, position);
  const cursor = writeCursor({ feed: feed.name, position, until: isSwept ? null : until });
  // Whether the first page of everything comes is known when the store asks with what stands behind it.
  const takesCaps = asked.caps ?? false;
  if (begins)
    await database.query('UPDATE feeds SET begun = $2, takes_caps = $3, given = greatest(given, $4) WHERE store = $1', [
      store.number,
      cursor,
      takesCaps,
      position,
    ]);
  else
    await database.query(
      `UPDATE feeds SET said_at = $2, said_position = $3, begun = NULL, takes_caps = $4, given = greatest(given, $5)
       WHERE store = $1`,
      [store.number, now, after, takesCaps, position],
    );
  const erased = await owedBy(database, life);
  onStep('read');
  return {
    cursor,
    begins,
    sweeps: isSwept,
    remaining,
    changes: page.flatMap(({ change }) => (change === null ? [] : [change])),
    erased,
    ...(lendsCaps ? { capTermMs } : {}),
  };
}

/** True: it says only what it is lent of caps of one; and that it has asked, which its term begins with. */
async function lendsCapsTo(database: Sql, store: number, { caps }: ChangesAsked, now: number): Promise<boolean> {
  if (caps === undefined) return false;
  const [newest] = await database.query<{ has: boolean }>(
    'SELECT has_cap_of_one AS has FROM releases ORDER BY number DESC LIMIT 1',
  );
  if (!newest?.has) return false;
  await database.query('UPDATE feeds SET contact_at = $2 WHERE store = $1', [store, now]);
  return true;
}

const nothingNew = { begins: false, sweeps: false, remaining: 0 };
/** Begins everything anew, should somebody ask with it. */
const noCursor = '-';

/**
 * The store has a cursor that was never given out here: this database was put back from a copy. What is at those
 * positions now is something else, so it will not do to wait until the feed has come that far.
 */
function isFromLater(text: string | null, { name, position, given }: Feed): boolean {
  const asked = readCursor(text);
  return asked !== null && asked.feed === name && asked.position > (given ?? position);
}

/** Whatever was given out under the old name leads nowhere. */
async function renameFeed(sql: Sql, store: number, feed: Feed): Promise<Feed> {
  const name = randomBytes(6).toString('hex') + store;
  await sql.query('UPDATE feeds SET name = $2, begun = NULL WHERE store = $1 AND name = $3', [store, name, feed.name]);
  return (await feedOf(sql, store)) as Feed;
}

/** Null: from the beginning. */
function goesOnFrom(text: string | null, feed: Feed, now: number): Cursor | null {
  const asked = readCursor(text);
  if (asked === null || asked.feed !== feed.name) return null;
  return now - feed.saidAt > awayMsMax && text !== feed.begun ? null : asked;
}

/**
 * One customer as she is now, for a store that has asked for her: under her first number, if this is another of hers; null
 * where nobody here knows her.
 */
export async function customerFor(sql: Sql, chainId: string): Promise<CustomerChange | null> {
  const [row] = await sql.query<CustomerRow>(
    `${customerColumns} FROM (SELECT coalesce((SELECT into_id FROM identities WHERE chain_id = $1::text), $1::text)
       AS chain_id, 0::bigint AS position) AS feed ${customerTables}`,
    [chainId],
  );
  return row ? changeOf(row) : null;
}

const noStep = (): void => undefined;

async function feedOf(sql: Sql, store: number): Promise<Feed | null> {
  const [feed] = await sql.query<Feed>(
    'SELECT name, position, said_at AS "saidAt", begun, given FROM feeds WHERE store = $1',
    [store],
  );
  return feed ?? null;
}

async function openFeed(database: Database, store: number): Promise<Feed> {
  return database.transaction(async (sql) => {
    await lockFeeds(sql, [store]);
    return (await feedOf(sql, store)) as Feed;
  });
}

interface CustomerRow {
  readonly chain_id: string;
  readonly position: number;
  readonly attributes: Record<string, string | number | boolean> | null;
  readonly locale: string | null;
  readonly consent: Record<string, { granted: boolean; at: number }> | null;
  readonly runs: CustomerChange['runs'] | null;
  readonly also: string[] | null;
  readonly cap?: NonNullable<CustomerChange['cap']> | null;
}

/** One statement: whoever's position is seen is seen as she was at it, or later. */
const customerColumns = `SELECT feed.chain_id, feed.position,
  customers.attributes, customers.locale,
  (SELECT jsonb_object_agg(purpose, jsonb_build_object('granted', granted, 'at', at)) FROM (
     SELECT DISTINCT ON (purpose) purpose, granted, at FROM consents WHERE consents.chain_id = feed.chain_id
       OR consents.chain_id IN (SELECT other FROM other_ids WHERE other_ids.chain_id = feed.chain_id)
     ORDER BY purpose, at DESC) AS newest) AS consent,
  (SELECT jsonb_agg(jsonb_build_object('run', run, 'dialogue', dialogue, 'step', step, 'term', term, 'state', state) ORDER BY run)
     FROM waiting_runs WHERE waiting_runs.chain_id = feed.chain_id) AS runs,
  (SELECT jsonb_agg(other ORDER BY other) FROM other_ids WHERE other_ids.chain_id = feed.chain_id) AS also`;
const customerTables = 'LEFT JOIN customers ON customers.chain_id = feed.chain_id';

async function readPage(
  sql: Sql,
  { store, after, lendsCaps }: { readonly store: number; readonly after: number; readonly lendsCaps: boolean },
): Promise<{ readonly position: number; readonly change: CustomerChange | null }[]> {
  const rows = await sql.query<CustomerRow>(
    `${customerColumns},
       (SELECT jsonb_build_object('term', term, 'said', said) FROM cap_holders AS holders
        WHERE $3 AND holders.chain_id = feed.chain_id AND holders.store = $1 AND NOT is_recalled) AS cap FROM (
       SELECT chain_id, position FROM feed WHERE store = $1 AND position > $2 ORDER BY position LIMIT ${pageMax}) AS feed
     ${customerTables} ORDER BY feed.position`,
    [store, after, lendsCaps],
  );
  return rows.map((row) => ({ position: row.position, change: changeOf(row) }));
}

/** Null where headquarters know her by facts alone: there is nothing to say of her. */
function changeOf(row: CustomerRow): CustomerChange | null {
  const { chain_id: chainId, attributes, locale, consent, runs, also, cap } = row;
  if (attributes === null && consent === null && runs === null && also === null) return null;
  return {
    kind: 'customer',
    chainId,
    attributes: scalarsOf(attributes ?? {}),
    locale: locale ?? '',
    consent: consent ?? {},
    runs: runs ?? [],
    also: also ?? [],
    // Not even as nothing: a store of before does not know the word.
    ...(cap ? { cap } : {}),
  };
}

/** What is no text, number, or yes and no, no dialogue can ask about. */
function scalarsOf(attributes: Record<string, unknown>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  ) as Record<string, string | number | boolean>;
}

async function remainingAfter(sql: Sql, store: number, position: number): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    'SELECT count(*) AS count FROM feed WHERE store = $1 AND position > $2',
    [store, position],
  );
  return row?.count ?? 0;
}

function writeCursor({ feed, position, until }: Cursor): string {
  return until === null ? `${feed}.${position}` : `${feed}.${position}.${until}`;
}

function readCursor(text: string | null): Cursor | null {
  const [, feed, position, until] = /^(\w+)\.(\d{1,15})(?:\.(\d{1,15}))?$/.exec(text ?? '') ?? [];
  if (feed === undefined) return null;
  return { feed, position: Number(position), until: until === undefined ? null : Number(until) };
}
