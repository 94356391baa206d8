/**
 * Facts of people, read for folding: of all stores by their appearances, decoded as a store decodes its own, at corrected
 * time; and those that came to headquarters. Facts that cannot be read are passed over and counted.
 */

import { isDecision } from '@kairos/dialogue/engine/fold.ts';
import { headquartersDevice } from '@kairos/dialogue/engine/seat.ts';
import { readFact } from '@kairos/protocol/fact-rows/fact-row.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Sql } from '../database/database.ts';
import { decidedPrefix, nobody } from '../facts/own-facts.ts';
import { type LineTexts, LineWords, lineKey } from './line-words.ts';
import { corrected, decidedKey, ownKey, type PersonFact } from './person-fact.ts';
import { newsFact, storeOfNews } from './store-news.ts';

/** A subject of a store that is her. */
export interface Appearance {
  readonly store: number;
  readonly epoch: number;
  readonly subject: number;
}

export function keyOf({ store, epoch, subject }: Appearance): string {
  return `${store}.${epoch}.${subject}`;
}

/** What of whom to read: facts after a number. */
export interface Wanted extends Appearance {
  /** Whoever is folded with them. */
  readonly person: string;
  /** Read from here … */
  readonly after: number;
  /** … and new from here. */
  readonly knownTo: number;
}

export interface WantedOwn {
  readonly person: string;
  readonly chainId: string;
  readonly after: number;
  readonly knownTo: number;
}

interface FactLine {
  readonly w: number;
  readonly seq: number;
  readonly type: number;
  readonly at: number;
  readonly source: number | null;
  readonly source_seq: number | null;
  readonly cause: number | null;
  readonly late: number;
  readonly place: number | null;
  readonly thing: number | null;
  readonly ref: string | null;
  readonly amount: number | null;
  readonly rest: string | null;
  readonly note: string | null;
  readonly ahead: number;
  readonly heard: number | null;
}

const factsSql = `
  SELECT w.place::integer AS w, f.seq, f.type, f.at, f.source, f.source_seq, f.cause, f.late, f.place, f.thing, f.ref,
    f.amount, f.rest, n.note, a.ahead_ms AS ahead, a.heard_at AS heard
  FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
    AS w (store, epoch, subject, after, place)
  JOIN appearances a ON a.store = w.store AND a.epoch = w.epoch AND a.subject = w.subject AND a.to_seq > w.after
  JOIN facts f ON f.store = a.store AND f.epoch = a.epoch AND f.seq = ANY(a.seqs)
  LEFT JOIN notes n ON n.store = f.store AND n.epoch = f.epoch AND n.seq = f.seq
  WHERE f.subject = w.subject AND f.seq > w.after
  ORDER BY w.place, f.seq`;

/** By person. */
export type FactsOf = Map<string, PersonFact[]>;

export class FactReader {
  readonly #words = new LineWords();
  /** Facts that could not be read. */
  unread = 0;
  /** What was read and is beyond this build, by whose it is. */
  readonly #beyond = new Map<string, Set<string>>();

