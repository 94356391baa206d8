/**
 * Opens the journal: wires the encoder, the groups, the threads and the point reads into the `Journal` of the rest of
 * the store, and keeps its daily and idle duties.
 */
import type { UpwardFacts } from '@kairos/hq-sync/link/upward.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type Database from 'better-sqlite3';
import { openReadOnly } from './database.ts';
import { Encoder } from './encoder.ts';
import { GroupCommit } from './group-commit.ts';
import { openInlineLink } from './inline-link.ts';
import type { Journal, JournalHealth } from './journal.ts';
import type { JournalLink } from './link.ts';
import { type PointReads, pointReads } from './point-reads.ts';
import { expireFacts, rejectedKeptMs, retentionEveryMs, retentionFirstMs } from './retention.ts';
import { walAlarmBytes } from './wal.ts';
import { openWorkerLink } from './worker-link.ts';

/** No change for so long, and the log is written back. */
const idleMs = 1_000;

export interface OpenJournalOptions {
  readonly file: string;
  /** At most this long between the beginnings of two groups; 10 at most. */
  readonly groupMs: number;
  readonly ports: Ports;
  /** Each group that is on disk: for metrics. */
  readonly onCommit?: (commit: { facts: number; ms: number }) => void;
  /** A change that can never be written is our own mistake; unless told otherwise the process ends and is restarted. */
  readonly onBroken?: (message: string) => void;
  /** The negative control of the kill test: says that all is committed when nothing may be. Never in a store. */
  readonly unsafeAckBeforeCommit?: boolean;
  /** A slow disk, on request: each group is written so much later. */
  readonly slowCommitMs?: number;
}

/** What only tests and tools ask of a journal. */
export interface OpenedJournal extends Journal {
  /** The copy that was made before the tables were changed, null where they were not. */
  readonly snapshot: string | null;
  /** The file may not grow beyond so many pages of 4 KB; 0: no limit. */
  limitPages(pages: number): Promise<void>;
}

/** Rejects with `JournalFileError`, whose message says what a person can do. */
export async function openJournal(options: OpenJournalOptions): Promise<OpenedJournal> {
  const link = await openWorkerLink(writerOptions(options));
  const db = openReadOnly(options.file);
  return new LinkedJournal(options, link, db);
}

/** The same on one thread; `file` may be ":memory:". For a simulated world and for tests. */
export function openInlineJournal(options: OpenJournalOptions): OpenedJournal {
  const link = openInlineLink(writerOptions(options));
  return new LinkedJournal(options, link, link.writer.db);
}

function writerOptions({ file, ports }: OpenJournalOptions): { file: string; newEpoch: string; nowMs: number } {
  return { file, newEpoch: ports.random.id(), nowMs: ports.clock.now() };
}

class LinkedJournal implements OpenedJournal {
  readonly start: Journal['start'];
  readonly snapshot: string | null;
  readonly personByChainId: PointReads['personByChainId'];
  readonly person: PointReads['person'];
  readonly isErased: PointReads['isErased'];
  readonly otherId: PointReads['otherId'];
  readonly state: PointReads['state'];
  readonly factOfSource: PointReads['factOfSource'];
  readonly untoldErasures: PointReads['untoldErasures'];
  readonly upward: UpwardFacts;
  readonly #options: OpenJournalOptions;
  readonly #link: JournalLink;
  readonly #db: Database.Database;
  readonly #encoder: Encoder;
  readonly #groups: GroupCommit;
  #lastSeq: number;
  #putAt: number;
  #fileFault: string | null = null;
  #setBack: string | null;
  #isChecked: boolean;
  #isClosed = false;
  #cancels: { idle: () => void; daily: () => void } = { idle: () => {}, daily: () => {} };

