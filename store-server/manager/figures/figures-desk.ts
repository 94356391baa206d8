/**
 * The figures as the rest of the store asks for them: starts the thread that counts with the first question, hands
 * questions over and answers back, and begins anew where it has ended.
 */
import { Worker } from 'node:worker_threads';
import type { FigureRange } from '@kairos/protocol/manager-figures.ts';
import type { FigureAnswers, FigureQuestion } from './figure-answers.ts';
import type { CsvTable } from './figure-csv.ts';
import type { FigureSetting } from './figure-report.ts';
import type { FiguresPlaces } from './figures-book.ts';
import type { Answered, Asked } from './figures-thread.ts';

/** Questions that wait at a time: a few managers with a page each. Beyond it somebody asks in a loop. */
const waitingMax = 64;

export class FiguresDesk {
  readonly #places: FiguresPlaces;
  readonly #setting: () => FigureSetting;
  #thread: CountingThread | null = null;
  #isClosed = false;

  /** `setting`: asked at each question, so that a new release's titles are told. */
  constructor(places: FiguresPlaces, setting: () => FigureSetting) {
    this.#places = places;
    this.#setting = setting;
  }

  /** Begins to count before anybody asks. */
  start(): void {
    this.#counting();
  }

  dialogues(range: FigureRange): Promise<FigureAnswers['dialogues']> {
    return this.#ask({ ...this.#setting(), kind: 'dialogues', range }) as Promise<FigureAnswers['dialogues']>;
  }

  media(range: FigureRange): Promise<FigureAnswers['media']> {
    return this.#ask({ ...this.#setting(), kind: 'media', range }) as Promise<FigureAnswers['media']>;
  }

  /** A table as CSV, in pieces; the next is made when it is asked for. */
  async *csv(table: CsvTable, range: FigureRange): AsyncGenerator<string> {
    for (let after: number | null = 0; after !== null; ) {
      const piece = (await this.#ask({ ...this.#setting(), kind: 'csv', table, range, after })) as FigureAnswers['csv'];
      yield piece.text;
      after = piece.next;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.close();
  }

  #ask(question: FigureQuestion): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new Error('the store is closing'));
    return this.#counting().ask(question);
  }

  #counting(): CountingThread {
    if (this.#thread === null || this.#thread.hasEnded) this.#thread = new CountingThread(this.#places);
    return this.#thread;
  }
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

class CountingThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #ended: Error | null = null;

  constructor(places: FiguresPlaces) {
    const options = { workerData: places, name: 'figures' };
    this.#worker = new Worker(new URL('./figures-thread.ts', import.meta.url), options);
    this.#worker.on('message', (message: Answered) => this.#take(message));
    this.#worker.on('error', (error) => this.#end(error as Error));
    this.#worker.on('exit', () => this.#end(new Error('the thread that counts has ended')));
  }

  get hasEnded(): boolean {
    return this.#ended !== null;
  }

  ask(question: Asked['question']): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (this.#waiting.size >= waitingMax) return Promise.reject(new Error('too many questions at once'));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, question } satisfies Asked);
    });
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    // The queue's limit is for pages.
    await Promise.race([this.ask({ kind: 'close' }).catch(() => null), this.#gone()]);
    await this.#worker.terminate();
  }

  #gone(): Promise<void> {
    return new Promise((resolve) => this.#worker.once('exit', () => resolve()));
  }

  #take(message: Answered): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('failed' in message) waiting?.reject(new Error(message.failed));
    else waiting?.resolve(message.answer);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
