/**
 * A store that tells headquarters what it is told to: facts by their bodies, packed and taken in as a real store's
 * chunks are, in whatever pieces and whenever the test likes.
 */
import { type FactRow, writeFact } from '@kairos/protocol/fact-rows/fact-row.ts';
import { Words } from '@kairos/protocol/fact-rows/words.ts';
import type { Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { chunkColumns } from '@kairos/protocol/sync-messages.ts';
import type { Database } from '../database/database.ts';
import { LineQueue } from '../intake/line-queue.ts';
import { addStore, type KnownStore, storeOfToken, welcome } from '../intake/store-lines.ts';
import { takeChunk } from '../intake/take-chunk.ts';
import { packChunk } from '../link/chunk.ts';

const epoch = 'life-1';

export class ToldStore {
  readonly rows: FactRow[] = [];
  readonly #words = new Words();
  readonly #sources = new Map<string, number>();
  readonly #people = new Map<number, string>();
  readonly #sequences = new Map<string, number>();
  readonly #database: Database;
  readonly #ports: Pick<Ports, 'clock' | 'timers'>;
  #store: KnownStore | null = null;
  #sent = 0;
  #sourcesSent = 0;
  readonly #chainKey: string | null;
  /** Whom it has forgotten since it last spoke. */
  #erased: number[] = [];
  /** By how much its clock is ahead. */
  aheadMs = 0;

  /** `chainKey`: of headquarters that know again who was erased. */
  constructor(database: Database, ports: Pick<Ports, 'clock' | 'timers'>, chainKey: string | null = null) {
    this.#database = database;
    this.#ports = ports;
    this.#chainKey = chainKey;
  }

  async open(name: string): Promise<this> {
    const token = await addStore(this.#database, name, 0);
    this.#store = await storeOfToken(this.#database, token);
    await this.#hello();
    return this;
  }

  /** A customer of this store's. */
  know(subject: number, chainId: string): void {
    this.#people.set(subject, chainId);
  }

  /** Something that a device told; returns its number. */
  hear<Type extends FactType>(type: Type, at: number, subject: number | null, body: FactBody<Type>): number {
    const sequence = (this.#sequences.get('till-1') ?? 0) + 1;
    this.#sequences.set('till-1', sequence);
    const source = { device: 'till-1', epoch: `${this.#store?.name}-start`, sequence };
    return this.#write({ type, at, subject, body, source, cause: null } as unknown as Fact);
  }

  /** What a fact that was heard is known by, for ids that are made of it. */
  causeOf(heard: number): string {
    const [, , , , , sequence] = this.rows[heard - 1] as FactRow;
    return `till-1/${this.#store?.name}-start/${sequence}`;
  }

  /** How many of its facts headquarters have. */
  get told(): number {
    return this.#sent;
  }

  /** Something that it found out or decided. */
  decide<Type extends FactType>(
    type: Type,
    at: number,
    subject: number | null,
    { cause, ...body }: FactBody<Type> & { readonly cause?: number },
  ): number {
    return this.#write({ type, at, subject, body, source: null, cause: cause ?? null } as unknown as Fact);
  }

  /** She is forgotten there: with the next chunk headquarters are told. */
  erase(subject: number, at: number): void {
    this.decide('customer.erased', at, subject, { reason: 'asked' });
    this.#people.delete(subject);
    this.#erased.push(subject);
  }

  /** A fact that no database will have; returns its number. */
  breakOne(seq: number, text: string): number {
    const row = [...(this.rows[seq - 1] as FactRow)];
    row[11] = text as unknown as number;
    this.rows[seq - 1] = row as unknown as FactRow;
    return seq;
  }

  /** Up to `to` (all that is there), in chunks of so many. */
  async sync({ to = this.rows.length, chunkFacts = 1_000 } = {}): Promise<void> {
    await this.#hello();
    while (this.#sent < to) await this.#send(Math.min(to, this.#sent + chunkFacts));
  }

  async #hello(): Promise<void> {
    const now = this.#ports.clock.now();
    await welcome(
      this.#database,
      this.#store as KnownStore,
      {
        versions: [1],
        epoch,
        lastSeq: this.rows.length,
        now: now + this.aheadMs,
        release: 0,
        releaseFault: null,
      },
      this.#ports.clock,
    );
  }

  async #send(to: number): Promise<void> {
    const rows = this.rows.slice(this.#sent, to);
    const words = this.#words.takeFresh();
    const sources = [...this.#sources].slice(this.#sourcesSent);
    const subjects = new Set(rows.map((row) => row[3]));
    const bytes = packChunk({
      epoch,
      after: this.#sent,
      to,
      facts: rows.length,
      columns: chunkColumns.map((_, column) => rows.map((row) => `${copyText(row[column] ?? null)}\n`).join('')),
      words,
      sources: sources.map(([name, id]) => [id, name.split(' ')[0] as string, name.split(' ')[1] as string]),
      people: [...this.#people].filter(([subject]) => subjects.has(subject)),
      notes: rows.flatMap((row) => (row[13] === null ? [] : [[row[0], row[3], row[13]]])),
      removed: [],
      nobodys: [],
      erased: this.#erased,
      givenUp: [],
    });
    this.#erased = [];
    this.#sourcesSent += sources.length;
    const queue = new LineQueue(this.#ports.timers);
    const store = this.#store as KnownStore;
    const taken = await takeChunk({
      database: this.#database,
      store,
      bytes,
      clock: this.#ports.clock,
      queue,
      chainKey: this.#chainKey,
    });
    const broken = rows.filter((row) => typeof row[11] === 'string').length;
    if (taken.kind !== 'taken' || taken.answer.quarantinedCount !== broken) throw new Error(JSON.stringify(taken));
    this.#sent = to;
  }

  #write(fact: Fact): number {
    const seq = this.rows.length + 1;
    const sources = {
      id: (device: string, start: string): number => {
        const key = `${device} ${start}`;
        const known = this.#sources.get(key) ?? this.#sources.size + 1;
        this.#sources.set(key, known);
        return known;
      },
    };
    this.rows.push(writeFact({ ...fact, seq, late: false }, this.#words, sources));
    return seq;
  }
}

function copyText(value: string | number | null): string {
  if (value === null) return '\\N';
  return String(value).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
