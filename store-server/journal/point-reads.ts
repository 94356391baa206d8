/** Reads by key on the calling thread, some ten microseconds each: a login is recognised before the next fact. */
import type { FactSource } from '@kairos/protocol/facts.ts';
import type Database from 'better-sqlite3';
import { readErasedUp } from './erased-up.ts';
import type { StateKind, StoredPerson } from './journal.ts';
import { type PersonRow, personOf } from './reader.ts';

export interface PointReads {
  personByChainId(chainId: string): StoredPerson | null;
  person(subject: number): StoredPerson | null;
  isErased(tombstone: string): boolean;
  otherId(chainId: string): number | null;
  state(subject: number, kind: StateKind): { state: string; foldedTo: number } | null;
  factOfSource(source: FactSource): number | null;
  untoldErasures(): number[];
}

export function pointReads(db: Database.Database): PointReads {
  const byChainId = db.prepare('SELECT * FROM people WHERE chain_id = ?');
  const bySubject = db.prepare('SELECT * FROM people WHERE subject = ?');
  const state = db.prepare('SELECT state, folded_to AS foldedTo FROM states WHERE kind = ? AND subject = ?');
  const erased = db.prepare('SELECT 1 FROM erased WHERE tombstone = ?');
  const other = db.prepare('SELECT subject FROM other_ids WHERE chain_id = ?').pluck();
  const ofSource = db
    .prepare(
      `SELECT seq FROM facts WHERE source = (SELECT id FROM sources WHERE device = ? AND epoch = ?) AND source_seq = ?`,
    )
    .pluck();
  const person = (row: unknown): StoredPerson | null => (row === undefined ? null : personOf(row as PersonRow));
  return {
    personByChainId: (chainId) => person(byChainId.get(chainId)),
    person: (subject) => person(bySubject.get(subject)),
    isErased: (tombstone) => erased.get(tombstone) !== undefined,
    otherId: (chainId) => (other.get(chainId) as number | undefined) ?? null,
    state: (subject, kind) => (state.get(kind, subject) as { state: string; foldedTo: number } | undefined) ?? null,
    factOfSource: ({ device, epoch, sequence }) =>
      (ofSource.get(device, epoch, sequence) as number | undefined) ?? null,
    untoldErasures: () => readErasedUp(db).map(({ subject }) => subject),
  };
}
