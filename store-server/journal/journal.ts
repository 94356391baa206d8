/**
 * The journal as the rest of the store sees it: what is put in one call is committed together, in the order of the
 * calls, and nothing is acknowledged before `committed` has said so (DESIGN section 3).
 *
 * The tables live behind a worker thread (`worker.ts`), so that a slow disk never stops the thread that decides.
 */
import type { UpwardFacts } from '@kairos/hq-sync/link/upward.ts';
import type { Fact, FactSource } from '@kairos/protocol/facts.ts';
import type { LentRun } from '@kairos/protocol/sync-messages.ts';

/** What changes together. Facts are numbered already (`Journal.number`). */
export interface JournalChange {
  readonly facts: readonly Fact[];
  /** The earliest due moment of a subject's state; null where nothing waits any more. One row a subject. */
  readonly timers?: readonly { readonly subject: number; readonly due: number | null }[];
  /** How far each source has been taken in: facts up to here, refused ones among them. */
  readonly sources?: readonly { readonly device: string; readonly epoch: string; readonly upTo: number }[];
  /** The erasable side: who a subject is. */
  readonly people?: readonly PersonChange[];
  /** Folded state of subjects, as the engine and the visits write it; null deletes. Applied after `people`. */
  readonly states?: readonly {
    readonly subject: number;
    readonly kind: StateKind;
    readonly state: string | null;
    readonly foldedTo: number;
  }[];
  readonly rejected?: readonly Rejection[];
  /**
   * Visits whose facts go, with their notes and what is told of their messages, and are overwritten. What money needs
   * (sales, returns, rewards) stays, nobody's. Applied after `facts`, before `states`.
   */
  readonly forgotten?: readonly ForgottenVisit[];
  /** With this change every state that was folded beyond its row is written: a start folds from the next number on. */
  readonly snapshotAt?: number;
  /** How far the store has come in what headquarters say, with this change. */
  readonly fromHq?: HqMark;
}

/** Where the store stands in what headquarters say. */
export interface HqMark {
  readonly cursor: string;
  /** Counts how often everything came anew. */
  readonly generation: number;
  /** The version that did not understand all of it; absent: all was understood. */
  readonly passedOverBy?: string;
  /** Until then what they have lent of caps of one counts; absent: they lend none. */
  readonly capsUntil?: number;
}

/** What of a customer came from headquarters. */
export interface HqShare {
  /** They have named her in this one. */
  readonly generation: number;
  /** Attributes that are theirs. */
  readonly names: readonly string[];
  /** Other ids that she goes under. */
  readonly also: readonly string[];
  /** Runs that they have lent, with the term of each. */
  readonly lent: Readonly<Record<string, number>>;
  /** The term under which they have lent her caps of one; absent: they have not. */
  readonly cap?: number;
  /** All that they lend now, while she is here and the store has them under an earlier term; null: nothing waits. */
  readonly postponed: readonly LentRun[] | null;
}

/** trace: what has to be known to forget a visit. */
export type StateKind = 'engine' | 'visit' | 'trace' | 'staff';

/** A visit that is to be forgotten. */
export interface ForgottenVisit {
  /** She, and the guest she was before. */
  readonly subjects: readonly number[];
  /** The visit's first fact: what is older stays. */
  readonly from: number;
  /** Facts about her that are not the visit's. */
  readonly spare: readonly number[];
  /** No number up to this is given again. */
  readonly lastSeq: number;
}

export type PersonChange =
  | {
      readonly kind: 'put';
      readonly subject: number;
      /** Chain-wide id (a keyed hash of the number); null for a guest. */
      readonly chainId: string | null;
      readonly attributes: Readonly<Record<string, string | number | boolean>>;
      readonly consent: Readonly<Record<string, boolean>>;
      readonly locale: string;
      readonly consentAt?: Readonly<Record<string, number>>;
      readonly hq?: HqShare | null;
    }
  /** Under these ids she goes as well, and under no others. */
  | { readonly kind: 'also'; readonly subject: number; readonly chainIds: readonly string[] }
  /** Who was erased elsewhere: by these she is known not to come. */
  | { readonly kind: 'bury'; readonly tombstones: readonly string[] }
  /** Her row, her states, her timer and every note on her facts go, and are overwritten; the facts stay, nobody's. */
  | {
      readonly kind: 'erase';
      readonly subject: number /** By which she is known not to come back. */;
      readonly tombstone?: string;
      /** Not because headquarters say so: they are told who it was, by her id, which is kept until they know. */
      readonly isOwn?: boolean;
    };

/** What intake would not take, kept for inspection. */
export interface Rejection {
  readonly at: number;
  /** Where it came in: "mqtt", "screen", "serial", "http", "config". */
  readonly by: string;
  readonly device: string;
  readonly reason: string;
  readonly detail: string;
  /** At most 2 KB of what came, as text. */
  readonly sample: string;
}

export interface StoredPerson {
  readonly subject: number;
  readonly chainId: string | null;
  readonly attributes: Record<string, string | number | boolean>;
  readonly consent: Record<string, boolean>;
  readonly locale: string;
  /** When she last spoke of a purpose; one that only a list has named is missing. */
  readonly consentAt?: Readonly<Record<string, number>>;
  /** Null or missing: headquarters do not know her. */
  readonly hq?: HqShare | null;
}

