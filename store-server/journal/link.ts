/**
 * The wire between the journal and the threads that write and read: what is asked, and what comes back. `worker-link.ts`
 * has threads of its own answer; `inline-link.ts` the caller's, for a simulated world and for tests.
 */

import type { ChunkContent, PackedChunk } from '@kairos/hq-sync/link/chunk.ts';
import type { ChunkQuery, DaysQuery, JournalLife } from '@kairos/hq-sync/link/upward.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { DayDigest } from '@kairos/protocol/sync-messages.ts';
import type { FactQuery, Rejection, StoredPerson } from './journal.ts';
import type { EncodedChange } from './rows.ts';
import type { WriteResult } from './writer.ts';
import type { WriterStart } from './writer-start.ts';

export type WriteRequest =
  | { readonly kind: 'write'; readonly changes: readonly EncodedChange[] }
  | { readonly kind: 'forget'; readonly seqs: readonly number[] }
  /** Headquarters has been told that these were forgotten. */
  | { readonly kind: 'settle'; readonly seqs: readonly number[] }
  /** … and that these were erased: in facts up to this one. */
  | { readonly kind: 'erasedUpTo'; readonly seq: number }
  /** What is behind this fact belongs to another life. */
  | { readonly kind: 'newLife'; readonly name: string; readonly after: number }
  /** Write anew what something was erased from, and cut the log: nothing erased stands in the file or in its log. */
  | { readonly kind: 'overwrite' }
  /** The same, once a day; what was rejected before then is kept no longer. */
  | { readonly kind: 'clean'; readonly rejectedBefore: number }
  /** Nobody waits: a good moment to write the log back. */
  | { readonly kind: 'idle' }
  /** The file may not grow beyond so many pages of 4 KB (0: no limit): a full disk, on request. */
  | { readonly kind: 'quota'; readonly pages: number };

/** refused: the disk would not; try again. damaged: the file cannot be served. broken: our own mistake. */
export type WriteAnswer =
  | ({ readonly kind: 'done' } & WriteResult)
  | { readonly kind: 'refused' | 'damaged' | 'broken'; readonly message: string };

/** Facts that happened before these times are kept no longer. */
export interface Cutoffs {
  readonly byType: readonly (readonly [type: string, beforeMs: number])[];
  /** For types that are not named. */
  readonly others: number;
}

export type ReadRequest =
  | { readonly kind: 'facts'; readonly query: FactQuery }
  | { readonly kind: 'rejected'; readonly limit: number }
  | { readonly kind: 'people'; readonly subjects: readonly number[] }
  /** Numbers of facts in [from, to] that are kept no longer. */
  | { readonly kind: 'expired'; readonly from: number; readonly to: number; readonly cutoffs: Cutoffs }
  /** For headquarters. */
  | { readonly kind: 'lives' }
  | { readonly kind: 'chunk'; readonly query: ChunkQuery }
  | { readonly kind: 'packed'; readonly query: ChunkQuery; readonly version: number }
  | ({ readonly kind: 'days' } & DaysQuery)
  | { readonly kind: 'meant'; readonly tombstones: readonly string[]; readonly chainKey: string }
  | { readonly kind: 'tombstones' }
  | { readonly kind: 'unnamed'; readonly generation: number }
  /** Whoever was erased is erased in the copies as well. */
  | { readonly kind: 'copies'; readonly chainKey: string }
  | { readonly kind: 'check' };

export interface ReadAnswers {
  readonly facts: Fact[];
  readonly rejected: Rejection[];
  readonly people: StoredPerson[];
  readonly expired: number[];
  readonly lives: JournalLife[];
  readonly chunk: ChunkContent | null;
  readonly packed: PackedChunk | null;
  readonly days: DayDigest[];
  readonly meant: string[];
  readonly tombstones: string[];
  readonly unnamed: number[];
  readonly copies: number;
  readonly check: null;
}

export interface JournalLink {
  readonly begin: WriterStart;
  write(request: WriteRequest): Promise<WriteAnswer>;
  read<Kind extends ReadRequest['kind']>(request: ReadRequest & { kind: Kind }): Promise<ReadAnswers[Kind]>;
  /** Writes the log back, closes the file, ends the threads. */
  close(): Promise<void>;
}
