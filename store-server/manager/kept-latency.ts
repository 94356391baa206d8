/**
 * Keeps the times from event to paint over a restart: a file beside the journal, written once a minute where anything was
 * painted, and at the end. What came after the last writing is counted again from the journal; there a message begins
 * with its decision, which is the receipt plus the few milliseconds that deciding took.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Timers } from '@kairos/protocol/ports.ts';
import { z } from 'zod';
import type { Journal } from '../journal/journal.ts';
import type { Log } from '../log.ts';
import { type PaintLatency, savedLatency } from './paint-latency.ts';

const fileName = 'paint-latency.json';
const writeEveryMs = 60_000;
/** Facts that are read at once at a start, and how often: beyond it, what came in between is not counted. */
const pageFacts = 10_000;
const pagesMax = 20;

const kept = z.object({ upTo: z.int().min(0), latency: savedLatency });

export interface KeptLatencyOptions {
  readonly latency: PaintLatency;
  readonly data: string;
  readonly journal: Pick<Journal, 'facts'> & { readonly start: Pick<Journal['start'], 'lastSeq'> };
  readonly timers: Timers;
  readonly log: Pick<Log, 'warn'>;
}

export class KeptLatency {
  readonly #options: KeptLatencyOptions;
  #written = '';
  #cancel: () => void = () => undefined;

  constructor(options: KeptLatencyOptions) {
    this.#options = options;
  }

  /** What was counted before this start; to be called before anything is noted. */
  async recall(): Promise<void> {
    const { latency, journal } = this.#options;
    const found = this.#read();
    if (found) latency.load(found.latency);
    // Without a file there is nothing to go on from: a day of steps is too much to read at a start.
    const upTo = found ? Math.min(found.upTo, journal.start.lastSeq) : journal.start.lastSeq;
    await this.#countFrom(upTo + 1);
    this.#waitToWrite();
  }

  close(): void {
    this.#cancel();
    this.#write();
  }

  async #countFrom(from: number): Promise<void> {
    const { latency, journal } = this.#options;
    const types = ['zone.entered', 'message.decided', 'message.shown'];
    for (let next = from, page = 0; page < pagesMax; page += 1) {
      const facts = await journal.facts({ from: next, types, limit: pageFacts });
      latency.recount(facts);
      const last = facts.at(-1);
      if (last === undefined || facts.length < pageFacts) return;
      next = last.seq + 1;
    }
  }

  #waitToWrite(): void {
    this.#cancel = this.#options.timers.after(writeEveryMs, () => {
      this.#write();
      this.#waitToWrite();
    });
  }

  #write(): void {
    const { latency, data, log } = this.#options;
    const saved = latency.save();
    const text = JSON.stringify(saved);
    if (text === this.#written) return;
    const file = join(data, fileName);
    try {
      writeFileSync(`${file}.new`, JSON.stringify({ upTo: latency.upTo, latency: saved }));
      renameSync(`${file}.new`, file);
      this.#written = text;
    } catch (error) {
      // A full disk: figures of an hour are not worth a store that stands still.
      log.warn({ error: String(error) }, 'the times from event to paint could not be written down');
    }
  }

  /** Null where there is none, or none that can be read. */
  #read(): z.infer<typeof kept> | null {
    try {
      return kept.parse(JSON.parse(readFileSync(join(this.#options.data, fileName), 'utf8')));
    } catch {
      return null;
    }
  }
}