  constructor(options: OpenJournalOptions, link: JournalLink, db: Database.Database) {
    this.#options = options;
    this.#link = link;
    this.#db = db;
    this.start = link.begin.start;
    this.snapshot = link.begin.snapshot;
    this.#setBack = link.begin.setBack;
    this.#lastSeq = this.start.lastSeq;
    this.#encoder = new Encoder(link.begin);
    this.#groups = new GroupCommit({
      ...options,
      write: async (changes) => {
        const { slowCommitMs, ports } = options;
        if (slowCommitMs) await new Promise<void>((resolve) => ports.timers.after(slowCommitMs, resolve));
        return link.write({ kind: 'write', changes });
      },
      onBroken: options.onBroken ?? endProcess,
    });
    const reads = pointReads(db);
    this.personByChainId = reads.personByChainId;
    this.person = reads.person;
    this.isErased = reads.isErased;
    this.otherId = reads.otherId;
    this.state = reads.state;
    this.factOfSource = reads.factOfSource;
    this.untoldErasures = reads.untoldErasures;
    this.upward = {
      lives: () => link.read({ kind: 'lives' }),
      lastSeq: () => this.#lastSeq,
      packed: (query, version) => link.read({ kind: 'packed', query, version }),
      chunk: (query) => link.read({ kind: 'chunk', query }),
      told: async (seqs) => void (await link.write({ kind: 'settle', seqs })),
      erasedUpTo: async (seq) => {
        await link.write({ kind: 'erasedUpTo', seq });
        // What it has left is cleaned when nobody waits.
        this.#putAt = options.ports.clock.monotonic();
      },
      days: (query) => link.read({ kind: 'days', ...query }),
    };
    this.#putAt = options.ports.clock.monotonic();
    this.#isChecked = !link.begin.needsCheck;
    if (link.begin.needsCheck) void this.#check();
    this.#watchIdle();
    this.#expireLater(retentionFirstMs);
  }

  number(): number {
    this.#lastSeq += 1;
    return this.#lastSeq;
  }

  put(change: Parameters<Journal['put']>[0]): void {
    if (this.#isClosed) throw new Error('the journal is closed: nothing may be put any more');
    const { clock } = this.#options.ports;
    this.#putAt = clock.monotonic();
    this.#groups.put(this.#encoder.encode(change, clock.now()));
  }

  committed(): Promise<void> {
    return this.#options.unsafeAckBeforeCommit ? Promise.resolve() : this.#groups.committed();
  }

  facts(query: Parameters<Journal['facts']>[0]): ReturnType<Journal['facts']> {
    return this.#link.read({ kind: 'facts', query });
  }

  rejected({ limit }: { limit: number }): ReturnType<Journal['rejected']> {
    return this.#link.read({ kind: 'rejected', limit });
  }

  people(subjects: readonly number[]): ReturnType<Journal['people']> {
    return this.#link.read({ kind: 'people', subjects });
  }

  meantBy(tombstones: readonly string[], chainKey: string): ReturnType<Journal['meantBy']> {
    return this.#link.read({ kind: 'meant', tombstones, chainKey });
  }

  tombstones(): Promise<string[]> {
    return this.#link.read({ kind: 'tombstones' });
  }

  unnamed(generation: number): ReturnType<Journal['unnamed']> {
    return this.#link.read({ kind: 'unnamed', generation });
  }

  async overwritten(): Promise<boolean> {
    await this.committed();
    return (await this.#link.write({ kind: 'overwrite' })).kind === 'done';
  }

  async beginLife({ after, why }: Parameters<Journal['beginLife']>[0]): Promise<string> {
    const name = this.#options.ports.random.id();
    const answer = await this.#link.write({ kind: 'newLife', name, after });
    if (answer.kind !== 'done') throw new Error(`a new life of the journal could not begin: ${answer.message}`);
    this.#setBack = why;
    return name;
  }

  cleanCopies(chainKey: string): ReturnType<Journal['cleanCopies']> {
    return this.#link.read({ kind: 'copies', chainKey });
  }

  health(): JournalHealth {
    const groups = this.#groups;
    const now = this.#options.ports.clock.monotonic();
    const state = this.#isClosed ? 'closed' : this.#fileFault === null ? groups.state : 'damaged';
    return {
      state,
      reason: this.#fileFault ?? (groups.reason === null ? null : adviceOn(groups.reason)),
      setBack: this.#setBack,
      isChecked: this.#isChecked,
      lastSeq: this.#lastSeq,
      waitingFacts: groups.waitingFacts,
      lastCommitAgeMs: groups.committedAt === null ? null : now - groups.committedAt,
      walBytes: groups.walBytes,
      isWalLarge: groups.walBytes > walAlarmBytes,
      doubled: groups.doubled,
    };
  }

  async expire(nowMs: number): Promise<number> {
    const gone = await expireFacts(this.#link, { lastSeq: this.#lastSeq, nowMs });
    await this.#link.write({ kind: 'clean', rejectedBefore: nowMs - rejectedKeptMs });
    return gone;
  }

  async limitPages(pages: number): Promise<void> {
    await this.#link.write({ kind: 'quota', pages });
  }

  /** Rejects where the disk refused what was still waiting; the file is closed all the same. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancels.idle();
    this.#cancels.daily();
    try {
      await this.#groups.drain();
    } finally {
      this.#db.close();
      await this.#link.close();
    }
  }

  async #check(): Promise<void> {
    try {
      await this.#link.read({ kind: 'check' });
      this.#isChecked = true;
    } catch (error) {
      if (!this.#isClosed) this.#fileFault = (error as Error).message;
    }
  }

  #watchIdle(): void {
    const { clock, timers } = this.#options.ports;
    let tidiedFor = Number.NEGATIVE_INFINITY;
    const look = (): void => {
      const isIdle = this.#groups.isQuiet && clock.monotonic() - this.#putAt >= idleMs;
      if (isIdle && tidiedFor !== this.#putAt) {
        const upTo = this.#putAt;
        tidiedFor = upTo;
        // A reader that stood in the way is gone by the next look.
        void this.#link.write({ kind: 'idle' }).then(({ kind }) => {
          if (kind === 'refused' && tidiedFor === upTo) tidiedFor = Number.NEGATIVE_INFINITY;
        });
      }
      this.#cancels.idle = timers.after(idleMs, look);
    };
    this.#cancels.idle = timers.after(idleMs, look);
  }

  #expireLater(delayMs: number): void {
    const { clock, timers } = this.#options.ports;
    this.#cancels.daily = timers.after(delayMs, () => {
      // A read that fails is a damaged file, which the groups and `health` tell of; the next day tries again.
      this.expire(clock.now()).catch(() => 0);
      this.#expireLater(retentionEveryMs);
    });
  }
}

function adviceOn(reason: string): string {
  const advice = reason.startsWith('SQLITE_FULL')
    ? 'the disk is full: make room; what waits is written then'
    : 'the disk refuses to write: see to it; what waits is tried again every few seconds';
  return `${reason}; ${advice}`;
}

function endProcess(message: string): void {
  throw new Error(`the journal was given something that it can never write: ${message}`);
}
