/**
 * A journal read from outside: beside a running store, or after it. The connection cannot change anything and holds no
 * lock between two reads, so that a question never slows the store that it is about.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '@kairos/protocol/facts.ts';
import type Database from 'better-sqlite3';
import { openReadOnly } from './database.ts';
import type { FactQuery, StoredPerson } from './journal.ts';
import { pointReads } from './point-reads.ts';
import { factsPageMax, Reader } from './reader.ts';

export interface JournalView {
  /** In order, at most a page (`FactQuery.limit`). */
  facts(query: FactQuery): Fact[];
  /** All that the query asks for, page by page; `limit` and `newestFirst` aside. */
  allFacts(query: Omit<FactQuery, 'limit' | 'newestFirst'>): IterableIterator<Fact>;
  people(subjects: readonly number[]): StoredPerson[];
  personByChainId(chainId: string): StoredPerson | null;
  close(): void;
}

/** Or a sentence that says why not, for whoever named the folder. `data`: the store's data folder. */
export function openJournalView(data: string): JournalView | string {
  const file = join(data, 'journal.db');
  if (!existsSync(file)) return `There is no journal in ${data}: name the store's data folder (its file journal.db).`;
  let db: Database.Database;
  try {
    db = openReadOnly(file);
    db.prepare('SELECT 1 FROM facts LIMIT 1').get();
  } catch (error) {
    return `${file} cannot be read as a journal (${(error as Error).message}).`;
  }
  const reader = new Reader(db, file);
  const facts = (query: FactQuery): Fact[] => reader.answer({ kind: 'facts', query }) as Fact[];
  return {
    facts,
    *allFacts(query) {
      let from = query.from ?? 1;
      for (;;) {
        const page = facts({ ...query, from, limit: factsPageMax });
        yield* page;
        const last = page.at(-1);
        if (!last || page.length < factsPageMax) return;
        from = last.seq + 1;
      }
    },
    people: (subjects) => reader.answer({ kind: 'people', subjects }) as StoredPerson[],
    personByChainId: pointReads(db).personByChainId,
    close: () => db.close(),
  };
}
