/** The writer and the reader, each on a thread of its own. */
import { Worker } from 'node:worker_threads';
import { type JournalFault, JournalFileError } from './database.ts';
import type { JournalLink, ReadAnswers, ReadRequest, WriteAnswer } from './link.ts';
import type { Answered, WorkerData } from './worker.ts';
import type { WriterOptions, WriterStart } from './writer-start.ts';

/** Throws `JournalFileError` where the file cannot be served. */
export async function openWorkerLink(options: WriterOptions): Promise<JournalLink> {
  const writer = new Thread({ role: 'writer', ...options });
  const begin = (await writer.ready) as WriterStart;
  const reader = new Thread({ role: 'reader', file: options.file });
  await reader.ready;
  return {
    begin,
    write: async (request) => {
      try {
        return (await writer.ask(request)) as WriteAnswer;
      } catch (error) {
        return { kind: 'broken', message: (error as Error).message };
      }
    },
    read: async <Kind extends ReadRequest['kind']>(request: ReadRequest & { kind: Kind }) =>
      (await reader.ask(request)) as ReadAnswers[Kind],
    close: async () => {
      // The reader first: a log with a reader on it cannot be cut.
      await reader.close();
      await writer.close();
    },
  };
}

class Thread {
  /** What the thread says once it is ready. */
  readonly ready: Promise<unknown>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (content: unknown) => void; reject: (error: Error) => void }>();
  #next = 1;
  #ended: Error | null = null;

  constructor(data: WorkerData) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: data,
      name: `journal ${data.role}`,
    });
    this.ready = this.#answerTo(0);
    this.#worker.on('message', (message: Answered) => this.#take(message));
    this.#worker.on('error', (error) => this.#end(error as Error));
    this.#worker.on('exit', () => this.#end(new Error(`the journal's ${data.role} thread has ended`)));
  }

  ask(content: unknown): Promise<unknown> {
    const id = this.#next++;
    const answer = this.#answerTo(id);
    this.#worker.postMessage({ id, content });
    return answer;
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    await this.ask({ kind: 'close' });
    await this.#worker.terminate();
  }

  #answerTo(id: number): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #take(message: Answered): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('failed' in message) waiting?.reject(errorOf(message.failed, message.fault));
    else waiting?.resolve(message.content);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function errorOf(message: string, fault: JournalFault | undefined): Error {
  return fault === undefined ? new Error(message) : new JournalFileError(fault, message);
}
