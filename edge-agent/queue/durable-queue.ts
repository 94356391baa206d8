/**
 * What a device has to say, kept until the store has acknowledged it: through restarts, kills, power cuts and days
 * without Wi-Fi. Facts are on the disk when `enqueue` resolves, are sent in order in batches with a bounded window,
 * and are deleted on the store's acknowledgement alone (DESIGN section 3). Bounded by bytes and age; what goes first
 * is told in `fact-shelf.ts`.
 *
 * Each start begins an epoch; older epochs are drained first. A fact gets its sequence when it is about to be sent, at
 * most a window ahead, and durably before that; so a fact that is given up leaves no gap for the store to wait at.
 *
 * Nothing that a disk does stops the agent: one that is full refuses the new and still sends the old, one that is broken is
 * left behind with what can still be read of it taken along, and without one the queue is in memory and says so.
 */
import { batchFactsMax, type DeviceFactType } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { composeBatch, type OutgoingBatch } from './batch.ts';
import { FactShelf, type NewFact } from './fact-shelf.ts';
import {
  isBroken,
  isFull,
  keepReserve,
  type OpenedQueueFile,
  openQueueFile,
  type SetAside,
  spendReserve,
  withoutFile,
} from './queue-file.ts';

/** Facts that come within this time share one commit. */
const commitDelayMs = 5;
/** Batches on their way at once: the store gathers acknowledgements for 100 ms, and a long queue is to drain in minutes. */
const windowBatches = 16;
/** A body beyond this is no fact of ours. */
const bodyBytesMax = 32_768;
/** How often the running time is noted and age is looked at while something waits. */
const heartbeatMs = 30_000;
/** On a full disk facts are taken as long as so many pages of the file are free again. */
const freePagesLeast = 256;
/** Of a queue that has no disk. */
const memoryBytesMax = 16 * 1024 * 1024;

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
  /** False where the disk takes no file: what waits is in memory, and a power cut loses it. */
  readonly durable: boolean;
}

export interface DurableQueue {
  /** Name of the epoch that this process began last. */
  readonly epoch: string;
  /** The broken file that was put aside last, and what became of its facts. */
  readonly setAside: SetAside | null;
  /** Why there is no file, in the words of the disk; null where there is one. */
  readonly withoutDisk: string | null;
  /** Resolves once the fact is on the disk, at most about ten milliseconds later; only then may anything beep. */
  enqueue(type: DeviceFactType, body: unknown): Promise<Enqueued>;
  /** The next batch to send; null when the window is full or nothing waits. */
  nextBatch(): OutgoingBatch | null;
  /** The store has everything of `epoch` up to `upTo`, or refused it for good. Returns how many facts that was. */
  acknowledge(ack: { readonly epoch: string; readonly upTo: number }): number;
  /** The connection was lost, or the store does not answer: what is not acknowledged is sent again. */
  rewind(): void;
  /** The store has said its time: what earlier starts left can then be dated across the hours between. */
  noteStoreTime(storeTime: number): void;
  /** Whether it is worth waiting for that before anything is sent. */
  readonly needsStoreTime: boolean;
  /** Whether anything was sent that is not acknowledged. */
  readonly isAwaitingAck: boolean;
  stats(): QueueStats;
  /** What was given up, by reason and kind: "age.zone", "bytes.other", "broken.file", "broken.fact". */
  counters(): Readonly<Record<string, number>>;
  /** Calls when there is something new to send. */
  onReady(listener: () => void): void;
  /**
   * What is said from then on is refused, what is acknowledged stands in the file for the next start. Its figures stay what
   * they were then. Once more does nothing.
   */
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
  const opened = openQueueFile(options.file, options.ports.random.id());
  return opened.kind === 'in-use' ? opened : { kind: 'open', queue: new Queue(opened, options) };
}

type UsableFile = Exclude<OpenedQueueFile, { kind: 'in-use' }>;

interface Pending extends NewFact {
  readonly resolve: (result: Enqueued) => void;
}

class Queue implements DurableQueue {
  readonly #options: QueueOptions;
  #shelf: FactShelf;
  setAside: SetAside | null = null;
  withoutDisk: string | null = null;
  #isClosed = false;
  /** What is told of it from then on. */
  #atClose: { readonly stats: QueueStats; readonly counters: Readonly<Record<string, number>> } | null = null;
  /** The disk has no room but what this file has already. */
  #isFull = false;
  #pending: Pending[] = [];
  #cancelCommit: (() => void) | null = null;
  #cancelHeartbeat = (): void => undefined;
  /** Rows up to this id have been sent since the last rewind. */
  #sentId = 0;
  /** Somebody takes batches; without a connection nobody does, and everything may still be given up. */
  #isSending = false;
  #inFlight: { readonly epoch: number; readonly upTo: number }[] = [];
  #readyListeners: (() => void)[] = [];
  /** Facts stood in the file since it was cleaned. */
  #isSoiled = true;
  /** Nobody has put anything since the last beat. */
  #isQuiet = true;

