/**
 * What lies in the file of a durable queue, and the policy by which it is bounded: facts in the order of their coming,
 * the first of them numbered, each change one transaction. What SQLite will not do is thrown; then nothing has changed.
 *
 * When full, zone facts go first, oldest first; only when none is left, the oldest of the rest (logins, scans,
 * answers). What is numbered may be on its way and is never given up. All of it is counted.
 */
import { batchFactsMax, type DeviceFactType } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type Database from 'better-sqlite3';
import { Epochs } from './epochs.ts';
import { type Extent, prepareQueue, type QueuedRow, type QueueStatements, type UnsentRow } from './queue-tables.ts';
import { rowSum } from './row-sum.ts';

/** What a fact costs beyond its body, in the file and on the wire. */
const overheadBytes = 96;
/** Facts given up in one go, so that a full queue does not do so for each new one … */
const dropChunk = 256;
/** … and at most so many for their age at once. */
const agedMax = 20_000;

export interface NewFact {
  /** Monotonic milliseconds of this process. */
  readonly at: number;
  readonly type: DeviceFactType;
  /** JSON. */
  readonly body: string;
}

export interface Bounds {
  readonly bytesMax: number;
  readonly ageMaxMs: number;
  /** Facts that carry a sequence at once: those on their way or about to be. */
  readonly numberedMax: number;
}

/** What goes first when the queue is full. */
function rankOf(type: string): number {
  return type.startsWith('zone.') ? 0 : 1;
}

export class FactShelf {
  readonly epochs: Epochs;
  readonly db: Database.Database;
  readonly #sql: QueueStatements;
  readonly #bounds: Bounds;
  #extent: Extent = { depth: 0, bytes: 0 };
  #numbered = 0;
  #lastId = 0;
  #dropped = 0;
  /** All rows up to this id have a sequence, and none beyond it. */
  #numberedId = 0;

