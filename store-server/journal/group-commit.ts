/**
 * Gathers changes into groups, one transaction each: the first of a quiet time goes at once, the next not before
 * `groupMs` after it began, so that a busy store pays for at most 1000 / groupMs flushes a second and no change waits
 * longer than that for its turn. A group that the disk refuses is kept, in order, and tried again.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { WriteAnswer } from './link.ts';
import type { EncodedChange } from './rows.ts';

/** Facts in one transaction; what is gathered beyond that is the next group. */
const groupFactsMax = 5_000;
const retryFirstMs = 100;
const retryMaxMs = 5_000;

export interface GroupCommitOptions {
  readonly groupMs: number;
  readonly ports: Ports;
  readonly write: (changes: readonly EncodedChange[]) => Promise<WriteAnswer>;
  /** Our own mistake: what was put can never be written. Must not return to business as usual. */
  readonly onBroken: (message: string) => void;
  readonly onCommit?: (commit: { facts: number; ms: number }) => void;
}

interface Waiting {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** What `committed()` rejects with: nothing of it may be acknowledged. */
export class NotCommittedError extends Error {
  constructor(reason: string) {
    super(`not committed: ${reason}`);
    this.name = 'NotCommittedError';
  }
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #gathered: EncodedChange[] = [];
  #inFlight: EncodedChange[] = [];
  /** Those who wait for what is in flight, and for what is gathered behind it. */
  #waitingNow: Waiting | null = null;
  #waitingNext: Waiting | null = null;
  #begunAt = Number.NEGATIVE_INFINITY;
  #isScheduled = false;
  #isDraining = false;
  #cancel: () => void = () => {};
  #retryMs = retryFirstMs;
  #state: 'open' | 'failing' | 'damaged' = 'open';
  #reason: string | null = null;
  #committedAt: number | null = null;
  #waitingFacts = 0;
  #walBytes = 0;
  #doubled = 0;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  get state(): 'open' | 'failing' | 'damaged' {
    return this.#state;
  }
  get reason(): string | null {
    return this.#reason;
  }
  get waitingFacts(): number {
    return this.#waitingFacts;
  }
  get committedAt(): number | null {
    return this.#committedAt;
  }
  get walBytes(): number {
    return this.#walBytes;
  }
  get doubled(): number {
    return this.#doubled;
  }
  get isQuiet(): boolean {
    return this.#gathered.length === 0 && this.#inFlight.length === 0;
  }

  put(change: EncodedChange): void {
    this.#gathered.push(change);
    this.#waitingFacts += change.facts.length;
    if (this.#inFlight.length === 0 && this.#state === 'open') this.#schedule();
  }

  committed(): Promise<void> {
    if (this.#state === 'damaged') return Promise.reject(new NotCommittedError(this.#reason ?? 'damaged'));
    if (this.#gathered.length > 0) {
      this.#waitingNext ??= newWaiting();
      return this.#waitingNext.promise;
    }
    if (this.#inFlight.length === 0) return Promise.resolve();
    this.#waitingNow ??= newWaiting();
    return this.#waitingNow.promise;
  }

  /** Writes what is waiting, at once, and stops the clockwork. Rejects where the disk refuses: it is lost with the process. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    try {
      while (!this.isQuiet) {
        const committed = this.committed();
        if (this.#inFlight.length === 0) {
          this.#cancel();
          this.#flush();
        }
        await committed;
      }
    } finally {
      this.#cancel();
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const { clock, timers } = this.#options.ports;
    const waitMs = this.#begunAt + this.#options.groupMs - clock.monotonic();
    if (waitMs > 0 && !this.#isDraining) this.#cancel = timers.after(waitMs, () => this.#flush());
    else queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    if (this.#inFlight.length > 0 || this.#gathered.length === 0) return;
    const rest = takeGroup(this.#gathered);
    this.#inFlight = this.#gathered;
    this.#gathered = rest;
    // Whoever waits for all of it waits for the last part.
    if (rest.length === 0) {
      this.#waitingNow = this.#waitingNext;
      this.#waitingNext = null;
    }
    this.#begunAt = this.#options.ports.clock.monotonic();
    void this.#options.write(this.#inFlight).then((answer) => this.#end(answer));
  }

  #end(answer: WriteAnswer): void {
    switch (answer.kind) {
      case 'done':
        this.#succeed(answer);
        return;
      case 'refused':
        this.#keep('failing', answer.message);
        this.#isScheduled = true;
        this.#cancel = this.#options.ports.timers.after(this.#retryMs, () => this.#flush());
        this.#retryMs = Math.min(this.#retryMs * 2, retryMaxMs);
        return;
      case 'damaged':
        this.#keep('damaged', answer.message);
        return;
      case 'broken':
        this.#keep('damaged', answer.message);
        this.#options.onBroken(answer.message);
    }
  }

  #succeed(result: { doubled: number; walBytes: number }): void {
    const now = this.#options.ports.clock.monotonic();
    const facts = countFacts(this.#inFlight);
    this.#state = 'open';
    this.#reason = null;
    this.#retryMs = retryFirstMs;
    this.#committedAt = now;
    this.#waitingFacts -= facts;
    this.#walBytes = result.walBytes;
    this.#doubled += result.doubled;
    this.#inFlight = [];
    const waiting = this.#waitingNow;
    this.#waitingNow = null;
    if (this.#gathered.length > 0) this.#schedule();
    this.#options.onCommit?.({ facts, ms: now - this.#begunAt });
    waiting?.resolve();
  }

  /** Puts the group back in front, and tells those who wait that it is not on disk. */
  #keep(state: 'failing' | 'damaged', reason: string): void {
    this.#state = state;
    this.#reason = reason;
    this.#gathered = [...this.#inFlight, ...this.#gathered];
    this.#inFlight = [];
    const waiting = [this.#waitingNow, this.#waitingNext];
    this.#waitingNow = null;
    this.#waitingNext = null;
    for (const one of waiting) one?.reject(new NotCommittedError(reason));
  }
}

/** Leaves one group in `changes` and returns what is beyond it; a single change is never parted. */
function takeGroup(changes: EncodedChange[]): EncodedChange[] {
  let facts = 0;
  for (let index = 0; index < changes.length; index += 1) {
    facts += (changes[index] as EncodedChange).facts.length;
    if (facts >= groupFactsMax) return changes.splice(index + 1);
  }
  return [];
}

function countFacts(changes: readonly EncodedChange[]): number {
  return changes.reduce((sum, change) => sum + change.facts.length, 0);
}

function newWaiting(): Waiting {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Somebody asked, but may have gone before the answer came; the state says it all.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