  /** … of these people, since it was asked last. */
  takeBeyond(people: readonly string[]): { readonly chainId: string; readonly what: string }[] {
    if (this.#beyond.size === 0) return [];
    return people.flatMap((chainId) => {
      const hers = [...(this.#beyond.get(chainId) ?? [])];
      this.#beyond.delete(chainId);
      return hers.map((what) => ({ chainId, what }));
    });
  }

  async read(sql: Sql, wanted: readonly Wanted[], into: FactsOf): Promise<void> {
    if (wanted.length === 0) return;
    const rows = await sql.query<FactLine>(factsSql, [
      wanted.map(({ store }) => store),
      wanted.map(({ epoch }) => epoch),
      wanted.map(({ subject }) => subject),
      wanted.map(({ after }) => after),
    ]);
    const words = await this.#words.read(sql, [...new Map(wanted.map((one) => [lineKey(one), one])).values()]);
    let from = 0;
    for (let at = 0; at <= rows.length; at += 1) {
      if (at < rows.length && rows[at]?.w === rows[from]?.w) continue;
      const want = wanted[(rows[from]?.w ?? 0) - 1];
      if (want) this.#decode(rows.slice(from, at), want, words.get(lineKey(want)) as LineTexts, into);
      from = at;
    }
  }

  #decode(
    rows: readonly FactLine[],
    { person, store, epoch, subject, after, knownTo }: Wanted,
    words: LineTexts,
    into: FactsOf,
  ): void {
    const facts = into.get(person) ?? [];
    into.set(person, facts);
    const key = keyOf({ store, epoch, subject });
    const times = new Map<number, number>();
    const onBeyond = (what: string): unknown =>
      this.#beyond.set(person, (this.#beyond.get(person) ?? new Set()).add(what));
    for (const row of rows) {
      const own = corrected(row.at, { aheadMs: row.ahead, heardAt: row.heard });
      const fact = this.#factOf(row, own, words, onBeyond);
      if (fact === null) continue;
      // What was decided counts at the time of the fact that led to it.
      const cause = isDecision(fact) && row.cause !== null ? row.seq - row.cause : null;
      const at = cause === null ? own : (times.get(cause) ?? own);
      times.set(row.seq, at);
      facts.push({
        key: [at, store, epoch, row.seq, 0],
        fact: { ...fact, at },
        store,
        isNew: row.seq > knownTo,
        isTorn: cause !== null && cause <= after,
        mark: { of: 'line', key, number: row.seq },
      });
    }
  }

  #factOf(row: FactLine, at: number, words: LineTexts, onBeyond: (what: string) => unknown): Fact | null {
    const { seq, type, source, source_seq: sourceSeq, cause, place, thing, ref, amount, rest, note } = row;
    try {
      const whole = [seq, type, at, 1, source, sourceSeq, cause, 0, place, thing, ref, amount, rest, note] as const;
      return readFact(whole, words, words, onBeyond);
    } catch {
      this.unread += 1;
      return null;
    }
  }

  /** What came to headquarters, and what they decided. */
  async readOwn(
    sql: Sql,
    wanted: readonly WantedOwn[],
    { into, withDecided }: { readonly into: FactsOf; readonly withDecided: boolean },
  ): Promise<void> {
    if (wanted.length === 0) return;
    const rows = await sql.query<{ w: number; number: number; id: string; type: string; at: number; body: unknown }>(
      `SELECT w.place::integer AS w, o.number, o.id, o.type, o.at, o.body
       FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS w (chain_id, after, place)
       JOIN own_facts o ON o.chain_id = w.chain_id AND o.number > w.after ORDER BY w.place, o.number`,
      [wanted.map(({ chainId }) => chainId), wanted.map(({ after }) => after)],
    );
    for (const row of rows) {
      const want = wanted[row.w - 1] as WantedOwn;
      // What was decided was folded with deciding it.
      if (!withDecided && row.id.startsWith(decidedPrefix)) continue;
      if (want.chainId === nobody && !concernsAll(row.type)) continue;
      const facts = into.get(want.person) ?? [];
      into.set(want.person, facts);
      facts.push(storeOfNews(want.chainId) === null ? ownFact(row, want) : newsFact(row, want));
    }
  }
}

/** Of what is nobody's: news about goods, and the retailer's own. What was erased is nobody's as well. */
function concernsAll(type: string): boolean {
  return type === 'goods.changed' || type.startsWith('custom.');
}

function ownFact(
  row: { number: number; id: string; type: string; at: number; body: unknown },
  { chainId, knownTo }: WantedOwn,
): PersonFact {
  const { number, id, type, at, body } = row;
  const isDecided = chainId !== nobody && id.startsWith(decidedPrefix);
  const source = isDecided ? null : { device: headquartersDevice, epoch: id, sequence: 1 };
  const fact = { seq: 0, type, at, subject: 1, source, cause: isDecided ? 1 : null, late: false, body } as Fact;
  return {
    key: isDecided ? decidedKey(at, id, number) : ownKey(at, number),
    fact,
    store: 0,
    isNew: !isDecided && number > knownTo,
    isTorn: false,
    mark: { of: 'own', key: chainId, number },
  };
}
