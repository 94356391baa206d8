/**
 * Folding by itself, in a process of headquarters: again and again, a moment after the last time. One that fails is
 * tried again, and said in `/health`.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { Database, Sql } from '../database/database.ts';
import { createFolder } from './folder.ts';
import type { MindOptions } from './mind.ts';

/** Between two looks at who waits. */
const everyMs = 1_000;
const afterFailureMs = 10_000;

export interface FoldStanding {
  /** no-key: without the chain's key nobody can be drawn by lot, and nobody is folded. */
  readonly state: 'folding' | 'no-key' | 'failing';
  readonly lastAt: number | null;
  readonly folded: number;
  readonly reason: string | null;
}

export interface FoldWatch {
  readonly standing: FoldStanding;
  /** What is under way is ended. */
  stop(): Promise<void>;
}

export function mindOf(config: {
  readonly chainKey?: string | null;
  readonly currency?: string;
  readonly timeZone?: string;
}): MindOptions | { readonly chainKey: null } {
  const { chainKey = null, currency = 'EUR', timeZone = 'UTC' } = config;
  return chainKey === null ? { chainKey } : { chainKey, currency, timeZone };
}

export function watchFolding(
  options: (MindOptions | { readonly chainKey: null }) & {
    readonly database: Database;
    readonly ports: Pick<Ports, 'clock' | 'timers'>;
  },
): FoldWatch {
  if (!('currency' in options))
    return {
      standing: { state: 'no-key', lastAt: null, folded: 0, reason: 'give the chain’s key as chainKey' },
      stop: () => Promise.resolve(),
    };
  return new Watch(options);
}

type WatchOptions = MindOptions & { readonly database: Database; readonly ports: Pick<Ports, 'clock' | 'timers'> };

class Watch implements FoldWatch {
  standing: FoldStanding = { state: 'folding', lastAt: null, folded: 0, reason: null };
  readonly #options: WatchOptions;
  readonly #folder: ReturnType<typeof createFolder>;
  #underWay: Promise<void> = Promise.resolve();
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#folder = createFolder(options);
    this.#look(0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#underWay;
  }

  #look(inMs: number): void {
    this.#cancel = this.#options.ports.timers.after(inMs, () => {
      this.#underWay = this.#fold().then((next) => {
        if (!this.#isStopped) this.#look(next);
      });
    });
  }

  async #fold(): Promise<number> {
    const { folded } = this.standing;
    try {
      const done = await this.#folder.foldDue();
      const lastAt = this.#options.ports.clock.now();
      this.standing = { state: 'folding', lastAt, folded: folded + done.folded, reason: null };
      return everyMs;
    } catch (error) {
      const reason = (error as Error).message.slice(0, 300);
      this.standing = { ...this.standing, state: 'failing', reason };
      return afterFailureMs;
    }
  }
}

/** Chunks to be opened, people to be folded, and what waits to be done off site. */
export async function waiting(
  sql: Sql,
): Promise<{ readonly chunks: number; readonly people: number; readonly commands: number }> {
  const [row] = await sql.query<{ chunks: number; people: number; commands: number }>(
    `SELECT (SELECT count(*) FROM arrivals) AS chunks, (SELECT count(*) FROM to_fold) AS people,
       (SELECT count(*) FROM commands WHERE state = 'open') AS commands`,
  );
  return row ?? { chunks: 0, people: 0, commands: 0 };
}
