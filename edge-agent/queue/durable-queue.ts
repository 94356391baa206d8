/**
 * What a device has to say, kept until the store has acknowledged it: through restarts, kills, power cuts and days
 * without Wi-Fi. Facts are on the disk when `enqueue` resolves, are sent in order in batches with a bounded window,
 * and are deleted on the store's acknowledgement alone (DESIGN section 3).
 *
 * Each start begins an epoch; older epochs are drained first. A fact gets its sequence when it comes near to being
 * sent, at most a window ahead, and durably before that; so a fact that is given up leaves no gap for the store to
 * wait at.
 *
 * Bounded by bytes and age. When full, zone facts go first, oldest first; only when none is left, the oldest of the
 * rest (logins, scans, answers). What is numbered may be on its way and is never given up. All of it is counted.
 */
import { batchFactsMax, type DeviceFactType } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type Database from 'better-sqlite3';
import { composeBatch, type OutgoingBatch } from './batch.ts';
import { Epochs } from './epochs.ts';
import { openQueueFile, prepareQueue, type QueueStatements, type UnsentRow } from './queue-file.ts';

/** Facts that come within this time share one commit. */
const commitDelayMs = 5;
/** Batches on their way at once. */
const windowBatches = 4;
/** Facts that carry a sequence, on their way or about to be. */
const numberedMax = windowBatches * batchFactsMax;
/** A body beyond this is no fact of ours. */
const bodyBytesMax = 32_768;
/** What a fact costs beyond its body, in the file and on the wire. */
const overheadBytes = 96;
/** Facts given up in one go, so that a full queue does not do so for each new one. */
const dropChunk = 256;
/** How often the running time is noted and age is looked at while something waits. */
const heartbeatMs = 30_000;

export const queueBytesDefault = 256 * 1024 * 1024;
export const queueAgeDefaultMs = 7 * 24 * 3_600_000;

export type Enqueued =
  | { readonly kind: 'stored' }
  /** Too large for a fact · nothing left that may be given up for it · the disk would not take it. */
  | { readonly kind: 'refused'; readonly reason: 'too-large' | 'full' | 'disk' };

export interface QueueStats {
  readonly depth: number;
  readonly bytes: number;
  readonly oldestAgeMs: number;
  /** Given up by policy since the file was made. */
  readonly dropped: number;
}

export interface DurableQueue {
  /** Name of the epoch that this process began. */
  readonly epoch: string;
  /** Set where an unreadable file was found and put aside under this name. */
  readonly setAside: string | null;
  /** Resolves once the fact is on the disk, at most about ten milliseconds later; only then may anything beep. */
  enqueue(type: DeviceFactType, body: unknown): Promise<Enqueued>;
  /** The next batch to send; null when the window is full or nothing waits. */
  nextBatch(): OutgoingBatch | null;
  /** The store has everything of `epoch` up to `upTo`, or refused it for good. Returns how many facts that was. */
  acknowledge(ack: { readonly epoch: string; readonly upTo: number }): number;
  /** The connection was lost, or the store does not answer: what is not acknowledged is sent again. */
  rewind(): void;
  /** Whether anything was sent that is not acknowledged. */
  readonly isAwaitingAck: boolean;
  stats(): QueueStats;
  /** What was given up, by reason ("age", "bytes") and kind. */
  counters(): Readonly<Record<string, number>>;
  /** Calls when there is something new to send. */
  onReady(listener: () => void): void;
  close(): void;
}

export interface QueueOptions {
  readonly file: string;
  readonly ports: Ports;
  readonly bytesMax?: number;
  readonly ageMaxMs?: number;
}

export type OpenedQueue =
  | { readonly kind: 'open'; readonly queue: DurableQueue }
  | { readonly kind: 'in-use'; readonly message: string };

export function openDurableQueue(options: QueueOptions): OpenedQueue {
  const epoch = options.ports.random.id();
  const opened = openQueueFile(options.file, epoch);
  if (opened.kind === 'in-use') return opened;
  return { kind: 'open', queue: new Queue(opened.db, { ...options, epoch, setAside: opened.setAside }) };
}

interface Pending {
  readonly at: number;
  readonly type: DeviceFactType;
  readonly body: string;
  readonly resolve: (result: Enqueued) => void;
}

interface InFlight {
  readonly epoch: number;
  readonly upTo: number;
}

