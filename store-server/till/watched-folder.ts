/**
 * A folder into which tills drop their documents, often on a share. Looked at by the clock, for a share says nothing of
 * what changes on it. A document is read when it has stopped growing, and moved away when everything in it is on disk:
 * to `done/`, or to `refused/` with a note beside it that says what to do. A kill in between reads it again, and the
 * receipts' own names make that harmless.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RejectReason } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { SaleAnswer } from '@kairos/protocol/till-sale.ts';
import type { Log } from '../log.ts';
import type { SaleDesk } from './sale-desk.ts';
import { documentBytesMax, type ReadSaleDocument, type SaleDocument } from './sale-document.ts';

/** Documents looked at in one round; the others wait for the next. */
const documentsPerRoundMax = 50;
/** What is done is kept for so long: it holds card numbers. */
const doneKeptMs = 7 * 86_400_000;
const tidyEveryMs = 3_600_000;
/** Lines of a note. */
const faultsToldMax = 50;

export interface FolderCounts {
  readonly documents: number;
  readonly refused: number;
  /** Why the folder cannot be used just now; null while it can. */
  readonly fault: string | null;
}

export interface WatchedFolderOptions {
  readonly folder: string;
  readonly pollMs: number;
  readonly read: ReadSaleDocument;
  readonly desk: Pick<SaleDesk, 'takeAll'>;
  /** A document that is broken as a whole: counted, and kept for inspection. */
  readonly reject: (reason: RejectReason, detail: string) => void;
  readonly ports: Ports;
  readonly log: Log;
}

export class WatchedFolder {
  readonly #options: WatchedFolderOptions;
  /** Size and time of change, as they were at the last look. */
  #seen = new Map<string, string>();
  /** Read, and could not be moved away: not again before it changes. */
  readonly #stuck = new Map<string, string>();
  #documents = 0;
  #refused = 0;
  #fault: string | null = null;
  #tidiedAt = Number.NEGATIVE_INFINITY;
  #cancel: () => void;
  #round: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: WatchedFolderOptions) {
    this.#options = options;
    this.#cancel = options.ports.timers.after(0, () => this.#begin());
  }

  get counts(): FolderCounts {
    return { documents: this.#documents, refused: this.#refused, fault: this.#fault };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#round;
  }

  #begin(): void {
    this.#round = this.#look()
      .then(() => this.#note(null))
      .catch((error: Error) => this.#note(`${error.message}; see to the folder ${this.#options.folder}`))
      .then(() => {
        if (!this.#isStopped)
          this.#cancel = this.#options.ports.timers.after(this.#options.pollMs, () => this.#begin());
      });
  }

  #note(fault: string | null): void {
    if (fault !== null && fault !== this.#fault)
      this.#options.log.warn({ fault }, 'the folder of sales cannot be read');
    this.#fault = fault;
  }

  async #look(): Promise<void> {
    const { folder } = this.#options;
    for (const name of ['done', 'refused']) await mkdir(join(folder, name), { recursive: true });
    await this.#tidy();
    const settled: { name: string; mark: string; at: number }[] = [];
    const seen = new Map<string, string>();
    for (const name of await readdir(folder)) {
      if (!/^[^.].*\.(xml|json)$/i.test(name)) continue;
      const found = await stat(join(folder, name)).catch(() => null);
      if (!found?.isFile()) continue;
      const mark = `${found.size} ${found.mtimeMs}`;
      seen.set(name, mark);
      if (this.#stuck.get(name) === mark) continue;
      if (this.#seen.get(name) === mark) settled.push({ name, mark, at: found.mtimeMs });
    }
    this.#seen = seen;
    for (const name of this.#stuck.keys()) if (!seen.has(name)) this.#stuck.delete(name);
    settled.sort((one, other) => one.at - other.at || one.name.localeCompare(other.name));
    for (const { name, mark } of settled.slice(0, documentsPerRoundMax)) {
      if (this.#isStopped) return;
      await this.#take(name, mark);
    }
  }

  async #take(name: string, mark: string): Promise<void> {
    const { folder, read, desk } = this.#options;
    const file = join(folder, name);
    const { size } = await stat(file);
    const document: SaleDocument =
      size > documentBytesMax
        ? { records: [], fault: { reason: 'too-large', detail: `${size} bytes; at most ${documentBytesMax}` } }
        : read(await readFile(file));
    const answers = await desk.takeAll(document.records, 'folder');
    // The disk: the document stays where it is, and is read again.
    if (answers.some(({ outcome }) => outcome === 'try-again')) return;
    this.#documents += 1;
    const faults = faultsOf(document, answers);
    if (document.fault) this.#options.reject(document.fault.reason, `${name}: ${document.fault.detail}`);
    await this.#moveAway(name, mark, faults);
  }

  async #moveAway(name: string, mark: string, faults: readonly string[]): Promise<void> {
    const { folder, log } = this.#options;
    const target = join(folder, faults.length === 0 ? 'done' : 'refused', name);
    if (faults.length > 0) {
      this.#refused += 1;
      log.warn({ document: name, faults: faults.length, first: faults[0] }, 'a document of sales was refused in part');
    }
    try {
      if (faults.length > 0) await writeFile(`${target}.txt`, noteOf(name, faults));
      await rename(join(folder, name), target);
    } catch (error) {
      this.#stuck.set(name, mark);
      log.warn({ document: name, error: String(error) }, 'a document of sales was read and cannot be moved away');
    }
  }

  /** What was done goes after a while; what was refused stays until somebody has seen to it. */
  async #tidy(): Promise<void> {
    const { clock } = this.#options.ports;
    if (clock.monotonic() - this.#tidiedAt < tidyEveryMs) return;
    this.#tidiedAt = clock.monotonic();
    const done = join(this.#options.folder, 'done');
    for (const name of await readdir(done)) {
      const found = await stat(join(done, name)).catch(() => null);
      if (found && found.mtimeMs < clock.now() - doneKeptMs) await rm(join(done, name), { force: true });
    }
  }
}

function faultsOf({ fault }: SaleDocument, answers: readonly SaleAnswer[]): string[] {
  const refused = answers.filter(({ outcome }) => outcome === 'refused');
  return [
    ...(fault ? [`${fault.reason}: ${fault.detail}`] : []),
    ...refused.map(({ receipt, reason, detail }) => `receipt ${receipt}: ${reason}: ${detail}`),
  ];
}

function noteOf(name: string, faults: readonly string[]): string {
  const more = faults.length > faultsToldMax ? [`… and ${faults.length - faultsToldMax} more`] : [];
  return [
    `${name}: ${faults.length} could not be booked. Everything else in it was.`,
    'Put right what is said below and drop the document again: what was booked already is not booked twice.',
    '',
    ...faults.slice(0, faultsToldMax),
    ...more,
    '',
  ].join('\n');
}