  constructor(opened: UsableFile, options: QueueOptions) {
    this.#options = options;
    this.#shelf = this.#takeUp(opened);
    this.#beat();
  }

  get epoch(): string {
    return this.#shelf.epochs.name;
  }

  get isAwaitingAck(): boolean {
    return this.#inFlight.length > 0;
  }

  get needsStoreTime(): boolean {
    return this.#shelf.epochs.needsStoreTime;
  }

  noteStoreTime(storeTime: number): void {
    if (this.#isClosed) return;
    this.#shelf.epochs.noteStoreTime(storeTime);
  }

  enqueue(type: DeviceFactType, body: unknown): Promise<Enqueued> {
    if (this.#isClosed) return Promise.resolve({ kind: 'refused', reason: 'disk' });
    const text = JSON.stringify(body);
    if (Buffer.byteLength(text) > bodyBytesMax) return Promise.resolve({ kind: 'refused', reason: 'too-large' });
    const { clock, timers } = this.#options.ports;
    return new Promise((resolve) => {
      this.#pending.push({ at: clock.monotonic(), type, body: text, resolve });
      this.#cancelCommit ??= timers.after(commitDelayMs, () => this.#commit());
    });
  }

  nextBatch(): OutgoingBatch | null {
    if (this.#isClosed) return null;
    this.#isSending = true;
    if (this.#inFlight.length >= windowBatches) return null;
    const next = (): OutgoingBatch | null => this.#compose() ?? this.#numberAndCompose();
    // A disk that has just been found full has made room for this meanwhile.
    return this.#survive(next, null) ?? (this.#isFull ? this.#survive(next, null) : null);
  }

  acknowledge(ack: { readonly epoch: string; readonly upTo: number }): number {
    if (this.#isClosed) return 0;
    const epoch = this.#shelf.epochs.named(ack.epoch);
    // Nobody can have what was never numbered: such an acknowledgement is not about this queue.
    if (!epoch || ack.upTo > epoch.assigned) return 0;
    this.#inFlight = this.#inFlight.filter((sent) => sent.epoch !== epoch.number || sent.upTo > ack.upTo);
    const deleted = this.#change<number | null>(() => this.#shelf.deleteUpTo(epoch.number, ack.upTo), null);
    // The disk would not delete them: they are sent again, acknowledged again, and cost nothing but that.
    if (deleted === null) this.rewind();
    return deleted ?? 0;
  }

  rewind(): void {
    this.#sentId = 0;
    this.#inFlight = [];
    this.#isSending = false;
  }

  stats(): QueueStats {
    if (this.#atClose !== null) return this.#atClose.stats;
    const oldestAgeMs = this.#survive(() => this.#shelf.oldestAgeMs(), 0);
    const { depth, bytes } = this.#shelf.extent;
    return {
      depth: depth + this.#pending.length,
      bytes,
      oldestAgeMs,
      dropped: this.#shelf.dropped,
      durable: this.withoutDisk === null,
    };
  }

  counters(): Readonly<Record<string, number>> {
    if (this.#atClose !== null) return this.#atClose.counters;
    return this.#survive(() => this.#shelf.counters(), {});
  }

  onReady(listener: () => void): void {
    this.#readyListeners.push(listener);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#cancelHeartbeat();
    this.#cancelCommit?.();
    if (this.#pending.length > 0) this.#commit();
    this.#readyListeners = [];
    this.#clean();
    this.#atClose = { stats: this.stats(), counters: this.counters() };
    this.#isClosed = true;
    this.#shelf.close();
  }

  #compose(): OutgoingBatch | null {
    const rows = this.#shelf.numberedAfter(this.#sentId);
    const [first] = rows;
    if (!first) return null;
    const { epoch } = first;
    // An older epoch is drained before the next one begins.
    if (this.#inFlight.some((sent) => sent.epoch !== epoch)) return null;
    const { batch, lastId } = composeBatch(
      rows.filter((row) => row.epoch === epoch),
      {
        epoch: this.#shelf.epochs.get(epoch).name,
        oldest: this.#shelf.lowestOf(epoch) ?? (first.sequence as number),
        ageOf: (row) => this.#shelf.epochs.ageOf(row),
      },
    );
    this.#sentId = lastId;
    this.#inFlight.push({ epoch, upTo: batch.upTo });
    return batch;
  }

  #numberAndCompose(): OutgoingBatch | null {
    if (!this.#shelf.isNumberingDue) return null;
    this.#shelf.change(() => this.#shelf.numberMore());
    return this.#compose();
  }

  /** One transaction for all that came within the delay: they are stored, or refused, together. */
  #commit(): void {
    this.#cancelCommit = null;
    const group = this.#pending;
    this.#pending = [];
    this.#isSoiled = true;
    this.#isQuiet = false;
    const refused: readonly Enqueued[] = group.map(() => ({ kind: 'refused', reason: 'disk' }));
    const mayAdd = !this.#isFull || this.#survive(() => this.#shelf.freePages >= freePagesLeast, false);
    const results = mayAdd ? this.#change(() => this.#add(group), refused) : refused;
    for (const [index, { resolve }] of group.entries()) resolve(results[index] as Enqueued);
    if (results.some(({ kind }) => kind === 'stored')) for (const listener of this.#readyListeners) listener();
  }

  #add(group: readonly Pending[]): readonly Enqueued[] {
    const added = this.#shelf.add(group, { isSending: this.#isSending });
    return added.map((isStored) => (isStored ? { kind: 'stored' } : { kind: 'refused', reason: 'full' }));
  }

  /** Notes that this process runs, and gives up what is too old, as long as something waits. */
  #beat(): void {
    this.#cancelHeartbeat = this.#options.ports.timers.after(heartbeatMs, () => {
      if (this.#isFull) this.#isFull = !keepReserve(this.#options.file);
      if (this.#shelf.extent.depth > 0) {
        this.#change(() => {
          this.#shelf.epochs.noteAlive();
          this.#shelf.dropAged();
        }, undefined);
      } else if (this.withoutDisk !== null && this.#pending.length === 0) this.#tryDiskAgain();
      else if (this.#isQuiet) this.#clean();
      this.#isQuiet = true;
      this.#beat();
    });
  }

  /** Not while facts come and go: it waits for the disk. */
  #clean(): void {
    const isEmpty = this.#shelf.extent.depth === 0 && this.#pending.length === 0;
    if (!isEmpty || !this.#isSoiled || this.#isFull || this.withoutDisk !== null) return;
    this.#isSoiled = false;
    this.#survive(() => this.#shelf.clean(), undefined);
  }

  /** A disk that is full or fails costs this change and nothing that is stored. */
  #change<Result>(run: () => Result, otherwise: Result): Result {
    return this.#survive(() => this.#shelf.change(run), otherwise);
  }

  /** What SQLite will not do is none of our mistakes; any other error is, and is thrown on. */
  #survive<Result>(run: () => Result, otherwise: Result): Result {
    try {
      return run();
    } catch (error) {
      if (!isSqliteError(error) || this.#isClosed) throw error;
      this.#recover(error);
      return otherwise;
    }
  }

  #recover(error: Error): void {
    try {
      if (isBroken(error)) throw error;
      if (isFull(error) && this.withoutDisk === null) {
        this.#isFull = true;
        spendReserve(this.#options.file, this.#shelf.db);
      }
      this.#shelf.reload();
    } catch {
      // Broken, or not to be read any more: on with the next file, or without one.
      this.#shelf.close();
      const { file, ports } = this.#options;
      const opened = openQueueFile(file, ports.random.id(), true);
      if (opened.kind === 'in-use') throw new Error(opened.message);
      this.#shelf = this.#takeUp(opened);
    }
  }

  /** What was on its way is sent again. Where even a good file takes nothing more, the queue is in memory. */
  #takeUp(opened: UsableFile): FactShelf {
    this.rewind();
    try {
      return this.#shelfOf(opened);
    } catch (error) {
      if (!isSqliteError(error)) throw error;
      opened.db.close();
      const { file, ports } = this.#options;
      const isWorthAnother = isBroken(error) && opened.kind === 'open' && opened.setAside === null;
      const next = isWorthAnother ? openQueueFile(file, ports.random.id(), true) : withoutFile(error);
      return next.kind === 'in-use' ? this.#shelfOf(withoutFile(error)) : this.#takeUp(next);
    }
  }

  #shelfOf(opened: UsableFile): FactShelf {
    const { ports, bytesMax = queueBytesDefault, ageMaxMs = queueAgeDefaultMs } = this.#options;
    const room = opened.kind === 'memory' ? Math.min(bytesMax, memoryBytesMax) : bytesMax;
    const bounds = { bytesMax: room, ageMaxMs, numberedMax: windowBatches * batchFactsMax };
    const shelf = new FactShelf(opened.db, { ports, bounds });
    const setAside = opened.kind === 'open' ? opened.setAside : null;
    if (setAside) {
      shelf.change(() => {
        shelf.count('broken.file', 1);
        shelf.count('broken.fact', setAside.lost);
      });
    }
    this.setAside = setAside ?? this.setAside;
    this.withoutDisk = opened.kind === 'memory' ? opened.reason : null;
    this.#isFull = opened.kind === 'open' && !keepReserve(this.#options.file);
    return shelf;
  }

  /** A disk that had no room, or was not there, may be well again; once nothing is left in memory that is found out. */
  #tryDiskAgain(): void {
    const { file, ports } = this.#options;
    const opened = openQueueFile(file, ports.random.id());
    if (opened.kind === 'in-use') return;
    if (opened.kind === 'memory') {
      opened.db.close();
      return;
    }
    this.#shelf.close();
    this.#shelf = this.#takeUp(opened);
    for (const listener of this.#readyListeners) listener();
  }
}

function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_');
}
