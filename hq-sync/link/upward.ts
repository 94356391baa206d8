/** What the store's half of the line asks of the store: its facts, in order, as far as they go up. */
import type { DayDigest } from '@kairos/protocol/sync-messages.ts';
import type { ChunkContent, PackedChunk } from './chunk.ts';

/** A life of the store's journal: its facts are numbered from `from` to `to`. */
export interface JournalLife {
  readonly epoch: string;
  readonly from: number;
  /** Null: it goes on. */
  readonly to: number | null;
}

export interface ChunkQuery {
  readonly life: JournalLife;
  readonly after: number;
  readonly factsMax: number;
  /** What HQ knows of the dictionary and of the devices. */
  readonly wordsTo: number;
  readonly sourcesTo: number;
  /**
   * Chunks that are asked for one after the other under the same number are taken in one after the other: whom one has
   * named, the later ones need not name again. Without a number everybody in a chunk is named.
   */
  readonly sending?: number;
}

/** Days from `sinceDay` on and before `untilDay` (without: all that follow), facts up to `upTo`. */
export interface DaysQuery {
  readonly life: JournalLife;
  readonly sinceDay: string;
  readonly untilDay?: string;
  readonly upTo: number;
}

export interface UpwardFacts {
  /** Oldest first; the last one goes on. */
  lives(): Promise<JournalLife[]>;
  /** The last fact that was numbered; it may not be on disk yet. */
  lastSeq(): number;
  /** As bytes for a line of this version. Null where nothing is left after `after`. */
  packed(query: ChunkQuery, version: number): Promise<PackedChunk | null>;
  /** The same before it is bytes: asked for where headquarters would not have those. */
  chunk(query: ChunkQuery): Promise<ChunkContent | null>;
  /** HQ knows that these were forgotten: they need not be kept for its sake any more. */
  told(seqs: readonly number[]): Promise<void>;
  /** HQ has every fact up to here: who was erased in them is known there, and her id need not be kept for its sake. */
  erasedUpTo(seq: number): Promise<void>;
  /** Days (UTC) with facts that went up, in order, with what they hash to. */
  days(query: DaysQuery): Promise<DayDigest[]>;
}
