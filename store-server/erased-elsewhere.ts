/**
 * Whatever the store keeps of somebody beside its journal, once she is erased: her PIN, the copies that upgrades have
 * made, the receipts that tills have dropped with her number in them. By itself a moment after she was, and at each
 * start, since a process may have ended in between; headquarters' receipt waits for it.
 */
import type { Timers } from '@kairos/protocol/ports.ts';
import type { CustomerPins } from './catalogue/customer-pins.ts';
import type { Log } from './log.ts';
import type { Foundations, Mind } from './mind.ts';
import type { ErasedNumbers } from './till/erased-numbers.ts';

/** Several erasures at once are one cleaning. */
const soonMs = 1_000;
/** What could not be written is tried again. */
const againMs = 60_000;

export interface ErasedElsewhereOptions {
  readonly timers: Timers;
  readonly log: Pick<Log, 'warn'>;
  /** Each may reject; the others are done all the same. */
  readonly places: readonly (() => Promise<unknown> | unknown)[];
}

export class ErasedElsewhere {
  readonly #options: ErasedElsewhereOptions;
  #cancel: (() => void) | null = null;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: ErasedElsewhereOptions) {
    this.#options = options;
    this.note();
  }

  /** Somebody was erased. */
  note(): void {
    this.#later(soonMs);
  }

  /** Now; one after the other. Rejects where something could not be cleaned, which is tried again. */
  clean(): Promise<void> {
    const run = this.#running.then(() => this.#clean());
    this.#running = run.catch(() => undefined);
    return run;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await this.#running;
  }

  #later(inMs: number): void {
    if (this.#isClosed || this.#cancel !== null) return;
    this.#cancel = this.#options.timers.after(inMs, () => {
      this.#cancel = null;
      this.clean().catch(() => undefined);
    });
  }

  async #clean(): Promise<void> {
    const { places, log } = this.#options;
    const results = await Promise.allSettled(places.map(async (clean) => clean()));
    const failed = results.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    if (failed.length === 0) return;
    log.warn({ failed }, 'what was erased could not be cleaned everywhere; it is tried again');
    this.#later(againMs);
    throw new Error(failed.join('; '));
  }
}

/** Of this store: what stands in which place. `forgetNumbers`: in the documents that tills have dropped. */
export function openElsewhere(
  { config, ports, log, people, journal }: Foundations & Mind,
  pins: CustomerPins,
  forgetNumbers: (erased: ErasedNumbers) => Promise<void> | undefined,
): ErasedElsewhere {
  const { chainKey, loyalty, hq } = config;
  const isErased = (chainId: string): boolean => people.isErased(chainId);
  const places = [
    () => pins.clean(),
    // Whom the journal has written down as erased is erased in its copies.
    () => journal.committed().then(() => journal.cleanCopies(chainKey)),
    () => forgetNumbers({ chainKey, loyalty, isErased }),
    // Where there are no headquarters, nobody has to be told who she was.
    () => (hq === null ? journal.upward.erasedUpTo(Number.MAX_SAFE_INTEGER) : undefined),
  ];
  const elsewhere = new ErasedElsewhere({ timers: ports.timers, log, places });
  const { onErased } = people;
  people.onErased = (chainId) => {
    onErased(chainId);
    elsewhere.note();
  };
  return elsewhere;
}