/** What a start finds: everything that the running state is rebuilt from. */
export interface JournalStart {
  /** New after a restore or on a re-imaged box; facts are `(store, epoch, seq)` to the world outside. */
  readonly storeEpoch: string;
  readonly lastSeq: number;
  readonly nextSubject: number;
  readonly sources: readonly { device: string; epoch: string; upTo: number }[];
  readonly timers: readonly { subject: number; due: number }[];
  /** States of kind `visit`, one for each open visit, and of kind `trace`; those of kind `engine` are read when needed. */
  readonly states: readonly { subject: number; kind: StateKind; state: string; foldedTo: number }[];
  /** The number after the last `snapshotAt`, 1 where there was none. States with a higher `foldedTo` skip what they know. */
  readonly foldFrom: number;
  /** Null: headquarters have said nothing yet. */
  readonly fromHq: HqMark | null;
}

export interface FactQuery {
  readonly from?: number;
  readonly to?: number;
  readonly subject?: number;
  readonly types?: readonly string[];
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** At most 10,000 a page; newest first where `newestFirst`. */
  readonly limit: number;
  readonly newestFirst?: boolean;
}

/** Waiting for the disk beyond this, intake takes in nothing more: devices keep what they hold (backpressure). */
export const waitingFactsMax = 50_000;

export interface JournalHealth {
  /**
   * failing: the disk refuses; what was put is kept and tried again. damaged: the file cannot be right; nothing is
   * acknowledged any more, and a person has to put back a copy.
   */
  readonly state: 'open' | 'failing' | 'damaged' | 'closed';
  /** What the disk said, and what to do; null while all is well. */
  readonly reason: string | null;
  /** The file was found behind where this store had come (a copy put back, a lost log): a new epoch has begun. */
  readonly setBack: string | null;
  /** Large files are checked after the start: false until then. */
  readonly isChecked: boolean;
  readonly lastSeq: number;
  readonly waitingFacts: number;
  /** Since the last commit that succeeded; null before the first. */
  readonly lastCommitAgeMs: number | null;
  readonly walBytes: number;
  /** The log has grown beyond 64 MB: a reader or a slow disk stands in its way. */
  readonly isWalLarge: boolean;
  /** Facts that were put a second time under the same source id, and not written: a mistake above, caught here. */
  readonly doubled: number;
}

export interface Journal {
  readonly start: JournalStart;
  /** The next fact's number. Each call gives the next. */
  number(): number;
  put(change: JournalChange): void;
  /**
   * Resolves once all that was put before the call is on disk. Rejects where the disk refuses: nothing of it may be
   * acknowledged then; it is kept and tried again (100 ms to 5 s apart), and asking again waits for the next try.
   */
  committed(): Promise<void>;
  /** Facts in order, from another thread: never slows a decision. */
  facts(query: FactQuery): Promise<Fact[]>;
  rejected(query: { limit: number }): Promise<Rejection[]>;
  /**
   * Point reads by key on the calling thread (some ten microseconds, a read-only connection): a login must be known
   * before the next fact is handled. They see what is committed; what was put since, the caller still holds.
   */
  personByChainId(chainId: string): StoredPerson | null;
  person(subject: number): StoredPerson | null;
  isErased(tombstone: string): boolean;
  /** Whose other id this is; null: nobody's. */
  otherId(chainId: string): number | null;
  state(subject: number, kind: StateKind): { state: string; foldedTo: number } | null;
  /** The number of the fact that came under this id, null where none is on disk. */
  factOfSource(source: FactSource): number | null;
  /** Subjects who were erased here, and of whom headquarters have not said that they have heard it. */
  untoldErasures(): number[];
  people(subjects: readonly number[]): Promise<StoredPerson[]>;
  /** Of everybody whom the store knows, the chain-wide ids of those who are meant by these tombstones. */
  meantBy(tombstones: readonly string[], chainKey: string): Promise<string[]>;
  /** By which everybody is known again who was erased. */
  tombstones(): Promise<string[]>;
  /** Whom headquarters knew and have not named in this generation. */
  unnamed(generation: number): Promise<number[]>;
  /** Nothing erased stands in the file or in its log any more. False where a reader was in the way: ask again. */
  overwritten(): Promise<boolean>;
  /** Whoever was erased is erased in the copies that upgrades have made. Returns how many people that was. */
  cleanCopies(chainKey: string): Promise<number>;
  /** What headquarters is told, read beside the writer. */
  readonly upward: UpwardFacts;
  /**
   * The facts behind `after` go on in another life than the one that headquarters know, and `why` is said in `health`.
   * Resolves to its name once that is on disk; rejects where the disk refuses.
   */
  beginLife(life: { readonly after: number; readonly why: string }): Promise<string>;
  health(): JournalHealth;
  /** Deletes what its type keeps no longer; runs by itself once a day. Returns how many facts went. */
  expire(nowMs: number): Promise<number>;
  /** Folds newer than the snapshot are flushed, the file is checkpointed and closed. */
  close(): Promise<void>;
}