/** What goes first when the queue is full. */
function rankOf(type: string): number {
  return type.startsWith('zone.') ? 0 : 1;
}

class Queue implements DurableQueue {
  readonly setAside: string | null;
  readonly #db: Database.Database;
  readonly #sql: QueueStatements;
  readonly #ports: Ports;
  readonly #bytesMax: number;
  readonly #ageMaxMs: number;
  readonly #epochs: Epochs;
  #pending: Pending[] = [];
  #cancelCommit: (() => void) | null = null;
  #cancelHeartbeat = (): void => undefined;
  #depth = 0;
  #bytes = 0;
  #numbered = 0;
  #lastId = 0;
  #dropped = 0;
  /** All rows up to this id have a sequence. */
  #numberedId = 0;
  /** Rows up to this id have been sent since the last rewind. */
  #sentId = 0;
  #inFlight: InFlight[] = [];
  #readyListeners: (() => void)[] = [];

  constructor(db: Database.Database, options: QueueOptions & { epoch: string; setAside: string | null }) {
    this.setAside = options.setAside;
    this.#db = db;
    this.#sql = prepareQueue(db);
    this.#ports = options.ports;
    this.#bytesMax = options.bytesMax ?? queueBytesDefault;
    this.#ageMaxMs = options.ageMaxMs ?? queueAgeDefaultMs;
    this.#epochs = this.#db.transaction(() => new Epochs(this.#sql, options.ports.clock, options.epoch)).immediate();
    this.#reload();
    this.#change(() => this.#numberMore(), undefined);
    this.#beat();
  }

  get epoch(): string {
    return this.#epochs.name;
  }

  get isAwaitingAck(): boolean {
    return this.#inFlight.length > 0;
  }

  enqueue(type: DeviceFactType, body: unknown): Promise<Enqueued> {
    const text = JSON.stringify(body);
    if (Buffer.byteLength(text) > bodyBytesMax) return Promise.resolve({ kind: 'refused', reason: 'too-large' });
    return new Promise((resolve) => {
      this.#pending.push({ at: this.#ports.clock.monotonic(), type, body: text, resolve });
      this.#cancelCommit ??= this.#ports.timers.after(commitDelayMs, () => this.#commit());
    });
  }

  nextBatch(): OutgoingBatch | null {
    if (this.#inFlight.length >= windowBatches) return null;
    const rows = this.#sql.numberedAfter.all(this.#sentId, batchFactsMax);
    const [first] = rows;
    if (!first) return null;
    const { epoch } = first;
    // An older epoch is drained before the next one begins.
    if (this.#inFlight.some((sent) => sent.epoch !== epoch)) return null;
    const { batch, lastId } = composeBatch(
      rows.filter((row) => row.epoch === epoch),
      {
        epoch: this.#epochs.get(epoch).name,
        oldest: this.#sql.lowest.get(epoch)?.sequence ?? (first.sequence as number),
        ageOf: (row) => this.#epochs.ageOf(row),
      },
    );
    this.#sentId = lastId;
    this.#inFlight.push({ epoch, upTo: batch.upTo });
    return batch;
  }

  acknowledge(ack: { readonly epoch: string; readonly upTo: number }): number {
    const epoch = this.#epochs.named(ack.epoch);
    // Nobody can have what was never numbered: such an acknowledgement is not about this queue.
    if (!epoch || ack.upTo > epoch.assigned) return 0;
    this.#inFlight = this.#inFlight.filter((sent) => sent.epoch !== epoch.number || sent.upTo > ack.upTo);
    const deleted = this.#change<number | null>(() => {
      const gone = this.#sql.extentUpTo.get(epoch.number, ack.upTo);
      if (!gone || gone.depth === 0) return 0;
      this.#sql.deleteUpTo.run(epoch.number, ack.upTo);
      this.#depth -= gone.depth;
      this.#bytes -= gone.bytes;
      this.#numbered -= gone.depth;
      this.#numberMore();
      this.#epochs.forgetEmpty();
      return gone.depth;
    }, null);
    // The disk would not delete them: they are sent again, acknowledged again, and cost nothing but that.
    if (deleted === null) this.rewind();
    return deleted ?? 0;
  }

  rewind(): void {
    this.#sentId = 0;
    this.#inFlight = [];
  }

