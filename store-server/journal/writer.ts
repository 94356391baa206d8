/**
 * The one connection that writes. A group of changes is one transaction: all of it is on disk, or none. Runs in
 * `worker.ts`; tests and the simulated world run it on their own thread.
 */
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { prepareChange } from './change-rows.ts';
import { writeAnew } from './clean-tables.ts';
import { openDatabase } from './database.ts';
import { readErasedUp, writeErasedUp } from './erased-up.ts';
import { forgetFacts } from './forgetting.ts';
import { prepareMeta } from './journal-meta.ts';
import { markEveryMs, writeMark } from './mark.ts';
import { hasErased, oweTraces, settleTraces, tracesOwed } from './owed-traces.ts';
import type { EncodedChange } from './rows.ts';
import { checkpoint, checkpointDue, waitingPages } from './wal.ts';
import { readStart, type WriterOptions, type WriterStart } from './writer-start.ts';

/** Up to this the tables are written anew as soon as nobody waits: a second. Larger ones by day's end, or when headquarters ask. */
const smallPagesMax = 16_384;

export interface WriteResult {
  /** Facts that were there already under the same source id, and were not written again. */
  readonly doubled: number;
  readonly walBytes: number;
}

export class Writer {
  readonly db: Database.Database;
  readonly begin: WriterStart;
  readonly #file: string;
  readonly #write: (changes: readonly EncodedChange[]) => number;
  readonly #forget: (seqs: readonly number[]) => void;
  #storeEpoch: string;
  #lastSeq: number;
  /** By the time of the changes themselves: the writer asks no clock. */
  #markedAt = 0;
  /** Since when erased text may still stand in the log, which has to be written back and cut. */
  #erasedAt: number | null = null;
  #lastAt = 0;

  /** Throws `JournalFileError`. */
  constructor(options: WriterOptions) {
    this.#file = options.file;
    const { db, needsCheck, snapshot } = openDatabase(options);
    this.db = db;
    this.begin = { ...readStart(db, options), needsCheck, snapshot };
    this.#storeEpoch = this.begin.start.storeEpoch;
    this.#lastSeq = this.begin.start.lastSeq;
    this.#mark();
    const writeChange = prepareChange(db);
    this.#write = db.transaction((changes: readonly EncodedChange[]): number => {
      let doubled = 0;
      for (const change of changes) doubled += writeChange(change);
      return doubled;
    });
    this.#forget = db.transaction((seqs: readonly number[]) => forgetFacts(db, seqs));
  }

  /** One transaction. Throws SqliteError; nothing of the group is written then. */
  write(changes: readonly EncodedChange[]): WriteResult {
    const doubled = this.#write(changes);
    if (changes.some(hasErased)) this.#erasedAt ??= changes.at(-1)?.at ?? 0;
    this.#noteWritten(changes);
    return { doubled, walBytes: this.walBytes };
  }

  /** Deletes facts whose time is over, one transaction. */
  forget(seqs: readonly number[]): void {
    this.#forget(seqs);
  }

  /** Headquarters knows that these were forgotten. */
  settle(seqs: readonly number[]): void {
    this.db.prepare('DELETE FROM gone_up WHERE seq IN (SELECT value FROM json_each(?))').run(JSON.stringify(seqs));
  }

  /** Headquarters have the facts up to this one: they know who was erased in them. */
  settleErased(upTo: number): void {
    const waiting = readErasedUp(this.db);
    const left = waiting.filter(({ seq }) => seq > upTo);
    if (left.length === waiting.length) return;
    this.db.transaction(() => {
      writeErasedUp(this.db, left);
      oweTraces(this.db, 'soon');
    })();
    this.#erasedAt ??= this.#lastAt;
  }

  /** From the fact behind this one on it is another life of the file, whatever it was before. */
  beginLife(name: string, after: number): void {
    this.db.transaction(() => {
      this.db.prepare('DELETE FROM epochs WHERE first_seq > ?').run(after);
      this.db.prepare('INSERT INTO epochs (name, first_seq) VALUES (?, ?)').run(name, after + 1);
      prepareMeta(this.db).run('storeEpoch', name);
    })();
    this.#storeEpoch = name;
    this.#mark();
  }

  /** Between groups: writes the log back where it has grown, or where something was erased. False: to be tried again. */
  tidy(isIdle: boolean): boolean {
    if (isIdle && tracesOwed(this.db) === 'soon' && this.#pages <= smallPagesMax) this.#writeAnew();
    const kind = checkpointDue({
      waitingPages: waitingPages(this.db),
      fileBytes: this.walBytes,
      isIdle,
      erasedForMs: this.#erasedAt === null ? null : this.#lastAt - this.#erasedAt,
    });
    if (kind === null) return true;
    const isDone = checkpoint(this.db, kind);
    if (isDone && kind === 'TRUNCATE') this.#erasedAt = null;
    return isDone;
  }

  /** Whatever was erased stands in the file and its log no more; false where a reader was in the way. */
  overwrite(): boolean {
    if (tracesOwed(this.db) !== null) this.#writeAnew();
    if (!checkpoint(this.db, 'TRUNCATE')) return false;
    this.#erasedAt = null;
    return true;
  }

  /** Once a day. What was rejected before then is kept no longer. */
  clean(rejectedBefore: number): boolean {
    const { changes } = this.db.prepare('DELETE FROM rejected WHERE at < ?').run(rejectedBefore);
    if (changes > 0) oweTraces(this.db, 'daily');
    return this.overwrite();
  }

  get #pages(): number {
    return this.db.pragma('page_count', { simple: true }) as number;
  }

  #writeAnew(): void {
    this.db.transaction(() => {
      writeAnew(this.db);
      settleTraces(this.db);
    })();
    this.#erasedAt ??= this.#lastAt;
  }

  close(): void {
    if (!this.db.open) return;
    this.#mark();
    checkpoint(this.db, 'TRUNCATE');
    this.db.close();
  }

  #noteWritten(changes: readonly EncodedChange[]): void {
    for (const { facts } of changes) this.#lastSeq = facts.at(-1)?.[0] ?? this.#lastSeq;
    const now = changes.at(-1)?.at ?? 0;
    this.#lastAt = now;
    if (Math.abs(now - this.#markedAt) < markEveryMs) return;
    this.#markedAt = now;
    this.#mark();
  }

  #mark(): void {
    if (this.#file === ':memory:') return;
    writeMark(this.#file, { storeEpoch: this.#storeEpoch, lastSeq: this.#lastSeq });
  }

  /** Size of the log's file. */
  get walBytes(): number {
    return statSync(`${this.#file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }
}
