/**
 * What a store tells of its goods, and of what is its own (`custom.`), and of nobody: it concerns the customers of that
 * store, as headquarters' own goods concern everybody. It stands in `own_facts` under the store's name, once, and is told
 * to them page by page (`spreads.ts`).
 *
 * It keeps the source by which the store knows it: whom the store has let in by it already is found so.
 */
import { readFact } from '@kairos/protocol/fact-rows/fact-row.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Sql } from '../database/database.ts';
import { markToFold } from '../facts/own-facts.ts';
import { opensWithinMs } from './fold-person.ts';
import { LineWords, lineKey } from './line-words.ts';
import { corrected, type FactKey, type PersonFact } from './person-fact.ts';

const prefix = 'store/';

/** Who the news of a store are about, in tables whose key begins with a person. */
export function newsOf(store: number): string {
  return prefix + store;
}

/** Null where this is no store's news. */
export function storeOfNews(chainId: string): number | null {
  return chainId.startsWith(prefix) ? Number(chainId.slice(prefix.length)) : null;
}

interface NewsRow {
  readonly seq: number;
  readonly type: number;
  readonly at: number;
  readonly source: number | null;
  readonly source_seq: number | null;
  readonly place: number | null;
  readonly thing: number | null;
  readonly ref: string | null;
  readonly amount: number | null;
  readonly rest: string | null;
  readonly note: string | null;
}

interface Told {
  readonly store: number;
  readonly epoch: number;
  readonly after: number;
  readonly to: number;
  readonly ahead: number;
}

/** Of a chunk that is opened, in its transaction. What is too old to open anything is passed over. */
export async function takeNews(sql: Sql, { store, epoch, after, to, ahead }: Told, now: number): Promise<void> {
  const rows = await sql.query<NewsRow>(
    `SELECT f.seq, f.type, f.at, f.source, f.source_seq, f.place, f.thing, f.ref, f.amount, f.rest,
       (SELECT note FROM notes n WHERE n.store = f.store AND n.epoch = f.epoch AND n.seq = f.seq) AS note
     FROM facts f WHERE f.store = $1 AND f.epoch = $2 AND f.seq > $3::bigint AND f.seq <= $4::bigint
       AND f.subject IS NULL AND f.at >= $5::bigint
       AND (SELECT text = 'goods.changed' OR text LIKE 'custom.%' FROM words w
         WHERE w.store = f.store AND w.epoch = f.epoch AND w.id = f.type)
     ORDER BY f.seq`,
    [store, epoch, after, to, now - opensWithinMs],
  );
  if (rows.length === 0) return;
  const words = (await new LineWords().read(sql, [{ store, epoch }])).get(lineKey({ store, epoch }));
  if (words === undefined) return;
  const facts = rows.flatMap((row): Fact[] => {
    const { seq, type, at, source, source_seq: sourceSeq, place, thing, ref, amount, rest, note } = row;
    const whole = [
      seq,
      type,
      corrected(at, { aheadMs: ahead, heardAt: now }),
      null,
      source,
      sourceSeq,
      null,
      0,
      place,
      thing,
      ref,
      amount,
      rest,
      note,
    ] as const;
    try {
      return [readFact(whole, words, words)];
    } catch {
      // It is counted where her facts are read; nobody can be told what cannot be read.
      return [];
    }
  });
  await record(sql, { store, epoch, facts }, now);
}

async function record(
  sql: Sql,
  { store, epoch, facts }: { readonly store: number; readonly epoch: number; readonly facts: readonly Fact[] },
  now: number,
): Promise<void> {
  const about = newsOf(store);
  // Held until the end: so their numbers are given in the order in which they are there to be seen.
  await markToFold(sql, [about], now);
  const added = await sql.query<{ number: number }>(
    `INSERT INTO own_facts (chain_id, id, type, at, body, taken_at)
     SELECT $1, id, type, at, body::jsonb, $6::bigint
     FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[]) AS told (id, type, at, body)
     ON CONFLICT DO NOTHING RETURNING number`,
    [
      about,
      facts.map(({ seq, source }) => JSON.stringify([epoch, seq, source])),
      facts.map(({ type }) => type),
      facts.map(({ at }) => at),
      facts.map(({ body }) => JSON.stringify(body)),
      now,
    ],
  );
  await sql.query('DELETE FROM to_fold WHERE chain_id = $1', [about]);
  if (added.length === 0) return;
  const newest = Math.max(...added.map(({ number }) => number));
  await sql.query("INSERT INTO spreads (spread, after_id) VALUES ($1, '') ON CONFLICT DO NOTHING", [
    `${about}/fact-${newest}`,
  ]);
}

/** As one of hers, at its place among what that store told. */
export function newsFact(
  row: {
    readonly number: number;
    readonly id: string;
    readonly type: string;
    readonly at: number;
    readonly body: unknown;
  },
  { chainId, knownTo }: { readonly chainId: string; readonly knownTo: number },
): PersonFact {
  const store = storeOfNews(chainId) ?? 0;
  const { number, id, type, at, body } = row;
  const [epoch, seq, source] = JSON.parse(id) as [number, number, Fact['source']];
  const key: FactKey = [at, store, epoch, seq, 0];
  const fact = { seq: 0, type, at, subject: 1, source, cause: null, late: false, body } as Fact;
  return { key, fact, store, isNew: number > knownTo, isTorn: false, mark: { of: 'own', key: chainId, number } };
}

/** Numbers of a store's news: the newest, and the newest of those that open nothing any more. */
export interface NewsMarks {
  readonly newest: number;
  readonly over: number;
}

/** By `newsOf`; stores that have told nothing are not among them. */
export async function readNewsMarks(
  sql: Sql,
  stores: Iterable<number>,
  now: number,
): Promise<ReadonlyMap<string, NewsMarks>> {
  const about = [...new Set(stores)].map(newsOf);
  if (about.length === 0) return new Map();
  const rows = await sql.query<NewsMarks & { id: string }>(
    `SELECT asked.id, newest.number AS newest, coalesce((SELECT number FROM own_facts o WHERE o.chain_id = asked.id
       AND o.at < $2::bigint ORDER BY number DESC LIMIT 1), 0) AS over
     FROM unnest($1::text[]) AS asked (id) CROSS JOIN LATERAL (SELECT number FROM own_facts o
       WHERE o.chain_id = asked.id ORDER BY number DESC LIMIT 1) AS newest`,
    [about, now - opensWithinMs],
  );
  return new Map(rows.map(({ id, newest, over }) => [id, { newest, over }]));
}
