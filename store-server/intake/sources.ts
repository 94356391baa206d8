/**
 * How far each source has been taken in, and what of a new batch is next: idempotent on (device, epoch, sequence), in
 * order, without gaps but those that the device itself has given up (`oldest`, protocol/device-facts.ts).
 */

export interface SourcePosition {
  readonly device: string;
  readonly epoch: string;
  readonly upTo: number;
}

/** new: take it in · again: it was taken in before · ahead: its predecessor has not come, and may yet. */
export type Standing = 'new' | 'again' | 'ahead';

/** Through one batch. Nothing of it stands before `commit`. */
interface Walk {
  judge(sequence: number): Standing;
  readonly reached: number;
  commit(): void;
}

export class Sources {
  readonly #upTo = new Map<string, number>();

  constructor(known: Iterable<SourcePosition>) {
    for (const { device, epoch, upTo } of known) this.#upTo.set(`${device} ${epoch}`, upTo);
  }

  get size(): number {
    return this.#upTo.size;
  }

  /** 0 for a source that was never heard. */
  upTo(device: string, epoch: string): number {
    return this.#upTo.get(`${device} ${epoch}`) ?? 0;
  }

  /** Goes through one batch: `judge` each sequence in order, then `commit` what was reached. */
  walk(device: string, epoch: string, oldest: number): Walk {
    const key = `${device} ${epoch}`;
    // What the device holds no longer will not come any more.
    let reached = Math.max(this.#upTo.get(key) ?? 0, oldest - 1);
    return {
      judge: (sequence) => {
        if (sequence <= reached) return 'again';
        if (sequence > reached + 1) return 'ahead';
        reached = sequence;
        return 'new';
      },
      get reached() {
        return reached;
      },
      commit: () => {
        this.#upTo.set(key, reached);
      },
    };
  }
}
