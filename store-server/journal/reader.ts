/** Reads beside the writer, on a connection that cannot change anything: pages of facts, refusals, people. */

import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import type { FactRow } from '@kairos/protocol/fact-rows/fact-row.ts';
import { readFact } from '@kairos/protocol/fact-rows/fact-row.ts';
import { Words } from '@kairos/protocol/fact-rows/words.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type Database from 'better-sqlite3';
import { cleanCopies } from './clean-copies.ts';
import { assertWhole } from './database.ts';
import type { FactQuery, HqShare, Rejection, StoredPerson } from './journal.ts';
import type { Cutoffs, ReadAnswers, ReadRequest } from './link.ts';
import { Sendings } from './sending.ts';
import { readChunk, readDays, readLives, readPacked } from './upward.ts';

/** A page of facts; more are asked for from the next number on. */
export const factsPageMax = 10_000;

export interface PersonRow {
  readonly subject: number;
  readonly chain_id: string | null;
  readonly attributes: string;
  readonly consent: string;
  readonly locale: string;
  readonly consent_at: string;
  readonly hq: string | null;
}

export function personOf(row: PersonRow): StoredPerson {
  return {
    subject: row.subject,
    chainId: row.chain_id,
    attributes: JSON.parse(row.attributes) as StoredPerson['attributes'],
    consent: JSON.parse(row.consent) as StoredPerson['consent'],
    locale: row.locale,
    consentAt: JSON.parse(row.consent_at) as Record<string, number>,
    hq: row.hq === null ? null : (JSON.parse(row.hq) as HqShare),
  };
}

export class Reader {
  readonly #db: Database.Database;
  readonly #file: string;
  readonly #words = new Words();
  readonly #sendings = new Sendings();
  readonly #sources = new Map<number, { device: string; epoch: string }>();
  #wordsTo = 0;
  #sourcesTo = 0;

  constructor(db: Database.Database, file: string) {
    this.#db = db;
    this.#file = file;
  }

  answer(request: ReadRequest): ReadAnswers[ReadRequest['kind']] {
    switch (request.kind) {
      case 'facts':
        return this.#facts(request.query);
      case 'rejected':
        return this.#rejected(request.limit);
      case 'people':
        return this.#people(request.subjects);
      case 'expired':
        return this.#expired(request.from, request.to, request.cutoffs);
      case 'lives':
        return readLives(this.#db);
      case 'chunk':
        return readChunk(this.#db, request.query);
      case 'packed':
        return readPacked(this.#db, request.query, { version: request.version, sendings: this.#sendings });
      case 'days':
        return readDays(this.#db, request);
      case 'meant':
        return this.#meant(request.tombstones, request.chainKey);
      case 'tombstones':
        return [...this.#tombstones()];
      case 'unnamed':
        return this.#unnamed(request.generation);
      case 'copies':
        return cleanCopies(this.#file, { tombstones: this.#tombstones(), chainKey: request.chainKey });
      case 'check':
        assertWhole(this.#db, this.#file);
        return null;
    }
  }

  #facts(query: FactQuery): Fact[] {
    this.#learnNames();
    const { sql, values } = factsSql(query);
    const rows = this.#db.prepare(sql).raw().all(values) as unknown as FactRow[];
    const sources = { name: (id: number) => this.#source(id) };
    return rows.map((row) => readFact(row, this.#words, sources));
  }

  #source(id: number): { device: string; epoch: string } {
    const source = this.#sources.get(id);
    if (!source) throw new Error(`${this.#file} has no source ${id}: the file is damaged; restore a copy`);
    return source;
  }

  /** Words and sources are only ever added; a row never stands before the words it points at. */
  #learnNames(): void {
    const words = this.#db.prepare('SELECT id, text FROM words WHERE id > ? ORDER BY id').raw().all(this.#wordsTo);
    this.#words.add(words as [number, string][]);
    this.#wordsTo = (words.at(-1) as [number] | undefined)?.[0] ?? this.#wordsTo;
    const sources = this.#db.prepare('SELECT id, device, epoch FROM sources WHERE id > ? ORDER BY id');
    for (const [id, device, epoch] of sources.raw().all(this.#sourcesTo) as [number, string, string][]) {
      this.#sources.set(id, { device, epoch });
      this.#sourcesTo = id;
    }
  }

  #rejected(limit: number): Rejection[] {
    return this.#db
      .prepare(
        'SELECT at, came_by AS "by", device, reason, detail, sample FROM rejected ORDER BY id DESC LIMIT min(?, 10000)',
      )
      .all(limit) as Rejection[];
  }

  #people(subjects: readonly number[]): StoredPerson[] {
    const rows = this.#db
      .prepare('SELECT * FROM people WHERE subject IN (SELECT value FROM json_each(?)) ORDER BY subject')
      .all(JSON.stringify(subjects)) as PersonRow[];
    return rows.map(personOf);
  }

  /** Some ten microseconds a customer, on the thread that reads. */
  #meant(tombstones: readonly string[], chainKey: string): string[] {
    const wanted = new Set(tombstones);
    const ids = this.#db
      .prepare('SELECT chain_id FROM people WHERE chain_id IS NOT NULL UNION SELECT chain_id FROM other_ids')
      .pluck()
      .all() as string[];
    return ids.filter((id) => wanted.has(tombstoneOf(chainKey, id)));
  }

  #tombstones(): ReadonlySet<string> {
    return new Set(this.#db.prepare('SELECT tombstone FROM erased').pluck().all() as string[]);
  }

  #unnamed(generation: number): number[] {
    return this.#db
      .prepare("SELECT subject FROM people WHERE hq IS NOT NULL AND hq ->> 'generation' < ? ORDER BY subject")
      .pluck()
      .all(generation) as number[];
  }

  #expired(from: number, to: number, cutoffs: Cutoffs): number[] {
    this.#learnNames();
    const known = cutoffs.byType.filter(([type]) => this.#words.has(type));
    const rules = known.map(([type, before]) => `(type = ${this.#words.id(type)} AND at < ${before})`);
    const ids = known.map(([type]) => this.#words.id(type)).join(', ');
    rules.push(`(type NOT IN (${ids}) AND at < ${cutoffs.others})`);
    return this.#db
      .prepare(`SELECT seq FROM facts WHERE seq BETWEEN ? AND ? AND (${rules.join(' OR ')})`)
      .pluck()
      .all(from, to) as number[];
  }
}

/** Values are bound; only numbers and fixed words stand in the text. */
function factsSql(query: FactQuery): { sql: string; values: unknown[] } {
  const where: string[] = ['1'];
  const values: unknown[] = [];
  const add = (condition: string, value: unknown): void => {
    if (value === undefined) return;
    where.push(condition);
    values.push(value);
  };
  add('facts.seq >= ?', query.from);
  add('facts.seq <= ?', query.to);
  add('facts.subject = ?', query.subject);
  add('facts.at >= ?', query.sinceMs);
  add('facts.at <= ?', query.untilMs);
  add(
    'facts.type IN (SELECT id FROM words WHERE text IN (SELECT value FROM json_each(?)))',
    query.types ? JSON.stringify(query.types) : undefined,
  );
  const limit = Math.max(0, Math.min(query.limit, factsPageMax));
  return {
    sql: `SELECT facts.seq, type, at, facts.subject, source, source_seq, cause, late, place, thing, ref, amount, rest, note
          FROM facts LEFT JOIN notes ON notes.seq = facts.seq
          WHERE ${where.join(' AND ')} ORDER BY facts.seq ${query.newestFirst ? 'DESC' : 'ASC'} LIMIT ${limit}`,
    values,
  };
}
