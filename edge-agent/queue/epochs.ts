/**
 * The epochs of a queue: one for each start of the agent, numbered in order, and what is known of the time between
 * them. Ages are by the monotonic clock, which begins anew with each process (and stands still nowhere in between that
 * anybody here could see); so across a restart an age is a lower bound: the time that this and earlier processes were
 * seen running since.
 */
import type { Clock } from '@kairos/protocol/ports.ts';
import type { EpochRow, QueueStatements } from './queue-file.ts';

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

  numbers(): number[] {
    return [...this.#rows.keys()];
  }

  /** At least how many milliseconds ago something happened at `at` of an epoch's own clock. */
  ageOf({ epoch, at }: { readonly epoch: number; readonly at: number }): number {
    const now = this.#clock.monotonic();
    if (epoch === this.current) return Math.max(0, now - at);
    const { alive, later } = this.#row(epoch);
    return Math.max(0, alive - at) + later + (now - this.#row(this.current).started);
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
    this.#sql.setAlive.run(row.alive, this.current);
  }

  /** Those of which nothing is left; this process's own stays. */
  forgetEmpty(): void {
    if (this.#rows.size === 1) return;
    this.#sql.dropEmptyEpochs.run(this.current);
    this.reload();
  }

  /** What the file says: at the begin, and after a transaction that failed. */
  reload(): void {
    this.#rows.clear();
    for (const row of this.#sql.epochs.all()) this.#rows.set(row.number, row);
  }

  #row(number: number): Epoch {
    const row = this.#rows.get(number);
    if (!row) throw new Error(`the queue holds facts of an epoch ${number} that it does not know`);
    return row;
  }
}