  /** Begins an epoch in the file. */
  constructor(db: Database.Database, { ports, bounds }: { readonly ports: Ports; readonly bounds: Bounds }) {
    this.db = db;
    this.#bounds = bounds;
    this.#sql = prepareQueue(db);
    this.epochs = db.transaction(() => new Epochs(this.#sql, ports.clock, ports.random.id())).immediate();
    this.reload();
    this.change(() => this.epochs.forgetEmpty());
  }

  /** Pages of the file that facts have left: what may be filled again without more of the disk. */
  get freePages(): number {
    return Number(this.db.pragma('freelist_count', { simple: true }));
  }

  get extent(): Extent {
    return this.#extent;
  }

  /** Given up by policy since the file was made. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Nothing waits: whatever was here before stands in no byte of the file or of its log. A few pages are written. */
  clean(): void {
    this.db.exec('VACUUM');
    this.db.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.db.close();
  }

  /** One transaction: all of `run`, or nothing and what SQLite said. */
  change<Result>(run: () => Result): Result {
    const before = this.#extent;
    const all = (): Result => {
      const result = run();
      if (this.#extent !== before) this.#sql.setExtent.run(this.#extent.depth, this.#extent.bytes);
      return result;
    };
    return this.db.transaction(all).immediate();
  }

  /** What the file says: at the begin, and after a change that failed. */
  reload(): void {
    this.#extent = this.#sql.extent.get() ?? { depth: 0, bytes: 0 };
    const { facts = 0, lastId = 0 } = this.#sql.numbered.get() ?? {};
    this.#numbered = facts;
    this.#numberedId = lastId;
    this.#lastId = this.#sql.lastId.get()?.id ?? 0;
    this.#dropped = this.#sql.counters
      .all()
      .filter(({ name }) => !name.startsWith('broken.'))
      .reduce((sum, { value }) => sum + value, 0);
    this.epochs.reload();
  }

  /**
   * In their order, each true where it was stored and false where there was no room for it. Where they are to be sent
   * now they are numbered in the same breath. Within a change.
   */
  add(facts: readonly NewFact[], { isSending }: { readonly isSending: boolean }): boolean[] {
    const added = facts.map((fact) => this.#addOne(fact));
    if (isSending) this.numberMore();
    this.epochs.noteAlive();
    return added;
  }

  /** Deletes what the store has, and numbers as many more. Within a change. Returns how many that was. */
  deleteUpTo(epoch: number, upTo: number): number {
    const gone = this.#sql.extentUpTo.get(epoch, upTo);
    if (!gone || gone.depth === 0) return 0;
    this.#sql.deleteUpTo.run(epoch, upTo);
    this.#grow(-gone.depth, -gone.bytes);
    this.#numbered -= gone.depth;
    this.numberMore();
    this.epochs.forgetEmpty();
    return gone.depth;
  }

  /** Facts lie in the order of their age: from the first that is not numbered until one that may stay. Within a change. */
  dropAged(): void {
    for (let dropped = 0; dropped < agedMax; dropped += dropChunk) {
      const rows = this.#sql.unnumbered.all(this.#numberedId, dropChunk);
      const aged = rows.filter((row) => this.epochs.ageOf(row) > this.#bounds.ageMaxMs);
      this.#drop(aged, 'age');
      if (aged.length < dropChunk) return;
    }
  }

  /** The next numbered facts beyond `id`, at most a batch of them. */
  numberedAfter(id: number): QueuedRow[] {
    return this.#sql.numberedAfter.all(id, this.#numberedId, batchFactsMax);
  }

  /** The lowest sequence of an epoch that is still here. */
  lowestOf(epoch: number): number | null {
    return this.#sql.lowest.get(epoch)?.sequence ?? null;
  }

  oldestAgeMs(): number {
    const oldest = this.#sql.oldest.get();
    return oldest ? Math.round(this.epochs.ageOf(oldest)) : 0;
  }

  counters(): Record<string, number> {
    return Object.fromEntries(this.#sql.counters.all().map(({ name, value }) => [name, value]));
  }

  /** Within a change. */
  count(name: string, by: number): void {
    if (by > 0) this.#sql.count.run(name, by);
  }

  #addOne({ at, type, body }: NewFact): boolean {
    const bytes = Buffer.byteLength(body) + overheadBytes;
    const rank = rankOf(type);
    if (!this.#makeRoom(bytes, rank)) {
      this.#countDropped('bytes', rank);
      return false;
    }
    this.#lastId += 1;
    const sum = rowSum({ at, type, body });
    this.#sql.add.run(this.#lastId, this.epochs.current, null, at, rank, type, body, bytes, sum);
    this.#grow(1, bytes);
    return true;
  }

  /** False where only what matters more could be given up, or nothing at all. */
  #makeRoom(bytes: number, rank: number): boolean {
    while (this.#extent.bytes + bytes > this.#bounds.bytesMax) {
      const unwanted = this.#sql.leastWanted.all(dropChunk);
      const [first] = unwanted;
      if (!first || first.rank > rank) return false;
      // Zone facts by the chunk; what matters more one by one, and only when no zone fact is left.
      this.#drop(first.rank === 0 ? unwanted.filter((row) => row.rank === 0) : [first], 'bytes');
    }
    return true;
  }

  #drop(rows: readonly UnsentRow[], reason: 'age' | 'bytes'): void {
    for (const { id, bytes, rank } of rows) {
      this.#sql.delete.run(id);
      this.#grow(-1, -bytes);
      this.#countDropped(reason, rank);
    }
  }

  #countDropped(reason: 'age' | 'bytes', rank: number): void {
    this.#sql.count.run(`${reason}.${rank === 0 ? 'zone' : 'other'}`, 1);
    this.#dropped += 1;
  }

  #grow(depth: number, bytes: number): void {
    this.#extent = { depth: this.#extent.depth + depth, bytes: this.#extent.bytes + bytes };
  }

  /** Whether facts wait for a number, and there is one to be had. */
  get isNumberingDue(): boolean {
    return this.#extent.depth > this.#numbered && this.#numbered < this.#bounds.numberedMax;
  }

  /** Gives the next facts their sequences, in order, up to a window's worth. Within a change. */
  numberMore(): void {
    const { numberedMax } = this.#bounds;
    const room = numberedMax - this.#numbered;
    const waiting = this.#extent.depth - this.#numbered;
    // While a long queue drains, half a window at a time is soon enough.
    if (room <= 0 || waiting === 0 || (waiting > room && room < numberedMax / 2)) return;
    for (const { id, epoch } of this.#sql.unnumbered.all(this.#numberedId, room)) {
      this.#sql.setSequence.run(this.epochs.nextSequence(epoch), id);
      this.#numbered += 1;
      this.#numberedId = id;
    }
  }
}
