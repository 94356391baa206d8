/**
 * The epochs of a queue: one for each start of the agent, numbered in order, and what is known of the time between
 * them. Ages are by the monotonic clock, which begins anew with each process (and stands still nowhere in between that
 * anybody here could see); so across a restart an age is a lower bound: the time that this and earlier processes were
 * seen running since. Where both epochs have heard the store's time, the hours in between are known from that. The
 * clock of this machine is never asked: it may have stood at 1970.
 */
import type { Clock } from '@kairos/protocol/ports.ts';
import type { EpochRow, QueueStatements } from './queue-tables.ts';

/** A store that says an earlier time than this does not know it. */
const storeTimeLeastMs = 1_704_067_200_000;

type Epoch = { -readonly [Field in keyof EpochRow]: EpochRow[Field] };

export class Epochs {
  readonly name: string;
  readonly current: number;
  readonly #sql: QueueStatements;
  readonly #clock: Clock;
  readonly #rows = new Map<number, Epoch>();

  /** Begins a new one; to be called within a transaction. */
  constructor(sql: QueueStatements, clock: Clock, name: string) {
    this.#sql = sql;
    this.#clock = clock;
    this.name = name;
    const last = sql.epochs.all().at(-1);
    // The last process was seen running until `alive`: facts of those before it are older by that.
    if (last) sql.addLater.run(last.alive - last.started, last.number);
    const now = clock.monotonic();
    this.current = Number(sql.addEpoch.run(name, now, now).lastInsertRowid);
    this.reload();
  }

  get(number: number): Readonly<EpochRow> {
    return this.#row(number);
  }

  named(name: string): Readonly<EpochRow> | undefined {
    return [...this.#rows.values()].find((row) => row.name === name);
  }

  /** At least how many milliseconds ago something happened at `at` of an epoch's own clock. */
  ageOf({ epoch, at }: { readonly epoch: number; readonly at: number }): number {
    const now = this.#clock.monotonic();
    if (epoch === this.current) return Math.max(0, now - at);
    const { alive, later, anchorStore, anchorAt } = this.#row(epoch);
    const own = this.#row(this.current);
    const seenMs = Math.max(0, alive - at) + later + (now - own.started);
    if (anchorStore === null || anchorAt === null || own.anchorStore === null || own.anchorAt === null) return seenMs;
    const storeNow = own.anchorStore + now - own.anchorAt;
    return Math.max(seenMs, storeNow - (anchorStore + at - anchorAt));
  }

  /** Whether the store's time would say more of the age of what earlier epochs left. */
  get needsStoreTime(): boolean {
    const own = this.#row(this.current);
    return own.anchorStore === null && [...this.#rows.values()].some(({ anchorStore }) => anchorStore !== null);
  }

  /** Kept with the next change. */
  noteStoreTime(storeTime: number): void {
    if (storeTime < storeTimeLeastMs) return;
    const row = this.#row(this.current);
    row.anchorStore = storeTime;
    row.anchorAt = this.#clock.monotonic();
  }

  /** The next sequence of an epoch, for good once the transaction is committed. */
  nextSequence(epoch: number): number {
    const row = this.#row(epoch);
    row.assigned += 1;
    this.#sql.setAssigned.run(row.assigned, epoch);
    return row.assigned;
  }

  noteAlive(): void {
    const row = this.#row(this.current);
    row.alive = this.#clock.monotonic();
    this.#sql.setAlive.run(row.alive, row.anchorStore, row.anchorAt, this.current);
  }

  /** Those of which nothing is left, since facts lie in the order of their epochs; this process's own stays. */
  forgetEmpty(): void {
    if (this.#rows.size === 1) return;
    const first = this.#sql.oldest.get()?.epoch ?? this.current;
    if (![...this.#rows.keys()].some((number) => number < first)) return;
    this.noteAlive();
    this.#sql.dropEpochsBelow.run(first);
    this.reload();
  }

  /** What the file says: at the begin, and after a transaction that failed. The store's time is known all the same. */
  reload(): void {
    const { anchorStore = null, anchorAt = null } = this.#rows.get(this.current) ?? {};
    this.#rows.clear();
    for (const row of this.#sql.epochs.all()) this.#rows.set(row.number, row);
    if (anchorStore !== null) Object.assign(this.#row(this.current), { anchorStore, anchorAt });
  }

  #row(number: number): Epoch {
    const row = this.#rows.get(number);
    if (!row) throw new Error(`the queue holds facts of an epoch ${number} that it does not know`);
    return row;
  }
}