  stats(): QueueStats {
    const oldest = this.#sql.oldest.get();
    return {
      depth: this.#depth + this.#pending.length,
      bytes: this.#bytes,
      oldestAgeMs: oldest ? Math.round(this.#epochs.ageOf(oldest)) : 0,
      dropped: this.#dropped,
    };
  }

  counters(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#sql.counters.all().map(({ name, value }) => [name, value]));
  }

  onReady(listener: () => void): void {
    this.#readyListeners.push(listener);
  }

  close(): void {
    this.#cancelHeartbeat();
    this.#cancelCommit?.();
    if (this.#pending.length > 0) this.#commit();
    this.#readyListeners = [];
    this.#db.close();
  }

  /** One transaction for all that came within the delay: they are stored, or refused, together. */
  #commit(): void {
    this.#cancelCommit = null;
    const group = this.#pending;
    this.#pending = [];
    const results = this.#change<readonly Enqueued[]>(
      () => {
        const added = group.map((one) => this.#add(one));
        this.#numberMore();
        this.#epochs.noteAlive();
        return added;
      },
      group.map(() => ({ kind: 'refused', reason: 'disk' })),
    );
    for (const [index, { resolve }] of group.entries()) resolve(results[index] as Enqueued);
    if (results.some(({ kind }) => kind === 'stored')) for (const listener of this.#readyListeners) listener();
  }

  #add({ at, type, body }: Pending): Enqueued {
    const bytes = Buffer.byteLength(body) + overheadBytes;
    const rank = rankOf(type);
    if (!this.#makeRoom(bytes, rank)) {
      this.#countDropped('bytes', rank);
      return { kind: 'refused', reason: 'full' };
    }
    this.#lastId += 1;
    this.#sql.add.run(this.#lastId, this.#epochs.current, at, rank, type, body, bytes);
    this.#depth += 1;
    this.#bytes += bytes;
    return { kind: 'stored' };
  }

  /** False where only what matters more could be given up, or nothing at all. */
  #makeRoom(bytes: number, rank: number): boolean {
    while (this.#bytes + bytes > this.#bytesMax) {
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
      this.#depth -= 1;
      this.#bytes -= bytes;
      this.#countDropped(reason, rank);
    }
  }

  #countDropped(reason: 'age' | 'bytes', rank: number): void {
    this.#sql.count.run(`${reason}.${rank === 0 ? 'zone' : 'other'}`, 1);
    this.#dropped += 1;
  }

  /** Gives the next facts their sequences, in order, up to a window's worth. */
  #numberMore(): void {
    const room = numberedMax - this.#numbered;
    const waiting = this.#depth - this.#numbered;
    // While a long queue drains, half a window at a time is soon enough.
    if (room === 0 || waiting === 0 || (waiting > room && room < numberedMax / 2)) return;
    for (const { id, epoch } of this.#sql.unnumbered.all(this.#numberedId, room)) {
      this.#sql.setSequence.run(this.#epochs.nextSequence(epoch), id);
      this.#numbered += 1;
      this.#numberedId = id;
    }
  }

  /** Notes that this process runs, and gives up what is too old, as long as something waits. */
  #beat(): void {
    this.#cancelHeartbeat = this.#ports.timers.after(heartbeatMs, () => {
      if (this.#depth > 0) {
        this.#change(() => {
          this.#epochs.noteAlive();
          for (const epoch of this.#epochs.numbers()) {
            // On the epoch's own clock, what happened before this is older than the limit.
            const before = this.#epochs.ageOf({ epoch, at: 0 }) - this.#ageMaxMs;
            this.#drop(this.#sql.tooOld.all(epoch, before), 'age');
          }
        }, undefined);
      }
      this.#beat();
    });
  }

  /** A transaction. A disk that is full or fails costs this change and nothing that is stored. */
  #change<Result>(run: () => Result, otherwise: Result): Result {
    try {
      return this.#db.transaction(run).immediate();
    } catch (error) {
      if (!isSqliteError(error)) throw error;
      this.#reload();
      return otherwise;
    }
  }

  /** What the file says. */
  #reload(): void {
    const totals = this.#sql.totals.get();
    this.#depth = totals?.depth ?? 0;
    this.#bytes = totals?.bytes ?? 0;
    this.#numbered = totals?.numbered ?? 0;
    this.#lastId = Math.max(this.#lastId, totals?.lastId ?? 0);
    this.#dropped = Object.values(this.counters()).reduce((sum, value) => sum + value, 0);
    this.#numberedId = 0;
    this.#epochs.reload();
  }
}

function isSqliteError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_');
}
